/* cli/start.c - honu start, and starting for those who restart. */
#include "cli/start.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/attached.h"
#include "cli/detached.h"
#include "cli/help.h"
#include "cli/settle.h"
#include "supervise/foreground.h"

struct options {
	bool attach, interactive;
	const char *detach_keys;
};

/* attach: an open socket is left in *ret_socket, connected before anything could be missed; NULL: not
 * wanted. */
static int start_locked(const struct global *g, const struct store *s, struct store_container *c,
			const struct attach_options *attach, struct prepared *p, int *ret_socket,
			struct err *e)
{
	_cleanup_(launch_done) struct launch l = LAUNCH_EMPTY;
	const struct store_restarts none = { 0 };
	int r = prepare_record(p, c, e);

	if (r == 0)
		r = prepare_again(p, g, e);
	if (r == 0)
		r = store_put_intent(c, WISH_NOTHING, 0, false, e);
	if (r == 0)
		r = store_put_restarts(c, &none, e);
	if (r < 0)
		return r;
	l.prepared = p;
	l.store = s;
	launch_adopt(&l, c);
	r = detached_start(&l, attach, ret_socket, e);
	launch_leave(&l, c);
	return r;
}

/* 1: it runs already. */
static int lock_to_start(struct store_container *c, struct err *e)
{
	int r = settle(c, e);

	if (r == -EBUSY)
		return 1;
	if (r == SETTLED_GONE)
		return err_say(e, -ENOENT, "container %s was not to be kept, and is gone", c->id);
	return r < 0 ? r : 0;
}

int start_container(const struct global *g, const struct store *s, struct store_container *c,
		    struct err *e)
{
	_cleanup_(prepare_done) struct prepared p = { 0 };
	int r = lock_to_start(c, e);

	return r != 0 ? r : start_locked(g, s, c, NULL, &p, NULL, e);
}

static int start_attached(const struct global *g, const struct store *s, struct store_container *c,
			  const struct options *o, struct err *e)
{
	_cleanup_(prepare_done) struct prepared p = { 0 };
	struct attach_options attach = { .input = o->interactive,
					 .sig_proxy = true,
					 .keys = o->detach_keys };
	int socket = -EBADF, r = lock_to_start(c, e);

	if (r > 0) {
		r = prepare_record(&p, c, e);
		if (r == 0)
			socket = attach_connect(c, p.spec, &attach, e);
		r = socket < 0 ? socket : 0;
	} else if (r == 0) {
		r = start_locked(g, s, c, &attach, &p, &socket, e);
	}
	return r < 0 ? r : attach_show(c, p.spec, &attach, socket, e);
}

static int start_one(const struct global *g, const struct store *s, const char *name,
		     const struct options *o)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };
	char context[96];
	int r = store_find(s, name, &c, &e);

	if (r == 0)
		r = o->attach || o->interactive ? start_attached(g, s, &c, o, &e) :
						  start_container(g, s, &c, &e);
	(void)snprintf(context, sizeof(context), "start '%s'", name);
	if (r < 0)
		return report(context, &e);
	if (o->attach || o->interactive)
		return r;
	(void)puts(name);
	return 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct options o = { 0 };
	struct word_texts names;
	struct err e = { 0 };
	int r = words_read(&verb_start, &a, argc, argv, &o, &names, &e), status = 0;

	if (r == WORDS_HELP) {
		help_verb(&verb_start, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_start, &names, 1, o.attach || o.interactive ? 1 : SIZE_MAX,
				"container", &e);
	if (r == 0)
		r = store_open(&store, g->state, &e);
	if (r < 0)
		return report("start", &e);
	supervise_block_signals(NULL);
	for (size_t i = 0; i < names.n; i++) {
		int one = start_one(g, &store, names.list[i], &o);

		status = status ? status : one;
	}
	return status;
}

static const struct word words[] = {
	WORD(struct options, attach, WORD_SWITCH, "attach", 'a', NULL,
	     "show what it writes, and end with its status"),
	WORD(struct options, interactive, WORD_SWITCH, "interactive", 'i', NULL,
	     "the same, and connect standard input"),
	WORD(struct options, detach_keys, WORD_TEXT, "detach-keys", 0, "KEYS",
	     "what leaves a terminal, instead of ctrl-p,ctrl-q"),
};

const struct verb verb_start = {
	.name = "start",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "start containers that were made before",
	.text = "Starts containers that 'honu create' made or that have ended, as their records have it, in\n"
		"the background. One that runs already is left alone. With --attach the streams of one\n"
		"container are shown from its first byte on, and its status is honu's.",
	.example = "honu start web\nhonu start --attach builder",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
