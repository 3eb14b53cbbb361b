/* sys/mount_api.h - the mount interface of Linux 5.2 and later, as calls that return -errno.
 *
 * open_tree(2), move_mount(2), fsopen(2), fsconfig(2), fsmount(2), mount_setattr(2),
 * pivot_root(2). Every descriptor is close-on-exec. Nothing here resolves a path that somebody
 * else may change: paths are either constants of ours or empty (the descriptor itself). */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

static inline int sys_result(long r)
{
	return r < 0 ? -errno : (int)r;
}

/* A detached copy of the mount at path (or of the mount that fd itself is, with path "").
 * flags: AT_RECURSIVE, AT_SYMLINK_NOFOLLOW. */
static inline int sys_open_tree_clone(int fd, const char *path, unsigned flags)
{
	return sys_result(syscall(SYS_open_tree, fd, path,
				  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | flags));
}

/* Attaches the detached mount `from` at the place `to` is open at. */
static inline int sys_move_mount(int from, int to)
{
	return sys_result(syscall(SYS_move_mount, from, "", to, "",
				  MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH));
}

static inline int sys_mount_setattr(int fd, bool recursive, const struct mount_attr *attr)
{
	return sys_result(syscall(SYS_mount_setattr, fd, "",
				  AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), attr,
				  sizeof(*attr)));
}

static inline int sys_fsopen(const char *type)
{
	return sys_result(syscall(SYS_fsopen, type, FSOPEN_CLOEXEC));
}

static inline int sys_fsconfig_string(int fs, const char *key, const char *value)
{
	return sys_result(syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, key, value, 0));
}

static inline int sys_fsconfig_flag(int fs, const char *key)
{
	return sys_result(syscall(SYS_fsconfig, fs, FSCONFIG_SET_FLAG, key, NULL, 0));
}

static inline int sys_fsconfig_fd(int fs, const char *key, int fd)
{
	return sys_result(syscall(SYS_fsconfig, fs, FSCONFIG_SET_FD, key, NULL, fd));
}

static inline int sys_fsconfig_create(int fs)
{
	return sys_result(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0));
}

/* The superblock made in fs, as a detached mount. attr: MOUNT_ATTR_*. */
static inline int sys_fsmount(int fs, uint64_t attr)
{
	return sys_result(syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, attr));
}

/* Changes how mounts travel, for / and all below it. flags: MS_PRIVATE, MS_SLAVE, MS_SHARED,
 * MS_UNBINDABLE, with MS_REC. */
static inline int sys_mount_propagation(uint64_t flags)
{
	return sys_result(syscall(SYS_mount, NULL, "/", NULL, flags, NULL));
}

/* Detaches what is mounted on the working directory (MNT_DETACH: also while it is in use). */
static inline int sys_detach_here(void)
{
	return sys_result(syscall(SYS_umount2, ".", 2));
}

/* Both "." : the old root ends up on top of the new one (pivot_root(2), NOTES). */
static inline int sys_pivot_root_here(void)
{
	return sys_result(syscall(SYS_pivot_root, ".", "."));
}
