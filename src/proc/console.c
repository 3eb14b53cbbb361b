/* proc/console.c - a terminal from the container's own devpts. Inside: system calls only.
 *
 * The peer is opened by ioctl from the master, so nothing in the tree can stand in its place
 * (CVE-2025-52565). */
#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "proc/inside.h"
#include "sys/mount_api.h"
#include "sys/path.h"

/* The size of the terminal that honu was started on, so that the program sees it from its first
 * moment; where there is none the size stays unknown. */
static void copy_size(int peer)
{
	struct winsize size;

	for (int fd = 0; fd < 3; fd++) {
		if (ioctl(fd, TIOCGWINSZ, &size) == 0) {
			(void)ioctl(peer, TIOCSWINSZ, &size);
			return;
		}
	}
}

int console_open_apply(const struct step *s, struct slots *slots, const char **op)
{
	_cleanup_close_ int master = -EBADF;
	int unlock = 0, peer;

	(void)s;
	*op = "openat2 /dev/pts/ptmx";
	master = sys_open_in_root(slots->fd[SLOT_ROOT], "/dev/pts/ptmx", O_RDWR | O_NOCTTY);
	if (master < 0)
		return master;
	*op = "ioctl TIOCSPTLCK";
	if (ioctl(master, TIOCSPTLCK, &unlock) < 0)
		return -errno;
	*op = "ioctl TIOCGPTPEER";
	peer = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (peer < 0)
		return -errno;
	slots->fd[SLOT_PTY_PEER] = peer;
	copy_size(peer);
	slots->fd[SLOT_PTY] = take_fd(master);
	*op = "fchown";
	return fchown(peer, slots->uid, (gid_t)-1) < 0 ? -errno : 0;
}

int console_attach_apply(const struct step *s, struct slots *slots, const char **op)
{
	_cleanup_close_ int target = -EBADF;
	_cleanup_close_ int tree = -EBADF;

	(void)s;
	*op = "openat2 /dev/console";
	target = sys_open_in_root(slots->fd[SLOT_ROOT], "/dev/console", O_PATH | O_NOFOLLOW);
	if (target < 0)
		return target;
	*op = "open_tree";
	tree = sys_open_tree_clone(slots->fd[SLOT_PTY_PEER], "", 0);
	if (tree < 0)
		return tree;
	*op = "move_mount";
	return sys_move_mount(tree, target);
}

int console_use_apply(const struct step *s, struct slots *slots, const char **op)
{
	int peer = slots->fd[SLOT_PTY_PEER];

	(void)s;
	*op = "ioctl TIOCSCTTY";
	if (ioctl(peer, TIOCSCTTY, 0) < 0)
		return -errno;
	*op = "dup2";
	for (int fd = 0; fd < 3; fd++) {
		if (dup2(peer, fd) < 0) /* cloexec: these three are the program's */
			return -errno;
	}
	return 0;
}
