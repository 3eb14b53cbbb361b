/* store/test_store.c - the state directory, ids and names. */
#include "store/test_directory.h"

/* The directory is made when it is missing, for nobody but its owner. */
static void open_makes_it_private(void **state)
{
	_cleanup_directory_ struct test_directory d;
	struct stat st;

	(void)state;
	test_directory_open(&d);
	assert_int_equal(fstat(d.store.fd, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
	assert_string_equal(d.store.path, d.path);
}

static void open_takes_the_environment(void **state)
{
	_cleanup_directory_ struct test_directory d;
	struct err e = { 0 };

	(void)state;
	test_directory_new(&d);
	assert_int_equal(setenv("HONU_STATE", d.path, 1), 0);
	assert_int_equal(store_open(&d.store, NULL, &e), 0);
	assert_int_equal(unsetenv("HONU_STATE"), 0);
	assert_string_equal(d.store.path, d.path);
}

/* A directory that others may write to, or that is none, is refused with a reason. */
static void open_refuses(void **state)
{
	_cleanup_directory_ struct test_directory d;
	struct store s = STORE_EMPTY;
	struct err e = { 0 };

	(void)state;
	test_directory_new(&d);
	assert_int_equal(mkdir(d.path, 0700), 0);
	assert_int_equal(chmod(d.path, 0770), 0);
	assert_int_equal(store_open(&s, d.path, &e), -EPERM);
	assert_non_null(strstr(e.text, "0770"));
	assert_non_null(strstr(e.hint, "chmod"));
	assert_int_equal(chmod(d.path, 0702), 0);
	assert_int_equal(store_open(&s, d.path, &e), -EPERM);
	if (geteuid() == 0) {
		assert_int_equal(chmod(d.path, 0700), 0);
		assert_int_equal(chown(d.path, 12345, 12345), 0);
		assert_int_equal(store_open(&s, d.path, &e), -EPERM);
		assert_non_null(strstr(e.text, "12345"));
	}
	assert_int_equal(store_open(&s, "/dev/null", &e), -ENOTDIR);
	assert_int_equal(store_open(&s, "/tmp/honu-test-no-such/state", &e), -ENOENT);
	assert_int_equal(s.fd, -EBADF);
}

static void new_ids_differ(void **state)
{
	char a[STORE_ID_LENGTH + 1], b[STORE_ID_LENGTH + 1];
	struct err e = { 0 };

	(void)state;
	assert_int_equal(store_new_id(a, &e), 0);
	assert_int_equal(store_new_id(b, &e), 0);
	assert_true(store_id_is_valid(a));
	assert_string_not_equal(a, b);
}

static void valid_names(void **state)
{
	static const struct {
		const char *name;
		bool valid;
	} rows[] = {
		{ "web", true },
		{ "0", true },
		{ "a.b_c-D9", true },
		{ "", false },
		{ ".", false },
		{ "..", false },
		{ ".hidden", false },
		{ "-x", false },
		{ "_x", false },
		{ "a/b", false },
		{ "a b", false },
		{ "a\n", false },
		{ "\xc3\xa4", false },
		{ "123456789012345678901234567890123456789012345678901234567890123", true },
		{ "1234567890123456789012345678901234567890123456789012345678901234", false },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (store_name_is_valid(rows[i].name) != rows[i].valid)
			fail_msg("'%s' should be %s", rows[i].name,
				 rows[i].valid ? "valid" : "refused");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_makes_it_private),
		cmocka_unit_test(open_takes_the_environment),
		cmocka_unit_test(open_refuses),
		cmocka_unit_test(new_ids_differ),
		cmocka_unit_test(valid_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
