/* cgroup/group.c - makes a control group and writes what it may use. Host side. */
#include "cgroup/group.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Paths below a cgroup mount are honu's own names in a file system of the kernel's, where nobody
 * can make a link: full paths are safe, and half the system calls. */
static int join(char ret[PATH_MAX], const char *mountpoint, const char *path, const char *file)
{
	int n = snprintf(ret, PATH_MAX, "%s/%s%s%s", mountpoint, path, file ? "/" : "",
			 file ? file : "");

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

/* mkdir of the groups above path, which may be there already. */
static int make_parents(char *group, size_t mountpoint_length)
{
	for (char *p = strchr(group + mountpoint_length + 1, '/'); p; p = strchr(p + 1, '/')) {
		*p = '\0';
		int r = mkdir(group, 0755) < 0 ? -errno : 0;
		/* Where the kernel cannot store it the group may stay, empty. */
		if (r == 0)
			(void)setxattr(group, CGROUP_OURS, "", 0, 0);
		*p = '/';
		if (r < 0 && r != -EEXIST)
			return r;
	}
	return 0;
}

static int make_group(const struct cgroup_make_step *m)
{
	char group[PATH_MAX];
	int r = join(group, m->mountpoint, m->path, NULL);

	if (r < 0)
		return r;
	/* A parent that somebody removes between its mkdir and ours (its last child's end) is
	 * made again. */
	for (int tries = 0; tries < 16; tries++) {
		if (mkdir(group, 0755) == 0)
			return 0;
		if (errno != ENOENT)
			return -errno;
		r = make_parents(group, strlen(m->mountpoint));
		if (r < 0)
			return r;
	}
	return -ENOENT;
}

int cgroup_make_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cgroup_make_step *m = &s->cgroup_make;
	char path[PATH_MAX];
	int r, fd;

	*op = "mkdir";
	r = make_group(m);
	if (r < 0)
		return r;
	*op = "open";
	r = join(path, m->mountpoint, m->path, m->is_v2 ? NULL : "tasks");
	if (r < 0)
		return r;
	fd = open(path, m->is_v2 ? O_RDONLY | O_DIRECTORY | O_CLOEXEC : O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	slots->fd[m->slot] = fd;
	return 0;
}

bool cgroup_is_v2(const char *mountpoint)
{
	struct statfs fs;

	return statfs(mountpoint, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

bool cgroup_leaf_is_needed(const struct cgroup_open_step *o)
{
	_cleanup_close_ int fd = -EBADF;
	char path[PATH_MAX], first;

	if (!o->leaf || join(path, o->mountpoint, o->path, "cgroup.subtree_control") < 0)
		return false;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	/* Names and a newline; nothing at all where no controller is enabled. */
	return fd >= 0 && read(fd, &first, 1) == 1 && first != '\n';
}

int cgroup_open_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cgroup_open_step *o = &s->cgroup_open;
	bool leaf = cgroup_leaf_is_needed(o);
	char path[PATH_MAX];
	int r, fd;

	*op = "mkdir";
	r = join(path, o->mountpoint, leaf ? o->leaf : o->path, NULL);
	if (r == 0 && leaf && mkdir(path, 0755) < 0 && errno != EEXIST)
		r = -errno;
	if (r == 0 && !o->is_v2)
		r = join(path, o->mountpoint, o->path, "tasks");
	if (r < 0)
		return r;
	*op = "open";
	fd = open(path, o->is_v2 ? O_RDONLY | O_DIRECTORY | O_CLOEXEC : O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	slots->fd[o->slot] = fd;
	return 0;
}

/* A cpuset that honu's parent group made needs the same values before its child can have them; one
 * that holds values already is left alone. */
static int write_parents(const struct cgroup_write_step *w)
{
	char path[PATH_MAX], parent[PATH_MAX], now[8];
	size_t n = strlen(w->values[0]);

	for (const char *p = strchr(w->path, '/'); p; p = strchr(p + 1, '/')) {
		_cleanup_close_ int fd = -EBADF;
		int k = snprintf(parent, sizeof(parent), "%.*s", (int)(p - w->path), w->path);

		if (k < 0 || (size_t)k >= sizeof(parent) ||
		    join(path, w->mountpoint, parent, w->file) < 0)
			return -ENAMETOOLONG;
		fd = open(path, O_RDWR | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		if (read(fd, now, sizeof(now)) > 1)
			continue;
		if (pwrite(fd, w->values[0], n, 0) != (ssize_t)n)
			return -errno;
	}
	return 0;
}

int cgroup_write_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cgroup_write_step *w = &s->cgroup_write;
	_cleanup_close_ int fd = -EBADF;
	char path[PATH_MAX];
	int r;

	(void)slots;
	*op = "write";
	if (w->with_parents) {
		r = write_parents(w);
		if (r < 0)
			return r;
	}
	*op = "open";
	r = join(path, w->mountpoint, w->path, w->file);
	if (r < 0)
		return r;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*op = "write";
	for (size_t i = 0; i < w->n_values; i++) {
		size_t n = strlen(w->values[i]);

		if (write(fd, w->values[i], n) != (ssize_t)n)
			return -errno;
	}
	return 0;
}
