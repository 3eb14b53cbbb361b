/* cli/finish.c - honu finish: executed in place by honu-supervise when its container has ended, or when the
 * wait before another start has passed. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/detached.h"
#include "cli/ending.h"
#include "cli/supervisor.h"
#include "spec/restart.h"
#include "supervise/foreground.h"
#include "supervise/handover.h"

/* What a person asked for; whoever asked waits for us to be gone. */
static bool is_wished(const struct store_intent *i)
{
	return i->wish != WISH_NOTHING;
}

/* By a health check that says so: honu-supervise leaves the word in the link `health`. */
static bool is_by_health(const struct launch *l, const struct exit_record *x)
{
	return x->cause == EXIT_BY_HEALTH && l->prepared->spec->health.action == HEALTH_RESTART;
}

static struct restart_decision decide(struct launch *l, const struct exit_record *x)
{
	struct store_restarts before = { 0 };
	struct store_intent intent = { 0 };
	struct restart_run run = {
		.code = x->code,
		.by_health = is_by_health(l, x),
		.at_start = x->cause == EXIT_AT_START,
	};

	(void)store_get_restarts(&l->container, &before, NULL);
	(void)store_get_intent(&l->container, &intent, NULL);
	run.count = before.count;
	run.delay = before.delay;
	run.wished = is_wished(&intent);
	if (x->started && x->ended > x->started)
		run.ran_ms = (x->ended - x->started) / 1000000;
	return restart_decide(l->prepared->spec, &run);
}

static void say_stopped_by(struct launch *l, struct exit_record *x)
{
	struct store_intent intent = { 0 };

	(void)store_get_intent(&l->container, &intent, NULL);
	if (x->cause == EXIT_BY_SIGNAL && x->signal == SIGKILL && intent.wish == WISH_STOP &&
	    intent.forced)
		x->cause = EXIT_BY_STOP;
}

/* Waits for the next start with nothing in memory but honu-supervise. Returns only on an error. */
static int wait_for_restart(struct launch *l, const struct restart_decision *d, struct err *e)
{
	struct store_restarts n = { .count = d->count, .delay = d->delay };
	int r = store_put_restarts(&l->container, &n, e);

	if (r == 0)
		r = store_put_status(&l->container, "restarting", 0, e);
	return r < 0 ? r : supervisor_wait(l, d->delay, e);
}

static int after_end(struct launch *l, struct exit_record *x, struct err *e)
{
	struct restart_decision d;
	int r;

	ending_evidence(&l->journal, x);
	say_stopped_by(l, x);
	r = exit_put(l->container.fd, x);
	if (r < 0)
		(void)err_set(e, r, "write how it ended");
	ending_events(l, x);
	d = decide(l, x);
	if (!d.again) {
		ending_finish(l, x);
		return 0;
	}
	r = journal_undo_all(&l->journal, e);
	return r < 0 ? r : wait_for_restart(l, &d, e);
}

/* It did not start, and has been undone: that, too, may be tried again. */
static int again(struct launch *l, struct exit_record *x, struct err *e)
{
	struct restart_decision d;

	if (l->container.fd < 0 || exit_get(l->container.fd, x) < 0)
		return e->code;
	d = decide(l, x);
	return d.again ? wait_for_restart(l, &d, e) : e->code;
}

/* The wait has passed, or somebody ended it: then `exit` is still that of the last run. */
static int after_wait(struct launch *l, const struct global *g, struct exit_record *x,
		      struct err *e)
{
	struct store_intent intent = { 0 };

	(void)store_get_intent(&l->container, &intent, NULL);
	if (is_wished(&intent)) {
		ending_finish(l, x);
		return 0;
	}
	if (prepare_again(l->prepared, g, e) < 0) {
		launch_fail(l, e);
		return again(l, x, e);
	}
	launch_event(l, "restart");
	(void)detached_become(l, e); /* came back: it did not start */
	return again(l, x, e);
}

static int finish(struct launch *l, const struct global *g, struct err *e)
{
	struct exit_record x = exit_record_new();
	struct store_status status;
	int r = store_get_status(&l->container, &status, e);

	if (r < 0)
		return r;
	r = exit_get(l->container.fd, &x);
	if (strcmp(status.phase, "restarting") == 0)
		return after_wait(l, g, &x, e);
	if (r < 0) { /* the disk was full */
		x.cause = EXIT_LOST;
		x.code = EXIT_ENGINE;
	}
	return after_end(l, &x, e);
}

/* A damaged record keeps nobody from being cleared away: it stays, stopped. */
static void forget_record(struct prepared *p, const struct store_container *c)
{
	p->spec = spec_new(&p->arena);
	p->spec->id = arena_strdup(&p->arena, c->id);
	p->spec->detach = true;
}

static int verb_finish_run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(prepare_done) struct prepared p = { 0 };
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	_cleanup_(launch_done) struct launch l = LAUNCH_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	int r;

	if (argc != 1) {
		(void)err_say(&e, -EINVAL, "finish is for honu-supervise");
		return report(NULL, &e);
	}
	r = store_open(&store, g->state, &e);
	if (r == 0)
		r = store_adopt(&store, argv[0], HANDOVER_CONTAINER, HANDOVER_ALIVE, &c, &e);
	if (r < 0)
		return report("finish", &e);
	supervise_block_signals(NULL);
	if (prepare_record(&p, &c, &e) < 0)
		forget_record(&p, &c);
	l.prepared = &p;
	l.store = &store;
	launch_adopt(&l, &c);
	r = finish(&l, g, &e);
	return r < 0 ? report("finish", &e) : 0;
}

const struct verb verb_finish = {
	.name = "finish",
	.group = VERBS_HOUSE,
	.usage = "ID",
	.summary = "honu-supervise's: what is left to do when a container has ended",
	.text = "Executed by honu-supervise, which hands over the lock.",
	.hidden = true,
	.run = verb_finish_run,
};
