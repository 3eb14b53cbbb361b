/* cli/attach.c - honu attach: the streams of a container in the background, shown here. */
#include <errno.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/attached.h"
#include "cli/help.h"
#include "cli/prepare.h"
#include "supervise/foreground.h"

struct options {
	bool no_stdin, sig_proxy;
	const char *detach_keys;
};

static int attach(const struct store *s, const char *name, const struct options *o, struct err *e)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_(prepare_done) struct prepared p = { 0 };
	struct attach_options how = { .input = !o->no_stdin,
				      .sig_proxy = o->sig_proxy,
				      .keys = o->detach_keys };
	struct store_status status;
	int r = store_find(s, name, &c, e);

	if (r == 0)
		r = store_get_status(&c, &status, e);
	if (r == 0 && !status.alive)
		r = err_hint(
			e, err_say(e, -ESRCH, "it is not running"),
			"'honu start --attach %s' starts it; 'honu logs %s' shows what it wrote",
			name, name);
	if (r == 0)
		r = prepare_record(&p, &c, e);
	if (r == 0)
		r = attach_connect(&c, p.spec, &how, e);
	return r < 0 ? r : attach_show(&c, p.spec, &how, r, e);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct options o = { .sig_proxy = true };
	struct word_texts names;
	struct err e = { 0 };
	char context[96];
	int r = words_read(&verb_attach, &a, argc, argv, &o, &names, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_attach, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_attach, &names, 1, 1, "container", &e);
	if (r == 0)
		r = store_open(&store, g->state, &e);
	if (r < 0)
		return report("attach", &e);
	supervise_block_signals(NULL);
	(void)snprintf(context, sizeof(context), "attach '%s'", names.list[0]);
	r = attach(&store, names.list[0], &o, &e);
	return r < 0 ? report(context, &e) : r;
}

static const struct word words[] = {
	WORD(struct options, no_stdin, WORD_SWITCH, "no-stdin", 0, NULL,
	     "do not connect standard input"),
	WORD(struct options, sig_proxy, WORD_SWITCH, "sig-proxy", 0, NULL,
	     "hand signals on to the program (default true)"),
	WORD(struct options, detach_keys, WORD_TEXT, "detach-keys", 0, "KEYS",
	     "what leaves a terminal, instead of ctrl-p,ctrl-q"),
};

const struct verb verb_attach = {
	.name = "attach",
	.group = VERBS_INSIDE,
	.usage = "[OPTIONS] CONTAINER",
	.summary = "show the streams of a running container here",
	.text = "Connects standard input, output and error of a container in the background, until its\n"
		"program ends (its status is then honu's) or the detach keys are typed. What it wrote\n"
		"before is in 'honu logs'. Any number can be attached; one that is too slow loses output\n"
		"and never holds the program up.",
	.example = "honu attach web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
