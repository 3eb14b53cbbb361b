/* copy/place.c - see place.h.
 *
 * Nothing of the container is trusted: links in it are resolved by a process whose root is the
 * container's own, so that they lead nowhere else, whoever swaps what meanwhile (CVE-2018-15664); and
 * that process loads nothing from there (CVE-2019-14271; copy/confine.c holds it to that). */
#include "copy/place.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/mount_api.h"
#include "sys/path.h"

static int is_same_userns(pid_t pid, int pidfd, bool *ret)
{
	struct pollfd ended = { .fd = pidfd, .events = POLLIN };
	struct stat ours, theirs;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)pid);
	if (stat("/proc/self/ns/user", &ours) < 0 || stat(path, &theirs) < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	/* After the look: the pid was still that of the process that the pidfd stands for. */
	if (poll(&ended, 1, 0) != 0)
		return -ESRCH;
	*ret = ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
	return 0;
}

static int become_root(struct err *e)
{
	if (setgroups(0, NULL) < 0 || setresgid(0, 0, 0) < 0 || setresuid(0, 0, 0) < 0)
		return err_set(e, -errno, "become root of the container");
	return 0;
}

static int enter_process(const struct copy_place *p, struct err *e)
{
	bool same = false;
	int r = is_same_userns(p->pid, p->pidfd, &same);

	if (r == 0 && setns(p->pidfd, CLONE_NEWNS | (same ? 0 : CLONE_NEWUSER)) < 0)
		r = -errno;
	if (r == -ESRCH)
		return err_hint(e, err_say(e, r, "the container ended meanwhile"),
				"start it again, or see 'honu why' for the cause");
	if (r < 0)
		return err_set(e, r, "join the container's mount and user namespace");
	return become_root(e);
}

/* The detached mount becomes the root of a mount namespace in which there is nothing else. */
static int pivot(int tree, const char **op)
{
	_cleanup_close_ int old = -EBADF;
	int r;

	*op = "open /";
	old = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (old < 0)
		return -errno;
	*op = "move_mount";
	r = sys_move_mount(tree, old);
	if (r < 0)
		return r;
	*op = "pivot_root";
	if (fchdir(tree) < 0)
		return -errno;
	r = sys_pivot_root_here();
	return r < 0 ? r : sys_detach_here();
}

static int own_mounts(const char **op)
{
	*op = "unshare";
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	*op = "make mounts private";
	return sys_mount_propagation(MS_PRIVATE | MS_REC);
}

/* A mount point that is missing or of another kind would be made at the start: what is below it now
 * is what there is. */
static int attach(int root, const struct copy_mount *m)
{
	_cleanup_close_ int target = sys_open_in_root(root, m->target, O_PATH);
	struct stat mount, place;

	if (target < 0)
		return target == -ENOENT || target == -ENOTDIR ? 0 : target;
	if (fstat(m->fd, &mount) < 0 || fstat(target, &place) < 0)
		return -errno;
	if (S_ISDIR(mount.st_mode) != S_ISDIR(place.st_mode))
		return 0;
	return sys_move_mount(m->fd, target);
}

static int enter_tree(const struct copy_place *p, struct err *e)
{
	const char *op = "setns";
	int r;

	if (p->userns >= 0 && setns(p->userns, CLONE_NEWUSER) < 0)
		return err_set(e, -errno, "enter the container's user namespace");
	r = own_mounts(&op);
	if (r == 0)
		r = pivot(p->tree, &op);
	if (r < 0)
		return err_set(e, r, "enter the container's directory: %s", op);
	for (size_t i = 0; i < p->n_mounts; i++) {
		r = attach(p->tree, &p->mounts[i]);
		if (r < 0)
			return err_set(e, r, "mount %s%s", p->label, p->mounts[i].target);
	}
	return become_root(e);
}

int copy_place_enter(const struct copy_place *p, struct err *e)
{
	int r = 0;

	/* Before anything inside can see this process: nobody there may trace it. */
	if (prctl(PR_SET_DUMPABLE, 0) < 0)
		return err_set(e, -errno, "prctl PR_SET_DUMPABLE");
	if (p->where == COPY_PROCESS)
		r = enter_process(p, e);
	else if (p->where == COPY_TREE)
		r = enter_tree(p, e);
	if (r < 0 || (p->where != COPY_PROCESS && p->where != COPY_TREE))
		return r;
	return chdir("/") < 0 ? err_set(e, -errno, "enter the container's root") : 0;
}

int copy_place_jail(int directory, struct err *e)
{
	/* Before the mount namespace changes: only mounts of one's own can be copied. */
	_cleanup_close_ int tree = sys_open_tree_clone(directory, "", AT_RECURSIVE);
	const char *op = "open_tree";
	int r = tree < 0 ? tree : own_mounts(&op);

	if (r == 0)
		r = pivot(tree, &op);
	if (r == 0 && chdir("/") < 0)
		r = -errno;
	return r < 0 ? err_set(e, r, "stay below the destination: %s", op) : 0;
}
