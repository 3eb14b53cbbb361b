/* cli/stop.c - honu stop: asks containers to end, and ends those that do not. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/duration.h"
#include "cli/halt.h"
#include "cli/stop_time.h"
#include "store/events.h"

struct options {
	bool all;
	const char *time;
	int signal;
};

static void stopped(struct targets *t, struct target *g, int r, struct err *e)
{
	const struct store_container *c = &g->container;

	if (r < 0) {
		targets_fail(t, e);
		return;
	}
	(void)event_append(t->store.fd, c->id, c->name, "stop", NULL);
	targets_say(t, g);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_stop);
	struct halt how = { .wish = WISH_STOP, .signal = HALT_OWN, .patience = HALT_OWN };
	struct options o = { 0 };

	if (!targets_read(&t, g, argc, argv, &o, &o.all) ||
	    !stop_time_read(&t, o.time, &how.patience))
		return t.status;
	if (o.signal)
		how.signal = o.signal;
	targets_find(&t, o.all, target_lives);
	(void)halt_all(&t, &how, stopped);
	return t.status;
}

static const struct word words[] = {
	WORD(struct options, all, WORD_SWITCH, "all", 'a', NULL, "all that run"),
	WORD(struct options, signal, WORD_SIGNAL, "signal", 's', "SIGNAL",
	     "the signal that asks, instead of the container's own (SIGTERM)"),
	STOP_TIME_WORDS(struct options, time),
};

const struct verb verb_stop = {
	.name = "stop",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "ask containers to end, and end those that do not",
	.text = "Sends the first process the stop signal of the container, waits, and after the time of\n"
		"the container (10 seconds, unless --stop-timeout said otherwise) ends it with SIGKILL.\n"
		"Returns when nothing of it is left; no restart policy starts it again until 'honu\n"
		"start' does. Several are stopped at the same time. One that does not run is fine.\n"
		"\n"
		"The kernel drops a signal that the first process of a pid namespace has no handler\n"
		"for. Where it would be lost, SIGKILL follows at once: there is nothing to wait for.\n"
		"A paused container goes on, so that it can end.",
	.example = "honu stop web\nhonu stop --time 1m db cache\nhonu stop --all --time 0",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
