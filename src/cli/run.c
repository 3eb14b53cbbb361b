/* cli/run.c - honu run: a container in the foreground, or with -d in the background. */
#include <stdio.h>
#include <time.h>

#include "base/cleanup.h"
#include "cli/cidfile.h"
#include "cli/detached.h"
#include "cli/ending.h"
#include "cli/help.h"
#include "cli/self.h"
#include "cli/launch.h"
#include "supervise/foreground.h"

static int supervise(struct launch *l, struct supervise_result *ret, struct err *e)
{
	const struct slots *slots = l->run.slots;
	struct supervise what = {
		.pid = slots->pid,
		.pidfd = slots->fd[SLOT_PIDFD],
		.pty = slots->fd[SLOT_PTY],
		.namespace_init = l->prepared->spec->ns[NS_PID].mode == NS_PRIVATE,
	};
	int r = supervise_foreground(&what, ret);

	return r < 0 ? err_set(e, r, "watch the container") : 0;
}

static void print_timing(const struct run *run)
{
	_cleanup_text_ struct text t = { 0 };

	run_timing(run, &t);
	(void)fputs(text_get(&t), stderr);
}

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

/* Everything from the first change of the host to the last. -> exit status */
static int run_foreground(struct launch *l)
{
	struct exit_record x = exit_record_new();
	struct supervise_result result = { 0 };
	const struct spec *spec = l->prepared->spec;
	struct err e = { 0 };
	char context[96];
	int r;

	(void)snprintf(context, sizeof(context), spec->name ? "run '%s'" : "run", spec->name);
	r = launch_claim(l, &e);
	if (r == 0)
		r = cidfile_write(spec, &e);
	if (r == 0)
		r = launch_walk(l, &e);
	if (r < 0) {
		launch_fail(l, &e);
		return report(context, &e);
	}
	x.started = now();
	r = supervise(l, &result, &e);
	if (r < 0) {
		run_end(&l->run);
		launch_fail(l, &e);
		return report(context, &e);
	}
	if (spec->timing)
		print_timing(&l->run);
	x.ended = now();
	x.signal = result.signal;
	x.cause = result.signal ? EXIT_BY_SIGNAL : EXIT_BY_CODE;
	x.code = result.ended_by ? 128 + result.ended_by : result.code;
	if (x.signal || spec_is_kept(spec))
		ending_evidence(&l->journal, &x);
	if (spec_is_kept(spec))
		ending_events(l, &x);
	ending_finish(l, &x);
	return x.code;
}

/* -> exit status */
static int run_background(struct launch *l)
{
	const struct spec *spec = l->prepared->spec;
	struct err e = { 0 };
	char context[96];
	int r = launch_claim(l, &e);

	if (r == 0)
		r = cidfile_write(spec, &e);
	if (r < 0)
		launch_fail(l, &e);
	else
		r = detached_start(l, NULL, NULL, &e);
	(void)snprintf(context, sizeof(context), "run '%s'", spec->name);
	if (r < 0)
		return report(context, &e);
	(void)puts(spec->id);
	return 0;
}

/* Root inside could get at honu's own executable: in the host's user namespace, where it sees our
 * processes, or where honu-exec does not stand between. */
static bool is_exposed(const struct prepared *p)
{
	const struct spec *s = p->spec;

	return s->ns[NS_USER].mode == NS_HOST &&
	       (s->ns[NS_PID].mode != NS_PRIVATE || !p->facts->exec_path);
}

static int verb_run_run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(prepare_done) struct prepared p = { 0 };
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	_cleanup_(launch_done) struct launch l = LAUNCH_EMPTY;
	struct err e = { 0 };
	int r = prepare(&p, g, argc, argv, &e);

	if (r == PREPARED_HELP) {
		help_run(stdout);
		return 0;
	}
	if (r == 0 && is_exposed(&p))
		r = self_protect(g->argv, &e);
	if (r == 0)
		r = store_open(&store, g->state, &e);
	if (r < 0)
		return report(NULL, &e);
	supervise_block_signals(NULL);
	l.prepared = &p;
	l.store = &store;
	return p.spec->detach ? run_background(&l) : run_foreground(&l);
}

const struct verb verb_run = {
	.name = "run",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] [ROOT] [--] PROGRAM [ARGUMENT...]",
	.summary = "start a program in a container of its own and wait for it",
	.help = help_run,
	.run = verb_run_run,
};
