/* ns/inside.c - late namespaces, host name and kernel settings. Inside: system calls only. */
#include "ns/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/path.h"

int ns_join_apply(const struct step *s, struct slots *slots, const char **op)
{
	int root;

	/* All or none (setns(2), Linux 5.8). The rights over each are those that we have now, as root
	 * of the host, not those in the user namespace that comes with them. */
	*op = "setns";
	if (setns(slots->fd[SLOT_TARGET], (int)s->ns_join.flags) < 0)
		return -errno;
	*op = "open";
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	slots->fd[SLOT_ROOT] = root;
	return 0;
}

int ns_unshare_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)slots;
	*op = "unshare";
	return unshare((int)s->ns_unshare.flags) < 0 ? -errno : 0;
}

int uts_name_apply(const struct step *s, struct slots *slots, const char **op)
{
	const char *name = s->uts_name.hostname;

	(void)slots;
	*op = "sethostname";
	return sethostname(name, strlen(name)) < 0 ? -errno : 0;
}

/* Through the procfs that we mounted ourselves: nothing in the tree can stand in its place. */
int sysctl_write_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct sysctl_write_step *w = &s->sysctl_write;
	_cleanup_close_ int sys = -EBADF;
	_cleanup_close_ int fd = -EBADF;
	size_t n = strlen(w->value);

	if (strcmp(w->path, "kernel/domainname") == 0) {
		/* The file belongs to root of the host, the name to root of the namespace. */
		*op = "setdomainname";
		return setdomainname(w->value, n) < 0 ? -errno : 0;
	}
	*op = "open";
	sys = sys_open_beneath(slots->fd[SLOT_PROC], "sys", O_PATH | O_DIRECTORY);
	if (sys < 0)
		return sys;
	fd = sys_open_beneath(sys, w->path, O_WRONLY);
	if (fd < 0)
		return fd;
	*op = "write";
	return write(fd, w->value, n) == (ssize_t)n ? 0 : -errno;
}
