/* ns/view.c - see view.h. Host side. */
#include "ns/view.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include "base/cleanup.h"

int ns_open_root(int pidfd, const char **op)
{
	_cleanup_close_ int own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_close_ int root = -EBADF;
	int r;

	*op = "open";
	if (own < 0 || cwd < 0)
		return -errno;
	*op = "setns";
	if (setns(pidfd, CLONE_NEWNS) < 0)
		return -errno;
	root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	r = root < 0 ? -errno : 0;
	if (setns(own, CLONE_NEWNS) < 0 || fchdir(cwd) < 0)
		return -errno;
	*op = "open";
	return r < 0 ? r : take_fd(root);
}
