/* cli/ending.c - see ending.h. */
#include "cli/ending.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "cgroup/evidence.h"
#include "cli/verb.h"
#include "store/events.h"

void ending_evidence(struct journal *j, struct exit_record *x)
{
	struct cgroup_evidence found = cgroup_evidence_new();
	struct journal_group groups[JOURNAL_GROUPS];
	int n = j->fd < 0 ? 0 : journal_groups(j, groups);

	for (int i = 0; i < n; i++)
		cgroup_read_evidence(groups[i].base, groups[i].name, &found);
	x->oom_kills = found.oom_kills;
	x->memory_peak = found.memory_peak;
	x->memory_limit = found.memory_limit;
	if (x->cause == EXIT_BY_SIGNAL && x->signal == SIGKILL && x->oom_kills != 0 &&
	    x->oom_kills != UINT64_MAX)
		x->cause = EXIT_BY_OOM;
}

void ending_events(const struct launch *l, const struct exit_record *x)
{
	const struct store_container *c = &l->container;
	char code[16];
	const char *const attributes[] = { "exitCode", code, "cause", exit_cause_name(x->cause),
					   NULL };

	(void)snprintf(code, sizeof(code), "%d", x->code);
	if (x->cause == EXIT_BY_OOM)
		(void)event_append(l->store->fd, c->id, c->name, "oom", NULL);
	(void)event_append(l->store->fd, c->id, c->name, "die", attributes);
}

static int undo(struct launch *l, struct err *e)
{
	if (l->run.lost)
		return err_hint(e,
				err_say(e, -EXDEV, "honu cannot leave a namespace that it joined"),
				"'honu gc' removes what is left");
	return journal_undo_all(&l->journal, e);
}

static int leave_stopped(struct launch *l, const struct exit_record *x, struct err *e)
{
	struct store_container *c = &l->container;
	int r = exit_put(c->fd, x);

	if (r < 0)
		return err_set(e, r, "write how container %s ended", c->id);
	return store_put_status(c, "stopped", 0, e);
}

void ending_finish(struct launch *l, struct exit_record *x)
{
	struct err e = { 0 };
	bool kept = spec_is_kept(l->prepared->spec) && l->recorded;
	int r = undo(l, &e);

	if (r == 0 && l->container.fd >= 0)
		r = kept ? leave_stopped(l, x, &e) : store_remove(&l->container, &e);
	if (r < 0)
		(void)report("clean up", &e);
}
