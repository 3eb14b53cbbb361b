/* base/test_width.c - columns are counted as a terminal does, and nothing is cut within a character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/width.h"

static void columns_of_texts(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
	} rows[] = {
		{ "", 0 },
		{ "web", 3 },
		{ "größe", 5 },
		{ "海亀", 4 },
		{ "🐢 honu", 7 },
		{ "e\xcc\x81t\xc3\xa9", 3 },
		{ "a\033[1mb", 6 },
		{ "\xff\xfe", 2 },
		{ "\xe6\xb5", 2 },		       /* torn */
		{ "\xc0\xaf", 2 },		       /* longer than needed */
		{ "\xed\xa0\x80", 3 },		       /* half of a pair */
		{ "\xf4\x90\x80\x80", 4 },	       /* behind the last */
		{ "\xf0\x9f\x90\xa2\xe2\x80\x8b", 2 }, /* no width */
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		size_t columns = width_text(rows[i].text, strlen(rows[i].text));

		if (columns != rows[i].columns)
			fail_msg("'%s': wanted %zu, got %zu", rows[i].text, rows[i].columns,
				 columns);
	}
}

static void cut_between_characters(void **state)
{
	static const struct {
		const char *text;
		size_t columns;
		const char *cut;
	} rows[] = {
		{ "web", 5, "web" },	     { "web", 2, "we" },
		{ "海亀", 3, "海" },	     { "海亀", 1, "" },
		{ "größe", 3, "grö" },	     { "ae\xcc\x81", 2, "ae\xcc\x81" },
		{ "a\xff\xff", 2, "a\xff" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		size_t n = width_cut(rows[i].text, strlen(rows[i].text), rows[i].columns);

		if (n != strlen(rows[i].cut))
			fail_msg("'%s' in %zu columns: wanted %zu bytes, got %zu", rows[i].text,
				 rows[i].columns, strlen(rows[i].cut), n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_of_texts),
		cmocka_unit_test(cut_between_characters),
	};

	return cmocka_run_group_tests_name("base/width", tests, NULL, NULL);
}
