/* cli/wait.c - honu wait: until containers have ended, or are what one waits for. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/follow.h"
#include "cli/help.h"
#include "cli/verb.h"
#include "cli/wait_for.h"

#define EXIT_TIME 124	 /* as timeout(1) has it */
#define LOOK_AGAIN 50	 /* ms, where something is just changing hands */
#define CODE_UNKNOWN 255 /* docker's, for one of which nobody saw the end */

struct wait_words {
	const char *condition;
	uint64_t timeout; /* ms */
};

struct waiting {
	struct arena arena;
	struct store store;
	enum wait_condition condition;
	struct follow follow;
	struct waited *list;
	size_t n;
};

static void begin(struct waiting *o, const char *name)
{
	struct waited *w = &o->list[o->n];

	if (wait_begin(w, &o->store, name) == 0)
		follow_directory(&o->follow, w->container.fd);
}

/* -> how many are not done. *ret_soon: something is to be looked at again soon. */
static size_t look_at_all(struct waiting *o, bool *ret_soon)
{
	size_t left = 0, lives = 0;

	*ret_soon = false;
	for (size_t i = 0; i < o->n; i++) {
		struct waited *w = &o->list[i];

		if (w->done)
			continue;
		if (wait_look(&o->store, o->condition, w) > 0)
			*ret_soon = true;
		left += !w->done;
		if (w->done || !w->status.alive)
			continue;
		lives++;
		if (w->status.supervisor != w->watched) {
			w->watched = w->status.supervisor;
			follow_supervisor(&o->follow, &w->status);
			*ret_soon = true; /* it may have gone in between */
		}
	}
	*ret_soon = *ret_soon || o->follow.n_processes < lives;
	return left;
}

/* Codes of those that are done, in order, as far as there is none before that is not. */
static void print_codes(const struct waiting *o, size_t *printed, int *status)
{
	for (; *printed < o->n && o->list[*printed].done; (*printed)++) {
		const struct waited *w = &o->list[*printed];

		if (w->failed)
			*status = report("wait", &w->e);
		else if (o->condition <= UNTIL_EXITED || o->condition == UNTIL_REMOVED)
			(void)printf("%d\n", w->code < 0 ? CODE_UNKNOWN : w->code);
	}
	(void)fflush(stdout);
}

static int too_late(const struct waiting *o, uint64_t ms)
{
	struct err e = { 0 };

	for (size_t i = 0; i < o->n; i++) {
		if (o->list[i].done)
			continue;
		(void)err_say(&e, -ETIMEDOUT, "container '%s' is not %s after %llu.%03llu s",
			      o->list[i].name, wait_conditions[o->condition],
			      (unsigned long long)ms / 1000, (unsigned long long)ms % 1000);
		(void)report("wait", &e);
	}
	return EXIT_TIME;
}

static int wait_for_all(struct waiting *o, uint64_t timeout)
{
	int64_t began = follow_now();
	size_t printed = 0;
	struct err e = { 0 };
	int status = 0;

	for (;;) {
		bool soon;
		size_t left = look_at_all(o, &soon);
		int64_t passed = follow_now() - began, wait = -1;

		print_codes(o, &printed, &status);
		if (left == 0)
			return status;
		if (timeout != UINT64_MAX && passed >= (int64_t)timeout)
			return too_late(o, timeout);
		if (timeout != UINT64_MAX)
			wait = (int64_t)timeout - passed;
		if (soon && (wait < 0 || wait > LOOK_AGAIN))
			wait = LOOK_AGAIN;
		if (follow_wait(&o->follow, wait, &e) < 0)
			return report("wait", &e);
	}
}

/* ---- the verb ---- */

static int read_condition(const char *text, enum wait_condition *ret, struct err *e)
{
	const char *near;
	int r;

	for (size_t i = 0; i < _CONDITION_N; i++) {
		if (strcmp(wait_conditions[i], text) == 0) {
			*ret = (enum wait_condition)i;
			return 0;
		}
	}
	near = text_nearest(text, wait_conditions, _CONDITION_N);
	r = err_say(e, -EINVAL, "--condition '%s': there is no such condition", text);
	return err_hint(e, r, "%s%s%sstopped, exited, running, healthy, paused or removed",
			near ? "did you mean '" : "", near ? near : "",
			near ? "'? There are " : "");
}

static const struct word words[] = {
	WORD(struct wait_words, condition, WORD_TEXT, "condition", 0, "WHAT",
	     "stopped (the default), exited, running, healthy, paused, removed"),
	WORD(struct wait_words, timeout, WORD_TIME, "timeout", 0, "TIME",
	     "give up after so long: 10, 500ms, 1m30s"),
};

static int run(const struct global *g, int argc, char *const *argv)
{
	struct waiting o = { .store = STORE_EMPTY };
	struct wait_words w = { .condition = "stopped", .timeout = UINT64_MAX };
	struct word_texts rest;
	struct err e = { 0 };
	int status, r = words_read(&verb_wait, &o.arena, argc, argv, &w, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_wait, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_wait, &rest, 1, SIZE_MAX, "container", &e);
	if (r == 0)
		r = read_condition(w.condition, &o.condition, &e);
	if (r == 0)
		r = store_open(&o.store, g->state, &e);
	if (r < 0)
		return report("wait", &e);
	follow_open(&o.follow, &o.arena);
	o.list = arena_alloc(&o.arena, rest.n * sizeof(*o.list));
	for (; o.n < rest.n; o.n++)
		begin(&o, rest.list[o.n]);
	status = wait_for_all(&o, w.timeout);
	for (size_t i = 0; i < o.n; i++)
		store_container_done(&o.list[i].container);
	follow_done(&o.follow);
	store_done(&o.store);
	arena_done(&o.arena);
	return status;
}

const struct verb verb_wait = {
	.name = "wait",
	.group = VERBS_SEEING,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "wait until containers have ended, and print how",
	.text = "Waits until all of the containers are what is asked for. stopped: it has ended, and is not\n"
		"started again; exited: its program has ended, whatever follows; running, healthy and\n"
		"paused: it is; removed: it is gone.\n"
		"\n"
		"For stopped, exited and removed the exit statuses are printed, a line each, in the order of\n"
		"the command line: 128 + n where signal n ended it, 255 where its supervisor was killed or\n"
		"the machine went down, so that nobody knows. honu itself ends with 0; with 124 where\n"
		"--timeout has passed; with 125 where a container cannot become what is asked for.",
	.example = "honu wait web\n"
		   "honu wait --condition healthy --timeout 1m web db",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
