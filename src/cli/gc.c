/* cli/gc.c - honu gc: removes what containers left behind whose honu was killed. */
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/collect.h"
#include "cli/help.h"
#include "cli/verb.h"
#include "run/journal.h"

static int undo(struct store_container *c, void *data, struct err *e)
{
	struct journal j = { .fd = c->journal };
	struct store_summary u;
	int r = journal_undo_all(&j, e);

	(void)data;
	if (r < 0)
		return r;
	return store_get_summary(c, &u, NULL) == 0 && u.keep;
}

int collect(const struct store *s, unsigned *ret_n, struct err *e)
{
	return store_collect(s, undo, NULL, ret_n, e);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct word_texts rest;
	struct err e = { 0 };
	unsigned n = 0;
	int r = words_read(&verb_gc, &a, argc, argv, NULL, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_gc, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_gc, &rest, 0, 0, "", &e);
	if (r == 0)
		r = store_open(&s, g->state, &e);
	if (r == 0)
		r = collect(&s, &n, &e);
	if (r < 0)
		return report("gc", &e);
	(void)printf("%u removed\n", n);
	return 0;
}

const struct verb verb_gc = {
	.name = "gc",
	.group = VERBS_HOUSE,
	.usage = "",
	.summary = "remove what killed containers left behind",
	.text = "Removes what containers left behind whose honu was killed: processes, control groups,\n"
		"id ranges, names, records. Containers that run are not touched. It is safe to run at\n"
		"any time, also while containers start and end. A start that wants the name of a dead\n"
		"container does the same by itself.",
	.example = "honu gc",
	.run = run,
};
