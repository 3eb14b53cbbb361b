/* store/collect.c - clears away what was killed: containers nobody holds, links without owner,
 * and the store itself when nothing is left in it. */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/parts.h"

struct collection {
	const struct store *store;
	store_collect_fn *undo;
	void *data;
	unsigned n;
	struct err *e;
	int result; /* the first error */
};

/* Copies the error of this container out unless there was one before. */
static void keep_first(struct collection *l, int r, const struct err *e)
{
	if (l->result < 0)
		return;
	l->result = r;
	if (l->e)
		*l->e = *e;
}

static bool is_kept(const struct store_container *c)
{
	struct store_summary u;

	return store_get_summary(c, &u, NULL) == 0 && u.keep;
}

static void collect_one(struct collection *l, const char *id)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	int r;

	r = container_open(l->store, id, &c);
	if (r == 0)
		r = container_lock(&c, false);
	if (r == -ENOENT || r == -EWOULDBLOCK)
		return; /* gone, or alive */
	if (r == 0)
		r = container_find_name(&c);
	if (r < 0) {
		keep_first(l, err_set(&e, r, "look at container %s", id), &e);
		return;
	}
	/* Opened before we had the lock: its maker may have died just after making the journal. */
	if (c.journal < 0)
		container_open_journal(&c);
	r = l->undo ? l->undo(&c, l->data, &e) : is_kept(&c);
	if (r == 0)
		r = store_remove(&c, &e);
	else if (r > 0)
		return; /* to be kept */
	if (r < 0)
		keep_first(l, r, &e);
	else
		l->n++;
}

static int collect_containers(struct collection *l)
{
	_cleanup_close_ int fd =
		openat(l->store->fd, "containers", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -EBADF; /* the stream closes it */

	const struct dirent *entry;
	while ((errno = 0, entry = readdir(dir)))
		if (store_id_is_valid(entry->d_name))
			collect_one(l, entry->d_name);
	return -errno;
}

/* Each rmdir fails where something is left, or was made since; whoever is making something finds
 * the directory gone and makes it again. */
static void remove_empty(const struct store *s)
{
	static const char *const folders[] = { "containers", "names", "ids" };
	bool all = true;

	for (size_t i = 0; i < ELEMENTS(folders); i++)
		if (unlinkat(s->fd, folders[i], AT_REMOVEDIR) < 0 && errno != ENOENT)
			all = false;
	if (all)
		(void)rmdir(s->path);
}

int store_collect(const struct store *s, store_collect_fn *undo, void *data, unsigned *ret_n,
		  struct err *e)
{
	struct collection l = { .store = s, .undo = undo, .data = data, .e = e };
	int r;

	r = collect_containers(&l);
	if (r == 0)
		r = link_sweep(s, "names");
	if (r == 0)
		r = link_sweep(s, "ids");
	if (r < 0 && l.result == 0)
		l.result = err_set(e, r, "clear away the dead in %s", s->path);
	remove_empty(s);
	if (l.result < 0)
		return l.result;
	if (ret_n)
		*ret_n = l.n;
	return 0;
}
