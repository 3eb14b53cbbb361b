/* mount/tree.c - a detached tmpfs filled with directories, links, files and device nodes.
 * Host side; see prepare.h.
 *
 * Device nodes are made here because nobody can make them in a user namespace of his own; a
 * tmpfs that belongs to the host's user namespace may hold them. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "mount/prepare.h"
#include "sys/mount_api.h"
#include "sys/path.h"

#define COPY_MAX ((off_t)16 * 1024 * 1024)

static int write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, data, n);

		if (k < 0)
			return -errno;
		data += k;
		n -= (size_t)k;
	}
	return 0;
}

static int copy_file(int to, const char *path, char *buffer, size_t room, const char **op)
{
	_cleanup_close_ int from = -EBADF;
	off_t total = 0;
	ssize_t n;

	*op = "open";
	from = open(path, O_RDONLY | O_CLOEXEC); /* a pipe is fine: <(command) */
	if (from < 0)
		return -errno;
	*op = "read";
	while ((n = read(from, buffer, room)) > 0) {
		int r;

		total += n;
		if (total > COPY_MAX)
			return -EFBIG;
		r = write_all(to, buffer, (size_t)n);
		if (r < 0)
			return r;
	}
	return n < 0 ? -errno : 0;
}

static int make_file(int tree, const struct tree_entry *e, struct slots *slots, const char **op)
{
	_cleanup_close_ int fd = -EBADF;
	int r;

	*op = "open";
	fd = openat(tree, e->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, e->mode);
	if (fd < 0)
		return -errno;
	if (e->kind == TREE_COPY) {
		r = copy_file(fd, e->text, slots->scratch, sizeof(slots->scratch), op);
	} else {
		*op = "write";
		r = e->text ? write_all(fd, e->text, strlen(e->text)) : 0;
	}
	return r;
}

static int make_entry(int tree, const struct tree_entry *e, struct slots *slots, const char **op)
{
	int r = 0;

	switch (e->kind) {
	case TREE_DIRECTORY:
		*op = "mkdir";
		r = mkdirat(tree, e->path, e->mode) < 0 ? -errno : 0;
		break;
	case TREE_LINK:
		*op = "symlink";
		r = symlinkat(e->text, tree, e->path) < 0 ? -errno : 0;
		break;
	case TREE_NODE:
		*op = "mknod";
		r = mknodat(tree, e->path, e->mode, makedev(e->major, e->minor)) < 0 ? -errno : 0;
		break;
	case TREE_FILE:
	case TREE_COPY:
		r = make_file(tree, e, slots, op);
		break;
	}
	if (r < 0)
		return r;
	if (e->uid != 0 || e->gid != 0) {
		*op = "chown";
		if (fchownat(tree, e->path, e->uid, e->gid, AT_SYMLINK_NOFOLLOW) < 0)
			return -errno;
	}
	return 0;
}

int tree_make_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct tree_make_step *t = &s->tree_make;
	_cleanup_close_ int fs = -EBADF;
	_cleanup_close_ int tree = -EBADF;
	int r;

	*op = "fsopen";
	fs = sys_fsopen("tmpfs");
	if (fs < 0)
		return fs;
	*op = "fsconfig";
	for (size_t i = 0; i < t->n_options; i++) {
		const struct mount_option *o = &t->options[i];

		r = o->value ? sys_fsconfig_string(fs, o->key, o->value) :
			       sys_fsconfig_flag(fs, o->key);
		/* "noswap" is there from Linux 6.4 on, and not for a honu in a user namespace. */
		if (r < 0 && o->value)
			return r;
	}
	r = sys_fsconfig_create(fs);
	if (r < 0)
		return r;
	*op = "fsmount";
	tree = sys_fsmount(fs, t->attr & ~(uint64_t)MOUNT_ATTR_RDONLY);
	if (tree < 0)
		return tree;
	/* Our umask is not theirs. */
	mode_t mask = umask(0);
	for (size_t i = 0; r == 0 && i < t->n_entries; i++)
		r = make_entry(tree, &t->entries[i], slots, op);
	(void)umask(mask);
	if (r < 0)
		return r;
	if (t->attr & MOUNT_ATTR_RDONLY) {
		struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

		*op = "mount_setattr";
		r = sys_mount_setattr(tree, false, &attr);
		if (r < 0)
			return r;
	}
	slots->fd[t->slot] = take_fd(tree);
	return 0;
}
