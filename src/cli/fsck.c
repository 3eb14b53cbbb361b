/* cli/fsck.c - honu fsck: looks at everything in the state directory, says what is wrong and what to
 * do, and mends what can be mended without guessing. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/fsck.h"
#include "cli/help.h"
#include "cli/show.h"
#include "cli/verb.h"

#define MOMENT 150000000 /* ns between the two looks */

/* Findings left, as grep and diff have it. */
#define EXIT_FOUND 1

struct fsck_words {
	bool repair, groups, json;
};

/* ---- findings ---- */

static bool is_same(const struct finding *a, const struct finding *b)
{
	return strcmp(a->where, b->where) == 0 && strcmp(a->what, b->what) == 0;
}

static bool was_found(const struct fsck *f, const struct finding *x)
{
	for (size_t i = 0; i < f->n_first; i++)
		if (is_same(&f->first[i], x))
			return true;
	return false;
}

struct finding *fsck_find(struct fsck *f, const char *id, const char *where, const char *cure,
			  const char *what, ...)
{
	const char *name = id ? fsck_name(f, id) : "";
	struct finding x = {
		.where = arena_strdup(f->arena, where),
		.id = id ? arena_strdup(f->arena, id) : NULL,
		.name = name[0] != '\0' ? name : NULL,
		.cure = arena_strdup(f->arena, cure),
		.is_note = f->noting,
	};
	char text[768];
	va_list ap;

	va_start(ap, what);
	(void)vsnprintf(text, sizeof(text), what, ap);
	va_end(ap);
	x.what = arena_strdup(f->arena, text);
	if (f->second && !was_found(f, &x))
		return NULL;
	arena_push(f->arena, f->list, f->n, x);
	return f->second && f->repair ? &f->list[f->n - 1] : NULL;
}

void fsck_mended(struct fsck *f, struct finding *x, int r, const struct err *e)
{
	x->mended = r >= 0;
	if (r < 0)
		x->failure = arena_strdup(f->arena, e && e->text[0] ? e->text : strerror(-r));
}

/* ---- looking ---- */

static int check_directory(const char *name, bool is_container, void *data)
{
	struct fsck *f = data;
	char where[320];

	if (is_container) {
		f->n_containers++;
		return 0;
	}
	(void)snprintf(where, sizeof(where), "containers/%s", name);
	(void)fsck_find(f, NULL, where, "move it elsewhere, if somebody needs it",
			"is no container: honu makes directories of 12 hexadecimal digits there");
	return 0;
}

static int look(struct fsck *f, struct err *e)
{
	struct store_entry *entries;
	size_t n;
	int r;

	f->n_containers = f->n_names = f->n_ids = 0;
	f->names = f->ids = NULL;
	r = fsck_links(f, e);
	if (r < 0)
		return r;
	r = store_check_directories(f->store, check_directory, f);
	if (r < 0)
		return err_set(e, r, "read %s/containers", f->store->path);
	r = store_list(f->store, f->arena, &entries, &n, e);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = fsck_container(f, entries[i].id, e);
	return r < 0 ? r : fsck_groups(f, e);
}

static int look_twice(struct fsck *f, struct err *e)
{
	static const struct timespec moment = { .tv_nsec = MOMENT };
	int r = look(f, e);

	if (r < 0 || f->n == 0)
		return r;
	f->first = f->list;
	f->n_first = f->n;
	f->list = NULL;
	f->n = 0;
	f->second = true;
	(void)nanosleep(&moment, NULL);
	return look(f, e);
}

/* ---- saying ---- */

static void add_line(struct text *t, const struct finding *x)
{
	text_add(t, x->where);
	if (x->name)
		text_printf(t, " (%s)", x->name);
	text_printf(t, ": %s; ", x->what);
	if (x->mended)
		text_add(t, "mended");
	else if (x->failure)
		text_printf(t, "cannot be mended: %s; %s", x->failure, x->cure);
	else
		text_add(t, x->cure);
	text_add(t, "\n");
}

struct count {
	size_t notes, findings, mended; /* mended: of both */
};

static struct count count(const struct fsck *f)
{
	struct count c = { 0 };

	for (size_t i = 0; i < f->n; i++) {
		c.mended += f->list[i].mended;
		c.notes += f->list[i].is_note;
		c.findings += !f->list[i].is_note;
	}
	return c;
}

static void add_count(struct text *t, const char *before, size_t n, const char *what)
{
	text_printf(t, "%s%zu %s%s", before, n, what, n == 1 ? "" : "s");
}

static int say_text(const struct fsck *f, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };
	struct count c = count(f);

	for (size_t i = 0; i < f->n; i++)
		add_line(&t, &f->list[i]);
	add_count(&t, "", f->n_containers, "container");
	add_count(&t, ", ", c.findings, "finding");
	if (c.notes > 0)
		add_count(&t, ", ", c.notes, "note");
	if (c.mended > 0)
		text_printf(&t, ", %zu mended", c.mended);
	text_add(&t, "\n");
	return show_text(&t, e);
}

static int say_json(const struct fsck *f, struct err *e)
{
	json_t *array = json_array();

	for (size_t i = 0; i < f->n; i++) {
		const struct finding *x = &f->list[i];
		json_t *o = json_object();

		(void)json_object_set_new(o, "where", show_string(x->where));
		(void)json_object_set_new(o, "id", show_string(x->id));
		(void)json_object_set_new(o, "name", show_string(x->name));
		(void)json_object_set_new(o, "what", show_string(x->what));
		(void)json_object_set_new(o, "cure", show_string(x->cure));
		(void)json_object_set_new(o, "note", json_boolean(x->is_note));
		(void)json_object_set_new(o, "mended", json_boolean(x->mended));
		(void)json_object_set_new(o, "failure", show_string(x->failure));
		(void)json_array_append_new(array, o);
	}
	int r = show_json(array, e);
	json_decref(array);
	return r;
}

static bool is_left(const struct fsck *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (!f->list[i].mended && !f->list[i].is_note)
			return true;
	return false;
}

static const struct word words[] = {
	WORD(struct fsck_words, repair, WORD_SWITCH, "repair", 0, NULL,
	     "mend what can be mended without guessing"),
	WORD(struct fsck_words, groups, WORD_SWITCH, "groups", 0, NULL,
	     "there is no other state directory: its groups are left over"),
	WORD(struct fsck_words, json, WORD_SWITCH, "json", 0, NULL, "print an array of findings"),
};

static int read_words(struct fsck_words *w, struct arena *a, int argc, char *const *argv,
		      struct err *e)
{
	struct word_texts rest;
	int r = words_read(&verb_fsck, a, argc, argv, w, &rest, e);

	return r == 0 ? words_count(&verb_fsck, &rest, 0, 0, "", e) : r;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct fsck_words w = { 0 };
	struct err e = { 0 };
	int r = read_words(&w, &a, argc, argv, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_fsck, stdout);
		return 0;
	}
	if (r == 0)
		r = store_open(&s, g->state, &e);
	struct fsck f = { .store = &s, .arena = &a, .repair = w.repair, .groups = w.groups };
	if (r == 0)
		r = look_twice(&f, &e);
	if (r == 0)
		r = w.json ? say_json(&f, &e) : say_text(&f, &e);
	if (r < 0)
		return report("fsck", &e);
	return is_left(&f) ? EXIT_FOUND : 0;
}

const struct verb verb_fsck = {
	.name = "fsck",
	.group = VERBS_HOUSE,
	.usage = "[OPTIONS]",
	.summary = "look for what does not fit together in the state directory, and mend it",
	.text = "Looks at every container: whether its record can be read, its status is readable and true,\n"
		"its journal is whole, how it ended is known, its log and the index of it fit together;\n"
		"whether names and id ranges lead to a container and back; for what a killed writer has\n"
		"left; and for control groups of containers that do not exist. Prints a line for each\n"
		"finding: where, what, and what to do. Status 0: there is none, or all were mended;\n"
		"1: some are left.\n"
		"\n"
		"Nothing is changed without --repair. That mends what can be mended without guessing, of\n"
		"containers that nobody watches: settles what was killed, as gc does, finishes a renaming,\n"
		"takes away what no longer has an owner, makes a summary anew from the record. What runs\n"
		"is not touched. It is safe at any time, also while containers start and end: what is\n"
		"found has to be so twice, a moment apart.\n"
		"\n"
		"A control group without a container may be one of another state directory (--state). It\n"
		"is only a note, which does not count for the status, unless --groups says that there is\n"
		"no other one. With --repair it is removed then, if nobody lives in it.",
	.example = "honu fsck\nhonu fsck --json\nhonu fsck --repair",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
