/* base/test_moment.c - points in time are read as written, and printed so that they read the same. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/moment.h"

#define NOW (UINT64_C(1795457262) * MOMENT_SECOND + 5) /* 2026-11-23T18:07:42 */

/* A zone two hours east of UTC. */
static int64_t east(int64_t shown)
{
	return shown - 7200;
}

static void read_as_written(void **state)
{
	static const struct {
		const char *text, *same; /* same: as printed; NULL: refused */
	} rows[] = {
		{ "2026-11-23T18:07:42Z", "2026-11-23T18:07:42.000000000Z" },
		{ "2026-11-23T18:07:42.5Z", "2026-11-23T18:07:42.500000000Z" },
		{ "2026-11-23T18:07:42.1234567891Z", "2026-11-23T18:07:42.123456789Z" },
		{ "2026-11-23t18:07:42z", "2026-11-23T18:07:42.000000000Z" },
		{ "2026-11-23 18:07:42+02:00", "2026-11-23T16:07:42.000000000Z" },
		{ "2026-11-23T18:07:42-05:30", "2026-11-23T23:37:42.000000000Z" },
		{ "2026-11-23T18:07:42", "2026-11-23T16:07:42.000000000Z" },
		{ "2026-11-23T18:07", "2026-11-23T16:07:00.000000000Z" },
		{ "2026-11-23", "2026-11-22T22:00:00.000000000Z" },
		{ "2024-02-29T00:00Z", "2024-02-29T00:00:00.000000000Z" },
		{ "2000-02-29T23:59:59Z", "2000-02-29T23:59:59.000000000Z" },
		{ "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000000Z" },
		{ "2100-03-01T00:00:00Z", "2100-03-01T00:00:00.000000000Z" },
		{ "2030-12-31T23:59:59Z", "2030-12-31T23:59:59.000000000Z" },
		{ "0", "1970-01-01T00:00:00.000000000Z" },
		{ "1795457262", "2026-11-23T18:07:42.000000000Z" },
		{ "1795457262.25", "2026-11-23T18:07:42.250000000Z" },
		{ "10m", "2026-11-23T17:57:42.000000005Z" },
		{ "1h30m", "2026-11-23T16:37:42.000000005Z" },
		{ "500ms", "2026-11-23T18:07:41.500000005Z" },
		{ "0s", "2026-11-23T18:07:42.000000005Z" },
		{ "", NULL },
		{ "yesterday", NULL },
		{ "-10m", NULL },
		{ "2026-11-23T", NULL },
		{ "2026-11-23T18", NULL },
		{ "2026-11-23T18:07:42 Z", NULL },
		{ "2026-11-23T18:07:42Zx", NULL },
		{ "2026-11-23T18:07:42.Z", NULL },
		{ "2026-11-23T18:07:42+2:00", NULL },
		{ "2026-11-23T24:00:00Z", NULL },
		{ "2026-11-23T18:60:00Z", NULL },
		{ "2026-13-01", NULL },
		{ "2026-00-01", NULL },
		{ "2026-11-31", NULL },
		{ "2025-02-29", NULL },
		{ "2100-02-29", NULL },
		{ "1969-12-31", NULL },
		{ "1970-01-01", NULL }, /* two hours before there were any */
		{ "9999-01-01", NULL }, /* more than 64 bits of nanoseconds */
		{ "99999999999", NULL },
		{ "1.2.3", NULL },
		{ "1.", NULL },
		{ "10 m", NULL },
		{ "30000d", NULL }, /* before 1970 */
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char printed[MOMENT_ROOM] = "";
		uint64_t moment;
		int r = moment_parse(rows[i].text, NOW, east, &moment);

		if (r == 0)
			(void)moment_print(moment, printed);
		if ((r == 0) != !!rows[i].same ||
		    (rows[i].same && strcmp(printed, rows[i].same) != 0))
			fail_msg("'%s': wanted %s, got %s (%d)", rows[i].text,
				 rows[i].same ? rows[i].same : "an error", printed, r);
	}
}

/* The calendar agrees with the C library's on every day of two centuries. */
static void every_day_is_the_librarys(void **state)
{
	(void)state;
	for (int64_t day = 0; day < 2 * 36525; day++) {
		time_t seconds = (time_t)(day * 86400 + day % 86400);
		char wanted[64], printed[MOMENT_ROOM];
		uint64_t back = 0;
		struct tm tm;

		assert_non_null(gmtime_r(&seconds, &tm));
		assert_true(strftime(wanted, sizeof(wanted), "%Y-%m-%dT%H:%M:%S.000000007Z", &tm));
		moment_print((uint64_t)seconds * MOMENT_SECOND + 7, printed);
		if (strcmp(printed, wanted) != 0)
			fail_msg("wanted %s, got %s", wanted, printed);
		assert_int_equal(moment_parse(printed, NOW, NULL, &back), 0);
		assert_int_equal(back, (uint64_t)seconds * MOMENT_SECOND + 7);
	}
}

static void spans_in_a_unit_of_which_there_are_two(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *text;
	} rows[] = {
		{ 0, "less than a second" }, { 1, "1 second" },		 { 2, "2 seconds" },
		{ 119, "119 seconds" },	     { 120, "2 minutes" },	 { 7199, "119 minutes" },
		{ 7200, "2 hours" },	     { 172799, "47 hours" },	 { 172800, "2 days" },
		{ 14 * 86400, "2 weeks" },   { 61 * 86400, "2 months" }, { 731 * 86400, "2 years" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		char printed[MOMENT_ROOM];

		moment_print_span(rows[i].seconds * MOMENT_SECOND + 999, printed);
		assert_string_equal(printed, rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(read_as_written),
		cmocka_unit_test(every_day_is_the_librarys),
		cmocka_unit_test(spans_in_a_unit_of_which_there_are_two),
	};

	return cmocka_run_group_tests_name("base/moment", tests, NULL, NULL);
}
