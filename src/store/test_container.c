/* store/test_container.c - one container: made, found, described, removed, collected. */
#include <sys/wait.h>

#include "store/test_directory.h"

#define ID1 "0123456789ab"
#define ID2 "0123456789ff"

/* What create makes is private, locked and named, and remove leaves nothing of it. */
static void create_and_remove(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	struct stat st;

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &c);
	assert_true(container_is_locked(c.fd));
	assert_string_equal(c.name, "web");
	assert_int_equal(fstat(c.fd, &st), 0);
	assert_int_equal(st.st_mode, S_IFDIR | 0700);
	assert_int_equal(fstat(c.journal, &st), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);
	assert_int_equal(store_put_record(&c, "{}", 2, &e), 0);
	assert_int_equal(fstatat(c.fd, "record.json", &st, 0), 0);
	assert_int_equal(st.st_mode, S_IFREG | 0600);

	/* Files that the store does not know go as well. */
	assert_int_equal(mkdirat(c.fd, "log", 0700), 0);
	assert_int_equal(symlinkat("/etc", c.fd, "log/outside"), 0);
	assert_int_equal(store_remove(&c, &e), 0);
	assert_false(test_exists(&d, "/containers/" ID1));
	assert_false(test_exists(&d, "/names/web"));
	assert_int_equal(access("/etc", F_OK), 0);
	assert_int_equal(store_remove(&c, &e), 0);
	test_collect_to_nothing(&d);
}

static void names_are_claimed_once(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container a = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container b = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &a);
	assert_int_equal(store_create(&d.store, ID2, "web", &b, &e), -EEXIST);
	assert_non_null(strstr(e.text, ID1));
	assert_non_null(strstr(e.text, "running"));
	assert_false(test_exists(&d, "/containers/" ID2));
	assert_int_equal(b.fd, -EBADF);

	store_container_done(&a); /* as if killed: the directory stays, nobody holds it */
	assert_int_equal(store_create(&d.store, ID2, "web", &b, &e), -EEXIST);
	assert_non_null(strstr(e.text, "ended"));
	assert_int_equal(store_collect(&d.store, NULL, NULL, NULL, &e), 0);
	test_create(&d, ID2, "web", &b);
	assert_int_equal(store_remove(&b, &e), 0);
}

/* A link whose container is gone is nobody's; a file that is no link of ours stays. */
static void stale_names_are_taken_over(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	char owner[STORE_ID_LENGTH + 1];
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	assert_int_equal(mkdirat(d.store.fd, "names", 0700), 0);
	assert_int_equal(symlinkat(ID2, d.store.fd, "names/web"), 0);
	assert_int_equal(symlinkat("elsewhere", d.store.fd, "names/foreign"), 0);
	test_create(&d, ID1, "web", &c);
	assert_int_equal(link_read(&d.store, "names", "web", owner), 0);
	assert_string_equal(owner, ID1);
	assert_int_equal(store_remove(&c, &e), 0);
	store_container_done(&c);
	assert_int_equal(store_create(&d.store, ID1, "foreign", &c, &e), -EEXIST);
	assert_true(test_exists(&d, "/names/foreign"));
}

static void create_refuses(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container a = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container b = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	assert_int_equal(store_create(&d.store, ID1, "../x", &b, &e), -EINVAL);
	assert_int_equal(store_create(&d.store, "../../../etc", NULL, &b, &e), -EINVAL);
	assert_int_equal(store_create(&d.store, "0123", NULL, &b, &e), -EINVAL);
	test_create(&d, ID1, NULL, &a);
	assert_int_equal(store_create(&d.store, ID1, NULL, &b, &e), -EEXIST);
	assert_true(container_is_locked(a.fd));
}

/* By id, by name, by the first digits; what is ambiguous or absent is said with a hint. */
static void find(void **state)
{
	static const struct {
		const char *typed;
		int result;
		const char *id, *hint;
	} rows[] = {
		{ ID1, 0, ID1, NULL },
		{ "web", 0, ID1, NULL },
		{ "0123456789f", 0, ID2, NULL },
		{ "0123456789", -ENOTUNIQ, NULL, "more" },
		{ "012", -ENOENT, NULL, "/names" }, /* too short to be meant */
		{ "wbe", -ENOENT, NULL, "'web'" },
		{ "0123456789fe", -ENOENT, NULL, "/names" },
		{ "../names/web", -ENOENT, NULL, "/names" },
		{ "", -ENOENT, NULL, "/names" },
	};
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container a = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container b = STORE_CONTAINER_EMPTY;

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &a);
	test_create(&d, ID2, NULL, &b);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
		struct err e = { 0 };

		if (store_find(&d.store, rows[i].typed, &c, &e) != rows[i].result)
			fail_msg("find '%s': %s", rows[i].typed, e.text);
		if (rows[i].hint && !strstr(e.hint, rows[i].hint))
			fail_msg("find '%s': hint '%s'", rows[i].typed, e.hint);
		if (!rows[i].id)
			continue;
		assert_string_equal(c.id, rows[i].id);
		assert_string_equal(c.name, strcmp(c.id, ID1) == 0 ? "web" : "");
		assert_int_equal(c.alive, -EBADF);
		assert_true(c.journal >= 0);
	}
}

/* A container that was found is removed with its name and ranges, but not while it runs. */
static void remove_what_was_found(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	uint32_t base;

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &c);
	assert_int_equal(store_lease_ids(&c, 2 * STORE_RANGE_STEP, NULL, 0, &base, &e), 0);
	assert_int_equal(store_find(&d.store, "web", &found, &e), 0);
	assert_int_equal(store_remove(&found, &e), -EBUSY);
	assert_true(test_exists(&d, "/names/web"));
	store_container_done(&c);
	assert_int_equal(store_remove(&found, &e), 0);
	assert_int_equal(unlinkat(d.store.fd, "ids", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(d.store.fd, "names", AT_REMOVEDIR), 0);
	assert_int_equal(unlinkat(d.store.fd, "containers", AT_REMOVEDIR), 0);
}

static void record(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct arena arena = { 0 };
	struct err e = { 0 };
	char *json = NULL;

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	assert_int_equal(store_get_record(&c, &arena, &json, &e), -ENOENT);
	assert_int_equal(store_put_record(&c, "{\"a\": 1}", 8, &e), 0);
	assert_int_equal(store_get_record(&c, &arena, &json, &e), 0);
	assert_string_equal(json, "{\"a\": 1}");
	assert_int_equal(store_put_record(&c, "{}", 2, &e), 0);
	assert_int_equal(store_get_record(&c, &arena, &json, &e), 0);
	assert_string_equal(json, "{}");
	assert_false(test_exists(&d, "/containers/" ID1 "/record.json.new"));
	arena_done(&arena);
}

static void expect_status(const struct store_container *c, const char *phase, pid_t pid,
			  uint64_t start_time, bool alive)
{
	struct store_status status;
	struct err e = { 0 };

	if (store_get_status(c, &status, &e) < 0)
		fail_msg("store_get_status: %s", e.text);
	assert_string_equal(status.phase, phase);
	assert_int_equal(status.pid, pid);
	assert_int_equal(status.start_time, start_time);
	assert_int_equal(status.alive, alive);
}

static void expect_supervisor(const struct store_container *c, pid_t pid, uint64_t start_time,
			      bool same_boot)
{
	struct store_status status;
	struct err e = { 0 };

	assert_int_equal(store_get_status(c, &status, &e), 0);
	assert_int_equal(status.supervisor, pid);
	assert_int_equal(status.supervisor_start_time, start_time);
	assert_int_equal(status.same_boot, same_boot);
}

static uint64_t own_start_time(void)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/stat", "re");
	unsigned long long start = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f,
				"%*d (%*[^)]) %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u "
				"%*d %*d %*d %*d %*d %*d %llu",
				&start),
			 1);
	return start;
}

/* A status names a process so that neither a recycled pid nor another boot can be taken for it. */
static void status(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
	struct store_status gone;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	expect_status(&c, "creating", 0, 0, true);
	expect_supervisor(&c, 0, 0, true);
	assert_int_equal(store_put_status(&c, "created", 0, &e), 0);
	expect_status(&c, "created", 0, 0, true);
	expect_supervisor(&c, 0, 0, true);
	assert_int_equal(store_put_status(&c, "running", getpid(), &e), 0);
	expect_status(&c, "running", getpid(), own_start_time(), true);
	expect_supervisor(&c, getpid(), own_start_time(), true);
	assert_int_equal(store_put_status(&c, "restarting", 0, &e), 0);
	expect_status(&c, "restarting", 0, 0, true);
	expect_supervisor(&c, getpid(), own_start_time(), true);
	assert_int_equal(store_put_status(&c, "running", 1, &e), 0);
	expect_supervisor(&c, getpid(), own_start_time(), true);
	assert_int_equal(store_put_status(&c, "running", getpid(), &e), 0);
	assert_int_equal(store_put_status(&c, "running", INT32_MAX, &e), -ESRCH);
	assert_int_equal(store_put_status(&c, "two words", 0, &e), -EINVAL);
	expect_status(&c, "running", getpid(), own_start_time(), true);

	assert_int_equal(store_find(&d.store, ID1, &found, &e), 0);
	assert_int_equal(unlinkat(c.fd, "status", 0), 0);
	assert_int_equal(symlinkat("running 7 8 another-boot 9 10", c.fd, "status"), 0);
	expect_status(&found, "running", 7, 8, false);
	expect_supervisor(&found, 9, 10, false);
	assert_int_equal(store_put_status(&c, "stopped", 0, &e), 0);
	expect_status(&found, "stopped", 0, 0, true);
	fd_closep(&c.alive);
	expect_status(&found, "stopped", 0, 0, false);
	assert_int_equal(store_remove(&c, &e), 0);
	assert_int_equal(store_get_status(&found, &gone, &e), -ENOENT);
}

static void damaged_status(void **state)
{
	static const char *const lines[] = {
		"running",
		"running 1",
		"running 1 2",
		"running 1 2 -",
		"running 1 2 - 3",
		"running 1 2 - 3 4 5",
		"running 1 2 - 3 4 ",
		"running 1 2  3 4",
		"running x 2 - 3 4",
		"running 1 -2 - 3 4",
		"running 99999999999 2 - 3 4",
		"running 1 2 - x 4",
		"dancing 1 2 - 3 4",
		" 1 2 - 3 4",
	};
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		struct store_status s;
		struct err e = { 0 };

		assert_int_equal(symlinkat(lines[i], c.fd, "status"), 0);
		if (store_get_status(&c, &s, &e) != -EBADMSG)
			fail_msg("'%s' should be damaged", lines[i]);
		assert_int_equal(unlinkat(c.fd, "status", 0), 0);
	}
}

/* The lock goes over fork and exec with its descriptor, as the supervisor needs it. */
static void lock_is_inherited(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	int ends[2];

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char byte;

		(void)close(ends[1]);
		_exit(read(ends[0], &byte, 1) != 0);
	}
	store_container_done(&c);
	assert_int_equal(store_find(&d.store, ID1, &found, &e), 0);
	expect_status(&found, "creating", 0, 0, true);
	(void)close(ends[1]);
	assert_int_equal(waitpid(child, NULL, 0), child);
	(void)close(ends[0]);
	expect_status(&found, "creating", 0, 0, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(create_and_remove),
		cmocka_unit_test(names_are_claimed_once),
		cmocka_unit_test(stale_names_are_taken_over),
		cmocka_unit_test(create_refuses),
		cmocka_unit_test(find),
		cmocka_unit_test(remove_what_was_found),
		cmocka_unit_test(record),
		cmocka_unit_test(status),
		cmocka_unit_test(damaged_status),
		cmocka_unit_test(lock_is_inherited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
