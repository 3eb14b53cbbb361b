/* store/list.c - every container at once, for a list.
 *
 * A thousand containers take some milliseconds: three system calls look at a container, one at its
 * name, its directory is not opened, and nothing is parsed but two lines. */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/note.h"
#include "store/parts.h"

/* A container while the list is made: an entry is large, so only the final ones are entries. */
struct row {
	char id[STORE_ID_LENGTH];
	char name[STORE_NAME_ROOM];
	uint64_t created;
	struct store_status status;
	char *summary; /* NULL: it has none */
};

struct listing {
	const struct store *store;
	struct arena *arena;
	int fd; /* containers/ */
	char boot[STATUS_BOOT_ROOM];
	struct row *rows; /* in the order of their ids */
	size_t n;
};

struct entry_path {
	char text[STORE_ID_LENGTH + sizeof("/summary")];
};

static struct entry_path entry_path(const char *id, const char *file)
{
	struct entry_path p;

	memcpy(p.text, id, STORE_ID_LENGTH);
	p.text[STORE_ID_LENGTH] = '/';
	memcpy(p.text + STORE_ID_LENGTH + 1, file, strlen(file) + 1);
	return p;
}

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, STORE_ID_LENGTH);
}

/* One row for each. */
static int read_ids(struct listing *l)
{
	char(*ids)[STORE_ID_LENGTH] = NULL;
	_cleanup_close_ int fd = openat(l->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -EBADF; /* the stream closes it */

	const struct dirent *entry;
	while ((errno = 0, entry = readdir(dir))) {
		if (!store_id_is_valid(entry->d_name))
			continue;
		ids = arena_grow(l->arena, ids, l->n, sizeof(*ids));
		memcpy(ids[l->n++], entry->d_name, STORE_ID_LENGTH);
	}
	if (errno != 0)
		return -errno;
	if (l->n == 0)
		return 0;
	qsort(ids, l->n, sizeof(*ids), compare_ids);
	l->rows = arena_alloc(l->arena, l->n * sizeof(*l->rows));
	for (size_t i = 0; i < l->n; i++)
		memcpy(l->rows[i].id, ids[i], STORE_ID_LENGTH);
	return 0;
}

static void set_phase(struct store_status *s, const char *phase)
{
	memcpy(s->phase, phase, strlen(phase) + 1);
}

/* -ENOENT: it has vanished. */
static int read_status(const struct listing *l, struct row *row)
{
	struct store_status *status = &row->status;
	const char *boot = "-";
	char line[STATUS_ROOM];
	struct stat st;
	int r = note_get(l->fd, entry_path(row->id, "status").text, line, sizeof(line));

	if (r == -ENOENT &&
	    fstatat(l->fd, entry_path(row->id, "").text, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (r == -ENOENT)
		set_phase(status, "creating"); /* so young that it has none */
	else if (r < 0 || status_parse(line, status, &boot) < 0)
		set_phase(status, "damaged");
	status->same_boot = strcmp(boot, "-") == 0 || strcmp(boot, l->boot) == 0;
	/* Of one that says itself that nobody lives, the lock need not be looked at. */
	status->alive = status->same_boot && (status->supervisor > 0 || r < 0) &&
			container_is_locked_at(l->fd, entry_path(row->id, "alive").text);
	return 0;
}

static int read_row(const struct listing *l, struct row *row)
{
	char line[NOTE_MAX + 2];
	int r = read_status(l, row);

	if (r < 0)
		return r;
	row->created = UINT64_MAX;
	r = note_get(l->fd, entry_path(row->id, "summary").text, line, sizeof(line));
	if (r < 0)
		return 0;
	row->summary = arena_strndup(l->arena, line, (size_t)r);
	(void)summary_created(row->summary, &row->created);
	return 0;
}

static int enter_name(const struct store *s, const char *folder, const char *name, const char *id,
		      void *data)
{
	const struct listing *l = data;
	struct row *row = bsearch(id, l->rows, l->n, sizeof(*l->rows), compare_ids);

	(void)s;
	(void)folder;
	if (!row || (row->name[0] != '\0' &&
		     names_is_wanted(l->fd, entry_path(id, "name").text, row->name)))
		return 0;
	memcpy(row->name, name, strlen(name) + 1);
	return 0;
}

static int compare_created(const void *a, const void *b)
{
	const struct row *p = *(const struct row *const *)a, *q = *(const struct row *const *)b;

	if (p->created != q->created)
		return p->created < q->created ? -1 : 1;
	return compare_ids(p->id, q->id);
}

static void make_entry(const struct row *row, struct store_entry *e)
{
	memcpy(e->id, row->id, STORE_ID_LENGTH);
	memcpy(e->name, row->name, sizeof(e->name));
	e->status = row->status;
	e->has_summary = row->summary && summary_parse(row->summary, &e->summary) == 0;
}

/* Reads all, leaves out what has vanished, puts the rest in order. */
static int read_entries(struct listing *l, struct store_entry **ret, size_t *ret_n)
{
	struct row **order = arena_alloc(l->arena, l->n * sizeof(struct row *));
	size_t n = 0;
	int r;

	for (size_t i = 0; i < l->n; i++) {
		r = read_row(l, &l->rows[i]);
		if (r == 0)
			order[n++] = &l->rows[i];
		else if (r != -ENOENT)
			return r;
	}
	r = link_each(l->store, "names", enter_name, l);
	if (r < 0)
		return r;
	qsort(order, n, sizeof(*order), compare_created);
	*ret = arena_alloc(l->arena, n * sizeof(**ret));
	for (size_t i = 0; i < n; i++)
		make_entry(order[i], &(*ret)[i]);
	*ret_n = n;
	return 0;
}

int store_list(const struct store *s, struct arena *a, struct store_entry **ret, size_t *ret_n,
	       struct err *e)
{
	struct listing l = { .store = s, .arena = a };
	_cleanup_close_ int fd = openat(s->fd, "containers", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = 0;

	*ret = NULL;
	*ret_n = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 :
					 err_set(e, -errno, "read the containers in %s", s->path);
	l.fd = fd;
	r = status_boot_id(l.boot);
	if (r == 0)
		r = read_ids(&l);
	if (r == 0 && l.n > 0)
		r = read_entries(&l, ret, ret_n);
	return r < 0 ? err_set(e, r, "read the containers in %s", s->path) : 0;
}
