/* cli/target.c - see target.h. */
#include "cli/target.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "base/cleanup.h"
#include "cli/help.h"
#include "sys/identity.h"

/* Each of them takes four descriptors, and a soft limit of 1024 is for programs that use
 * select(2). */
static void allow_many(size_t n)
{
	struct rlimit limit;

	if (n < 128 || getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int count_names(const struct targets *t, bool all, struct err *e)
{
	if (!all)
		return words_count(t->verb, &t->typed, 1, SIZE_MAX, "container", e);
	if (t->typed.n == 0)
		return 0;
	return err_hint(e,
			err_say(e, -EINVAL, "--all and a name, '%s', exclude each other",
				t->typed.list[0]),
			"usage: honu %s %s", t->verb->name, t->verb->usage);
}

bool targets_read(struct targets *t, const struct global *g, int argc, char *const *argv,
		  void *into, const bool *all)
{
	struct err e = { 0 };
	int r = words_read(t->verb, &t->arena, argc, argv, into, &t->typed, &e);

	if (r == WORDS_HELP) {
		help_verb(t->verb, stdout);
		return false;
	}
	if (r == 0)
		r = count_names(t, all && *all, &e);
	if (r == 0)
		r = store_open(&t->store, g->state, &e);
	if (r < 0)
		targets_fail(t, &e);
	return r == 0;
}

void targets_done(struct targets *t)
{
	for (size_t i = 0; i < t->n; i++)
		store_container_done(&t->list[i].container);
	store_done(&t->store);
	arena_done(&t->arena);
}

bool target_lives(const struct store_status *s)
{
	return s->alive && strcmp(s->phase, "created") != 0 && strcmp(s->phase, "stopped") != 0;
}

bool target_is_starting(const struct store_status *s)
{
	if (!s->alive)
		return false;
	return strcmp(s->phase, "creating") == 0 ||
	       (strcmp(s->phase, "running") == 0 && s->supervisor > 0 &&
		sys_is_copy(s->pid, s->supervisor));
}

int target_status(const struct target *g, struct store_status *ret, struct err *e)
{
	static const struct timespec moment = { 0, 2000000 };
	int r;

	for (int i = 0; i < 5000; i++) {
		r = store_get_status(&g->container, ret, e);
		if (r < 0 || !target_is_starting(ret))
			return r;
		(void)nanosleep(&moment, NULL);
	}
	return r;
}

void targets_fail(struct targets *t, const struct err *e)
{
	int status = report(t->verb->name, e);

	if (t->status == 0)
		t->status = status;
}

void targets_say(const struct targets *t, const struct target *g)
{
	if (t->quiet)
		return;
	(void)printf("%s\n", g->typed);
	(void)fflush(stdout); /* scripts read along */
}

static void note_gone(const struct targets *t, const struct err *e)
{
	if (!t->quiet)
		report_note(e->text);
}

static void find_named(struct targets *t)
{
	for (size_t i = 0; i < t->typed.n; i++) {
		struct target *g = &t->list[t->n];
		struct err e = { 0 };
		int r;

		*g = (struct target){ .typed = t->typed.list[i],
				      .container = STORE_CONTAINER_EMPTY };
		r = store_find(&t->store, g->typed, &g->container, &e);
		if (r == 0)
			t->n++;
		else if (r == -ENOENT && t->may_be_gone)
			note_gone(t, &e);
		else
			targets_fail(t, &e);
	}
}

static void find_all(struct targets *t, target_fits *fits)
{
	struct store_entry *entry;
	struct err e = { 0 };
	size_t n;
	int r = store_list(&t->store, &t->arena, &entry, &n, &e);

	if (r < 0) {
		targets_fail(t, &e);
		return;
	}
	allow_many(n);
	t->list = arena_alloc(&t->arena, (n + 1) * sizeof(*t->list));
	for (size_t i = 0; i < n; i++) {
		struct target *g = &t->list[t->n];

		if (!fits(&entry[i].status))
			continue;
		*g = (struct target){ .typed = entry[i].name[0] ? entry[i].name : entry[i].id,
				      .container = STORE_CONTAINER_EMPTY };
		r = store_find(&t->store, entry[i].id, &g->container, &e);
		if (r == 0)
			t->n++;
		else if (r != -ENOENT) /* gone since */
			targets_fail(t, &e);
	}
}

void targets_find(struct targets *t, bool all, target_fits *fits)
{
	if (all) {
		find_all(t, fits);
		return;
	}
	allow_many(t->typed.n);
	t->list = arena_alloc(&t->arena, (t->typed.n + 1) * sizeof(*t->list));
	find_named(t);
}

/* A pid of another boot names somebody else. */
int target_open_process(const struct store_status *s)
{
	return s->same_boot ? sys_pidfd_open_started(s->pid, s->start_time) : -ESRCH;
}

int target_open_supervisor(const struct store_status *s)
{
	return s->same_boot ? sys_pidfd_open_started(s->supervisor, s->supervisor_start_time) :
			      -ESRCH;
}

int target_not_running(const struct target *g, const struct store_status *s, struct err *e)
{
	int r = err_say(e, -ESRCH, "container '%s' is not running", g->typed);

	if (s->alive && strcmp(s->phase, "creating") == 0)
		return err_hint(e, r, "somebody is still making it");
	if (s->alive && strcmp(s->phase, "restarting") == 0)
		return err_hint(e, r, "it waits to be started again: 'honu stop %s' ends that",
				g->typed);
	return err_hint(e, r, "'honu start %s' starts it", g->typed);
}

struct journal target_journal(const struct target *g)
{
	return (struct journal){ .fd = g->container.journal };
}
