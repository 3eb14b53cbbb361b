/* spec/test_restart.c - which ends are followed by another start, and after how long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "spec/restart.h"

static const struct row {
	const char *what;
	enum restart_policy policy;
	uint32_t max;
	struct restart_run run;
	struct restart_decision wanted;
} rows[] = {
	{ "no: never", RESTART_NO, 0, { .code = 1 }, { false, 0, 0 } },
	{ "on-failure: a success is the end",
	  RESTART_ON_FAILURE,
	  0,
	  { .code = 0 },
	  { false, 0, 0 } },
	{ "on-failure: a failure", RESTART_ON_FAILURE, 0, { .code = 3 }, { true, 1, 100 } },
	{ "on-failure: doubled",
	  RESTART_ON_FAILURE,
	  0,
	  { .code = 3, .count = 1, .delay = 100 },
	  { true, 2, 200 } },
	{ "on-failure:2: the last one",
	  RESTART_ON_FAILURE,
	  2,
	  { .code = 3, .count = 1, .delay = 100 },
	  { true, 2, 200 } },
	{ "on-failure:2: no more",
	  RESTART_ON_FAILURE,
	  2,
	  { .code = 3, .count = 2, .delay = 200 },
	  { false, 2, 0 } },
	{ "on-failure:2: ran long, counts anew",
	  RESTART_ON_FAILURE,
	  2,
	  { .code = 3, .count = 2, .delay = 200, .ran_ms = 10000 },
	  { true, 1, 100 } },
	{ "always: after a success too", RESTART_ALWAYS, 0, { .code = 0 }, { true, 1, 100 } },
	{ "always: not for ever longer",
	  RESTART_ALWAYS,
	  0,
	  { .count = 20, .delay = 60000 },
	  { true, 21, 60000 } },
	{ "always: stopped by a person", RESTART_ALWAYS, 0, { .wished = true }, { false, 0, 0 } },
	{ "unless-stopped: stopped by a person",
	  RESTART_UNLESS_STOPPED,
	  0,
	  { .wished = true },
	  { false, 0, 0 } },
	{ "unless-stopped: a crash", RESTART_UNLESS_STOPPED, 0, { .code = 139 }, { true, 1, 100 } },
	{ "never ran, however long it took to fail",
	  RESTART_ALWAYS,
	  0,
	  { .code = 125, .at_start = true, .ran_ms = 20000, .count = 4, .delay = 800 },
	  { true, 5, 1600 } },
	{ "unhealthy, without a policy",
	  RESTART_NO,
	  0,
	  { .code = 137, .by_health = true },
	  { true, 1, 100 } },
	{ "unhealthy, and stopped meanwhile",
	  RESTART_ALWAYS,
	  0,
	  { .code = 137, .by_health = true, .wished = true },
	  { false, 0, 0 } },
};

static void decisions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const struct row *row = &rows[i];
		struct spec s = { .restart = row->policy, .restart_max = row->max };
		struct restart_decision d = restart_decide(&s, &row->run);

		if (d.again != row->wanted.again || d.count != row->wanted.count ||
		    d.delay != row->wanted.delay)
			fail_msg("%s: wanted %d %u %u, got %d %u %u", row->what, row->wanted.again,
				 row->wanted.count, row->wanted.delay, d.again, d.count, d.delay);
	}
}

static void after_a_boot(void **state)
{
	static const struct {
		const char *policy;
		bool wished, was_running, again;
	} boots[] = {
		{ "no", false, true, false },
		{ "always", false, true, true },
		{ "always", true, false, true },
		{ "unless-stopped", false, true, true },
		{ "unless-stopped", true, false, false },
		{ "unless-stopped", false, false, true },
		{ "on-failure:3", false, true, true },
		{ "on-failure", false, false, false },
		{ "on-failure", true, true, false },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(boots); i++)
		if (restart_at_boot(boots[i].policy, boots[i].wished, boots[i].was_running) !=
		    boots[i].again)
			fail_msg("%s, wished %d, was running %d: wanted %d", boots[i].policy,
				 boots[i].wished, boots[i].was_running, boots[i].again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions),
		cmocka_unit_test(after_a_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
