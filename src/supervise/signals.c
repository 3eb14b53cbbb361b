/* supervise/signals.c - see signals.h. */
#include "supervise/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "sys/ignored.h"
#include "sys/process.h"

void signals_taken(sigset_t *ret)
{
	static const int not_taken[] = {
		SIGKILL, SIGSTOP, SIGSEGV, SIGBUS, SIGFPE,  SIGILL,  SIGTRAP, SIGABRT,
		SIGSYS,	 SIGCHLD, SIGPIPE, SIGURG, SIGTTIN, SIGTTOU, SIGXCPU, SIGXFSZ,
	};

	(void)sigfillset(ret);
	for (size_t i = 0; i < ELEMENTS(not_taken); i++)
		(void)sigdelset(ret, not_taken[i]);
	for (int signal = 1; signal < NSIG; signal++) {
		if (ignored_signals() & UINT64_C(1) << (signal - 1))
			(void)sigdelset(ret, signal);
	}
}

/* signal(7): the signals whose default action leaves the process alive. */
static bool ends_by_default(int signal)
{
	switch (signal) {
	case SIGCHLD:
	case SIGCONT:
	case SIGSTOP:
	case SIGTSTP:
	case SIGTTIN:
	case SIGTTOU:
	case SIGURG:
	case SIGWINCH:
		return false;
	default:
		return true;
	}
}

/* The beginning of a file of /proc/PID, as a string. */
static int read_proc(pid_t pid, const char *name, char *ret, size_t size)
{
	_cleanup_close_ int fd = -EBADF;
	char path[64];
	size_t length = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (length < size - 1) {
		ssize_t n = read(fd, ret + length, size - 1 - length);

		if (n < 0)
			return -errno;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	ret[length] = '\0';
	return 0;
}

/* 1: `signal` is in the set of that name ("\nSigCgt:"), 0: it is not, -EBADMSG: no such line. */
static int set_has(const char *status, const char *name, int signal)
{
	const char *line = strstr(status, name);
	char *end;
	uint64_t set;

	if (!line)
		return -EBADMSG;
	set = strtoull(line + strlen(name), &end, 16);
	if (*end != '\n')
		return -EBADMSG;
	return (set >> (signal - 1)) & 1;
}

/* While sigtimedwait(2) sleeps, the signals it waits for are neither blocked nor caught in the eyes
 * of /proc/PID/status, and the kernel still delivers them: tini waits like this. */
static bool sleeps_in_sigwait(pid_t pid)
{
	enum { TIME64 = 421 }; /* the call's number on every 32-bit architecture */
	char call[256];
	char *end;
	long number;

	if (read_proc(pid, "syscall", call, sizeof(call)) < 0)
		return false;
	number = strtol(call, &end, 10);
	return end != call && (number == SYS_rt_sigtimedwait || number == TIME64);
}

bool signals_is_lost(pid_t pid, int signal)
{
	static const char *const sets[] = { "\nSigCgt:", "\nSigIgn:", "\nSigBlk:" };
	char status[16384]; /* about 1500 bytes, but the list of groups has no bound worth having */

	if (!ends_by_default(signal) || signal == SIGKILL)
		return false;
	if (read_proc(pid, "status", status, sizeof(status)) < 0)
		return false;
	for (size_t i = 0; i < ELEMENTS(sets); i++)
		if (set_has(status, sets[i], signal) != 0)
			return false;
	return !sleeps_in_sigwait(pid);
}

int signals_forward(int pidfd, pid_t pid, bool namespace_init, int signal)
{
	int r;

	if (namespace_init && signals_is_lost(pid, signal)) {
		r = sys_pidfd_send_signal(pidfd, SIGKILL);
		return r < 0 ? r : 1;
	}
	return sys_pidfd_send_signal(pidfd, signal);
}
