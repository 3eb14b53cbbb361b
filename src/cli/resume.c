/* cli/resume.c - honu resume: lets paused containers go on. */
#include <string.h>

#include "base/cleanup.h"
#include "cli/phase.h"

struct options {
	bool all;
};

static bool stands(const struct store_status *s)
{
	return s->alive && strcmp(s->phase, "paused") == 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_resume);
	struct options o = { 0 };

	if (!targets_read(&t, g, argc, argv, &o, &o.all))
		return t.status;
	targets_find(&t, o.all, stands);
	for (size_t i = 0; i < t.n; i++) {
		struct err e = { 0 };

		if (phase_resume(&t.list[i], &e) < 0)
			targets_fail(&t, &e);
		else
			targets_say(&t, &t.list[i]);
	}
	return t.status;
}

static const struct word words[] = {
	WORD(struct options, all, WORD_SWITCH, "all", 'a', NULL, "all that are paused"),
};

const struct verb verb_resume = {
	.name = "resume",
	.alias = "unpause",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "let paused containers go on",
	.text = "Lets the processes of paused containers go on. 'honu unpause' is the same.",
	.example = "honu pause web\nhonu resume web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
