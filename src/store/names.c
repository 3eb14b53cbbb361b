/* store/names.c - which name a container has, and giving it another.
 *
 * A name is a link in names/. While one is replaced a container has two for a moment, and for good
 * where honu is killed just then. So the note `name` in its directory says first which one it is to
 * be: that one counts as soon as it leads to the container, until then the one that it had. The
 * note lies only where a container was renamed. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/note.h"
#include "store/parts.h"

/* The name that a renamed container is to have; "" where there is no such note. */
static void wanted_name(int dir_fd, const char *note, char ret[STORE_NAME_ROOM + 1])
{
	if (note_get(dir_fd, note, ret, STORE_NAME_ROOM + 1) < 0)
		ret[0] = '\0';
}

bool names_is_wanted(int dir_fd, const char *note, const char *name)
{
	char wanted[STORE_NAME_ROOM + 1];

	wanted_name(dir_fd, note, wanted);
	return strcmp(name, wanted) == 0;
}

static int same_owner(const struct store *s, const char *folder, const char *name, const char *id,
		      void *data)
{
	struct store_container *c = data;

	(void)s;
	(void)folder;
	if (strcmp(id, c->id) != 0 ||
	    (c->name[0] != '\0' && names_is_wanted(c->fd, "name", c->name)))
		return 0;
	memcpy(c->name, name, strlen(name) + 1);
	return 0;
}

int container_find_name(struct store_container *c)
{
	c->name[0] = '\0';
	return link_each(c->store, "names", same_owner, c);
}

static int release_one(const struct store *s, const char *folder, const char *name, const char *id,
		       void *data)
{
	const struct store_container *c = data;

	return strcmp(id, c->id) == 0 ? link_release(s, folder, name, id) : 0;
}

/* Whoever renames c at this moment looks for the note after having claimed the new name: either
 * that is seen below, or he sees that c is being removed, and frees it himself. */
int names_release_renamed(struct store_container *c)
{
	if (unlinkat(c->fd, "name", 0) < 0)
		return errno == ENOENT ? 0 : -errno;
	return link_each(c->store, "names", release_one, c);
}

static int release_former(const struct store *s, const char *folder, const char *name,
			  const char *id, void *data)
{
	const struct store_container *c = data;

	return strcmp(name, c->name) != 0 ? release_one(s, folder, name, id, data) : 0;
}

static int release_formers(struct store_container *c, struct err *e)
{
	int r = link_each(c->store, "names", release_former, c);

	return r < 0 ? err_set(e, r, "free the former name of container %s in %s", c->id,
			       c->store->path) :
		       0;
}

static int rename_locked(struct store_container *c, const char *name, struct err *e)
{
	int r = container_find_name(c); /* somebody may just have renamed it */

	if (r < 0)
		return err_set(e, r, "read the names in %s", c->store->path);
	if (strcmp(c->name, name) == 0)
		return release_formers(c, e); /* one that was killed may have left some */
	r = note_replace_locked(c->fd, "name", name);
	if (r == -ENOENT)
		return err_say(e, r, "container %s is gone", c->id);
	if (r < 0)
		return store_full(c->store,
				  err_set(e, r, "write the name of container %s in %s", c->id,
					  c->store->path),
				  e);
	r = link_claim(c->store, "names", name, c->id);
	if (r == -EEXIST)
		return name_taken(c->store, name, e);
	if (r < 0)
		return store_full(c->store,
				  err_set(e, r, "claim the name '%s' in %s", name, c->store->path),
				  e);
	memcpy(c->name, name, strlen(name) + 1);
	/* Whoever removes it meanwhile may not have seen the new one. */
	if (!names_is_wanted(c->fd, "name", name)) {
		(void)link_release(c->store, "names", name, c->id);
		return err_say(e, -ENOENT, "container %s is gone", c->id);
	}
	return release_formers(c, e);
}

int store_rename(struct store_container *c, const char *name, struct err *e)
{
	if (!store_name_is_valid(name))
		return name_invalid(name, e);
	/* One after the other: two who rename the same container would leave it two names. Claiming
	 * locks the state directory, so it cannot be that. */
	_cleanup_close_ int lock = note_lock(c->fd);
	if (lock < 0)
		return err_set(e, lock, "lock the directory of container %s", c->id);
	return rename_locked(c, name, e);
}
