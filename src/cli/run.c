/* cli/run.c - honu run: a container in the foreground. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/collect.h"
#include "cli/help.h"
#include "cli/prepare.h"
#include "cli/self.h"
#include "run/run.h"
#include "spec/record.h"
#include "supervise/foreground.h"

/* Claims name and ids; a holder of the name that is dead is collected first. */
static int claim(struct prepared *p, const struct store *store, struct store_container *c,
		 struct err *e)
{
	struct facts *f = p->facts;
	uint32_t size = spec_range_size(p->spec), base = 0;
	int r = store_create(store, p->spec->id, p->spec->name, c, e);

	if (r == -EEXIST && p->spec->name && collect(store, NULL, NULL) == 0)
		r = store_create(store, p->spec->id, p->spec->name, c, e);
	if (r < 0)
		return r;
	if (size == 0)
		return 0;
	r = facts_read_ranges(&p->arena, f, e);
	if (r == 0)
		r = store_lease_ids(c, size, f->taken, f->n_taken, &base, e);
	if (r < 0)
		return r;
	return spec_set_range(p->spec, base, f->caller_uid, f->caller_gid, e);
}

static int put_record(const struct spec *s, struct store_container *c, struct err *e)
{
	_cleanup_free_ char *json = NULL;
	int r = spec_record(s, &json, e);

	return r < 0 ? r : store_put_record(c, json, strlen(json), e);
}

static int start(struct prepared *p, struct store_container *c, struct run *run,
		 struct journal *journal, struct err *e)
{
	struct plan *plan;
	int r;

	r = plan_compile(&p->arena, p->spec, p->facts, &plan, e);
	if (r != 0)
		return r;
	r = plan_check(plan, e);
	if (r == 0)
		r = run_new(run, plan, journal, p->spec->timing, e);
	if (r != 0)
		return r;
	run->slots->alive = c->alive;
	for (size_t i = 0; i < plan->n_notes; i++)
		report_note(plan->notes[i]);
	return run_walk(run, e);
}

/* What is written down of it, while the inside works; then its program runs. */
static int record(struct prepared *p, struct store_container *c, struct run *run, struct err *e)
{
	int r = put_record(p->spec, c, e);

	/* One that has ended by now has no start time any more: run_confirm() says why. */
	if (r == 0)
		r = store_put_status(c, "running", run->slots->pid, e);
	if (r < 0 && r != -ESRCH) {
		run_end(run);
		return r;
	}
	return run_confirm(run, e);
}

static int supervise(struct prepared *p, struct run *run, struct supervise_result *ret,
		     struct err *e)
{
	const struct slots *slots = run->slots;
	struct supervise s = {
		.pid = slots->pid,
		.pidfd = slots->fd[SLOT_PIDFD],
		.pty = slots->fd[SLOT_PTY],
		.namespace_init = p->spec->ns[NS_PID].mode == NS_PRIVATE,
	};
	int r = supervise_foreground(&s, ret);

	return r < 0 ? err_set(e, r, "watch the container") : 0;
}

static void print_timing(const struct run *run)
{
	_cleanup_text_ struct text t = { 0 };

	run_timing(run, &t);
	(void)fputs(text_get(&t), stderr);
}

/* What cannot be undone here and now stays recorded for 'honu gc'. */
static void clean_up(struct store_container *c, struct journal *journal, const struct run *run)
{
	struct err e = { 0 };
	int r;

	if (run->lost)
		r = err_hint(&e,
			     err_say(&e, -EXDEV, "honu cannot leave a namespace that it joined"),
			     "'honu gc' removes what is left");
	else
		r = journal_undo_all(journal, &e);
	if (r == 0 && c->fd >= 0)
		r = store_remove(c, &e);
	if (r < 0)
		(void)report("clean up", &e);
}

/* Everything from the first change of the host to the last. -> exit status */
static int run_container(struct prepared *p, const struct store *store)
{
	struct store_container c = STORE_CONTAINER_EMPTY;
	struct journal journal = { .fd = -EBADF };
	struct run run = { 0 };
	struct supervise_result result = { 0 };
	struct err e = { 0 };
	const char *context = p->spec->name;
	char text[96];
	int r, status = 0;

	(void)snprintf(text, sizeof(text), context ? "run '%s'" : "run", context);
	r = claim(p, store, &c, &e);
	if (r == 0) {
		journal.fd = c.journal;
		r = start(p, &c, &run, &journal, &e);
	}
	if (r == 0)
		r = record(p, &c, &run, &e);
	if (r == 0) {
		r = supervise(p, &run, &result, &e);
		status = result.ended_by ? 128 + result.ended_by : result.code;
	}
	if (r == 0 && p->spec->timing)
		print_timing(&run);
	clean_up(&c, &journal, &run);
	run_done(&run);
	store_container_done(&c);
	return r < 0 ? report(text, &e) : status;
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
	return run_container(&p, &store);
}

const struct verb verb_run = {
	.name = "run",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] [ROOT] [--] PROGRAM [ARGUMENT...]",
	.summary = "start a program in a container of its own and wait for it",
	.help = help_run,
	.run = verb_run_run,
};
