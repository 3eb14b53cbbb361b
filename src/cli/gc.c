/* cli/gc.c - honu gc: puts in order what was left behind by whoever was killed. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/collect.h"
#include "cli/help.h"
#include "cli/settle.h"
#include "cli/start.h"
#include "cli/verb.h"
#include "spec/restart.h"
#include "store/exit.h"
#include "supervise/foreground.h"

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

struct options {
	bool restart;
};

static bool is_to_start(const struct store_container *c, const struct store_entry *entry)
{
	struct store_intent intent = { 0 };
	struct exit_record x = exit_record_new();
	bool was_running;

	if (!entry->has_summary || strcmp(entry->status.phase, "stopped") != 0)
		return false;
	(void)store_get_intent(c, &intent, NULL);
	was_running = exit_get(c->fd, &x) == 0 && (x.cause == EXIT_BOOT || x.cause == EXIT_LOST);
	return restart_at_boot(entry->summary.restart, intent.wish != WISH_NOTHING, was_running);
}

/* -> exit status; one that cannot start keeps no other from it. */
static int restart_all(const struct global *g, const struct store *s, struct arena *a)
{
	struct store_entry *list;
	struct err e = { 0 };
	int status = 0;
	size_t n = 0;

	if (store_list(s, a, &list, &n, &e) < 0)
		return report("gc", &e);
	for (size_t i = 0; i < n; i++) {
		_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
		const char *name = list[i].name[0] ? list[i].name : list[i].id;

		e = (struct err){ 0 };
		if (store_find(s, list[i].id, &c, &e) < 0 || !is_to_start(&c, &list[i]))
			continue;
		if (start_container(g, s, &c, &e) < 0)
			status = report(name, &e);
		else
			(void)printf("%s started\n", name);
	}
	return status;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct word_texts rest;
	struct err e = { 0 };
	struct collected n = { 0 };
	struct options o = { 0 };
	int r = words_read(&verb_gc, &a, argc, argv, &o, &rest, &e);

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
	supervise_block_signals(NULL);
	return o.restart ? restart_all(g, &s, &a) : 0;
}

static const struct word words[] = {
	WORD(struct options, restart, WORD_SWITCH, "restart", 0, NULL,
	     "then start those whose restart policy says so: for the machine's boot"),
};

const struct verb verb_gc = {
	.name = "gc",
	.group = VERBS_HOUSE,
	.usage = "[--restart]",
	.summary = "put in order what was left behind by whoever was killed",
	.text = "Looks for containers whose supervisor was killed, or that ran when the machine went\n"
		"down, and removes what they left: processes, control groups, id ranges, names. Those\n"
		"that are kept become \"stopped\", with the cause \"lost\" or \"boot\"; all others go.\n"
		"Prints how many there were of each.\n"
		"\n"
		"Containers that run are not touched. It is safe to run at any time, also while\n"
		"containers start and end. A start that wants the name of a dead container does the\n"
		"same by itself, and stop, rm and start do it for the one that they are told.",
	.example = "honu gc\nhonu gc --restart",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
