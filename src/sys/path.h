/* sys/path.h - paths from users become descriptors here, resolved below a root.
 *
 * openat2(2) with RESOLVE_IN_ROOT: a symbolic link or ".." never leads out of root_fd, and magic
 * links (/proc/PID/exe and the like) are refused. The only way in which anything below a
 * container's root is opened. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/stat.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* flags: open(2) flags; O_CLOEXEC is added. -> descriptor or -errno. */
static inline int sys_open_in_root(int root_fd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	int tries = 1000;
	long fd;

	/* A path with ".." in it, or in a link, is tried again while anybody on the whole machine
	 * renames or mounts something: the kernel cannot be sure then that it stays below. */
	do
		fd = syscall(SYS_openat2, root_fd, path, &how, sizeof(how));
	while (fd < 0 && errno == EAGAIN && --tries > 0);
	return fd < 0 ? -errno : (int)fd;
}

/* The kernel's number of the mount that holds path below fd ("" with AT_EMPTY_PATH: fd itself), as
 * /proc/self/mountinfo has it (statx(2), Linux 5.8). -> 0 or -errno. */
static inline int sys_mount_id(int fd, const char *path, int flags, uint64_t *ret)
{
	struct statx st;

	if (syscall(SYS_statx, fd, path, flags, STATX_MNT_ID, &st) < 0)
		return -errno;
	*ret = st.stx_mnt_id;
	return 0;
}

/* One name in the directory dir_fd, never a link, never across a mount. */
static inline int sys_open_beneath(int dir_fd, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)flags | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS,
	};
	long fd = syscall(SYS_openat2, dir_fd, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}
