/* store/container.c - making a container directory and opening it again. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/parts.h"

struct container_path container_path(const char *id)
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

void container_open_journal(struct store_container *c)
{
	c->journal = openat(c->fd, "journal", O_RDWR | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
	if (c->journal < 0)
		c->journal = -EBADF;
}

int container_open(const struct store *s, const char *id, struct store_container *ret)
{
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = open_directory(s, id, &c);

	if (r < 0)
		return r;
	container_open_journal(&c);
	*ret = c;
	return 0;
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

int name_invalid(const char *name, struct err *e)
{
	return err_hint(e, err_say(e, -EINVAL, "'%s' cannot name a container", name),
			"up to 63 letters, digits and '_.-', the first a letter or digit");
}

int name_taken(const struct store *s, const char *name, struct err *e)
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
	r = err_say(e, -EEXIST, "the name '%s' is taken by container %s, which has ended", name,
		    id);
	return faccessat(c.fd, "summary", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ?
		       err_hint(e, r, "'honu rm %s' frees it; or choose another name", name) :
		       err_hint(e, r, "'honu gc' frees it; or choose another with --name");
}

int store_create(const struct store *s, const char *id, const char *name,
		 struct store_container *ret, struct err *e)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	int r;

	if (!store_id_is_valid(id))
		return err_say(e, -EINVAL, "'%s' is no container id", id);
	if (name && !store_name_is_valid(name))
		return name_invalid(name, e);
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

const char *store_path(const struct store_entry *entry, const char *file, char ret[STORE_PATH_ROOM])
{
	(void)snprintf(ret, STORE_PATH_ROOM, "%s/%s", container_path(entry->id).text, file);
	return ret;
}

int store_enter(const struct store *s, const struct store_entry *entry, struct store_container *ret)
{
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = open_directory(s, entry->id, &c);

	if (r < 0)
		return r;
	memcpy(c.name, entry->name, sizeof(c.name));
	*ret = c;
	return 0;
}
