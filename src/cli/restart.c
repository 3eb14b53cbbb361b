/* cli/restart.c - honu restart: stops containers and starts them again. */
#include <errno.h>

#include "base/cleanup.h"
#include "cli/halt.h"
#include "cli/start.h"
#include "cli/stop_time.h"
#include "store/events.h"
#include "supervise/foreground.h"

struct options {
	bool all;
	const char *time;
	int signal;
};

/* `done` marks those that are not to be started. */
static void stopped(struct targets *t, struct target *g, int r, struct err *e)
{
	g->done = r < 0;
	if (r < 0 && r != -EINTR)
		targets_fail(t, e);
}

static int start(struct targets *t, const struct global *g, struct target *target, struct err *e)
{
	struct store_container *c = &target->container;
	int r = start_container(g, &t->store, c, e);

	if (r == -ENOENT)
		return err_hint(e,
				err_say(e, r, "container '%s' is gone: it was not to be kept",
					target->typed),
				"whoever made it said --rm");
	if (r < 0)
		return err_wrap(e, "container '%s'", target->typed);
	(void)event_append(t->store.fd, c->id, c->name, "restart", NULL);
	return 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_restart);
	struct halt how = { .wish = WISH_STOP, .signal = HALT_OWN, .patience = HALT_OWN };
	struct options o = { 0 };

	if (!targets_read(&t, g, argc, argv, &o, &o.all) ||
	    !stop_time_read(&t, o.time, &how.patience))
		return t.status;
	if (o.signal)
		how.signal = o.signal;
	targets_find(&t, o.all, target_lives);
	(void)halt_all(&t, &how, stopped);
	/* Also after Ctrl-C: what it has stopped was to run again. */
	supervise_block_signals(NULL);
	for (size_t i = 0; i < t.n; i++) {
		struct err e = { 0 };

		if (t.list[i].done)
			continue;
		if (start(&t, g, &t.list[i], &e) < 0)
			targets_fail(&t, &e);
		else
			targets_say(&t, &t.list[i]);
	}
	return t.status;
}

static const struct word words[] = {
	WORD(struct options, all, WORD_SWITCH, "all", 'a', NULL, "all that run"),
	WORD(struct options, signal, WORD_SIGNAL, "signal", 's', "SIGNAL",
	     "the signal that asks, instead of the container's own (SIGTERM)"),
	STOP_TIME_WORDS(struct options, time),
};

const struct verb verb_restart = {
	.name = "restart",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "stop containers and start them again",
	.text = "Stops containers as 'honu stop' does, several at the same time, and starts them again as\n"
		"'honu start' does, in the background. One that does not run is only started. Its\n"
		"restart policy counts from the beginning.",
	.example = "honu restart web\nhonu restart --time 1m db",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
