/* plan/steps_proc.h - payloads of the steps that proc/ carries out. All run inside. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/spec.h"

struct proc_session_step {
	char unused;
};

/* Host. prctl(PR_SET_DUMPABLE, 0), which the clone inherits and execve(2) ends: only who has
 * CAP_SYS_PTRACE where honu came from can look at /proc/PID/exe, /proc/PID/fd or the memory. */
struct proc_hide_step {
	char unused;
};

/* Host. A sealed copy in memory of the program at path -> slot, to be executed. */
struct proc_seal_step {
	const char *path;
	unsigned slot;
};

struct proc_limits_step {
	const struct rlimit_spec *limits;
	size_t n_limits;
};

/* Host side, after the clone. */
struct proc_oom_step {
	int score;
};

struct proc_umask_step {
	uint32_t mask;
};

/* Opens a pty of the devpts at /dev/pts -> SLOT_PTY, SLOT_PTY_PEER. The peer's owner becomes the
 * container's user. */
struct console_open_step {
	char unused;
};

/* Binds the peer over /dev/console. */
struct console_attach_step {
	char unused;
};

/* The peer becomes 0, 1, 2 and the controlling terminal. */
struct console_use_step {
	char unused;
};

/* Close-on-exec for every descriptor from 3 + keep on; 3 to 3 + keep - 1 lose the flag. */
struct proc_fds_step {
	uint32_t keep;
};

/* chdir below the root; the result must lie inside (not "(unreachable)"). */
struct proc_cwd_step {
	const char *path;
	bool make; /* the directory is made where it is missing */
};

/* Finds program in path (the value of PATH) as execvp does and checks that it can be executed.
 * -ENOENT: exit status 127; -EACCES, -ENOEXEC: 126. */
struct exec_resolve_step {
	const char *program;
	const char *path;
};

/* PR_SET_PDEATHSIG SIGKILL, then proves that honu still lives. */
struct proc_parent_step {
	char unused;
};

/* Sends EXEC, then execve. Init: honu-init from SLOT_INIT runs argv as its child.
 * Environment: slots->envp, where an entry "HOME=" or "LISTEN_PID=" with nothing after it is
 * completed inside. */
struct exec_step {
	const char *const *argv;
	size_t n_argv;
	bool init;
	bool by_stub; /* through honu-exec from SLOT_EXEC: nothing of honu can be reached */
};
