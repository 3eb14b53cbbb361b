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
	struct state_clock clock;
	enum show_kind kind;
	struct format *format;
	struct listed *list;
	size_t n;
};

/* docker's names of what is called otherwise here. */
static const struct format_name aliases[] = {
	{ "Names", "name" },   { "Image", "root" },  { "CreatedAt", "created" },
	{ "Label", "labels" }, { "Phase", "state" }, { NULL, NULL },
};
static const struct format_name headings[] = { { "id", "CONTAINER ID" }, { NULL, NULL } };

static bool is_shown(const struct ps *p, const struct listed_filter *f, const struct listed *l)
{
	bool all = p->words->all || p->words->last > 0 || listed_filter_is_of_state(f);

	if (!all && (!l->state.lives || strcmp(l->state.phase, "creating") == 0))
		return false;
	return listed_filter_holds(f, l);
}

static int choose(struct ps *p, struct arena *a, struct err *e)
{
	const struct ps_words *w = p->words;
	struct listed_filter *f;
	size_t kept = 0;
	int r = listed_filter_parse(a, &w->filters, p->list, p->n, &f, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < p->n && !(w->last > 0 && kept == w->last); i++)
		if (is_shown(p, f, &p->list[i]))
			p->list[kept++] = p->list[i];
	p->n = kept;
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

static void add_row(struct table *t, const struct listed *l, const struct ps *p)
{
	char words[STATE_ROOM], span[MOMENT_ROOM], created[MOMENT_ROOM + 8] = "";
	_cleanup_text_ struct text room = { 0 };
	const struct store_summary *u = l->summary;

	if (u->created > 0)
		(void)snprintf(
			created, sizeof(created), "%s ago",
			moment_print_span(u->created < p->clock.now ? p->clock.now - u->created : 0,
					  span));
	table_add(t, l->entry->id);
	table_add(t, l->entry->name);
	table_add(t, p->words->whole ? u->command : shorten(u->command, &room));
	table_add(t, created);
	table_add(t, state_words(&l->state, p->clock.now, words));
	table_add(t, u->root);
	table_end_row(t);
}

static int print_table(const struct ps *p, struct err *e)
{
	_cleanup_(table_done) struct table t = { 0 };

	table_add_lines(&t, "CONTAINER ID\tNAME\tCOMMAND\tCREATED\tSTATUS\tROOT\n");
	for (size_t i = 0; i < p->n; i++)
		add_row(&t, &p->list[i], p);
	return show_table(&t, p->words->whole, e);
}

static int print_ids(const struct ps *p, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < p->n; i++)
		text_printf(&t, "%s\n", p->list[i].entry->id);
	return show_text(&t, e);
}

static int print(const struct ps *p, struct err *e)
{
	json_t *array;
	int r;

	if (p->words->quiet)
		return print_ids(p, e);
	if (p->kind == SHOW_TABLE)
		return print_table(p, e);
	array = json_array();
	for (size_t i = 0; i < p->n; i++)
		(void)json_array_append_new(array, listed_json(&p->list[i], &p->clock));
	r = p->kind == SHOW_JSON ? show_json(array, e) : show_format(p->format, array, e);
	json_decref(array);
	return r;
}

static int read_format(struct ps *p, struct arena *a, struct err *e)
{
	json_t *example = listed_json(NULL, NULL);
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
	struct ps p = { .words = &w, .clock = state_clock_now() };
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
		r = listed_all(&s, &a, &p.clock, &p.list, &p.n, &e);
	if (r == 0)
		r = choose(&p, &a, &e);
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
