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
#include "sys/path.h"

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

/* Makes what is missing of path: below root, and through no link of /proc, behind which a leaked
 * descriptor could lead to the host. */
static int make_directory(int root, const char *path)
{
	_cleanup_close_ int at = sys_open_in_root(root, "/", O_PATH | O_DIRECTORY);
	char prefix[PATH_MAX];

	if (strlen(path) >= sizeof(prefix))
		return -ENAMETOOLONG;
	for (const char *p = path; at >= 0 && *p; p += strcspn(p, "/")) {
		p += strspn(p, "/");
		size_t start = (size_t)(p - path), n = strcspn(p, "/");

		if (n == 0)
			break;
		memcpy(prefix, path, start + n);
		prefix[start + n] = '\0';
		int next = sys_open_in_root(root, prefix, O_PATH | O_DIRECTORY);
		if (next == -ENOENT) {
			if (mkdirat(at, prefix + start, 0755) < 0 ||
			    fchmodat(at, prefix + start, 0755, 0) < 0)
				return -errno;
			next = sys_open_in_root(root, prefix, O_PATH | O_DIRECTORY);
		}
		fd_closep(&at);
		at = next;
	}
	return at < 0 ? at : 0;
}

int proc_cwd_apply(const struct step *s, struct slots *slots, const char **op)
{
	char here[PATH_MAX];
	long n;
	int r;

	*op = "chdir";
	r = chdir(s->proc_cwd.path) < 0 ? -errno : 0;
	if (r == -ENOENT && s->proc_cwd.make) {
		*op = "make the directory";
		r = make_directory(slots->fd[SLOT_ROOT], s->proc_cwd.path);
		if (r == 0)
			r = chdir(s->proc_cwd.path) < 0 ? -errno : 0;
	}
	if (r < 0)
		return r;
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
