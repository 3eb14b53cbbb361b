/* cli/gc.c - honu gc: removes what containers left behind whose honu was killed. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/collect.h"
#include "cli/verb.h"
#include "run/journal.h"

static int undo(struct store_container *c, void *data, struct err *e)
{
	struct journal j = { .fd = c->journal };

	(void)data;
	return journal_undo_all(&j, e);
}

int collect(const struct store *s, unsigned *ret_n, struct err *e)
{
	return store_collect(s, undo, NULL, ret_n, e);
}

static void help(FILE *f)
{
	(void)fputs(
		"usage: honu gc\n\n"
		"Removes what containers left behind whose honu was killed: processes, control groups,\n"
		"id ranges, names, records. Containers that run are not touched. It is safe to run at\n"
		"any time, also while containers start and end.\n",
		f);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	struct err e = { 0 };
	unsigned n = 0;

	if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
		help(stdout);
		return 0;
	}
	if (argc > 0) {
		(void)err_say(&e, -EINVAL, "gc takes no words: '%s'", argv[0]);
		(void)err_hint(&e, -EINVAL, "it looks at every container: honu gc");
		return report(NULL, &e);
	}
	if (store_open(&s, g->state, &e) < 0 || collect(&s, &n, &e) < 0)
		return report("gc", &e);
	(void)printf("%u removed\n", n);
	return 0;
}

const struct verb verb_gc = {
	.name = "gc",
	.usage = "",
	.summary = "remove what killed containers left behind",
	.help = help,
	.run = run,
};
