/* cli/launch.c - see launch.h. */
#include "cli/launch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/collect.h"
#include "cli/ending.h"
#include "cli/rm.h"
#include "cli/summary.h"
#include "cli/verb.h"
#include "spec/record.h"
#include "store/events.h"

static int claim_name(struct launch *l, struct err *e)
{
	const struct spec *spec = l->prepared->spec;
	int r = store_create(l->store, spec->id, spec->name, &l->container, e);

	if (r == -EEXIST && spec->name && collect(l->store, NULL, NULL) == 0)
		r = store_create(l->store, spec->id, spec->name, &l->container, e);
	return r;
}

static int claim_ids(struct launch *l, struct err *e)
{
	struct spec *spec = l->prepared->spec;
	struct facts *f = l->prepared->facts;
	uint32_t size = spec_range_size(spec), base = 0;
	int r;

	if (size == 0)
		return 0;
	r = facts_read_ranges(&l->prepared->arena, f, e);
	if (r == 0)
		r = store_lease_ids(&l->container, size, f->taken, f->n_taken, &base, e);
	if (r < 0)
		return r;
	return spec_set_range(spec, base, f->caller_uid, f->caller_gid, e);
}

int launch_claim(struct launch *l, struct err *e)
{
	const struct spec *spec = l->prepared->spec;
	int r = 0;

	if (spec->replace && spec->name && store_has_name(l->store, spec->name))
		r = rm_for_replacement(l->store->path, spec->name, e);
	if (r == 0)
		r = claim_name(l, e);
	if (r < 0)
		return r;
	l->journal.fd = l->container.journal;
	return claim_ids(l, e);
}

void launch_adopt(struct launch *l, struct store_container *c)
{
	l->container = *c;
	*c = STORE_CONTAINER_EMPTY;
	l->journal.fd = l->container.journal;
	l->recorded = true;
}

/* One that leaves nothing behind is nobody's news. */
static bool has_summary(const struct launch *l)
{
	const struct spec *s = l->prepared->spec;

	return spec_is_kept(s) || s->detach;
}

void launch_event(const struct launch *l, const char *action)
{
	if (has_summary(l))
		(void)event_append(l->store->fd, l->container.id, l->container.name, action, NULL);
}

static int put_summary(struct launch *l, struct err *e)
{
	struct store_summary u;

	summary_of(l->prepared->spec, &u);
	return store_put_summary(&l->container, &u, e);
}

int launch_record(struct launch *l, struct err *e)
{
	const struct spec *spec = l->prepared->spec;
	_cleanup_free_ char *json = NULL;
	int r;

	if (l->recorded)
		return 0;
	r = spec_record(spec, &json, e);
	if (r == 0)
		r = store_put_record(&l->container, json, strlen(json), e);
	if (r == 0 && has_summary(l))
		r = put_summary(l, e);
	l->recorded = r == 0;
	if (r == 0)
		launch_event(l, "create");
	return r;
}

static int walk(struct launch *l, struct err *e)
{
	struct prepared *p = l->prepared;
	struct plan *plan;
	int r;

	r = plan_compile(&p->arena, p->spec, p->facts, &plan, e);
	if (r == 0)
		r = plan_check(plan, e);
	if (r == 0)
		r = run_new(&l->run, plan, &l->journal, p->spec->timing, e);
	if (r < 0)
		return r;
	l->run.slots->alive = l->container.alive;
	for (size_t i = 0; i < plan->n_notes; i++)
		report_note(plan->notes[i]);
	return run_walk(&l->run, e);
}

int launch_walk(struct launch *l, struct err *e)
{
	int r = 0;

	if (spec_is_kept(l->prepared->spec))
		r = exit_prepare(l->container.fd);
	if (r < 0)
		return err_hint(e, err_set(e, r, "make room for how it will end"),
				"make room in the state directory, or choose another one with "
				"--state or HONU_STATE");
	r = walk(l, e);
	if (r < 0)
		return r;
	/* What is written down of it, while the inside works; then its program runs. */
	r = launch_record(l, e);
	/* One that has ended by now has no start time any more: run_confirm() says why. */
	if (r == 0)
		r = store_put_status(&l->container, "running", l->run.slots->pid, e);
	if (r < 0 && r != -ESRCH) {
		run_end(&l->run);
		return r;
	}
	r = run_confirm(&l->run, e);
	if (r == 0)
		launch_event(l, "start");
	return r;
}

void launch_fail(struct launch *l, const struct err *why)
{
	struct exit_record x = exit_record_new();

	if (l->container.fd < 0)
		return;
	x.cause = EXIT_AT_START;
	x.code = why->exit ? why->exit : EXIT_ENGINE;
	(void)snprintf(x.error, sizeof(x.error), "%.*s", (int)sizeof(x.error) - 1, why->text);
	(void)snprintf(x.hint, sizeof(x.hint), "%s", why->hint);
	if (spec_is_kept(l->prepared->spec))
		(void)launch_record(l, NULL);
	ending_finish(l, &x);
}

void launch_leave(struct launch *l, struct store_container *ret)
{
	*ret = l->container;
	l->container = STORE_CONTAINER_EMPTY;
	l->journal.fd = -EBADF;
}

void launch_done(struct launch *l)
{
	run_done(&l->run);
	store_container_done(&l->container);
}
