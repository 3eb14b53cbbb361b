/* supervise/test_init.c - honu-init, as the finished program: build/libexec/honu/honu-init, beside
 * which this test is built, or what HONU_INIT names. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "sys/process.h"

#define ORPHANS 1000

static char init_path[PATH_MAX];
static char self_path[PATH_MAX];

struct init {
	uint64_t flags; /* of clone3 */
	int peer;	/* the controlling terminal; 0: none */
	int keep;	/* a descriptor that init and the program inherit as 7; 0: none */
	bool ignoring;	/* starts with everything ignored and blocked */

	pid_t pid;
	int output; /* what the program writes */
};

static _Noreturn void init_execute(const struct init *i, int output, char *const argv[])
{
	char *args[16] = { (char *)"honu-init", (char *)"--" };
	sigset_t all;

	for (size_t n = 0; argv[n] && n < ELEMENTS(args) - 3; n++)
		args[n + 2] = argv[n];
	if (i->peer && login_tty(i->peer) < 0)
		_exit(99);
	if (i->keep && dup2(i->keep, 7) < 0)
		_exit(99);
	(void)dup2(output, STDOUT_FILENO);
	(void)dup2(output, STDERR_FILENO);
	if (i->ignoring) {
		for (int signal_number = 1; signal_number < NSIG; signal_number++)
			(void)signal(signal_number, SIG_IGN);
		(void)sigfillset(&all);
		(void)sigprocmask(SIG_SETMASK, &all, NULL);
	}
	execv(init_path, args);
	_exit(99);
}

static void init_start(struct init *i, char *const argv[])
{
	int pidfd, output[2];

	assert_return_code(pipe2(output, O_CLOEXEC), errno);
	i->pid = sys_clone3(i->flags, &pidfd, SIGCHLD, -1);
	assert_true(i->pid >= 0);
	if (i->pid == 0)
		init_execute(i, output[1], argv);
	(void)close(pidfd);
	(void)close(output[1]);
	i->output = output[0];
}

static int init_end(struct init *i)
{
	int status;

	assert_int_equal(waitpid(i->pid, &status, 0), i->pid);
	(void)close(i->output);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void init_expect(const struct init *i, const char *text)
{
	char seen[1024] = "";
	size_t length = 0;

	while (!strstr(seen, text)) {
		struct pollfd p = { i->output, POLLIN, 0 };

		if (length == sizeof(seen) - 1 || poll(&p, 1, 10000) != 1 ||
		    read(i->output, seen + length, 1) != 1)
			fail_msg("waited for \"%s\", got \"%s\"", text, seen);
		seen[++length] = '\0';
	}
}

#define ARGV(...) ((char *const[]){ __VA_ARGS__, NULL })
#define SHELL(script) ARGV((char *)"sh", (char *)"-c", (char *)(script))

static int status_of(char *const argv[])
{
	struct init i = { 0 };

	init_start(&i, argv);
	return init_end(&i);
}

/* The status is the program's, or says as shells do why there is none. */
static void status_is_the_programs(void **state)
{
	struct init missing = { 0 };

	(void)state;
	assert_int_equal(status_of(SHELL("exit 42")), 42);
	assert_int_equal(status_of(SHELL("kill -TERM $$")), 128 + SIGTERM);
	assert_int_equal(status_of(SHELL("kill -KILL $$")), 128 + SIGKILL);
	assert_int_equal(status_of(ARGV((char *)"/dev/null")), 126);
	init_start(&missing, ARGV((char *)"/no/such/program"));
	init_expect(&missing, "honu-init: /no/such/program: No such file or directory\n");
	assert_int_equal(init_end(&missing), 127);
}

/* Every signal that honu-init can be sent arrives, the real-time ones too. */
static void signals_are_forwarded(void **state)
{
	(void)state;
	for (int signal_number = 1; signal_number <= 64; signal_number++) {
		struct init i = { 0 };
		char number[8];

		switch (signal_number) {
		case SIGKILL:
		case SIGSTOP:
		case SIGCHLD: /* not to be caught, or init's own */
		case SIGSEGV:
		case SIGBUS:
		case SIGFPE:
		case SIGILL:
		case SIGTRAP:
		case SIGABRT:
		case SIGSYS: /* synchronous */
		case 32:
		case 33: /* the C library of this test keeps them for itself */
			continue;
		default:
			break;
		}
		(void)snprintf(number, sizeof(number), "%d", signal_number);
		init_start(&i, ARGV(self_path, (char *)"--catch", number));
		init_expect(&i, "ready");
		assert_return_code(kill(i.pid, signal_number), errno);
		assert_int_equal(init_end(&i), signal_number);
	}
}

static int catch (const char *number)
{
	int expected = (int)strtol(number, NULL, 10), seen = 0;
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, expected);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	(void)!write(STDOUT_FILENO, "ready", 5);
	return sigwait(&set, &seen) == 0 ? seen : 255;
}

/* The children of pid by the kernel's own list: only the program remains of 1001. */
static void orphans_are_reaped(uint64_t flags)
{
	struct init i = { .flags = flags };
	char path[64], children[16384];
	int count = -1;

	init_start(&i, ARGV(self_path, (char *)"--orphans"));
	init_expect(&i, "ready");
	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", i.pid, i.pid);
	for (int tries = 0; tries < 100 && count != 1; tries++) {
		FILE *f = fopen(path, "re");
		size_t length;

		assert_non_null(f);
		length = fread(children, 1, sizeof(children), f);
		(void)fclose(f);
		count = 0;
		for (size_t n = 0; n < length; n++)
			count += children[n] == ' ';
		(void)usleep(20 * 1000);
	}
	assert_int_equal(count, 1);
	assert_return_code(kill(i.pid, SIGTERM), errno);
	assert_int_equal(init_end(&i), 128 + SIGTERM);
}

static int leave_orphans(void)
{
	for (int n = 0; n < ORPHANS; n++) {
		pid_t between = fork();

		if (between == 0)
			_exit(fork() < 0);
		(void)waitpid(between, NULL, 0);
	}
	(void)!write(STDOUT_FILENO, "ready", 5);
	for (;;)
		(void)pause();
}

/* Without a pid namespace of its own honu-init is a sub-reaper. */
static void orphans_of_a_shared_namespace_are_reaped(void **state)
{
	(void)state;
	orphans_are_reaped(0);
}

static void orphans_of_pid_1_are_reaped(void **state)
{
	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: a pid namespace needs root here\n");
		skip();
	}
	orphans_are_reaped(CLONE_NEWPID);
}

/* LISTEN_PID names the program, not honu-init; without it nothing appears. */
static void listen_pid_is_the_programs(void **state)
{
	(void)state;
	(void)setenv("LISTEN_PID", "1", 1);
	assert_int_equal(status_of(SHELL("test \"$LISTEN_PID\" = $$")), 0);
	(void)unsetenv("LISTEN_PID");
	assert_int_equal(status_of(SHELL("test -z \"${LISTEN_PID+set}\"")), 0);
}

/* What the program closes is closed: its peer sees the end while the program still runs. And the
 * program gets nothing that was not there before. */
static void descriptors_are_the_programs(void **state)
{
	struct init i = { 0 }, listing = { 0 };
	int ends[2];
	char byte;

	(void)state;
	assert_return_code(pipe2(ends, O_CLOEXEC), errno);
	i.keep = ends[1];
	init_start(&i, SHELL("exec 7>&-; exec sleep 30"));
	(void)close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	assert_return_code(kill(i.pid, SIGTERM), errno);
	assert_int_equal(init_end(&i), 128 + SIGTERM);
	(void)close(ends[0]);

	init_start(&listing, SHELL("for n in 3 4 5 6 7 8 9; do [ -e /proc/$$/fd/$n ] && echo $n; "
				   "done; exit 0"));
	assert_int_equal(read(listing.output, &byte, 1), 0);
	assert_int_equal(init_end(&listing), 0);
}

/* The program starts with no signal blocked or ignored, whatever honu-init started with. */
static void mask_and_dispositions_are_reset(void **state)
{
	struct init i = { .ignoring = true };

	(void)state;
	init_start(&i, ARGV((char *)"grep", (char *)"-c", (char *)"^Sig\\(Blk\\|Ign\\):.*[1-9a-f]",
			    (char *)"/proc/self/status"));
	init_expect(&i, "0\n");
	assert_int_equal(init_end(&i), 1);
}

/* The program leads the foreground group of the terminal, so that Ctrl-C reaches it, once. */
static void program_has_the_terminal(void **state)
{
	struct init i = { 0 };
	int pty;

	(void)state;
	assert_return_code(openpty(&pty, &i.peer, NULL, NULL, NULL), errno);
	init_start(&i, ARGV(self_path, (char *)"--foreground"));
	init_expect(&i, "ready");
	assert_int_equal(write(pty, "\x03", 1), 1);
	assert_int_equal(init_end(&i), 128 + SIGINT);
	(void)close(pty);
	(void)close(i.peer);
}

static int check_foreground(void)
{
	if (getpgrp() != getpid() || tcgetpgrp(STDIN_FILENO) != getpid())
		return 1;
	(void)!write(STDOUT_FILENO, "ready", 5);
	for (;;)
		(void)pause();
}

static int find_programs(void **state)
{
	const char *named = getenv("HONU_INIT");
	ssize_t n = readlink("/proc/self/exe", self_path, sizeof(self_path) - 1);
	char *slash;

	(void)state;
	if (n < 0)
		return -1;
	self_path[n] = '\0';
	slash = strrchr(self_path, '/');
	if (named)
		n = snprintf(init_path, sizeof(init_path), "%s", named);
	else
		n = snprintf(init_path, sizeof(init_path), "%.*s/../libexec/honu/honu-init",
			     (int)(slash - self_path), self_path);
	if (n >= (ssize_t)sizeof(init_path) || access(init_path, X_OK) < 0) {
		print_message("%s: not built\n", init_path);
		return -1;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_is_the_programs),
		cmocka_unit_test(signals_are_forwarded),
		cmocka_unit_test(orphans_of_a_shared_namespace_are_reaped),
		cmocka_unit_test(orphans_of_pid_1_are_reaped),
		cmocka_unit_test(listen_pid_is_the_programs),
		cmocka_unit_test(descriptors_are_the_programs),
		cmocka_unit_test(mask_and_dispositions_are_reset),
		cmocka_unit_test(program_has_the_terminal),
	};

	/* The programs that honu-init runs here. */
	if (argc == 3 && strcmp(argv[1], "--catch") == 0)
		return catch (argv[2]);
	if (argc == 2 && strcmp(argv[1], "--orphans") == 0)
		return leave_orphans();
	if (argc == 2 && strcmp(argv[1], "--foreground") == 0)
		return check_foreground();
	return cmocka_run_group_tests(tests, find_programs, NULL);
}
