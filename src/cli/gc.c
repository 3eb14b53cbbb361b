/* cli/gc.c - honu gc: puts in order what was left behind by whoever was killed. */
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/collect.h"
#include "cli/help.h"
#include "cli/settle.h"
#include "cli/verb.h"

static int settle_one(struct store_container *c, void *data, struct err *e)
{
	struct collected *n = data;
	int r = settle_locked(c, e);

	if (r < 0)
		return r;
	n->settled += r == SETTLED_NOW;
	return r == SETTLED_GONE ? 0 : 1;
}

int collect(const struct store *s, struct collected *ret, struct err *e)
{
	struct collected n = { 0 };
	int r = store_collect(s, settle_one, &n, &n.removed, e);

	if (r == 0 && ret)
		*ret = n;
	return r;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct word_texts rest;
	struct err e = { 0 };
	struct collected n = { 0 };
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
	(void)printf("%u removed, %u settled\n", n.removed, n.settled);
	return 0;
}

const struct verb verb_gc = {
	.name = "gc",
	.group = VERBS_HOUSE,
	.usage = "",
	.summary = "put in order what was left behind by whoever was killed",
	.text = "Looks for containers whose supervisor was killed, or that ran when the machine went\n"
		"down, and removes what they left: processes, control groups, id ranges, names. Those\n"
		"that are kept become \"stopped\", with the cause \"lost\" or \"boot\"; all others go.\n"
		"Prints how many there were of each.\n"
		"\n"
		"Containers that run are not touched. It is safe to run at any time, also while\n"
		"containers start and end. A start that wants the name of a dead container does the\n"
		"same by itself, and stop, rm and start do it for the one that they are told.",
	.example = "honu gc",
	.run = run,
};
