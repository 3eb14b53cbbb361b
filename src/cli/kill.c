/* cli/kill.c - honu kill: sends a signal to the first process. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/signal_name.h"
#include "cli/halt.h"
#include "cli/phase.h"
#include "store/events.h"
#include "supervise/signals.h"
#include "sys/identity.h"

struct options {
	bool all;
	int signal;
};

/* What ends it is what a person wants: no restart policy is to start it again. */
static bool is_meant_to_end(const struct target *g, int signal)
{
	int64_t patience;
	int own;

	halt_own(g, &own, &patience);
	return signal == own;
}

static void tell(const struct target *g, int signal)
{
	const struct store_container *c = &g->container;
	const char *const attributes[] = { "signal", signal_name(signal), NULL };

	(void)event_append(c->store->fd, c->id, c->name, "kill", attributes);
}

static int send_one(struct target *g, int signal, struct err *e)
{
	_cleanup_close_ int process = -EBADF;
	struct store_status s;
	int r = target_status(g, &s, e);
	bool ends;

	if (r < 0)
		return r;
	process = target_lives(&s) ? target_open_process(&s) : -ESRCH;
	if (process == -ESRCH)
		return target_not_running(g, &s, e);
	if (process < 0)
		return err_set(e, process, "open process %d of container '%s'", (int)s.pid,
			       g->typed);
	ends = is_meant_to_end(g, signal);
	if (ends)
		r = store_put_intent(&g->container, WISH_KILL, signal, false, e);
	if (r < 0)
		return r;
	r = signals_forward(process, s.pid, sys_is_namespace_init(s.pid), signal);
	if (r == -ESRCH)
		return target_not_running(g, &s, e);
	if (r < 0)
		return err_set(e, r, "send %s to container '%s'", signal_name(signal), g->typed);
	tell(g, signal);
	if (ends)
		phase_let_go(g);
	return 0;
}

/* Those that do not run are an error, here alone: halt_all() takes them as ended. */
static void refuse_dead(struct targets *t)
{
	for (size_t i = 0; i < t->n; i++) {
		struct target *g = &t->list[i];
		struct store_status s;
		struct err e = { 0 };
		int r = store_get_status(&g->container, &s, &e);

		if (r == 0 && !target_lives(&s))
			r = target_not_running(g, &s, &e);
		g->done = r < 0;
		if (r < 0)
			targets_fail(t, &e);
	}
}

static void killed(struct targets *t, struct target *g, int r, struct err *e)
{
	if (r < 0)
		targets_fail(t, e);
	else
		targets_say(t, g);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_kill);
	const struct halt how = { WISH_KILL, SIGKILL, HALT_FOREVER };
	struct options o = { .signal = SIGKILL };

	if (!targets_read(&t, g, argc, argv, &o, &o.all))
		return t.status;
	targets_find(&t, o.all, target_lives);
	if (o.signal == SIGKILL) {
		refuse_dead(&t);
		(void)halt_all(&t, &how, killed);
		return t.status;
	}
	for (size_t i = 0; i < t.n; i++) {
		struct err e = { 0 };
		int r = send_one(&t.list[i], o.signal, &e);

		killed(&t, &t.list[i], r, &e);
	}
	return t.status;
}

static const struct word words[] = {
	WORD(struct options, all, WORD_SWITCH, "all", 'a', NULL, "all that run"),
	WORD(struct options, signal, WORD_SIGNAL, "signal", 's', "SIGNAL",
	     "which one: a name, with or without SIG, or a number (SIGKILL)"),
};

const struct verb verb_kill = {
	.name = "kill",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "send a signal to containers, SIGKILL if none is named",
	.text = "Sends a signal to the first process. With SIGKILL everything in the container ends, and\n"
		"honu waits until nothing of it is left; any other is sent and that is all. After\n"
		"SIGKILL, and after the container's own stop signal, no restart policy starts it\n"
		"again. These two let a paused container go on; others wait until it is resumed.\n"
		"\n"
		"Where the kernel would drop the signal, since the first process of a pid namespace has\n"
		"no handler for it, that process gets what it would get outside: it ends.",
	.example = "honu kill web\nhonu kill --signal HUP web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
