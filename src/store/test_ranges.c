/* store/test_ranges.c - id ranges never overlap, and every one that is free can be had. */
#include "store/test_directory.h"

#define STEP STORE_RANGE_STEP

/* A container directory without its descriptors: a thousand of them fit a process. */
static void create_dead(struct test_directory *d, struct store_container *ret)
{
	char id[STORE_ID_LENGTH + 1];
	struct err e = { 0 };

	assert_int_equal(store_new_id(id, &e), 0);
	test_create(d, id, NULL, ret);
	fd_closep(&ret->alive);
	fd_closep(&ret->journal);
	fd_closep(&ret->fd);
}

/* A thousand leases of one to three steps: no id is given twice, none is outside or taken. */
static void leases_never_overlap(void **state)
{
	static const struct id_range taken[] = { { STORE_RANGE_FIRST, 1 },
						 { 1000000000, 500000000 },
						 { STORE_RANGE_LAST, 1 } };
	static struct id_range leased[1000];
	_cleanup_directory_ struct test_directory d;

	(void)state;
	test_directory_open(&d);
	for (size_t i = 0; i < ELEMENTS(leased); i++) {
		struct store_container c = STORE_CONTAINER_EMPTY;
		struct err e = { 0 };
		uint32_t size = (uint32_t)(i % 3) * STEP + 1 + (uint32_t)i, base;
		uint32_t rounded = (size + STEP - 1) / STEP * STEP;

		create_dead(&d, &c);
		if (store_lease_ids(&c, size, taken, ELEMENTS(taken), &base, &e) < 0)
			fail_msg("lease %zu: %s", i, e.text);
		assert_int_equal(base % STEP, 0);
		assert_int_equal(c.range_base, base);
		assert_int_equal(c.range_size, rounded);
		assert_in_range(base, STORE_RANGE_FIRST, STORE_RANGE_LAST - rounded + 1);
		assert_null(id_range_find(taken, ELEMENTS(taken), base, rounded));
		assert_null(id_range_find(leased, i, base, rounded));
		leased[i] = (struct id_range){ .base = base, .count = rounded };
	}
	test_collect_to_nothing(&d);
}

/* Wherever the search starts, the last free place is found; then -ENOSPC says what to do, and a
 * range of a container that is gone can be had again. */
static void exhaustion(void **state)
{
	static const struct id_range taken[] = { { 3 * STEP + 5, 2 } };
	enum { PLACES = 8 };
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container last = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	uint32_t base, first = 0, end = PLACES * STEP - 1;
	bool seen[PLACES] = { [3] = true };

	(void)state;
	test_directory_open(&d);
	for (int i = 0; i < PLACES - 1; i++) {
		struct store_container c = STORE_CONTAINER_EMPTY;

		create_dead(&d, &c);
		assert_int_equal(range_lease(&c, first, end, STEP, taken, 1, &base, &e), 0);
		assert_false(seen[base / STEP]);
		seen[base / STEP] = true;
	}
	test_create(&d, "0000000000ff", NULL, &last);
	assert_int_equal(range_lease(&last, first, end, STEP, taken, 1, &base, &e), -ENOSPC);
	assert_non_null(strstr(e.hint, "honu gc"));
	assert_int_equal(store_collect(&d.store, NULL, NULL, NULL, &e), 0);
	assert_int_equal(range_lease(&last, first, end, STEP, taken, 1, &base, &e), 0);
}

/* A wide range fits exactly where there is room for it, and a try that fails leaves nothing. */
static void wide_ranges(void **state)
{
	enum { PLACES = 8 };
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct id_range taken[] = { { 2 * STEP, 1 }, { 7 * STEP, 1 } };
	struct err e = { 0 };
	uint32_t base, end = PLACES * STEP - 1;

	(void)state;
	for (unsigned id = 0; id < PLACES; id++) {
		char text[STORE_ID_LENGTH + 1];

		(void)snprintf(text, sizeof(text), "%012x", id);
		test_directory_open(&d);
		test_create(&d, text, NULL, &c);
		assert_int_equal(range_lease(&c, 0, end, 5 * STEP, taken, 2, &base, &e), -ENOSPC);
		assert_false(test_exists(&d, "/ids"));
		assert_int_equal(range_lease(&c, 0, end, 4 * STEP, taken, 2, &base, &e), 0);
		assert_int_equal(base, 3 * STEP);
		assert_int_equal(range_lease(&c, 0, end, 9 * STEP, taken, 2, &base, &e), -ERANGE);
		assert_int_equal(range_lease(&c, 0, end, 0, taken, 2, &base, &e), -EINVAL);
		assert_int_equal(range_lease(&c, 0, end, UINT32_MAX, taken, 2, &base, &e), -ERANGE);
		assert_int_equal(store_remove(&c, &e), 0);
		assert_int_equal(unlinkat(d.store.fd, "ids", AT_REMOVEDIR), 0);
		store_container_done(&c);
		test_directory_done(&d);
	}
	test_directory_new(&d); /* for the clean-up */
}

/* A stale claim is taken over; one of a container that exists is not, even where it is dead. */
static void stale_ranges(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_container dead = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	uint32_t base;

	(void)state;
	test_directory_open(&d);
	create_dead(&d, &dead);
	test_create(&d, "000000000000", NULL, &c);
	assert_int_equal(mkdirat(d.store.fd, "ids", 0700), 0);
	assert_int_equal(symlinkat(dead.id, d.store.fd, "ids/0"), 0);
	assert_int_equal(symlinkat("ffffffffffff", d.store.fd, "ids/65536"), 0);
	assert_int_equal(range_lease(&c, 0, 3 * STEP - 1, STEP, NULL, 0, &base, &e), 0);
	assert_int_equal(base, STEP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leases_never_overlap),
		cmocka_unit_test(exhaustion),
		cmocka_unit_test(wide_ranges),
		cmocka_unit_test(stale_ranges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
