/* sys/process.h - clone3(2), pidfds and credentials as calls that return -errno. */
#pragma once

#include <errno.h>
#include <linux/sched.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* clone3 without a new stack and without CLONE_VM: 0 in the child, its pid in the parent.
 * cgroup_fd < 0: stay in the parent's cgroup. */
static inline pid_t sys_clone3(uint64_t flags, int *ret_pidfd, int exit_signal, int cgroup_fd)
{
	struct clone_args args = {
		.flags = flags | CLONE_PIDFD | (cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uint64_t)(uintptr_t)ret_pidfd,
		.exit_signal = (uint64_t)exit_signal,
		.cgroup = cgroup_fd >= 0 ? (uint64_t)cgroup_fd : 0,
	};
	long pid = syscall(SYS_clone3, &args, sizeof(args));

	return pid < 0 ? -errno : (pid_t)pid;
}

static inline int sys_pidfd_open(pid_t pid)
{
	long fd = syscall(SYS_pidfd_open, pid, 0); /* close-on-exec by definition */

	return fd < 0 ? -errno : (int)fd;
}

static inline int sys_pidfd_send_signal(int pidfd, int signal)
{
	long r = syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0);

	return r < 0 ? -errno : 0;
}

/* 64-bit capability sets, version 3 of the interface (capset(2)). */
int sys_capset(uint64_t effective, uint64_t permitted, uint64_t inheritable);
