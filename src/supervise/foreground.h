/* supervise/foreground.h - honu itself as the supervisor of a container in the foreground.
 *
 * Should: hand signals on, show the container's console on honu's terminal, report how the first
 * process ended after everything it wrote has been shown.
 * Must not: reap any other child, undo anything, print. */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct supervise {
	pid_t pid; /* the first process, as honu's pid namespace sees it; honu's child */
	int pidfd;
	int pty;	     /* master of its console; -EBADF: it has honu's own 0, 1, 2 */
	bool namespace_init; /* it is pid 1 of a pid namespace below honu's */
};

struct supervise_result {
	int code;     /* exit status, as a shell gives it: 0 to 255, or 128 + signal */
	int signal;   /* that ended it; 0: it exited. SIGKILL when honu ended it */
	int ended_by; /* the signal for which honu ended it with SIGKILL, see signals.h; else 0 */
};

/* To be called before the first process is cloned, so that no signal is lost between the clone and
 * supervise_foreground(). old may be NULL. The child has to reset mask and dispositions. Whoever
 * restores the mask should have undone everything by then: a signal that has come in the meantime
 * ends honu at that moment. SIGCHLD becomes SIG_DFL: were it ignored, the kernel would throw the
 * status away. */
void supervise_block_signals(sigset_t *old);

/* Returns 0 when the first process has ended and is reaped. The terminal is as it was on every
 * return. -ECHILD: it is not our child; any other error: the kernel lacked memory or descriptors.
 * After an error the container still runs, and the caller has to end it. */
int supervise_foreground(const struct supervise *s, struct supervise_result *ret);
