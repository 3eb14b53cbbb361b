/* store/find.c - which container a person means: an id, a name, or the first digits of an id. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "store/parts.h"

#define PREFIX_MIN 4

/* -> the only id that starts with prefix. -ENOENT; -ENOTUNIQ with two of them in e. */
static int find_prefix(const struct store *s, const char *prefix, char ret[STORE_ID_LENGTH + 1],
		       struct err *e)
{
	size_t length = strlen(prefix);
	char found[STORE_ID_LENGTH + 1] = "";

	if (length < PREFIX_MIN || strspn(prefix, "0123456789abcdef") != length)
		return -ENOENT;
	_cleanup_close_ int fd = openat(s->fd, "containers", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -EBADF; /* the stream closes it */

	const struct dirent *entry;
	while ((entry = readdir(dir))) {
		if (!store_id_is_valid(entry->d_name) ||
		    strncmp(entry->d_name, prefix, length) != 0)
			continue;
		if (found[0] != '\0')
			return err_hint(e,
					err_say(e, -ENOTUNIQ,
						"'%s' fits several containers, such as %s and %s",
						prefix, found, entry->d_name),
					"write more of the id, or the container's name");
		memcpy(found, entry->d_name, sizeof(found));
	}
	if (found[0] == '\0')
		return -ENOENT;
	memcpy(ret, found, sizeof(found));
	return 0;
}

struct suggestion {
	const char *typed;
	char nearest[STORE_NAME_ROOM];
};

static int compare_name(const struct store *s, const char *folder, const char *name, const char *id,
			void *data)
{
	struct suggestion *g = data;
	const char *const words[] = { g->nearest, name };

	(void)s;
	(void)folder;
	(void)id;
	const char *better =
		text_nearest(g->typed, g->nearest[0] ? words : words + 1, g->nearest[0] ? 2 : 1);
	if (better == name)
		memcpy(g->nearest, name, strlen(name) + 1);
	return 0;
}

static int not_found(const struct store *s, const char *typed, struct err *e)
{
	struct suggestion g = { .typed = typed };

	(void)link_each(s, "names", compare_name, &g);
	int r = err_say(e, -ENOENT, "there is no container '%s'", typed);
	if (g.nearest[0] != '\0')
		return err_hint(e, r, "did you mean '%s'? See 'ls %s/names' for all that have one",
				g.nearest, s->path);
	return err_hint(e, r, "see 'ls %s/names' for all that have one, 'ls %s/containers' for all",
			s->path, s->path);
}

bool store_has_name(const struct store *s, const char *name)
{
	char id[STORE_ID_LENGTH + 1];

	return link_read(s, "names", name, id) == 0;
}

int store_find(const struct store *s, const char *name_or_id, struct store_container *ret,
	       struct err *e)
{
	struct store_container c = STORE_CONTAINER_EMPTY;
	char id[STORE_ID_LENGTH + 1];
	bool by_name = false;
	int r = -ENOENT;

	if (store_id_is_valid(name_or_id))
		r = container_open(s, name_or_id, &c);
	if (r == -ENOENT && store_name_is_valid(name_or_id)) {
		r = link_read(s, "names", name_or_id, id);
		if (r == 0)
			r = container_open(s, id, &c);
		by_name = r == 0;
	}
	if (r == -ENOENT) {
		r = find_prefix(s, name_or_id, id, e);
		if (r == -ENOTUNIQ)
			return r;
		if (r == 0)
			r = container_open(s, id, &c);
	}
	if (r == -ENOENT)
		return not_found(s, name_or_id, e);
	if (r < 0)
		return err_set(e, r, "find container '%s' in %s", name_or_id, s->path);
	if (by_name) {
		memcpy(c.name, name_or_id, strlen(name_or_id) + 1);
	} else {
		r = container_find_name(&c);
		if (r < 0) {
			store_container_done(&c);
			return err_set(e, r, "read the names in %s", s->path);
		}
	}
	*ret = c;
	return 0;
}
