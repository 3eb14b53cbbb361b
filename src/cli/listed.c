/* cli/listed.c - see listed.h: what is known of each container. */
#include "cli/listed.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/summary.h"
#include "spec/record.h"

/* What cannot be read stays unknown: a list is not the place to fail for one of them. */
static struct spec *read_record(const struct listing *l, const struct listed *c)
{
	_cleanup_(store_container_done) struct store_container container = STORE_CONTAINER_EMPTY;
	struct spec *spec;
	char *json;

	if (store_enter(l->store, c->entry, &container) < 0 ||
	    store_get_record(&container, l->arena, &json, NULL) < 0 ||
	    spec_read_record(l->arena, json, &spec, NULL) < 0)
		return NULL;
	return spec;
}

static void labels_of_record(const struct listing *l, struct listed *c, const struct spec *s)
{
	c->has_labels = true;
	for (size_t i = 0; s && i < s->n_labels; i++)
		arena_push(l->arena, c->labels, c->n_labels,
			   arena_printf(l->arena, "%s=%s", s->labels[i].key, s->labels[i].value));
}

void listed_labels(const struct listing *l, struct listed *c)
{
	if (c->has_labels)
		return;
	if (c->summary->labels_cut) {
		labels_of_record(l, c, read_record(l, c));
		return;
	}
	c->has_labels = true;
	for (const char *p = c->summary->labels; *p;) {
		size_t n = strcspn(p, "\n");

		arena_push(l->arena, c->labels, c->n_labels, arena_strndup(l->arena, p, n));
		p += n + (p[n] == '\n');
	}
}

/* One in the foreground has no summary, but a record. */
static const struct store_summary *find_summary(const struct listing *l, struct listed *c)
{
	struct store_summary *summary = arena_new(l->arena, struct store_summary);
	const struct spec *spec = read_record(l, c);

	if (spec)
		summary_of(spec, summary);
	labels_of_record(l, c, spec);
	return summary;
}

void listed_look(const struct listing *l, struct listed *c)
{
	char directory[STORE_PATH_ROOM];

	if (c->looked)
		return;
	c->looked = true;
	state_look(l->store->fd, store_path(c->entry, "", directory), &c->entry->status, &l->clock,
		   &c->state);
}

static int newest_first(const void *a, const void *b)
{
	const struct listed *p = *(struct listed *const *)a, *q = *(struct listed *const *)b;

	if (p->summary->created != q->summary->created)
		return p->summary->created > q->summary->created ? -1 : 1;
	return -strcmp(p->entry->id, q->entry->id);
}

int listing_read(struct listing *l, const struct store *s, struct arena *a, struct err *e)
{
	struct store_entry *entries;
	bool sorted = true;
	size_t n;
	int r = store_list(s, a, &entries, &n, e);

	if (r < 0)
		return r;
	*l = (struct listing){ .store = s, .arena = a, .clock = state_clock_now(), .n = n };
	l->all = arena_alloc(a, (n + 1) * sizeof(*l->all));
	struct listed *room = arena_alloc(a, (n + 1) * sizeof(*room));
	for (size_t i = 0; i < n; i++) {
		struct listed *c = &room[i];

		c->entry = &entries[i];
		c->summary = c->entry->has_summary ? &c->entry->summary : find_summary(l, c);
		sorted = sorted && c->entry->has_summary;
		state_begin(&c->entry->status, &c->state);
		l->all[n - 1 - i] = c;
	}
	if (!sorted)
		qsort(l->all, n, sizeof(*l->all), newest_first);
	return 0;
}
