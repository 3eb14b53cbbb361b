/* proc/inside.c - session, limits, descriptors and directory of the process. Inside: system calls
 * only; see inside.h. */
#include "proc/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/channel.h"

int proc_session_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)s;
	(void)slots;
	*op = "setsid";
	return setsid() < 0 ? -errno : 0;
}

int proc_limits_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct proc_limits_step *l = &s->proc_limits;

	(void)slots;
	*op = "prlimit";
	for (size_t i = 0; i < l->n_limits; i++) {
		const struct rlimit_spec *one = &l->limits[i];
		struct {
			uint64_t soft, hard;
		} limit = { one->soft, one->hard };

		if (syscall(SYS_prlimit64, 0, one->resource, &limit, NULL) < 0)
			return -errno;
	}
	return 0;
}

int proc_umask_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)slots;
	*op = "umask";
	(void)umask(s->proc_umask.mask);
	return 0;
}

int proc_fds_apply(const struct step *s, struct slots *slots, const char **op)
{
	unsigned keep = s->proc_fds.keep;

	(void)slots;
	*op = "fcntl F_SETFD";
	for (unsigned fd = 3; fd < 3 + keep; fd++) {
		if (fcntl((int)fd, F_SETFD, 0) < 0)
			return -errno;
	}
	*op = "close_range";
	return syscall(SYS_close_range, 3 + keep, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;
}

int proc_cwd_apply(const struct step *s, struct slots *slots, const char **op)
{
	char here[PATH_MAX];
	long n;

	(void)slots;
	*op = "chdir";
	if (chdir(s->proc_cwd.path) < 0)
		return -errno;
	/* A directory that a leaked descriptor leads to is "(unreachable)" (CVE-2024-21626). */
	*op = "getcwd";
	n = syscall(SYS_getcwd, here, sizeof(here));
	if (n < 0)
		return -errno;
	return here[0] == '/' ? 0 : -EXDEV;
}

int proc_parent_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)s;
	*op = "prctl PR_SET_PDEATHSIG";
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
		return -errno;
	/* getppid() says nothing in a pid namespace of its own; the channel does. */
	*op = "channel";
	return channel_is_alive(slots->channel) ? 0 : -EPIPE;
}
