/* cli/ps.c - honu ps: which containers there are. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "base/width.h"
#include "cli/help.h"
#include "cli/listed.h"
#include "cli/show.h"
#include "cli/verb.h"

#define COMMAND_COLUMNS 30

struct ps_words {
	bool all, quiet, latest, whole, json;
	uint64_t last;
	const char *format;
	struct word_texts filters;
};

struct ps {
	const struct ps_words *words;
	enum show_kind kind;
	struct format *format;
	struct listing list;
};

/* docker's names of what is called otherwise here. */
static const struct format_name aliases[] = {
	{ "Names", "name" },   { "Image", "root" },  { "CreatedAt", "created" },
	{ "Label", "labels" }, { "Phase", "state" }, { NULL, NULL },
};
static const struct format_name headings[] = { { "id", "CONTAINER ID" }, { NULL, NULL } };

static bool is_shown(const struct ps *p, const struct listed_filter *f, struct listed *c)
{
	bool all = p->words->all || p->words->last > 0 || listed_filter_is_of_state(f);

	if (!all && (!c->state.lives || strcmp(c->state.phase, "creating") == 0))
		return false;
	return listed_filter_holds(f, &p->list, c);
}

static int choose(struct ps *p, struct err *e)
{
	const struct ps_words *w = p->words;
	struct listed_filter *f;
	size_t kept = 0;
	int r = listed_filter_parse(&p->list, &w->filters, &f, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < p->list.n && !(w->last > 0 && kept == w->last); i++)
		if (is_shown(p, f, p->list.all[i]))
			p->list.all[kept++] = p->list.all[i];
	p->list.n = kept;
	return 0;
}

/* A long command in a table is only begun. */
static const char *shorten(const char *command, struct text *room)
{
	size_t n = strlen(command);

	if (width_text(command, n) <= COMMAND_COLUMNS)
		return command;
	text_add_bytes(room, command, width_cut(command, n, COMMAND_COLUMNS - 1));
	text_add(room, "…");
	return text_get(room);
}

static void add_row(struct table *t, struct listed *c, const struct ps *p)
{
	char words[STATE_ROOM], span[MOMENT_ROOM], created[MOMENT_ROOM + 8] = "";
	_cleanup_text_ struct text room = { 0 };
	const struct store_summary *u = c->summary;
	uint64_t now = p->list.clock.now;

	listed_look(&p->list, c);
	if (u->created > 0)
		(void)snprintf(created, sizeof(created), "%s ago",
			       moment_print_span(u->created < now ? now - u->created : 0, span));
	table_add(t, c->entry->id);
	table_add(t, c->entry->name);
	table_add(t, p->words->whole ? u->command : shorten(u->command, &room));
	table_add(t, created);
	table_add(t, state_words(&c->state, now, words));
	table_add(t, u->root);
	table_end_row(t);
}

static int print_table(const struct ps *p, struct err *e)
{
	_cleanup_(table_done) struct table t = { 0 };

	table_add_lines(&t, "CONTAINER ID\tNAME\tCOMMAND\tCREATED\tSTATUS\tROOT\n");
	for (size_t i = 0; i < p->list.n; i++)
		add_row(&t, p->list.all[i], p);
	return show_table(&t, p->words->whole, e);
}

static int print_ids(const struct ps *p, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < p->list.n; i++) {
		text_add(&t, p->list.all[i]->entry->id);
		text_add(&t, "\n");
	}
	return show_text(&t, e);
}

/* One object a line. */
static int print_json(const struct ps *p, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };

	text_add(&t, "[");
	for (size_t i = 0; i < p->list.n; i++) {
		text_add(&t, i > 0 ? ",\n" : "\n");
		listed_put_json(&p->list, p->list.all[i], &t);
	}
	text_add(&t, p->list.n > 0 ? "\n]\n" : "]\n");
	return show_text(&t, e);
}

static int print_format(const struct ps *p, struct err *e)
{
	struct show_lines lines = { .format = p->format };

	for (size_t i = 0; i < p->list.n; i++) {
		json_t *object = listed_json(&p->list, p->list.all[i], p->format);

		show_add(&lines, object);
		json_decref(object);
	}
	return show_end(&lines, e);
}

static int print(const struct ps *p, struct err *e)
{
	if (p->words->quiet)
		return print_ids(p, e);
	switch (p->kind) {
	case SHOW_JSON:
		return print_json(p, e);
	case SHOW_FORMAT:
		return print_format(p, e);
	case SHOW_TABLE:
		break;
	}
	return print_table(p, e);
}

static int read_format(struct ps *p, struct arena *a, struct err *e)
{
	json_t *example = listed_example();
	const struct format_fields fields = { example, aliases, headings };
	int r = show_read(a, p->words->json, p->words->format, &fields, &p->kind, &p->format, e);

	json_decref(example);
	return r;
}

static const struct word words[] = {
	WORD(struct ps_words, all, WORD_SWITCH, "all", 'a', NULL, "those that do not run too"),
	WORD(struct ps_words, quiet, WORD_SWITCH, "quiet", 'q', NULL, "their ids alone"),
	WORD(struct ps_words, last, WORD_NUMBER, "last", 'n', "N",
	     "the last N that were made, running or not"),
	WORD(struct ps_words, latest, WORD_SWITCH, "latest", 'l', NULL, "the same as --last 1"),
	WORD(struct ps_words, filters, WORD_TEXTS, "filter", 'f', "KEY=VALUE",
	     "only those of that name, label, status, …"),
	WORD(struct ps_words, whole, WORD_SWITCH, "no-trunc", 0, NULL, "commands and lines uncut"),
	WORD(struct ps_words, json, WORD_SWITCH, "json", 0, NULL, "as JSON (docs/json.md)"),
	WORD(struct ps_words, format, WORD_TEXT, "format", 0, "TEMPLATE",
	     "such as '{{.id}} {{.name}}' or 'table {{.name}}\\t{{.status}}'"),
};

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct ps_words w = { 0 };
	struct ps p = { .words = &w };
	struct word_texts rest;
	struct err e = { 0 };
	int r = words_read(&verb_ps, &a, argc, argv, &w, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_ps, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_ps, &rest, 0, 0, "", &e);
	if (w.latest)
		w.last = 1;
	if (r == 0)
		r = read_format(&p, &a, &e);
	if (r == 0)
		r = store_open(&s, g->state, &e);
	if (r == 0)
		r = listing_read(&p.list, &s, &a, &e);
	if (r == 0)
		r = choose(&p, &e);
	if (r == 0)
		r = print(&p, &e);
	return r < 0 ? report("ps", &e) : 0;
}

const struct verb verb_ps = {
	.name = "ps",
	.group = VERBS_SEEING,
	.usage = "[OPTIONS]",
	.summary = "which containers there are",
	.text = "Lists the containers that run, newest first; with --all also those that were created or\n"
		"have ended. One whose supervisor was killed is shown as lost.\n"
		"\n"
		"Keys of --filter: id (its beginning), name (a regular expression), label (KEY or\n"
		"KEY=VALUE), status (creating, created, running, paused, restarting, stopped or exited),\n"
		"exited (a status), ancestor (the root, or a directory above it), health (starting,\n"
		"healthy, unhealthy, none), before and since (a container). Different keys have to hold\n"
		"together, as labels do; the same key twice is either.",
	.example = "honu ps --all\n"
		   "honu ps --filter label=tier=web --filter health=unhealthy\n"
		   "honu ps --format 'table {{.name}}\\t{{.status}}'",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
