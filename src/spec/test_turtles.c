/* spec/test_turtles.c - every name that can be drawn is a good one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "spec/fields.h"
#include "spec/turtles.h"

#define NAMES_MAX 20000

static int compare(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Numbers in a row give every name once, and then the first one again. */
static void names_are_many_valid_and_different(void **state)
{
	static const char *names[NAMES_MAX];
	_cleanup_(arena_done) struct arena a = { 0 };
	size_t n = 0;

	(void)state;
	do {
		assert_true(n < NAMES_MAX);
		names[n] = turtle_name(&a, n);
		n++;
	} while (strcmp(turtle_name(&a, n), names[0]) != 0);
	assert_in_range(n, 4000, NAMES_MAX);
	for (size_t i = 0; i < n; i++) {
		const char *dash = strchr(names[i], '-');

		if (!dash || dash - names[i] < 3 || strlen(dash) < 4 || strchr(dash + 1, '-') ||
		    !field_consists_of(names[i], "abcdefghijklmnopqrstuvwxyz-") ||
		    strlen(names[i]) > 32)
			fail_msg("'%s' is no ADJECTIVE-TURTLE", names[i]);
	}
	qsort((void *)names, n, sizeof(*names), compare);
	for (size_t i = 1; i < n; i++)
		if (strcmp(names[i - 1], names[i]) == 0)
			fail_msg("'%s' is there twice", names[i]);
}

static void large_numbers_are_as_good(void **state)
{
	_cleanup_(arena_done) struct arena a = { 0 };

	(void)state;
	assert_true(field_is_name(turtle_name(&a, UINT64_MAX), 63));
	assert_true(field_is_name(turtle_name(&a, UINT64_C(1) << 63), 63));
	assert_string_equal(turtle_name(&a, 5), turtle_name(&a, 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_many_valid_and_different),
		cmocka_unit_test(large_numbers_are_as_good),
	};

	return cmocka_run_group_tests_name("spec/turtles", tests, NULL, NULL);
}
