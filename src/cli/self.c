/* cli/self.c - see self.h. */
#include "cli/self.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/mount_api.h"

/* Where the executable lies: the copy has no path that could be read back. */
#define SELF_VARIABLE "HONU_SELF"

static int readonly_copy(int exe)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	_cleanup_close_ int tree = sys_open_tree_clone(exe, "", 0);
	char path[64];

	if (tree < 0)
		return tree;
	int r = sys_mount_setattr(tree, false, &attr);
	if (r < 0)
		return r;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", tree);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int self_protect(char *const *argv, struct err *e)
{
	_cleanup_close_ int exe = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	_cleanup_close_ int copy = -EBADF;
	char path[PATH_MAX];
	struct statvfs fs;
	ssize_t n;

	if (exe < 0 || fstatvfs(exe, &fs) < 0)
		return err_set(e, -errno, "open honu's own executable");
	if (fs.f_flag & ST_RDONLY)
		return 0;
	n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (n < 0)
		return err_set(e, -errno, "read the path of honu's own executable");
	path[n] = '\0';
	copy = readonly_copy(exe);
	if (copy < 0)
		return err_hint(
			e, err_set(e, copy, "make a read-only copy of honu's own mount"),
			"without it a root in the host's user namespace could overwrite honu: "
			"leave --userns host away");
	if (setenv(SELF_VARIABLE, path, 1) < 0)
		return err_set(e, -errno, "execute honu again");
	(void)fexecve(copy, argv, environ);
	return err_set(e, -errno, "execute honu again");
}
