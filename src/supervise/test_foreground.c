/* supervise/test_foreground.c - how the first process ends, and what signals do to it. */
#include "supervise/test_stage.h"

#include "supervise/signals.h"

static volatile sig_atomic_t caught;

static void on_signal(int signal)
{
	caught = signal;
}

static int exits_with_42(void)
{
	return 42;
}

static int kills_itself(void)
{
	(void)raise(SIGKILL);
	return 0;
}

static _Noreturn int sleeps(void)
{
	stage_say("ready\n");
	for (;;)
		(void)pause();
}

static int catches_all(void)
{
	sigset_t all, none;

	(void)sigfillset(&all);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		(void)signal(signal_number, on_signal);
	stage_say("ready\n");
	(void)sigsuspend(&none);
	return caught;
}

static int ignores_term(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	stage_say("ready\n");
	(void)usleep(200 * 1000);
	return 4;
}

static int waits_in_sigwait(void)
{
	sigset_t all;
	int signal_number = 0;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	stage_say("ready\n");
	(void)sigwait(&all, &signal_number);
	return signal_number;
}

/* An exit status is passed on as it is. */
static void exit_status_is_reported(void **state)
{
	struct stage s = { .first = exits_with_42 };
	struct supervise_result r;

	(void)state;
	stage_open(&s);
	r = stage_close(&s);
	assert_int_equal(r.code, 42);
	assert_int_equal(r.signal, 0);
}

/* A signal is told as 128 + n; SIGKILL that did not come from honu is nobody else's fault. */
static void death_by_signal_is_reported(void **state)
{
	struct stage s = { .first = kills_itself };
	struct supervise_result r;

	(void)state;
	stage_open(&s);
	r = stage_close(&s);
	assert_int_equal(r.code, 128 + SIGKILL);
	assert_int_equal(r.signal, SIGKILL);
	assert_int_equal(r.ended_by, 0);
}

/* What honu is sent, the first process is sent, pid 1 or not. */
static void signals_are_forwarded(void **state)
{
	const int sent[] = { SIGHUP,  SIGINT,	SIGQUIT,  SIGTERM,  SIGUSR1, SIGUSR2,
			     SIGALRM, SIGWINCH, SIGRTMIN, SIGRTMAX, SIGCONT };

	(void)state;
	for (int namespace = 0; namespace <= (geteuid() == 0); namespace ++) {
		for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
			struct stage s = { .first = catches_all, .namespace = namespace };

			stage_open(&s);
			stage_expect(&s, "ready");
			assert_return_code(kill(s.honu, sent[i]), errno);
			assert_int_equal(stage_close(&s).code, sent[i]);
		}
	}
}

/* Pid 1 that does not care about a signal would not even notice it: honu ends it. */
static void careless_pid_1_is_ended(void **state)
{
	const int sent[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1 };

	(void)state;
	SKIP_UNLESS_ROOT();
	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		struct stage s = { .first = sleeps, .namespace = true };
		struct supervise_result r;

		stage_open(&s);
		stage_expect(&s, "ready");
		assert_return_code(kill(s.honu, sent[i]), errno);
		r = stage_close(&s);
		assert_int_equal(r.code, 128 + sent[i]);
		assert_int_equal(r.signal, SIGKILL);
		assert_int_equal(r.ended_by, sent[i]);
	}
}

/* Pid 1 that ignores a signal, or is in sigwait(3) for it, is left to do as it likes. */
static void careful_pid_1_is_left_alone(void **state)
{
	struct stage ignoring = { .first = ignores_term, .namespace = true };
	struct stage waiting = { .first = waits_in_sigwait, .namespace = true };

	(void)state;
	SKIP_UNLESS_ROOT();
	stage_open(&ignoring);
	stage_expect(&ignoring, "ready");
	assert_return_code(kill(ignoring.honu, SIGTERM), errno);
	assert_int_equal(stage_close(&ignoring).code, 4);

	stage_open(&waiting);
	stage_expect(&waiting, "ready");
	(void)usleep(100 * 1000); /* in the call, not on the way to it */
	assert_return_code(kill(waiting.honu, SIGTERM), errno);
	assert_int_equal(stage_close(&waiting).code, SIGTERM);
}

/* A signal whose default action spares the process does not end pid 1 either. */
static void harmless_signals_end_nobody(void **state)
{
	(void)state;
	assert_false(signals_is_lost(getpid(), SIGWINCH));
	assert_false(signals_is_lost(getpid(), SIGCONT));
	assert_false(signals_is_lost(getpid(), SIGCHLD));
	assert_true(signals_is_lost(getpid(), SIGUSR1));
}

/* nohup(1) and a shell's "&" make honu ignore signals: they stay ignored. What concerns honu itself
 * is never taken. */
static void ignored_signals_are_not_taken(void **state)
{
	const int never[] = { SIGCHLD, SIGPIPE, SIGTTIN, SIGTTOU, SIGSEGV };
	sigset_t taken;

	(void)state;
	(void)signal(SIGHUP, SIG_IGN);
	signals_taken(&taken);
	(void)signal(SIGHUP, SIG_DFL);
	assert_false(sigismember(&taken, SIGHUP));
	assert_true(sigismember(&taken, SIGTERM));
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		assert_false(sigismember(&taken, never[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exit_status_is_reported),
		cmocka_unit_test(death_by_signal_is_reported),
		cmocka_unit_test(signals_are_forwarded),
		cmocka_unit_test(careless_pid_1_is_ended),
		cmocka_unit_test(careful_pid_1_is_left_alone),
		cmocka_unit_test(harmless_signals_end_nobody),
		cmocka_unit_test(ignored_signals_are_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
