/* tests/torture/trial.c - see trial.h. */
#include "torture/trial.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

#define SYSCALL_STOP (SIGTRAP | 0x80)

static void die(const char *what)
{
	(void)fprintf(stderr, "torture: %s: %m\n", what);
	exit(2); /* no result: tests/torture/run says that there is none */
}

static volatile sig_atomic_t too_long;

static void on_alarm(int signal)
{
	(void)signal;
	too_long = 1;
}

static void set_alarm(int seconds)
{
	struct sigaction action = { .sa_handler = on_alarm }; /* no SA_RESTART: ends waitpid */
	struct itimerval timer = { { seconds ? 1 : 0, 0 }, { seconds, 0 } };

	too_long = 0;
	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

/* ---- the child ---- */

static _Noreturn void become(const struct trial *t, int input, int said)
{
	char *mark = strdup(t->mark);

	if (!mark || dup2(input, STDIN_FILENO) < 0 || dup2(said, STDERR_FILENO) < 0)
		_exit(124);
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDOUT_FILENO) < 0 || putenv(mark) != 0)
		_exit(124);
	if (t->fault ? setenv("HONU_FAULT", t->fault, 1) < 0 : unsetenv("HONU_FAULT") < 0)
		_exit(124);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (t->blow != BLOW_NONE) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(124);
		(void)raise(SIGSTOP);
	}
	(void)execv(t->argv[0], t->argv);
	_exit(124);
}

/* ---- the tracer ---- */

/* The call that is being entered does not happen. false: not known how on this machine. */
static bool skip_call(pid_t pid)
{
#if defined(__x86_64__)
	return ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, orig_rax), -1L) == 0;
#elif defined(__aarch64__)
	int none = -1;
	struct iovec v = { &none, sizeof(none) };

	return ptrace(PTRACE_SETREGSET, pid, NT_ARM_SYSTEM_CALL, &v) == 0;
#else
	(void)pid;
	return false;
#endif
}

static void set_result(pid_t pid, long result)
{
#if defined(__x86_64__)
	if (ptrace(PTRACE_POKEUSER, pid, offsetof(struct user_regs_struct, rax), result) < 0)
		die("set the result of a call");
#elif defined(__aarch64__)
	struct user_regs_struct r;
	struct iovec v = { &r, sizeof(r) };

	if (ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS, &v) < 0)
		die("read registers");
	r.regs[0] = (uint64_t)result;
	if (ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS, &v) < 0)
		die("set the result of a call");
#else
	(void)pid;
	(void)result;
#endif
}

/* Neither comes back, so neither can fail. */
static bool can_fail(long number)
{
	return number != SYS_exit_group && number != SYS_exit && number != SYS_rt_sigreturn;
}

static bool is_wait(long number)
{
#ifdef SYS_poll
	if (number == SYS_poll)
		return true;
#endif
	return number == SYS_ppoll;
}

static void on_entry(struct trial *t, pid_t pid, long number, bool *failing)
{
	bool is_it = ++t->calls == t->at && (t->blow != BLOW_FAIL || can_fail(number));

	if (is_it) {
		t->hit = true;
		t->number = number;
		t->age = t->calls - t->executed;
	}
	if ((is_it && t->blow == BLOW_KILL_ENTRY) ||
	    (is_wait(number) && t->blow == BLOW_KILL_WAIT)) {
		(void)kill(pid, SIGKILL);
		return;
	}
	if (is_wait(number))
		trial_release(t);
	/* Linux frees the descriptor even when close(2) fails. */
	if (is_it && t->blow == BLOW_FAIL)
		*failing = number == SYS_close || skip_call(pid);
}

static void on_exit_of_call(struct trial *t, pid_t pid, bool *failing)
{
	if (*failing)
		set_result(pid, -t->error);
	*failing = false;
	if (t->calls == t->at && t->blow == BLOW_KILL_EXIT)
		(void)kill(pid, SIGKILL);
}

static void wait_for(struct trial *t, pid_t pid)
{
	while (waitpid(pid, &t->status, __WALL) < 0) {
		if (errno != EINTR)
			die("wait for honu");
		if (!too_long)
			continue;
		t->hung = true;
		(void)kill(pid, SIGKILL);
	}
}

static void trace(struct trial *t, pid_t pid)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	bool started = false, failing = false;
	long signal = 0;

	wait_for(t, pid);
	if (!WIFSTOPPED(t->status) || ptrace(PTRACE_SETOPTIONS, pid, NULL, options) < 0)
		die("trace honu");
	for (;;) {
		struct __ptrace_syscall_info info;

		if (ptrace(PTRACE_SYSCALL, pid, NULL, signal) < 0 && errno != ESRCH)
			die("go on with honu");
		wait_for(t, pid);
		if (!WIFSTOPPED(t->status))
			return;
		signal = 0;
		if (t->status >> 8 == (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
			started = true;
			t->executed = t->calls;
			continue;
		}
		if (WSTOPSIG(t->status) != SYSCALL_STOP) {
			signal = WSTOPSIG(t->status);
			continue;
		}
		if (!started || ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
			continue;
		if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
			on_entry(t, pid, (long)info.entry.nr, &failing);
		else if (t->calls > 0)
			on_exit_of_call(t, pid, &failing);
	}
}

void trial_release(struct trial *t)
{
	fd_closep(&t->input);
}

void trial_run(struct trial *t)
{
	_cleanup_close_ int input = -EBADF;
	_cleanup_close_ int said = memfd_create("said", MFD_CLOEXEC);
	pid_t pid;

	t->input = -EBADF;
	t->status = 0;
	t->hung = t->hit = false;
	t->calls = t->executed = 0;
	t->number = -1;
	if (t->held) {
		int pair[2];

		if (pipe2(pair, O_CLOEXEC) < 0)
			die("pipe");
		input = pair[0];
		t->input = pair[1];
	} else {
		input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	if (input < 0 || said < 0 || fflush(stdout) != 0)
		die("prepare");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0)
		become(t, input, said);
	int flags = fcntl(input, F_GETFL), said_flags = fcntl(said, F_GETFL);
	set_alarm(TRIAL_SECONDS);
	if (t->blow != BLOW_NONE)
		trace(t, pid);
	else
		wait_for(t, pid);
	set_alarm(0);
	t->reflagged = fcntl(input, F_GETFL) != flags || fcntl(said, F_GETFL) != said_flags;
	ssize_t n = pread(said, t->said, sizeof(t->said) - 1, 0);
	t->said[n > 0 ? n : 0] = '\0';
}

const char *trial_obstacle(void)
{
	char *const argv[] = { (char *)"/proc/self/exe", (char *)"nothing", NULL };
	struct trial t = {
		.argv = argv, .mark = "TORTURE=0", .blow = BLOW_FAIL, .at = 1, .error = ENOMEM
	};

	trial_run(&t);
	return t.hit && !t.hung ? NULL : "processes cannot be traced here (ptrace)";
}
