/* cgroup/group.c - makes a control group and writes what it may use. Host side. */
#include "cgroup/group.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/path.h"

/* mkdir of each component of path below base; the last one must be new. -> its descriptor */
static int make_path(int base, const char *path, const char **op)
{
	_cleanup_close_ int at = -EBADF;
	char name[NAME_MAX + 1];

	*op = "mkdir";
	while (*path) {
		size_t n = strcspn(path, "/");
		int next;

		if (n == 0 || n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, path, n);
		name[n] = '\0';
		path += n + (path[n] == '/');
		if (mkdirat(at < 0 ? base : at, name, 0755) < 0 && (errno != EEXIST || !*path))
			return -errno;
		next = sys_open_beneath(at < 0 ? base : at, name, O_PATH | O_DIRECTORY);
		if (next < 0)
			return next;
		fd_closep(&at);
		at = next;
	}
	return take_fd(at);
}

int cgroup_make_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cgroup_make_step *m = &s->cgroup_make;
	_cleanup_close_ int base = -EBADF;
	_cleanup_close_ int group = -EBADF;
	int fd;

	*op = "open";
	base = open(m->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (base < 0)
		return -errno;
	/* A parent that somebody removes between its mkdir and ours (the last container's end)
	 * is made again. */
	for (int tries = 0; tries < 16; tries++) {
		group = make_path(base, m->path, op);
		if (group != -ENOENT)
			break;
	}
	if (group < 0)
		return group;
	*op = "open";
	if (m->is_v2)
		fd = openat(group, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	else
		fd = openat(group, "tasks", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	slots->fd[m->slot] = fd;
	return 0;
}

static int write_value(int dir, const char *file, const char *value, const char **op)
{
	_cleanup_close_ int fd = -EBADF;
	size_t n = strlen(value);

	*op = "open";
	fd = openat(dir, file, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*op = "write";
	if (write(fd, value, n) != (ssize_t)n)
		return -errno;
	return 0;
}

/* A cpuset that honu's parent group made needs the same values before its child can have them; one
 * that holds values already is left alone. */
static int write_parents(int base, const char *path, const struct cgroup_write_step *w,
			 const char **op)
{
	char parent[PATH_MAX];
	char now[8];

	for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		_cleanup_close_ int dir = -EBADF;
		_cleanup_close_ int fd = -EBADF;
		size_t n = (size_t)(p - path);

		if (n >= sizeof(parent))
			return -ENAMETOOLONG;
		memcpy(parent, path, n);
		parent[n] = '\0';
		*op = "open";
		dir = sys_open_beneath(base, parent, O_PATH | O_DIRECTORY);
		if (dir < 0)
			return dir;
		fd = openat(dir, w->file, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
		if (read(fd, now, sizeof(now)) > 1)
			continue;
		int r = write_value(dir, w->file, w->values[0], op);
		if (r < 0)
			return r;
	}
	return 0;
}

int cgroup_write_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cgroup_write_step *w = &s->cgroup_write;
	_cleanup_close_ int base = -EBADF;
	_cleanup_close_ int group = -EBADF;
	_cleanup_close_ int fd = -EBADF;

	(void)slots;
	*op = "open";
	base = open(w->mountpoint, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (base < 0)
		return -errno;
	if (w->with_parents) {
		int r = write_parents(base, w->path, w, op);
		if (r < 0)
			return r;
	}
	*op = "open";
	group = sys_open_beneath(base, w->path, O_PATH | O_DIRECTORY);
	if (group < 0)
		return group;
	fd = openat(group, w->file, O_WRONLY | O_CLOEXEC);
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
