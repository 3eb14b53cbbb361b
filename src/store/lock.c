/* store/lock.c - the lock of a container, its file `alive`: taken, looked at, inherited. */
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "store/parts.h"

/* Somebody who only looks (container_is_locked()), or waits for the end, holds a shared lock for a
 * moment: then nobody has it, and we may. */
static int lock_exclusive(int fd)
{
	static const struct timespec moment = { .tv_nsec = 100000 };

	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		int r = store_flock(fd, LOCK_EX | LOCK_NB);

		if (r != -EWOULDBLOCK)
			return r;
		r = store_flock(fd, LOCK_SH | LOCK_NB);
		if (r < 0)
			return r;
		(void)store_flock(fd, LOCK_UN);
		if (i > 10)
			(void)nanosleep(&moment, NULL);
	}
	return -EWOULDBLOCK;
}

int container_lock(struct store_container *c, bool wait)
{
	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		struct stat st;
		_cleanup_close_ int fd =
			openat(c->fd, "alive", O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

		if (fd < 0)
			return -errno;
		int r = wait ? store_flock(fd, LOCK_EX) : lock_exclusive(fd);
		if (r < 0)
			return r;
		if (fstat(fd, &st) < 0)
			return -errno;
		if (st.st_nlink > 0) {
			fd_closep(&c->alive);
			c->alive = take_fd(fd);
			return 0;
		}
		/* Unlinked before we had the lock: it guards nothing any more. */
	}
	return -EAGAIN;
}

bool container_is_locked_at(int dir_fd, const char *path)
{
	_cleanup_close_ int fd = openat(dir_fd, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && store_flock(fd, LOCK_SH | LOCK_NB) == -EWOULDBLOCK;
}

bool container_is_locked(int dir_fd)
{
	return container_is_locked_at(dir_fd, "alive");
}

int store_lock_container(struct store_container *c, struct err *e)
{
	int r = container_lock(c, false);

	if (r == -EWOULDBLOCK)
		return err_say(e, -EBUSY, "container %s is in use", c->id);
	if (r == -ENOENT)
		return err_say(e, r, "container %s is gone", c->id);
	if (r < 0)
		return err_set(e, r, "lock container %s", c->id);
	if (c->journal < 0)
		container_open_journal(c); /* found before it had one */
	return 0;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Are these the directory of container id, and a lock on it that is held? */
static int check_inherited(const struct store *s, const char *id, int dir_fd, int alive_fd)
{
	struct stat dir, alive, linked;

	if (fstat(dir_fd, &dir) < 0 || fstat(alive_fd, &alive) < 0)
		return -errno;
	if (fstatat(s->fd, container_path(id).text, &linked, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	if (!same_file(&dir, &linked))
		return -ESTALE;
	if (fstatat(dir_fd, "alive", &linked, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? -ESTALE : -errno;
	if (!same_file(&alive, &linked))
		return -ESTALE;
	/* Ours already, or free: either way nobody else's from here on. */
	int r = store_flock(alive_fd, LOCK_EX | LOCK_NB);
	return r == -EWOULDBLOCK ? -ESTALE : r;
}

static int close_on_exec(int fd)
{
	return fcntl(fd, F_SETFD, FD_CLOEXEC) < 0 ? -errno : 0;
}

int store_adopt(const struct store *s, const char *id, int dir_fd, int alive_fd,
		struct store_container *ret, struct err *e)
{
	struct store_container c = {
		.store = s, .fd = dir_fd, .alive = alive_fd, .journal = -EBADF
	};
	int r;

	if (!store_id_is_valid(id))
		return err_say(e, -EINVAL, "'%s' is no container id", id);
	memcpy(c.id, id, STORE_ID_LENGTH + 1);
	r = check_inherited(s, id, dir_fd, alive_fd);
	if (r == -ESTALE)
		return err_say(e, r, "descriptors %d and %d are not container %s and its lock",
			       dir_fd, alive_fd, id);
	if (r == 0)
		r = close_on_exec(dir_fd);
	if (r == 0)
		r = close_on_exec(alive_fd);
	if (r < 0)
		return err_set(e, r, "take over descriptors %d and %d as container %s", dir_fd,
			       alive_fd, id);
	r = container_find_name(&c);
	if (r < 0)
		return err_set(e, r, "read the names in %s", s->path);
	container_open_journal(&c);
	*ret = c;
	return 0;
}
