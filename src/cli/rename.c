/* cli/rename.c - honu rename: gives a container another name. */
#include "base/arena.h"
#include "base/cleanup.h"
#include "cli/help.h"
#include "cli/verb.h"
#include "store/events.h"
#include "store/store.h"

static int rename_one(const struct store *s, const char *old, const char *name, struct err *e)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	const char *attributes[] = { "oldName", NULL, NULL };
	char before[sizeof(c.name)];
	int r = store_find(s, old, &c, e);

	if (r < 0)
		return r;
	memcpy(before, c.name, sizeof(before));
	r = store_rename(&c, name, e);
	if (r < 0)
		return r;
	attributes[1] = before;
	(void)event_append(s->fd, c.id, c.name, "rename", attributes);
	return 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct word_texts names;
	struct err e = { 0 };
	int r = words_read(&verb_rename, &a, argc, argv, NULL, &names, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_rename, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_rename, &names, 2, 2,
				names.n == 0 ? "container" : "name is it to have", &e);
	if (r == 0)
		r = store_open(&s, g->state, &e);
	if (r == 0)
		r = rename_one(&s, names.list[0], names.list[1], &e);
	return r < 0 ? report("rename", &e) : 0;
}

const struct verb verb_rename = {
	.name = "rename",
	.group = VERBS_LIFE,
	.usage = "CONTAINER NAME",
	.summary = "give a container another name",
	.text = "Gives a container another name, or its first one, whether it runs or not. Whoever asks\n"
		"for the old name finds nothing any more. What is inside sees no difference: the host\n"
		"name there stays what it was.",
	.example = "honu rename web web-old",
	.run = run,
};
