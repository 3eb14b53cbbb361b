/* cli/update.c - honu update: other limits for containers, at once and from then on. */
#include "cli/update.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cli/disks.h"
#include "cli/prepare.h"
#include "run/run.h"
#include "spec/exec.h"
#include "spec/options.h"
#include "spec/record.h"
#include "store/events.h"

static int give_all(struct spec *s, const struct options_from *from, const struct update_words *w,
		    struct err *e)
{
	int r = 0;

	for (int type = 0; type < _LIMIT_N; type++)
		for (size_t i = 0; r == 0 && i < w->given[type].n; i++)
			r = options_give(s, from, limit_names[type], w->given[type].list[i], e);
	return r;
}

int update_read(struct update *u, const struct update_words *w, const struct global *g,
		struct arena *a, struct err *e)
{
	char cwd[PATH_MAX];
	struct options_from from = { .cwd = getcwd(cwd, sizeof(cwd)),
				     .environment = g->environment };
	int r;

	*u = (struct update){ .changes = spec_new(a) };
	r = give_all(u->changes, &from, w, e);
	if (r == 0 && u->changes->n_limits == 0)
		r = err_hint(e, err_say(e, -EINVAL, "update what? no limit was given"),
			     "for example: honu update --memory 512m web");
	if (r == 0)
		r = facts_read(a, &u->facts, e);
	if (r == 0)
		r = prepare_need_root(u->facts, e);
	if (r < 0)
		return r;
	facts_read_limits(a, u->facts);
	return disks_resolve(u->changes, e);
}

static int read_groups(const struct target *g, struct arena *a, struct update_spec *us,
		       struct err *e)
{
	const struct journal journal = target_journal(g);
	struct journal_group *found = arena_alloc(a, JOURNAL_GROUPS * sizeof(*found));
	struct exec_group *groups = NULL;
	int n = journal_groups(&journal, found);

	if (n < 0)
		return err_set(e, n, "read which control groups it has");
	for (int i = 0; i < n; i++)
		arena_push(a, groups, us->n_groups,
			   (struct exec_group){ found[i].base, found[i].name, found[i].is_v2 });
	us->groups = groups;
	return 0;
}

/* Bytes that it uses now; 0 where nobody tells. */
static uint64_t memory_used(const struct update_spec *us, struct arena *a, bool *ret_v2)
{
	for (size_t i = 0; i < us->n_groups; i++) {
		const struct exec_group *g = &us->groups[i];
		const char *path =
			arena_printf(a, "%s/%s/%s", g->mountpoint, g->path,
				     g->is_v2 ? "memory.current" : "memory.usage_in_bytes");
		_cleanup_file_ FILE *f = fopen(path, "re");
		char text[32];
		uint64_t used;

		if (!f || !fgets(text, sizeof(text), f))
			continue;
		text[strcspn(text, "\n")] = '\0';
		*ret_v2 = g->is_v2;
		if (number_u64(text, &used) == 0)
			return used;
	}
	return 0;
}

/* What happens to who has more than he may: the kernel takes back what it can first. */
static const char *note_of(const struct update *u, const struct update_spec *us, struct arena *a)
{
	const struct limit_spec *memory = limit_find(u->changes, LIMIT_MEMORY);
	bool v2 = false;
	uint64_t used = memory ? memory_used(us, a, &v2) : 0;

	if (!memory || used <= memory->value)
		return NULL;
	return arena_printf(a, "%s: it uses %llu MiB now; what cannot be taken from it %s",
			    memory->origin, (unsigned long long)(used >> 20),
			    v2 ? "costs it a process, or all where --oom-group holds" :
				 "lets the new limit fail");
}

static int read_specs(struct update *u, const struct target *g, struct arena *a,
		      struct spec **ret_before, struct err *e)
{
	char *json, *again;
	int r = store_get_record(&g->container, a, &json, e);

	if (r < 0)
		return r;
	again = arena_strdup(a, json);
	r = spec_read_record(a, json, ret_before, e);
	if (r == 0)
		r = spec_read_record(a, again, &u->spec, e);
	if (r < 0)
		return r;
	limits_change(u->spec, u->changes);
	return spec_check_limits(u->spec, e);
}

static bool has_groups(const struct store_status *s)
{
	return target_lives(s) && s->pid > 0 && strcmp(s->phase, "restarting") != 0;
}

int update_compute(struct update *u, struct target *g, struct arena *a, struct err *e)
{
	struct update_spec us = { .changes = u->changes };
	struct store_status status;
	struct spec *before;
	int r = read_specs(u, g, a, &before, e);

	u->plan = NULL;
	u->note = NULL;
	if (r == 0)
		r = target_status(g, &status, e);
	if (r < 0 || !has_groups(&status))
		return r;
	us.spec = u->spec;
	us.before = before;
	r = read_groups(g, a, &us, e);
	if (r == 0)
		r = plan_compile_update(a, &us, u->facts, &u->plan, e);
	if (r < 0)
		return r;
	if (!u->plan || u->plan->n == 0) {
		u->plan = NULL;
		return 0;
	}
	u->note = note_of(u, &us, a);
	return plan_check(u->plan, e);
}

static int put_record(const struct update *u, struct store_container *c, struct err *e)
{
	_cleanup_free_ char *json = NULL;
	int r = spec_record(u->spec, &json, e);

	return r < 0 ? r : store_put_record(c, json, strlen(json), e);
}

/* It ended while its groups were written: what is recorded holds for its next start. */
static bool has_ended(const struct target *g, int code)
{
	struct store_status status;
	struct err ignored = { 0 };

	return (code == -ENOENT || code == -ENODEV) && target_status(g, &status, &ignored) == 0 &&
	       !has_groups(&status);
}

/* Two at once would each take the other's change away: the directory is locked, which nobody else does,
 * from reading the record until the new one is in its place. */
static int update_one(struct update *u, struct target *g, struct arena *a, struct err *e)
{
	struct store_container *c = &g->container;
	_cleanup_close_ int lock = openat(c->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return err_set(e, -errno, "lock the record");
	r = update_compute(u, g, a, e);
	if (r < 0)
		return r;
	if (u->note)
		report_note(u->note);
	for (size_t i = 0; u->plan && i < u->plan->n_notes; i++)
		report_note(u->plan->notes[i]);
	r = u->plan ? run_host(u->plan, e) : 0;
	if (r < 0 && !has_ended(g, r))
		return r;
	r = put_record(u, c, e);
	if (r == 0)
		(void)event_append(c->store->fd, c->id, c->name[0] ? c->name : NULL, "update",
				   NULL);
	return r;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_update);
	struct update_words w = { 0 };
	struct update u;
	struct err e = { 0 };

	if (!targets_read(&t, g, argc, argv, &w, NULL))
		return t.status;
	if (update_read(&u, &w, g, &t.arena, &e) < 0)
		return report("update", &e);
	targets_find(&t, false, NULL);
	for (size_t i = 0; i < t.n; i++) {
		struct err failed = { 0 };

		if (update_one(&u, &t.list[i], &t.arena, &failed) < 0)
			targets_fail(&t, &failed);
		else
			targets_say(&t, &t.list[i]);
	}
	return t.status;
}

/* The rows of the table of settings once more, as words of this verb. */
#define VALUE(name_, alias_, letter_, argument_, repeatable_, parse_, which_, group_, key_,  \
	      completion_, preset_, example_, summary_, text_)                               \
	{                                                                                    \
		.name = name_, .letter = letter_, .argument = argument_, .kind = WORD_TEXTS, \
		.offset = offsetof(struct update_words, given) +                             \
			  (size_t)(which_) * sizeof(struct word_texts),                      \
		.summary = summary_,                                                         \
	}
#define SWITCH(name_, letter_, parse_, which_, group_, key_, preset_, example_, summary_, text_) \
	VALUE(name_, NULL, letter_, NULL, false, parse_, which_, group_, key_, 0, preset_,       \
	      example_, summary_, text_)

static const struct word words[] = {
#include "spec/settings_limits.h"
};
static_assert(ELEMENTS(words) == _LIMIT_N, "a limit lacks its word");

const struct verb verb_update = {
	.name = "update",
	.group = VERBS_LIFE,
	.usage = "LIMITS CONTAINER...",
	.summary = "change what containers may use, while they run",
	.text = "Writes the limits to the control groups of the containers, and to their records, so that\n"
		"the next start has them as well. What is not named stays as it is; -1 takes a limit away.\n"
		"One that does not run gets them when it is started. 'honu explain update' shows what\n"
		"would be written.",
	.example = "honu update --memory 512m --cpus 1.5 web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
