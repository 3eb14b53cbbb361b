/* store/container.c - making a container directory, locking it, and finding it again. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/parts.h"

struct container_path {
	char text[sizeof("containers/") + STORE_ID_LENGTH];
};

static struct container_path container_path(const char *id)
{
	struct container_path p;

	(void)snprintf(p.text, sizeof(p.text), "containers/%.*s", STORE_ID_LENGTH, id);
	return p;
}

void store_container_done(struct store_container *c)
{
	fd_closep(&c->journal);
	fd_closep(&c->alive);
	fd_closep(&c->fd);
	*c = STORE_CONTAINER_EMPTY;
}

static int open_directory(const struct store *s, const char *id, struct store_container *c)
{
	int fd = openat(s->fd, container_path(id).text,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	c->store = s;
	c->fd = fd;
	memcpy(c->id, id, STORE_ID_LENGTH + 1);
	return 0;
}

int container_open(const struct store *s, const char *id, struct store_container *ret)
{
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = open_directory(s, id, &c);

	if (r < 0)
		return r;
	c.journal = openat(c.fd, "journal", O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (c.journal < 0)
		c.journal = -EBADF;
	*ret = c;
	return 0;
}

int container_lock(struct store_container *c, bool wait)
{
	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		struct stat st;
		_cleanup_close_ int fd =
			openat(c->fd, "alive", O_RDONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

		if (fd < 0)
			return -errno;
		int r = store_flock(fd, LOCK_EX | (wait ? 0 : LOCK_NB));
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

bool container_is_locked(int dir_fd)
{
	_cleanup_close_ int fd = openat(dir_fd, "alive", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd >= 0 && store_flock(fd, LOCK_SH | LOCK_NB) == -EWOULDBLOCK;
}

/* Makes and locks the directory. Until it is locked somebody may take it for dead and collect it:
 * then it has gone, or goes while we wait for the lock, and is made again. */
static int container_make(const struct store *s, const char *id, struct store_container *c)
{
	bool made = false;
	int r;

	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		if (mkdirat(s->fd, container_path(id).text, 0700) == 0) {
			made = true;
		} else if (errno == ENOENT) {
			r = store_make_folder(s, "containers");
			if (r < 0)
				return r;
			continue;
		} else if (errno != EEXIST || !made) {
			return -errno;
		}
		r = open_directory(s, id, c);
		if (r == 0)
			r = container_lock(c, true);
		if (r == 0)
			return 0;
		store_container_done(c);
		if (r != -ENOENT)
			return r;
	}
	return -EAGAIN;
}

static int name_taken(const struct store *s, const char *name, struct err *e)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	char id[STORE_ID_LENGTH + 1];
	int r = link_read(s, "names", name, id);

	if (r == 0)
		r = open_directory(s, id, &c);
	if (r < 0)
		return err_hint(e, err_say(e, -EEXIST, "the name '%s' is taken", name),
				"choose another with --name");
	if (container_is_locked(c.fd))
		return err_hint(e,
				err_say(e, -EEXIST,
					"the name '%s' is taken by container %s, which is running",
					name, id),
				"end its program, or choose another with --name");
	return err_hint(e,
			err_say(e, -EEXIST,
				"the name '%s' is taken by container %s, which has ended", name,
				id),
			"'honu gc' frees it; or choose another with --name");
}

int store_create(const struct store *s, const char *id, const char *name,
		 struct store_container *ret, struct err *e)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	int r;

	if (!store_id_is_valid(id))
		return err_say(e, -EINVAL, "'%s' is no container id", id);
	if (name && !store_name_is_valid(name))
		return err_hint(e, err_say(e, -EINVAL, "'%s' cannot name a container", name),
				"up to 63 letters, digits and '_.-', the first a letter or digit");
	r = container_make(s, id, &c);
	if (r < 0)
		return store_full(
			s, err_set(e, r, "make a directory for container %s in %s", id, s->path),
			e);
	c.is_new = true;
	c.journal = openat(c.fd, "journal", O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
	if (c.journal < 0) {
		r = store_full(s,
			       err_set(e, -errno, "make the journal of container %s in %s", id,
				       s->path),
			       e);
		c.journal = -EBADF;
		(void)store_remove(&c, NULL);
		return r;
	}
	if (name) {
		r = link_claim(s, "names", name, id);
		if (r < 0) {
			(void)store_remove(&c, NULL);
			return r == -EEXIST ?
				       name_taken(s, name, e) :
				       err_set(e, r, "claim the name '%s' in %s", name, s->path);
		}
		memcpy(c.name, name, strlen(name) + 1);
	}
	*ret = c;
	c = STORE_CONTAINER_EMPTY;
	return 0;
}

static int same_owner(const struct store *s, const char *folder, const char *name, const char *id,
		      void *data)
{
	struct store_container *c = data;

	(void)s;
	(void)folder;
	if (strcmp(id, c->id) != 0)
		return 0;
	memcpy(c->name, name, strlen(name) + 1);
	return 1;
}

int container_find_name(struct store_container *c)
{
	int r = link_each(c->store, "names", same_owner, c);

	return r < 0 ? r : 0;
}
