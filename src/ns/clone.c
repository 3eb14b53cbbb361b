/* ns/clone.c - clones the first process into its namespaces. Host side; see clone.h.
 *
 * What runs in a new process here makes system calls only. */
#include "ns/clone.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/channel.h"
#include "sys/process.h"

/* In the process between: enters the user namespace (from where there is no way back, which is
 * why honu cannot do it itself) and clones the container's first process as a child of honu.
 * Returns in that one; ends in the one between. */
static void clone_from_within(const struct ns_clone_step *c, struct slots *slots, int report)
{
	struct channel_message m = { .kind = CHANNEL_CHILD };
	int pidfd = -EBADF;

	if (setns(slots->fd[SLOT_NS + NS_USER], CLONE_NEWUSER) < 0) {
		m.code = -errno;
		memcpy(m.op, "setns", sizeof("setns"));
	} else {
		pid_t pid = sys_clone3(c->flags | CLONE_PARENT | CLONE_CLEAR_SIGHAND, &pidfd, 0,
				       -EBADF);
		if (pid == 0)
			return;
		if (pid < 0) {
			m.code = pid;
			memcpy(m.op, "clone3", sizeof("clone3"));
		} else {
			m.n_fds = 1;
		}
	}
	(void)channel_send(report, &m, &pidfd);
	_exit(0);
}

/* The pid that a pidfd stands for, as honu sees it. The process between cannot tell: where a pid
 * namespace is joined it was born there, and clone3 gave it a number of that one. procfs translates,
 * but only our own: so back to our own mounts first, where ns.leave would bring us next. */
static pid_t pid_of(int pidfd, const struct slots *slots)
{
	int own = slots->fd[SLOT_OWN_NS + NS_MOUNT];
	_cleanup_file_ FILE *f = NULL;
	char path[64], line[128];
	int pid = -1;

	if (own >= 0 && setns(own, CLONE_NEWNS) < 0)
		return -errno;
	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	while (pid < 0 && fgets(line, sizeof(line), f))
		(void)sscanf(line, "Pid: %d", &pid);
	return pid > 0 ? pid : -ESRCH;
}

/* What the process between reported: the first process, or why there is none. */
static int receive_child(struct slots *slots, int report, pid_t between, const char **op)
{
	static char failed[sizeof(((struct channel_message *)0)->op)];
	struct channel_message m;
	int fds[CHANNEL_FDS];
	int r = channel_receive(report, &m, fds);

	while (waitpid(between, NULL, 0) < 0 && errno == EINTR)
		;
	*op = "clone3";
	if (r <= 0)
		return r < 0 ? r : -ECHILD;
	if (m.kind != CHANNEL_CHILD || m.code < 0 || m.n_fds != 1) {
		memcpy(failed, m.op, sizeof(failed));
		*op = failed;
		return m.code < 0 ? m.code : -EBADMSG;
	}
	slots->fd[SLOT_PIDFD] = fds[0];
	*op = "read the pid";
	slots->pid = pid_of(fds[0], slots);
	return slots->pid < 0 ? slots->pid : 0;
}

int ns_clone_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct ns_clone_step *c = &s->ns_clone;
	int cgroup = c->with_cgroup ? slots->fd[SLOT_CGROUP2] : -EBADF;
	uint64_t flags = CLONE_CLEAR_SIGHAND | (c->join_user ? 0 : c->flags);
	/* Of the process between alone: the first process may be quicker on the channel. */
	_cleanup_close_ int report = -EBADF, reporter = -EBADF;
	int pidfd = -EBADF;
	pid_t pid;

	if (c->join_user) {
		int pair[2], r;

		*op = "socketpair";
		r = channel_open(pair);
		if (r < 0)
			return r;
		report = pair[0];
		reporter = pair[1];
	}
	*op = "clone3";
	pid = sys_clone3(flags, &pidfd, SIGCHLD, cgroup);
	if (pid < 0)
		return pid;
	if (pid == 0) {
		if (c->join_user)
			clone_from_within(c, slots, reporter);
		slots->pid = 0;
		(void)close(slots->channel);
		slots->channel = take_fd(slots->peer);
		fd_closep(&slots->alive);
		return 0;
	}
	fd_closep(&slots->peer); /* so that the end of the other process is an end of file */
	if (c->join_user) {
		(void)close(pidfd);
		fd_closep(&reporter);
		return receive_child(slots, report, pid, op);
	}
	slots->fd[SLOT_PIDFD] = pidfd;
	slots->pid = pid;
	return 0;
}
