/* mount/inside.c - mounts appear inside. Inside: system calls only; see inside.h.
 *
 * Should: set attributes before attaching (never visible in the wrong state); resolve every path
 * below SLOT_ROOT. Must not: take a path of the host. */
#include "mount/inside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/mount_api.h"
#include "sys/path.h"

int mount_propagation_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)slots;
	*op = "mount";
	return sys_mount_propagation(s->mount_propagation.flags);
}

/* The files of a tmpfs of ours go to the container's user. */
static int give_files(int tree, const struct slots *slots)
{
	_cleanup_close_ int dir = openat(tree, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char buffer[4096];
	long n;

	if (dir < 0)
		return -errno;
	while ((n = syscall(SYS_getdents64, dir, buffer, sizeof(buffer))) > 0) {
		for (long i = 0; i < n;) {
			const struct dirent64 *e = (const void *)(buffer + i);

			i += e->d_reclen;
			if (e->d_name[0] == '.')
				continue;
			if (fchownat(tree, e->d_name, slots->uid, slots->gid, AT_SYMLINK_NOFOLLOW) <
			    0)
				return -errno;
		}
	}
	return n < 0 ? -errno : 0;
}

static int set_attributes(int tree, const struct mount_attach_step *m)
{
	struct mount_attr attr = {
		.attr_set = m->attr_set,
		.attr_clr = m->attr_clear,
		.propagation = m->propagation & ~(uint64_t)MS_REC,
	};

	/* atime is a field of its own: the kernel wants it cleared before it is set. */
	if (m->attr_set & MOUNT_ATTR_NOATIME)
		attr.attr_clr |= MOUNT_ATTR__ATIME;
	if (m->recursive_attr || !(m->propagation & MS_REC))
		return sys_mount_setattr(tree, m->recursive_attr, &attr);
	/* Propagation for the whole tree, flags for its top alone. */
	struct mount_attr all = { .propagation = attr.propagation };
	int r = sys_mount_setattr(tree, true, &all);
	if (r < 0)
		return r;
	attr.propagation = 0;
	return attr.attr_set || attr.attr_clr ? sys_mount_setattr(tree, false, &attr) : 0;
}

int mount_attach_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct mount_attach_step *m = &s->mount_attach;
	_cleanup_close_ int tree = -EBADF;
	_cleanup_close_ int target = -EBADF;
	struct stat st;
	int r;

	if (m->optional && slots->fd[m->slot] < 0)
		return 0;
	if (m->file) {
		/* One file of a mount that stays detached: a copy of its own. */
		_cleanup_close_ int at = -EBADF;

		*op = "open_tree";
		at = sys_open_beneath(slots->fd[m->slot], m->file, O_PATH);
		if (at < 0)
			return at;
		tree = sys_open_tree_clone(at, "", 0);
		if (tree < 0)
			return tree;
	} else {
		tree = take_fd(slots->fd[m->slot]);
	}
	if (m->own_files) {
		*op = "chown";
		r = give_files(tree, slots);
		if (r < 0)
			return r;
	}
	if (m->attr_set || m->attr_clear || m->propagation) {
		*op = "mount_setattr";
		r = set_attributes(tree, m);
		if (r < 0)
			return r;
	}
	*op = "fstat";
	if (fstat(tree, &st) < 0)
		return -errno;
	target = mount_target(slots->fd[SLOT_ROOT], m->target, S_ISDIR(st.st_mode), op);
	if (target < 0)
		return target;
	*op = "move_mount";
	return sys_move_mount(tree, target);
}

static int make_entries(int tree, const struct mount_fs_step *m, const char **op)
{
	for (size_t i = 0; i < m->n_entries; i++) {
		const struct tree_entry *e = &m->entries[i];

		*op = e->kind == TREE_LINK ? "symlink" : "mkdir";
		if (e->kind == TREE_LINK ? symlinkat(e->text, tree, e->path) < 0 :
					   mkdirat(tree, e->path, e->mode) < 0)
			return -errno;
	}
	return 0;
}

static int make_superblock(const struct mount_fs_step *m, const char **op)
{
	_cleanup_close_ int fs = -EBADF;
	int r;

	*op = "fsopen";
	fs = sys_fsopen(m->type);
	if (fs < 0)
		return fs;
	*op = "fsconfig";
	for (size_t i = 0; i < m->n_options; i++) {
		const struct mount_option *o = &m->options[i];

		r = o->value ? sys_fsconfig_string(fs, o->key, o->value) :
			       sys_fsconfig_flag(fs, o->key);
		if (r < 0)
			return r;
	}
	*op = "fsconfig CREATE";
	r = sys_fsconfig_create(fs);
	if (r < 0)
		return r;
	*op = "fsmount";
	/* Read-only comes after the entries: a mount that is full of names cannot get them. */
	return sys_fsmount(fs, m->n_entries || m->copy_up ? m->attr & ~(uint64_t)MOUNT_ATTR_RDONLY :
							    m->attr);
}

int mount_fs_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct mount_fs_step *m = &s->mount_fs;
	_cleanup_close_ int tree = -EBADF;
	_cleanup_close_ int target = -EBADF;
	int r;

	tree = make_superblock(m, op);
	if (tree < 0)
		return tree;
	r = make_entries(tree, m, op);
	if (r < 0)
		return r;
	target = mount_target(slots->fd[SLOT_ROOT], m->target, true, op);
	if (target < 0)
		return target;
	if (m->copy_up) {
		_cleanup_close_ int from = openat(target, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		*op = "copy";
		if (from < 0)
			return -errno;
		r = mount_copy_tree(from, tree, slots->scratch, sizeof(slots->scratch), 0, op);
		if (r < 0)
			return r;
	}
	if ((m->n_entries || m->copy_up) && m->attr & MOUNT_ATTR_RDONLY) {
		struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

		*op = "mount_setattr";
		r = sys_mount_setattr(tree, false, &attr);
		if (r < 0)
			return r;
	}
	*op = "move_mount";
	r = sys_move_mount(tree, target);
	if (r < 0)
		return r;
	if (m->slot != SLOT_NONE)
		slots->fd[m->slot] = take_fd(tree);
	return 0;
}

/* Covers a directory: with a copy of the empty tmpfs that the first one got. */
static int cover_directory(struct slots *slots, const char **op)
{
	_cleanup_close_ int fs = -EBADF;
	int tree, r;

	if (slots->fd[SLOT_MASK] >= 0) {
		*op = "open_tree";
		return sys_open_tree_clone(slots->fd[SLOT_MASK], "", 0);
	}
	*op = "fsopen";
	fs = sys_fsopen("tmpfs");
	if (fs < 0)
		return fs;
	*op = "fsconfig";
	r = sys_fsconfig_string(fs, "size", "0");
	if (r == 0)
		r = sys_fsconfig_create(fs);
	if (r < 0)
		return r;
	*op = "fsmount";
	tree = sys_fsmount(fs, MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				       MOUNT_ATTR_NOEXEC);
	if (tree < 0)
		return tree;
	slots->fd[SLOT_MASK] = fcntl(tree, F_DUPFD_CLOEXEC, 3);
	return tree;
}

/* Covers a file: with the null device, which must be the real one whatever the tree says
 * (CVE-2025-31133). */
static int cover_file(struct slots *slots, const char **op)
{
	_cleanup_close_ int null = -EBADF;
	struct stat st;

	*op = "openat2 /dev/null";
	if (slots->fd[SLOT_DEV] >= 0) /* ours was not attached: the user has a /dev of his own */
		null = sys_open_beneath(slots->fd[SLOT_DEV], "null", O_PATH);
	else
		null = sys_open_in_root(slots->fd[SLOT_ROOT], "/dev/null", O_PATH | O_NOFOLLOW);
	if (null < 0)
		return null;
	if (fstat(null, &st) < 0)
		return -errno;
	if (!S_ISCHR(st.st_mode) || st.st_rdev != makedev(1, 3))
		return -ENXIO;
	*op = "open_tree";
	return sys_open_tree_clone(null, "", 0);
}

int mount_mask_apply(const struct step *s, struct slots *slots, const char **op)
{
	_cleanup_close_ int target = -EBADF;
	_cleanup_close_ int cover = -EBADF;
	struct stat st;

	*op = "openat2";
	target = sys_open_in_root(slots->fd[SLOT_ROOT], s->mount_mask.path, O_PATH);
	if (target == -ENOENT || target == -ENOTDIR)
		return 0;
	if (target < 0)
		return target;
	if (fstat(target, &st) < 0)
		return -errno;
	cover = S_ISDIR(st.st_mode) ? cover_directory(slots, op) : cover_file(slots, op);
	if (cover < 0)
		return cover;
	*op = "move_mount";
	return sys_move_mount(cover, target);
}

int mount_readonly_apply(const struct step *s, struct slots *slots, const char **op)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	_cleanup_close_ int target = -EBADF;
	_cleanup_close_ int tree = -EBADF;
	int r;

	*op = "openat2";
	target = sys_open_in_root(slots->fd[SLOT_ROOT], s->mount_readonly.path, O_PATH);
	if (target == -ENOENT || target == -ENOTDIR)
		return 0;
	if (target < 0)
		return target;
	*op = "open_tree";
	tree = sys_open_tree_clone(target, "", AT_RECURSIVE);
	if (tree < 0)
		return tree;
	*op = "mount_setattr";
	r = sys_mount_setattr(tree, true, &attr);
	if (r < 0)
		return r;
	*op = "move_mount";
	return sys_move_mount(tree, target);
}
