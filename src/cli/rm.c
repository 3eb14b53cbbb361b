/* cli/rm.c - honu rm: removes containers. */
#include "cli/rm.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "cli/halt.h"
#include "cli/patience.h"
#include "cli/settle.h"
#include "cli/stop_time.h"
#include "store/events.h"

#define BUSY_MS 5000 /* for a supervisor that is on its way out, or another verb */
#define AGAIN (-EAGAIN)

struct options {
	bool all, force, volumes;
	const char *time;
};

static int remove_locked(struct target *g, struct err *e)
{
	struct store_container *c = &g->container;
	int r = settle(c, e);

	if (r >= 0 && r != SETTLED_GONE)
		r = store_remove(c, e);
	if (r < 0)
		return r;
	(void)event_append(c->store->fd, c->id, c->name, "remove", NULL);
	return 0;
}

static int refuse_living(const struct target *g, const struct store_status *s, struct err *e)
{
	const char *what = strcmp(s->phase, "paused") == 0     ? "is paused" :
			   strcmp(s->phase, "restarting") == 0 ? "is being restarted" :
			   strcmp(s->phase, "creating") == 0   ? "is being made" :
								 "is running";

	return err_hint(e, err_say(e, -EBUSY, "container '%s' %s", g->typed, what),
			"'honu stop %s' first, or remove it with --force", g->typed);
}

/* What is gone already is fine: somebody else was quicker. AGAIN: somebody has started it. */
static int remove_one(struct target *g, bool force, struct err *e)
{
	int64_t until = patience_now() + BUSY_MS;
	struct store_status s;
	int r;

	for (;;) {
		static const struct timespec moment = { 0, 5000000 };

		r = store_lock_container(&g->container, e);
		if (r == 0)
			r = remove_locked(g, e);
		if (r != -EBUSY)
			return r == -ENOENT ? 0 : r;
		r = store_get_status(&g->container, &s, e);
		if (r < 0)
			return r == -ENOENT ? 0 : r;
		if (target_lives(&s))
			return force ? AGAIN : refuse_living(g, &s, e);
		if (patience_now() > until)
			return err_hint(e, err_say(e, -EBUSY, "container '%s' is in use", g->typed),
					"'fuser %s/containers/%s/alive' says by whom",
					g->container.store->path, g->container.id);
		(void)nanosleep(&moment, NULL);
	}
}

static void ended(struct targets *t, struct target *g, int r, struct err *e)
{
	if (r == 0)
		r = remove_one(g, true, e);
	if (r == AGAIN) /* not done: the next round ends it once more */
		return;
	g->done = true;
	if (r < 0)
		targets_fail(t, e);
	else
		targets_say(t, g);
}

/* Rounds, since somebody may start one between its end and its removal. */
static void end_and_remove(struct targets *t, const struct halt *how)
{
	for (int round = 0; round < 10; round++) {
		size_t left = 0;

		if (!halt_all(t, how, ended))
			return;
		for (size_t i = 0; i < t->n; i++)
			left += !t->list[i].done;
		if (left == 0)
			return;
	}
	for (size_t i = 0; i < t->n; i++) {
		struct err e = { 0 };

		if (t->list[i].done)
			continue;
		(void)err_say(&e, -EBUSY, "container '%s' is started again and again",
			      t->list[i].typed);
		targets_fail(t, &e);
	}
}

static bool has_ended(const struct store_status *s)
{
	return !target_lives(s);
}

static bool every(const struct store_status *s)
{
	(void)s;
	return true;
}

static bool check(struct targets *t, const struct options *o, struct halt *how)
{
	struct err e = { 0 };

	if (o->time && !o->force) {
		(void)err_say(&e, -EINVAL, "--time: nothing is ended without --force");
		(void)err_hint(&e, -EINVAL, "see 'honu rm --help'");
		targets_fail(t, &e);
		return false;
	}
	if (o->time)
		how->signal = HALT_OWN;
	return stop_time_read(t, o->time, &how->patience);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_rm);
	struct halt how = { WISH_REMOVE, SIGKILL, HALT_FOREVER };
	struct options o = { 0 };

	if (!targets_read(&t, g, argc, argv, &o, &o.all) || !check(&t, &o, &how))
		return t.status;
	t.may_be_gone = o.force;
	targets_find(&t, o.all, o.force ? every : has_ended);
	if (o.force) {
		end_and_remove(&t, &how);
		return t.status;
	}
	for (size_t i = 0; i < t.n; i++) {
		struct err e = { 0 };

		if (remove_one(&t.list[i], false, &e) < 0)
			targets_fail(&t, &e);
		else
			targets_say(&t, &t.list[i]);
	}
	return t.status;
}

int rm_for_replacement(const char *state, const char *name, struct err *e)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_rm);
	struct halt how = { WISH_REMOVE, SIGKILL, HALT_FOREVER };
	int r = store_open(&t.store, state, e);

	if (r < 0)
		return r;
	t.may_be_gone = t.quiet = true;
	arena_push(&t.arena, t.typed.list, t.typed.n, name);
	targets_find(&t, false, every);
	end_and_remove(&t, &how);
	return t.status ? err_say(e, -EBUSY, "--replace: '%s' could not be removed", name) : 0;
}

static const struct word words[] = {
	WORD(struct options, all, WORD_SWITCH, "all", 'a', NULL,
	     "all that have ended or never ran; with --force all there are"),
	WORD(struct options, force, WORD_SWITCH, "force", 'f', NULL,
	     "end those that run, with SIGKILL; one that is not there is fine"),
	STOP_TIME_WORDS(struct options, time),
	WORD(struct options, volumes, WORD_SWITCH, "volumes", 'v', NULL,
	     "accepted as docker's: no volume belongs to one container alone"),
};

const struct verb verb_rm = {
	.name = "rm",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "remove containers",
	.text = "Removes containers that have ended or never ran: name, ids, record, log. What they kept\n"
		"in volumes stays. One that runs is refused, or ended first with --force: by SIGKILL at\n"
		"once, or with --time as 'honu stop' would.",
	.example = "honu rm web\nhonu rm --force --time 10 web db\nhonu rm --all",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
