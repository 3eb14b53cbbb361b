/* cli/test_why_explain.c - each way to end is named, with what proves it and what to do. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "base/text.h"
#include "cli/why_explain.h"

#define NOW (UINT64_C(1795457262) * MOMENT_SECOND)
#define AGO(seconds) (NOW - (seconds)*MOMENT_SECOND)

#define STATE(...) .state = { .phase = "stopped", .has_exit = true, .exit = { __VA_ARGS__ } }
#define UNKNOWN .oom_kills = UINT64_MAX, .memory_peak = UINT64_MAX, .memory_limit = UINT64_MAX
#define TIMES .started = AGO(600), .ended = AGO(300)
#define ASKED(wish_, signal_)                                                              \
	.intent = { .wish = (wish_), .signal = (signal_), .uid = 1000, .time = AGO(310) }, \
	.who = "koa"

static const struct row {
	struct why_facts facts;
	const char *verdict;	 /* the whole */
	const char *evidence[6]; /* "about: text", among others; "!about": there is none */
	const char *advice[3];	 /* part of one; "": there is none */
} rows[] = {
	{ { STATE(TIMES, UNKNOWN) },
	  "web ended by itself 5 minutes ago: its program was done",
	  { "status: 0: it ended well",
	    "ended: 2026-11-23T18:02:42Z (5 minutes ago), after 5 minutes", "!memory", "!asked",
	    "!restart" },
	  { "in the foreground" } },
	{ { STATE(.code = 3, TIMES, UNKNOWN) },
	  "web ended by itself 5 minutes ago, with status 3",
	  { "status: 3: from the program itself" },
	  { "honu logs web" } },
	{ { STATE(.code = 125, TIMES, UNKNOWN) },
	  "web ended by itself 5 minutes ago, with status 125",
	  { "status: 125: from the program itself; of container tools, a failure of their own" },
	  { "honu logs web" } },
	{ { STATE(.code = 126, TIMES, UNKNOWN) },
	  "web ended by itself 5 minutes ago, with status 126",
	  { "status: 126: from a shell, where a command was found and could not be executed" },
	  { "which command" } },
	{ { STATE(.code = 127, TIMES, UNKNOWN) },
	  "web ended by itself 5 minutes ago, with status 127",
	  { "status: 127: from a shell, where a command was not found" },
	  { "which command" } },
	{ { STATE(.code = 139, TIMES, UNKNOWN) },
	  "web ended by itself 5 minutes ago, with status 139",
	  { "status: 139: from a shell, 128 + 11 where SIGSEGV ended its command" },
	  { "honu logs web" } },
	{ { STATE(TIMES, UNKNOWN), ASKED(WISH_STOP, SIGTERM) },
	  "web was stopped 5 minutes ago: koa asked for it",
	  { "asked: honu stop by koa, 2026-11-23T18:02:32Z (5 minutes ago), with SIGTERM" },
	  { "" } },
	{ { STATE(.cause = EXIT_BY_SIGNAL, .code = 143, .signal = SIGTERM, TIMES, UNKNOWN),
	    ASKED(WISH_STOP, SIGTERM) },
	  "web was stopped 5 minutes ago: koa asked for it, and SIGTERM ended it",
	  { "status: 143: 128 + 15, SIGTERM",
	    "asked: honu stop by koa, 2026-11-23T18:02:32Z (5 minutes ago), with SIGTERM" },
	  { "" } },
	{ { STATE(.cause = EXIT_BY_SIGNAL, .code = 137, .signal = SIGKILL, TIMES, UNKNOWN),
	    .intent = { .wish = WISH_KILL, .signal = SIGKILL, .uid = 7, .time = AGO(300) } },
	  "web was killed 5 minutes ago: uid 7 asked for it, and SIGKILL ended it",
	  { "asked: honu kill by uid 7, 2026-11-23T18:02:42Z (5 minutes ago), with SIGKILL" },
	  { "" } },
	/* What was asked of an earlier run does not count. */
	{ { STATE(.cause = EXIT_BY_SIGNAL, .code = 137, .signal = SIGKILL, TIMES, UNKNOWN),
	    .intent = { .wish = WISH_KILL, .signal = SIGKILL, .uid = 7, .time = AGO(700) } },
	  "web was killed 5 minutes ago by SIGKILL, and nobody asked honu for it",
	  { "asked: nobody asked honu for it: another process of the host sent it, or the kernel, when "
	    "memory of the whole machine ran out; 'dmesg' tells of the latter" },
	  { "" } },
	{ { STATE(.cause = EXIT_BY_SIGNAL, .code = 130, .signal = SIGINT, TIMES, UNKNOWN) },
	  "web was killed 5 minutes ago by SIGINT, and nobody asked honu for it",
	  { "asked: nobody asked honu for it: another process sent it, inside or on the host" },
	  { "" } },
	{ { STATE(.cause = EXIT_BY_SIGNAL, .code = 139, .signal = SIGSEGV, .dumped_core = true,
		  TIMES, UNKNOWN) },
	  "web crashed 5 minutes ago: it used memory that it does not have",
	  { "status: 139: 128 + 11, SIGSEGV, with a core dump", "!asked" },
	  { "a fault of the program" } },
	{ { STATE(.cause = EXIT_BY_SIGNAL, .code = 159, .signal = SIGSYS, TIMES, UNKNOWN) },
	  "web crashed 5 minutes ago: it made a system call that it may not make",
	  { "status: 159: 128 + 31, SIGSYS" },
	  { "--security-opt seccomp=unconfined" } },
	{ { STATE(.cause = EXIT_BY_OOM, .code = 137, .signal = SIGKILL, TIMES, .oom_kills = 2,
		  .memory_peak = 268435456 - 52429, .memory_limit = 268435456),
	    .restart = "on-failure:3", .restarts = { 3, 800 } },
	  "web was killed 5 minutes ago: it ran out of memory",
	  { "memory: 255.9 MiB at most, 256.0 MiB allowed",
	    "killed: 2 processes for want of memory",
	    "restart: on-failure:3, 3 times in a row: not again, since that was the last try" },
	  { "more than 256.0 MiB with --memory" } },
	{ { STATE(.cause = EXIT_BY_OOM, .code = 137, .signal = SIGKILL, TIMES, .oom_kills = 1,
		  .memory_peak = 1024, .memory_limit = UINT64_MAX) },
	  "web was killed 5 minutes ago: it ran out of memory",
	  { "memory: 1.0 KiB at most, no limit" },
	  { "a group above it" } },
	{ { STATE(.code = 1, TIMES, .oom_kills = 1, .memory_peak = UINT64_MAX,
		  .memory_limit = 4096) },
	  "web ended by itself 5 minutes ago, with status 1",
	  { "memory: 4.0 KiB allowed",
	    "killed: 1 process for want of memory, but not its first one" },
	  { NULL } },
	{ { STATE(.cause = EXIT_BY_STOP, .code = 137, .signal = SIGKILL, TIMES, UNKNOWN),
	    ASKED(WISH_STOP, SIGTERM), .stop_timeout = 10500, .program = "sh" },
	  "web was killed 5 minutes ago: it did not stop when it was asked to",
	  { "time-out: 10.5 s after SIGTERM came SIGKILL",
	    "asked: honu stop by koa, 2026-11-23T18:02:32Z (5 minutes ago), with SIGTERM" },
	  { "sh, as process 1,", "--stop-timeout" } },
	{ { STATE(.cause = EXIT_BY_STOP, .code = 137, .signal = SIGKILL, TIMES, UNKNOWN),
	    .has_init = true, .stop_signal = "SIGINT", .stop_timeout = UINT64_MAX },
	  "web was killed 5 minutes ago: it did not stop when it was asked to",
	  { "!time-out" },
	  { "another one than SIGINT" } },
	{ { STATE(.cause = EXIT_BY_HEALTH, .code = 137, TIMES, UNKNOWN),
	    .health_output = "connection refused" },
	  "web was ended 5 minutes ago: it was unhealthy, and --health-on-failure asked for that",
	  { "probe: connection refused" },
	  { "--health-retries" } },
	{ { STATE(.cause = EXIT_AT_START, .code = 127, .ended = AGO(300), UNKNOWN,
		  .error = "step 31 of 44 (exec): execve on /bin/nope: No such file",
		  .hint = "its PATH is /bin") },
	  "web could not be started 5 minutes ago",
	  { "error: step 31 of 44 (exec): execve on /bin/nope: No such file",
	    "status: 127: there is no such program in it",
	    "ended: 2026-11-23T18:02:42Z (5 minutes ago)" },
	  { "its PATH is /bin" } },
	{ { STATE(.cause = EXIT_AT_START, .code = 126, UNKNOWN) },
	  "web could not be started",
	  { "status: 126: the program is there, and cannot be executed", "!ended", "!error" },
	  { "" } },
	{ { STATE(.cause = EXIT_AT_START, .code = 125, UNKNOWN) },
	  "web could not be started",
	  { "status: 125: honu failed before the program" },
	  { "" } },
	{ { STATE(.cause = EXIT_LOST, .code = 255, UNKNOWN), .restart = "always" },
	  "web ended when its supervisor was killed, so nobody knows how",
	  { "status: not known", "restart: always: 'honu gc --restart' does that now" },
	  { "honu-supervise", "honu start web" } },
	{ { STATE(.cause = EXIT_BOOT, UNKNOWN) },
	  "web ended when the machine went down",
	  { "status: not known: this is another boot than the one it ran in" },
	  { "honu start web" } },
	{ { STATE(TIMES, UNKNOWN), .restart = "on-failure" },
	  "web ended by itself 5 minutes ago: its program was done",
	  { "restart: on-failure: not again, since it ended well" },
	  { NULL } },
	{ { STATE(TIMES, UNKNOWN), .restart = "always", ASKED(WISH_STOP, SIGTERM) },
	  "web was stopped 5 minutes ago: koa asked for it",
	  { "restart: always: not again, since somebody asked for the end" },
	  { "" } },
	{ { .state = { .phase = "restarting",
		       .lives = true,
		       .has_exit = true,
		       .exit = { .code = 1, TIMES, UNKNOWN } },
	    .restart = "always",
	    .restarts = { 1, 1600 } },
	  "web ended by itself 5 minutes ago, with status 1, and waits to be started again",
	  { "restart: always, 1 time in a row: it starts again after 1.6 s" },
	  { "honu logs web" } },
	{ { .state = { .phase = "running",
		       .lives = true,
		       .started = AGO(180),
		       .health = HEALTH_GOOD },
	    .health_output = "all well",
	    .restart = "always",
	    .restarts = { 2, 200 },
	    .ends = (const struct why_end[]){ { AGO(181), 137, "oom" }, { AGO(400), 1, NULL } },
	    .n_ends = 2 },
	  "web runs: up 3 minutes",
	  { "started: 2026-11-23T18:04:42Z (3 minutes ago)", "health: healthy", "!probe",
	    "restart: always, 2 times in a row",
	    "before: ended with 137, cause oom, 2026-11-23T18:04:41Z (3 minutes ago)",
	    "before: ended with 1, 2026-11-23T18:01:02Z (6 minutes ago)" },
	  { "" } },
	{ { .state = { .phase = "running",
		       .lives = true,
		       .started = AGO(180),
		       .health = HEALTH_BAD,
		       .health_failures = 4 },
	    .health_output = "connection refused" },
	  "web runs: up 3 minutes, but it is unhealthy",
	  { "health: unhealthy, after 4 failures in a row", "probe: connection refused",
	    "!status" },
	  { "shows the check" } },
	{ { .state = { .phase = "paused", .lives = true, .started = AGO(180) } },
	  "web is paused: up 3 minutes",
	  { "!status" },
	  { "honu resume web" } },
	{ { .state = { .phase = "created" } },
	  "web was created, and has not been started yet",
	  { "!status" },
	  { "honu start web" } },
	{ { .state = { .phase = "creating", .lives = true } },
	  "web is being made this very moment",
	  { "!status" },
	  { "" } },
	{ { STATE(.code = 9, .ended = AGO(300), UNKNOWN), .gone = true, .removed = AGO(200) },
	  "web ended by itself 5 minutes ago, with status 9",
	  { "removed: 2026-11-23T18:04:22Z (3 minutes ago)" },
	  { NULL } },
};

static const char *find_evidence(const struct why *w, const char *wanted)
{
	const char *colon = strchr(wanted, ':');

	for (size_t i = 0; i < w->n_evidence; i++) {
		const struct why_evidence *e = &w->evidence[i];

		if (wanted[0] == '!' && strcmp(e->about, wanted + 1) == 0)
			return e->text;
		if (wanted[0] != '!' && strncmp(e->about, wanted, (size_t)(colon - wanted)) == 0 &&
		    strcmp(e->text, colon + 2) == 0)
			return e->text;
	}
	return NULL;
}

static void add_all(const struct why *w, struct text *t)
{
	for (size_t i = 0; i < w->n_evidence; i++)
		text_printf(t, "\n  %s: %s", w->evidence[i].about, w->evidence[i].text);
	for (size_t i = 0; i < w->n_advice; i++)
		text_printf(t, "\n  -> %s", w->advice[i]);
}

static bool has_advice(const struct why *w, const char *wanted)
{
	if (!wanted[0])
		return w->n_advice == 0;
	for (size_t i = 0; i < w->n_advice; i++)
		if (strstr(w->advice[i], wanted))
			return true;
	return false;
}

static void every_end_is_explained(void **state)
{
	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text all = { 0 };
		struct why_facts facts = rows[i].facts;
		struct why why;

		facts.name = "web";
		facts.now = NOW;
		why_explain(&a, &facts, &why);
		add_all(&why, &all);
		if (strcmp(why.verdict, rows[i].verdict) != 0)
			fail_msg("row %zu: wanted '%s', got '%s'", i, rows[i].verdict, why.verdict);
		for (size_t k = 0; k < ELEMENTS(rows[i].evidence) && rows[i].evidence[k]; k++) {
			const char *wanted = rows[i].evidence[k];

			if (!find_evidence(&why, wanted) != (wanted[0] == '!'))
				fail_msg("%s: wanted '%s' among: %s", why.verdict, wanted,
					 text_get(&all));
		}
		for (size_t k = 0; k < ELEMENTS(rows[i].advice) && rows[i].advice[k]; k++)
			if (!has_advice(&why, rows[i].advice[k]))
				fail_msg("%s: wanted advice '%s' among: %s", why.verdict,
					 rows[i].advice[k], text_get(&all));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(every_end_is_explained) };

	return cmocka_run_group_tests_name("cli/why_explain", tests, NULL, NULL);
}
