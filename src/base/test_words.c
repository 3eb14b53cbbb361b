/* base/test_words.c - signals and lengths of time as people write them. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "base/duration.h"
#include "base/signal_name.h"

static void signals_by_any_name(void **state)
{
	static const struct {
		const char *text;
		int signal; /* 0: refused */
	} rows[] = {
		{ "TERM", SIGTERM },
		{ "SIGTERM", SIGTERM },
		{ "sigterm", SIGTERM },
		{ "15", SIGTERM },
		{ "9", SIGKILL },
		{ "RTMIN", 34 },
		{ "SIGRTMIN+3", 37 },
		{ "RTMAX", 64 },
		{ "rtmax-1", 63 },
		{ "64", 64 },
		{ "0", 0 },
		{ "65", 0 },
		{ "RTMIN+31", 0 },
		{ "RTMAX-31", 0 },
		{ "RTMIN-1", 0 },
		{ "", 0 },
		{ "SIG", 0 },
		{ "TERM ", 0 },
		{ "-9", 0 },
		{ "SIGSIGTERM", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		int signal = 0, r = signal_parse(rows[i].text, &signal);

		if (signal != rows[i].signal || (r == 0) != (rows[i].signal != 0))
			fail_msg("'%s': wanted %d, got %d (%d)", rows[i].text, rows[i].signal,
				 signal, r);
	}
}

static void every_signal_has_its_name(void **state)
{
	(void)state;
	for (int n = 1; n <= 64; n++) {
		const char *name = signal_name(n);
		int back = 0;

		if (n == 32 || n == 33) { /* the C library's own */
			assert_null(name);
			continue;
		}
		assert_non_null(name);
		assert_int_equal(signal_parse(name, &back), 0);
		assert_int_equal(back, n);
	}
	assert_null(signal_name(0));
	assert_null(signal_name(65));
}

static void lengths_of_time(void **state)
{
	static const struct {
		const char *text;
		int r;
		uint64_t ms;
	} rows[] = {
		{ "10", 0, 10000 },
		{ "0", 0, 0 },
		{ "1.5", 0, 1500 },
		{ "500ms", 0, 500 },
		{ "1m30s", 0, 90000 },
		{ "2h", 0, 7200000 },
		{ "1d", 0, 86400000 },
		{ "0.25s", 0, 250 },
		{ "1h2m3s4ms", 0, 3723004 },
		{ "", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
		{ "1x", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1.", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 },
		{ "99999999999999999999", -ERANGE, 0 },
		{ "36000000000000d", -ERANGE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		uint64_t ms = 0;
		int r = duration_parse(rows[i].text, &ms);

		if (r != rows[i].r || (r == 0 && ms != rows[i].ms))
			fail_msg("'%s': wanted %d %llu, got %d %llu", rows[i].text, rows[i].r,
				 (unsigned long long)rows[i].ms, r, (unsigned long long)ms);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(signals_by_any_name),
		cmocka_unit_test(every_signal_has_its_name),
		cmocka_unit_test(lengths_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
