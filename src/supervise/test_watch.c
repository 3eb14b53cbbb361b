/* supervise/test_watch.c - honu-supervise: how a container ends, what is left behind, and what it
 * costs meanwhile. */
#include "supervise/test_watch_stage.h"

static int exits_with_42(void)
{
	return 42;
}

static int kills_itself(void)
{
	(void)raise(SIGTERM);
	return 0;
}

static int dumps_core(void)
{
	struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };

	(void)!chdir("/tmp");
	(void)setrlimit(RLIMIT_CORE, &all);
	(void)raise(SIGQUIT);
	return 0;
}

static int ignores_term(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	say(STDOUT_FILENO, "ready\n");
	return sleeps();
}

static int ends_at_usr1(void)
{
	sigset_t set;
	int seen;

	(void)sigfillset(&set);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	say(STDOUT_FILENO, "ready\n");
	return sigwait(&set, &seen) == 0 ? seen : 99;
}

/* Status and signal are noted as they were, with both times. */
static void end_is_recorded(void **state)
{
	struct stage code = { .first = exits_with_42, .settings = { "started=1234", "name=web" } };
	struct stage signal_end = { .first = kills_itself };
	struct exit_record x;

	(void)state;
	stage_open(&code);
	x = stage_finish(&code);
	assert_int_equal(x.cause, EXIT_BY_CODE);
	assert_int_equal(x.code, 42);
	assert_int_equal(x.signal, 0);
	assert_false(x.dumped_core);
	assert_non_null(strstr(stage_file(&code, "../events"),
			       "\"action\":\"die\",\"id\":\"" WATCH_ID
			       "\",\"name\":\"web\",\"attributes\":{\"exitCode\":\"42\"}}\n"));
	assert_int_equal(x.started, 1234);
	assert_true(x.ended > UINT64_C(1600000000000000000));
	stage_remove(&code);

	stage_open(&signal_end);
	x = stage_finish(&signal_end);
	assert_int_equal(x.cause, EXIT_BY_SIGNAL);
	assert_int_equal(x.code, 128 + SIGTERM);
	assert_int_equal(x.signal, SIGTERM);
	assert_non_null(strstr(stage_file(&signal_end, "../events"),
			       "\"attributes\":{\"exitCode\":\"143\",\"signal\":\"15\"}}\n"));
	assert_true(x.started > 0 && x.started <= x.ended);
	stage_remove(&signal_end);
}

/* A core dump is noted where there was one: as for any child on this machine. */
static void core_is_recorded(void **state)
{
	struct stage s = { .first = dumps_core };
	char path[64];
	int status;
	pid_t pid = fork();

	(void)state;
	assert_return_code(pid, errno);
	if (pid == 0)
		_exit(dumps_core());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)snprintf(path, sizeof(path), "/tmp/core.%d", pid);
	(void)unlink(path);

	stage_open(&s);
	assert_int_equal(stage_finish(&s).dumped_core, WCOREDUMP(status) != 0);
	(void)snprintf(path, sizeof(path), "/tmp/core.%d", s.pid);
	(void)unlink(path);
	(void)unlink("/tmp/core");
	stage_remove(&s);
}

static void set_environment(void)
{
	(void)clearenv();
	(void)setenv("PATH", "/some:/path", 1);
	(void)setenv("SECRET", "x", 1);
	(void)setenv("LISTEN_FDS", "3", 1);
	(void)setenv("HONU_STATE", "/elsewhere", 1);
	(void)!open("/dev/null", O_RDONLY); /* cloexec: a leak, on purpose */
}

/* honu finish gets its words, the three descriptors, an environment without anybody's secrets, and
 * signals as if a shell had started it. */
static void finish_is_executed(void **state)
{
	struct stage s = { .first = exits_with_42, .prepare = set_environment };
	char expected[1024], *seen;

	(void)state;
	stage_open(&s);
	(void)stage_finish(&s);
	(void)snprintf(expected, sizeof(expected),
		       "arg honu\narg --state\narg %s\narg finish\narg " WATCH_ID "\n"
		       "env PATH=/some:/path\nenv HONU_STATE=/elsewhere\n"
		       "fd 0 /dev/null\nfd 1 /dev/null\nfd 2 /dev/null\n"
		       "fd 3 %s/" WATCH_ID "\nfd 4 %s/" WATCH_ID "/alive\nfd 5 %s\n",
		       s.directory, s.directory, s.directory, s.directory);
	seen = stage_file(&s, "finished");
	*strstr(seen, "blocked") = '\0'; /* from there on: the next test */
	assert_string_equal(seen, expected);
	stage_remove(&s);
}

static bool may_lower_oom_score(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

		_exit(fd < 0 || write(fd, "-999", 4) != 4);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

/* The mask, what is ignored and the OOM score, as honu finish would pass them on to the next first
 * process. */
static void finish_inherits_nothing(void **state)
{
	struct stage s = { .first = sleeps };
	char path[64], text[8192], before[16] = "", after[16] = "";
	FILE *f;

	(void)state;
	stage_open(&s);
	(void)snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", s.supervisor);
	f = fopen(path, "re");
	assert_non_null(f);
	assert_non_null(fgets(before, sizeof(before), f));
	(void)fclose(f);
	if (may_lower_oom_score())
		assert_string_equal(before, "-999\n");
	/* These would be pending, and end it when it unblocks them. */
	for (int n = 1; n <= 64; n++)
		if (n != SIGTERM && n != SIGKILL && n != SIGSTOP)
			assert_return_code(kill(s.supervisor, n), errno);
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	(void)snprintf(text, sizeof(text), "%s", stage_file(&s, "finished"));
	f = fopen("/proc/self/oom_score_adj", "re");
	assert_non_null(f);
	assert_non_null(fgets(after, sizeof(after), f));
	(void)fclose(f);
	(void)snprintf(path, sizeof(path), "score %s", after);
	assert_non_null(strstr(text, path));
	assert_non_null(strstr(text, "blocked 0000000000000000"));
	assert_non_null(strstr(text, "ignored 0000000000000000"));
	stage_remove(&s);
}

/* Something wrong on the command line is said before anything is watched. */
static void bad_settings_are_refused(void **state)
{
	static const char *const rows[][2] = {
		{ "colour=red", "setting 'colour=red' is unknown" },
		{ "log=paper", "setting 'log=paper' is unknown or malformed" },
		{ "log-size=0", "setting 'log-size=0'" },
		{ "log-size=10k", "setting 'log-size=10k'" },
		{ "tty=yes", "setting 'tty=yes'" },
		{ "health-port=65536", "setting 'health-port=65536'" },
		{ "health=http", "health-port= is missing" },
		{ "name=", "setting 'name='" },
		{ "stop-signal=65", "setting 'stop-signal=65'" },
		{ "pid", "setting 'pid'" },
	};
	char text[1024];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct stage s = { .first = sleeps, .settings = { rows[i][0] } };
		int status;

		stage_launch(&s);
		stage_ready(&s, text, sizeof(text));
		if (!strstr(text, rows[i][1]))
			fail_msg("%s: \"%s\"", rows[i][0], text);
		status = stage_wait(&s);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 125);
		assert_int_equal(faccessat(s.container, "exit", F_OK, 0), -1);
		stage_remove(&s);
	}
}

static double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Nothing runs: honu finish comes when the time has passed, or at SIGTERM. */
static void wait_passes(void **state)
{
	struct stage timed = { .first = exits_with_42, .settings = { "wait=300" }, .no_pid = true };
	struct stage asked = { .first = exits_with_42,
			       .settings = { "wait=3600000" },
			       .no_pid = true };
	double start = seconds();

	(void)state;
	stage_open(&timed);
	assert_int_equal(WEXITSTATUS(stage_wait(&timed)), 77);
	assert_true(seconds() - start >= 0.3);
	assert_non_null(strstr(stage_file(&timed, "finished"), "arg finish\n"));
	assert_int_equal(faccessat(timed.container, "exit", F_OK, 0), -1);
	stage_remove(&timed);

	stage_open(&asked);
	assert_return_code(kill(asked.supervisor, SIGTERM), errno);
	assert_int_equal(stage_wait(&asked), 77 << 8);
	assert_memory_equal(stage_link(&asked, "intent"), "stop 15 0 ", 10);
	stage_remove(&asked);
}

/* SIGTERM to honu-supervise stops the container, by the signal that was asked for. */
static void term_stops(void **state)
{
	struct stage s = { .first = ends_at_usr1, .settings = { "stop-signal=10" } };
	struct exit_record x;
	int client;

	(void)state;
	stage_launch(&s);
	client = client_open(&s, 1);
	client_expect(client, "ready\n");
	assert_return_code(kill(s.supervisor, SIGTERM), errno);
	x = stage_finish(&s);
	assert_int_equal(x.cause, EXIT_BY_CODE);
	assert_int_equal(x.code, SIGUSR1);
	assert_memory_equal(stage_link(&s, "intent"), "stop 10 0 ", 10);
	(void)close(client);
	stage_remove(&s);
}

/* One that does not listen is killed when its time has passed, and the record says why. */
static void term_kills_in_time(void **state)
{
	struct stage s = { .first = ignores_term, .settings = { "stop-timeout=300" } };
	struct exit_record x;
	double start;
	int client;

	(void)state;
	stage_launch(&s);
	client = client_open(&s, 1);
	client_expect(client, "ready\n");
	start = seconds();
	assert_return_code(kill(s.supervisor, SIGTERM), errno);
	x = stage_finish(&s);
	assert_true(seconds() - start >= 0.3);
	assert_int_equal(x.cause, EXIT_BY_STOP);
	assert_int_equal(x.code, 128 + SIGKILL);
	assert_int_equal(x.signal, SIGKILL);
	(void)close(client);
	stage_remove(&s);
}

/* A detached exec leaves its status in exec/N, and nothing is finished. */
static void exec_leaves_its_status(void **state)
{
	struct stage s = { .first = exits_with_42, .settings = { "exec=7" } };
	struct exit_record x;
	int status, fd;

	(void)state;
	stage_open(&s);
	status = stage_wait(&s);
	assert_int_equal(status, 0);
	assert_int_equal(faccessat(s.container, "exit", F_OK, 0), -1);
	assert_int_equal(faccessat(s.container, "finished", F_OK, 0), -1);
	assert_non_null(strstr(stage_file(&s, "../events"),
			       "\"action\":\"exec_die\",\"id\":\"" WATCH_ID
			       "\",\"attributes\":{\"exitCode\":\"42\",\"execID\":\"7\"}}\n"));
	assert_return_code(renameat(s.container, "exec/7", s.container, "exit"), errno);
	assert_int_equal(exit_get(s.container, &x), 0);
	assert_int_equal(x.code, 42);
	fd = openat(s.container, "exec", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_return_code(unlinkat(s.container, "exec", AT_REMOVEDIR), errno); /* is empty */
	(void)close(fd);
	stage_remove(&s);
}

static int leaves_a_survivor(void)
{
	say(STDOUT_FILENO, "last words");
	if (fork() == 0) {
		(void)prctl(PR_SET_PDEATHSIG, 0);
		for (int n = 0; n < 500; n++) { /* five seconds, or until nobody reads */
			if (write(STDOUT_FILENO, "x", 1) < 0)
				_exit(0);
			(void)usleep(10 * 1000);
		}
		_exit(0);
	}
	return 0;
}

/* Whoever outlives the first process and holds its pipe does not hold up the end. */
static void survivors_do_not_delay(void **state)
{
	struct stage s = { .first = leaves_a_survivor };
	double start = seconds();

	(void)state;
	stage_open(&s);
	(void)stage_finish(&s);
	assert_true(seconds() - start < 3);
	assert_memory_equal(stage_file(&s, "log/out"), "last words", 10);
	stage_remove(&s);
}

/* ---- what it costs ---- */

static long voluntary_switches(pid_t pid)
{
	char path[64], line[256];
	long n = -1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", pid);
	f = fopen(path, "re");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
			n = strtol(line + 24, NULL, 10);
	(void)fclose(f);
	return n;
}

static long pss(pid_t pid)
{
	char path[64], line[256];
	long n = -1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		if (strncmp(line, "Pss:", 4) == 0)
			n = strtol(line + 4, NULL, 10);
	(void)fclose(f);
	return n;
}

static int talks_then_sleeps(void)
{
	for (int n = 0; n < 20; n++) {
		say(STDOUT_FILENO, "a line of output\n");
		say(STDERR_FILENO, "a line of errors\n");
		(void)usleep(1000);
	}
	return sleeps();
}

static int leaves_its_terminal(void)
{
	say(STDOUT_FILENO, "going\n");
	(void)close(STDIN_FILENO);
	(void)close(STDOUT_FILENO);
	(void)close(STDERR_FILENO);
	return sleeps();
}

static void is_idle(struct stage *s)
{
	long before, memory;

	stage_open(s);
	(void)usleep(300 * 1000);
	before = voluntary_switches(s->supervisor);
	(void)usleep(2000 * 1000);
	assert_int_equal(voluntary_switches(s->supervisor), before);
	memory = pss(s->supervisor);
	print_message("%ld KiB\n", memory);
	assert_in_range(memory, 1, 64);
	assert_return_code(kill(s->pid, SIGKILL), errno);
	assert_int_equal(stage_finish(s).signal, SIGKILL);
	stage_remove(s);
}

/* While nothing happens it does nothing, in at most 64 KiB; also beside a terminal that nobody has
 * open, as that of a system between two logins. */
static void idle_is_free(void **state)
{
	struct stage pipes = { .first = talks_then_sleeps };
	struct stage terminal = { .first = talks_then_sleeps, .tty = true };
	struct stage vacant = { .first = leaves_its_terminal, .tty = true };

	(void)state;
	is_idle(&pipes);
	is_idle(&terminal);
	is_idle(&vacant);
}

/* Waiting costs no more than being. */
static void waiting_is_free(void **state)
{
	struct stage s = { .first = exits_with_42, .settings = { "wait=3600000" }, .no_pid = true };
	long before;

	(void)state;
	stage_open(&s);
	(void)usleep(100 * 1000);
	before = voluntary_switches(s.supervisor);
	(void)usleep(1000 * 1000);
	assert_int_equal(voluntary_switches(s.supervisor), before);
	assert_in_range(pss(s.supervisor), 1, 64);
	assert_return_code(kill(s.supervisor, SIGTERM), errno);
	assert_int_equal(WEXITSTATUS(stage_wait(&s)), 77);
	stage_remove(&s);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(end_is_recorded),
		cmocka_unit_test(core_is_recorded),
		cmocka_unit_test(finish_is_executed),
		cmocka_unit_test(finish_inherits_nothing),
		cmocka_unit_test(bad_settings_are_refused),
		cmocka_unit_test(wait_passes),
		cmocka_unit_test(term_stops),
		cmocka_unit_test(term_kills_in_time),
		cmocka_unit_test(exec_leaves_its_status),
		cmocka_unit_test(survivors_do_not_delay),
		cmocka_unit_test(idle_is_free),
		cmocka_unit_test(waiting_is_free),
	};

	if (argc > 1 && strcmp(argv[0], "honu") == 0)
		return stage_play_honu(argv);
	return cmocka_run_group_tests(tests, stage_find_programs, NULL);
}
