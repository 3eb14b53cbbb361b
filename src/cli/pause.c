/* cli/pause.c - honu pause: freezes containers. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/phase.h"

struct options {
	bool all;
};

static bool runs(const struct store_status *s)
{
	return s->alive && strcmp(s->phase, "running") == 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_pause);
	struct options o = { 0 };

	if (!targets_read(&t, g, argc, argv, &o, &o.all))
		return t.status;
	targets_find(&t, o.all, runs);
	for (size_t i = 0; i < t.n; i++) {
		struct err e = { 0 };

		if (phase_pause(&t.list[i], &e) < 0)
			targets_fail(&t, &e);
		else
			targets_say(&t, &t.list[i]);
	}
	return t.status;
}

static const struct word words[] = {
	WORD(struct options, all, WORD_SWITCH, "all", 'a', NULL, "all that run"),
};

const struct verb verb_pause = {
	.name = "pause",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "freeze containers: no process of theirs gets any time",
	.text = "Freezes every process of the containers by their control groups, and returns when all of\n"
		"them stand. They keep memory, sockets and files, and notice nothing but the time that\n"
		"has passed. It takes cgroup v2, or the v1 controller 'freezer'.",
	.example = "honu pause web\nhonu resume web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
