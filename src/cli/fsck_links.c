/* cli/fsck_links.c - honu fsck: names and id ranges, and whether their owners exist. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/fsck.h"

struct folder {
	struct fsck *f;
	const char *path;
	struct fsck_link **list;
	size_t *n;
};

static int check_link(const char *name, const char *id, enum link_fault fault, void *data)
{
	struct folder *d = data;
	struct fsck *f = d->f;
	struct fsck_link link;
	struct finding *x;
	char where[320];

	(void)snprintf(where, sizeof(where), "%s/%s", d->path, name);
	switch (fault) {
	case LINK_OWNED:
		link.name = arena_strdup(f->arena, name);
		memcpy(link.id, id, sizeof(link.id));
		arena_push(f->arena, *d->list, *d->n, link);
		return 0;
	case LINK_STALE:
		x = fsck_find(f, id, where, "'honu gc' removes it",
			      "leads to container %s, which is gone", id);
		if (x)
			fsck_mended(f, x, store_drop_link(f->store, d->path, name), NULL);
		return 0;
	case LINK_FOREIGN:
		(void)fsck_find(f, NULL, where, "move it elsewhere, if somebody needs it",
				"is no link to a container that honu would have made");
		return 0;
	}
	return -ENOTRECOVERABLE;
}

int fsck_links(struct fsck *f, struct err *e)
{
	struct folder names = { f, "names", &f->names, &f->n_names };
	struct folder ids = { f, "ids", &f->ids, &f->n_ids };
	int r = store_check_links(f->store, "names", check_link, &names);

	if (r < 0)
		return err_set(e, r, "read %s/names", f->store->path);
	r = store_check_links(f->store, "ids", check_link, &ids);
	return r < 0 ? err_set(e, r, "read %s/ids", f->store->path) : 0;
}

const char *fsck_name(const struct fsck *f, const char *id)
{
	for (size_t i = 0; i < f->n_names; i++)
		if (strcmp(f->names[i].id, id) == 0)
			return f->names[i].name;
	return "";
}
