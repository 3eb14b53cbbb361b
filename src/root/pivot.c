/* root/pivot.c - see pivot.h. Inside: system calls only. pivot_root(2), never chroot(2): the old
 * root is gone, not hidden. */
#include "root/pivot.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/mount_api.h"

int root_attach_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct root_attach_step *a = &s->root_attach;
	_cleanup_close_ int old = -EBADF;
	int r;

	*op = "open";
	old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (old < 0)
		return -errno;
	if (a->slot == SLOT_NONE) {
		/* The mount namespace of somebody else: its root is ours. */
		slots->fd[SLOT_ROOT] = take_fd(old);
		return 0;
	}
	if (a->propagation) {
		struct mount_attr attr = { .propagation = a->propagation & ~(uint64_t)MS_REC };

		*op = "mount_setattr";
		r = sys_mount_setattr(slots->fd[a->slot], (a->propagation & MS_REC) != 0, &attr);
		if (r < 0)
			return r;
	}
	*op = "move_mount";
	r = sys_move_mount(slots->fd[a->slot], old);
	if (r < 0)
		return r;
	if (a->slot != SLOT_ROOT) {
		slots->fd[SLOT_ROOT] = take_fd(slots->fd[a->slot]);
	}
	return 0;
}

int root_pivot_apply(const struct step *s, struct slots *slots, const char **op)
{
	int r;

	(void)s;
	*op = "fchdir";
	if (fchdir(slots->fd[SLOT_ROOT]) < 0)
		return -errno;
	*op = "pivot_root";
	r = sys_pivot_root_here();
	if (r < 0)
		return r;
	*op = "umount2";
	r = sys_detach_here();
	if (r < 0)
		return r;
	*op = "chdir";
	return chdir("/") < 0 ? -errno : 0;
}

int root_lock_apply(const struct step *s, struct slots *slots, const char **op)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	(void)s;
	*op = "mount_setattr";
	return sys_mount_setattr(slots->fd[SLOT_ROOT], false, &attr);
}
