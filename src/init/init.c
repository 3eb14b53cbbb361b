/* init/init.c - honu-init: pid 1 of --init, "honu-init -- PROGRAM ARG...".
 *
 * Should: start the program as its child, hand every signal on to it, reap whatever else ends,
 * and end with the program's status (128+n for signal n).
 * Must not: allocate, read files, or keep a descriptor that belongs to the program.
 *
 * Stays in memory for as long as the container lives, so it is linked without glibc, uses no
 * stdio, and talks to the kernel directly where musl keeps signals 32 to 34 for itself: a program
 * linked with glibc calls 34 SIGRTMIN and may well be sent it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXIT_ENGINE = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_MISSING = 127 };

#define SIGNALS 64
#define BIT(signal) (UINT64_C(1) << ((signal)-1))

/* Raised by the processor about the very instruction: with these blocked the kernel would end us
 * without a word. Everything else waits in the signalfd, which also shows in /proc/1/status that
 * somebody cares about it. */
#define SYNCHRONOUS                                                                             \
	(BIT(SIGSEGV) | BIT(SIGBUS) | BIT(SIGFPE) | BIT(SIGILL) | BIT(SIGTRAP) | BIT(SIGABRT) | \
	 BIT(SIGSYS))

extern char **environ;

static void say(const char *what, const char *reason)
{
	struct iovec line[] = {
		{ (void *)"honu-init: ", 11 }, { (void *)what, strlen(what) },
		{ (void *)": ", 2 },	       { (void *)reason, strlen(reason) },
		{ (void *)"\n", 1 },
	};

	(void)!writev(STDERR_FILENO, line, sizeof(line) / sizeof(line[0]));
}

static void set_mask(uint64_t mask)
{
	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
}

/* The kernel's struct sigaction, all zero: SIG_DFL. */
static void reset_disposition(int signal)
{
	static const uint64_t action[4];

	(void)syscall(SYS_rt_sigaction, signal, action, NULL, sizeof(uint64_t));
}

/* sd_listen_fds(3) takes the descriptors only when LISTEN_PID is the process's own id, which
 * nobody could know before the fork. */
static void adopt_listen_pid(void)
{
	static const char name[] = "LISTEN_PID=";
	static char entry[sizeof(name) + 20];
	char *digit = entry + sizeof(entry) - 1; /* stays '\0' */

	for (unsigned pid = (unsigned)getpid(); pid > 0; pid /= 10)
		*--digit = (char)('0' + pid % 10);
	digit -= sizeof(name) - 1;
	memcpy(digit, name, sizeof(name) - 1);
	for (char **e = environ; *e; e++)
		if (strncmp(*e, name, sizeof(name) - 1) == 0)
			*e = digit;
}

/* A process group of its own for the program, in the foreground where init's was: Ctrl-C then
 * reaches the program once, from the terminal, and not a second time through init. While SIGTTOU
 * is blocked the kernel allows this from the background (tcsetpgrp(3)). */
static void take_foreground(void)
{
	pid_t init_group = getpgrp();

	if (setpgid(0, 0) < 0)
		return;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		/* Fails for anything but our controlling terminal. */
		if (tcgetpgrp(fd) != init_group)
			continue;
		(void)tcsetpgrp(fd, getpgrp());
		return;
	}
}

/* The end of pid 1 ends all others; that of any other process is to be asked for. */
static void end_with(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_ENGINE);
}

static _Noreturn void program(char *const argv[])
{
	int reason;

	take_foreground(); /* before the mask goes, see there */
	adopt_listen_pid();
	for (int signal = 1; signal <= SIGNALS; signal++)
		reset_disposition(signal);
	set_mask(0);
	(void)execvp(argv[0], argv);
	reason = errno;
	say(argv[0], strerror(reason));
	_exit(reason == ENOENT || reason == ENOTDIR ? EXIT_MISSING : EXIT_NOT_EXECUTABLE);
}

/* What was passed on to the program is the program's: a listening socket or the writing end of a
 * pipe must not stay open here after the program has closed it. 0, 1 and 2 remain, for
 * /proc/1/fd/1 is a known way to write to the container's log. */
static void close_all_but(int keep)
{
	unsigned first = STDERR_FILENO + 1;

	if (keep >= (int)first) {
		if (keep > (int)first)
			(void)syscall(SYS_close_range, first, keep - 1, 0);
		first = (unsigned)keep + 1;
	}
	(void)syscall(SYS_close_range, first, ~0U, 0);
}

/* Reaps all that has ended; true when the program was among it. One SIGCHLD may stand for many
 * children. */
static bool reap(pid_t program, int *ret_status)
{
	bool ended = false;
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid != program)
			continue;
		*ret_status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		ended = true;
	}
	return ended;
}

static int watch(int signals, pid_t program)
{
	struct signalfd_siginfo info;
	int status;

	for (;;) {
		ssize_t n = read(signals, &info, sizeof(info));

		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(info)) {
			say("read signals", strerror(n < 0 ? errno : EIO));
			return EXIT_ENGINE; /* as pid 1: the kernel ends the container */
		}
		if (info.ssi_signo != SIGCHLD)
			(void)kill(program, (int)info.ssi_signo); /* at worst a zombie */
		else if (reap(program, &status))
			return status;
	}
}

int main(int argc, char *argv[])
{
	const uint64_t mask = ~SYNCHRONOUS;
	const pid_t init = getpid();
	pid_t pid;
	int fd;

	if (argc < 3 || strcmp(argv[1], "--") != 0) {
		say("usage", "honu-init -- PROGRAM [ARG]...");
		return EXIT_ENGINE;
	}
	set_mask(mask);
	reset_disposition(
		SIGCHLD); /* ignored, the kernel would reap and we never learn the status */
	if (init != 1)
		(void)prctl(PR_SET_CHILD_SUBREAPER,
			    1); /* shared pid namespace: orphans come to us */
	fd = (int)syscall(SYS_signalfd4, -1, &mask, sizeof(mask), SFD_CLOEXEC);
	if (fd < 0) {
		say("signalfd", strerror(errno));
		return EXIT_ENGINE;
	}
	pid = _Fork(); /* no threads, no locks: nothing for fork(3) to prepare */
	if (pid < 0) {
		say("fork", strerror(errno));
		return EXIT_ENGINE;
	}
	if (pid == 0) {
		if (init != 1)
			end_with(init);
		program(argv + 2);
	}
	close_all_but(fd);
	return watch(fd, pid);
}
