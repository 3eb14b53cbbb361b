/* cli/listed.c - see listed.h: what is known of each container. */
#include "cli/listed.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/show.h"
#include "cli/summary.h"
#include "spec/record.h"

/* Where a summary lacks or has no room for all labels. What cannot be read stays unknown: a list is
 * not the place to fail for one of them. */
static void read_record(const struct store_container *c, struct arena *a, struct listed *l)
{
	struct store_summary *summary;
	struct spec *spec;
	char *json;

	if (store_get_record(c, a, &json, NULL) < 0 || spec_read_record(a, json, &spec, NULL) < 0)
		return;
	summary = arena_new(a, struct store_summary);
	summary_of(spec, summary);
	l->summary = summary;
	l->labels = NULL;
	l->n_labels = 0;
	for (size_t i = 0; i < spec->n_labels; i++)
		arena_push(a, l->labels, l->n_labels,
			   arena_printf(a, "%s=%s", spec->labels[i].key, spec->labels[i].value));
}

static void split_labels(struct arena *a, struct listed *l)
{
	for (const char *p = l->summary->labels; *p;) {
		size_t n = strcspn(p, "\n");

		arena_push(a, l->labels, l->n_labels, arena_strndup(a, p, n));
		p += n + (p[n] == '\n');
	}
}

static int read_one(const struct store *s, struct arena *a, const struct state_clock *clock,
		    const struct store_entry *entry, struct listed *ret)
{
	static const struct store_summary nothing = { .keep = false };
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	int r = store_enter(s, entry, &c);

	if (r < 0)
		return r;
	*ret = (struct listed){ .entry = entry, .summary = &nothing };
	if (entry->has_summary)
		ret->summary = &entry->summary;
	if (entry->has_summary && !entry->summary.labels_cut)
		split_labels(a, ret);
	else
		read_record(&c, a, ret);
	state_read(c.fd, &entry->status, clock, &ret->state);
	return 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct listed *p = a, *q = b;

	if (p->summary->created != q->summary->created)
		return p->summary->created > q->summary->created ? -1 : 1;
	return strcmp(p->entry->id, q->entry->id);
}

int listed_all(const struct store *s, struct arena *a, const struct state_clock *clock,
	       struct listed **ret, size_t *ret_n, struct err *e)
{
	struct store_entry *entries;
	size_t n, kept = 0;
	int r = store_list(s, a, &entries, &n, e);

	if (r < 0)
		return r;
	struct listed *all = arena_alloc(a, (n + 1) * sizeof(*all));
	for (size_t i = 0; i < n; i++) {
		r = read_one(s, a, clock, &entries[i], &all[kept]);
		if (r == -ENOENT)
			continue; /* it has just been removed */
		if (r < 0)
			return err_set(e, r, "look at container %s", entries[i].id);
		kept++;
	}
	qsort(all, kept, sizeof(*all), newest_first);
	*ret = all;
	*ret_n = kept;
	return 0;
}

static json_t *number_or_null(bool known, json_int_t value)
{
	return known ? json_integer(value) : json_null();
}

static json_t *labels_json(const struct listed *c)
{
	json_t *labels = json_object();

	for (size_t i = 0; c && i < c->n_labels; i++) {
		const char *equals = strchr(c->labels[i], '=');
		size_t n = equals ? (size_t)(equals - c->labels[i]) : strlen(c->labels[i]);

		(void)json_object_setn_new(labels, c->labels[i], n,
					   equals ? show_string_of(equals + 1, strlen(equals + 1)) :
						    json_string(""));
	}
	return labels;
}

json_t *listed_json(const struct listed *c, const struct state_clock *clock)
{
	static const struct store_entry no_entry = { .id = "" };
	static const struct store_summary no_summary = { .keep = false };
	static const struct listed none = { .entry = &no_entry,
					    .summary = &no_summary,
					    .state = { .phase = "" } };
	const struct state *s = &(c ? c : &none)->state;
	char words[STATE_ROOM];
	json_t *o = json_object();

	if (!c)
		c = &none;
	(void)json_object_set_new(o, "id", show_string(c->entry->id));
	(void)json_object_set_new(o, "name", show_string(c->entry->name));
	(void)json_object_set_new(o, "command", show_string(c->summary->command));
	(void)json_object_set_new(o, "root", show_string(c->summary->root));
	(void)json_object_set_new(o, "created", show_moment(c->summary->created));
	(void)json_object_set_new(o, "state", show_string(s->phase));
	(void)json_object_set_new(o, "status",
				  show_string(state_words(s, clock ? clock->now : 0, words)));
	(void)json_object_set_new(o, "pid",
				  number_or_null(s->lives && c->entry->status.pid > 0,
						 c->entry->status.pid));
	(void)json_object_set_new(o, "startedAt", show_moment(s->started));
	(void)json_object_set_new(o, "finishedAt", show_moment(s->exit.ended));
	(void)json_object_set_new(o, "exitCode", number_or_null(state_has_code(s), s->exit.code));
	(void)json_object_set_new(o, "cause",
				  s->has_exit ? json_string(exit_cause_name(s->exit.cause)) :
						json_null());
	(void)json_object_set_new(o, "health", show_string(state_health_name(s->health)));
	(void)json_object_set_new(o, "restart", show_string(c->summary->restart));
	(void)json_object_set_new(o, "kept", json_boolean(c->summary->keep));
	(void)json_object_set_new(o, "labels", labels_json(c));
	return o;
}
