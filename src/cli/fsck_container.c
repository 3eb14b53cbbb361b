/* cli/fsck_container.c - honu fsck: the files of one container, and whether they are true. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/freeze.h"
#include "cli/fsck_subject.h"
#include "cli/settle.h"
#include "cli/summary.h"
#include "run/journal.h"
#include "spec/record.h"
#include "store/exit.h"
#include "sys/identity.h"

#define CODE_UNKNOWN 255 /* as settle() has it */

#define REMOVE "'honu rm --force' removes it; then make it again"

const char *subject_path(const struct subject *s, const char *file)
{
	return arena_printf(s->f->arena, "containers/%s/%s", s->c.id, file);
}

bool subject_has_ended(const struct subject *s)
{
	return strcmp(s->status.phase, "created") == 0 || strcmp(s->status.phase, "stopped") == 0;
}

static bool is_phase(const struct subject *s, const char *phase)
{
	return s->has_status && strcmp(s->status.phase, phase) == 0;
}

/* x: NULL, or to be mended now. -> may it be? What somebody watches is not touched. */
static bool may_mend(const struct subject *s, const struct finding *x)
{
	return x && s->locked;
}

static void check_record(struct subject *s)
{
	struct fsck *f = s->f;
	struct spec *spec;
	struct err e = { 0 };
	char *json;
	int r = store_get_record(&s->c, f->arena, &json, &e);

	if (r == -ENOENT && is_phase(s, "creating"))
		return; /* it is being made, or was when it died: then it goes as a whole */
	if (r == 0)
		r = spec_read_record(f->arena, json, &spec, &e);
	if (r == 0 && strcmp(spec->id, s->c.id) != 0)
		r = err_say(&e, -EBADMSG, "it is that of container %s", spec->id);
	if (r == 0)
		s->spec = spec;
	else
		(void)fsck_find(f, s->c.id, subject_path(s, "record.json"), REMOVE,
				"cannot be read: %s", e.text);
}

static void check_summary(struct subject *s)
{
	struct store_summary u;
	struct finding *x;
	struct err e = { 0 };

	if (store_get_summary(&s->c, &u, &e) != -EBADMSG)
		return;
	x = fsck_find(s->f, s->c.id, subject_path(s, "summary"),
		      s->spec ? "'honu fsck --repair' makes it anew from the record" : REMOVE,
		      "is damaged");
	if (!x || !s->spec)
		return;
	summary_of(s->spec, &u);
	fsck_mended(s->f, x, store_put_summary(&s->c, &u, &e), &e);
}

/* -> true: it has gone with that, since it is not kept. */
static bool mend_by_settling(struct subject *s, struct finding *x)
{
	struct err e = { 0 };
	int r;

	if (!may_mend(s, x))
		return false;
	r = settle(&s->c, &e);
	fsck_mended(s->f, x, r, &e);
	if (r == SETTLED_GONE)
		return true;
	s->has_status = store_get_status(&s->c, &s->status, NULL) == 0;
	return false;
}

static bool check_damaged_status(struct subject *s)
{
	struct finding *x = fsck_find(s->f, s->c.id, subject_path(s, "status"),
				      s->lives ? "'honu rm --force' ends it" :
						 "'honu fsck --repair' settles it",
				      "is damaged");
	struct err e = { 0 };

	if (!may_mend(s, x))
		return false;
	/* Nobody holds the lock: whatever it said, it is over. */
	int r = store_put_status(&s->c, "creating", 0, &e);
	if (r == 0)
		return mend_by_settling(s, x);
	fsck_mended(s->f, x, r, &e);
	return false;
}

/* The phase of somebody who lives, or of one that is not to be kept, and nobody watches. -> true:
 * there is nothing more to say of it. */
static bool check_unwatched(struct subject *s)
{
	struct store_summary u;
	int r = store_get_summary(&s->c, &u, NULL);
	const char *why = s->status.same_boot ? "its supervisor was killed" :
						"the machine went down";

	if (s->lives)
		return false;
	if (r == -ENOENT || (r == 0 && !u.keep)) {
		(void)mend_by_settling(s, fsck_find(s->f, s->c.id, subject_path(s, "alive"),
						    "'honu gc' removes the container",
						    "nobody watches over it, and it is not to be "
						    "kept: %s",
						    why));
		return true;
	}
	if (subject_has_ended(s))
		return false;
	return mend_by_settling(
		s, fsck_find(s->f, s->c.id, subject_path(s, "status"), "'honu gc' settles it",
			     "says '%s', but nobody watches over it: %s", s->status.phase, why));
}

static bool is_process(pid_t pid, uint64_t start_time)
{
	uint64_t start;

	return sys_start_time(pid, &start) == 0 && start == start_time;
}

static void check_processes(struct subject *s)
{
	const struct store_status *t = &s->status;
	const char *where = subject_path(s, "status");

	if (t->supervisor > 0 && !is_process(t->supervisor, t->supervisor_start_time))
		(void)fsck_find(s->f, s->c.id, where, "'honu rm --force' removes it",
				"says that process %d watches over it, which is gone; but "
				"somebody holds its lock",
				(int)t->supervisor);
	if (t->pid > 0 && !is_process(t->pid, t->start_time))
		(void)fsck_find(s->f, s->c.id, where, "'honu rm --force' removes it",
				"says that process %d is its first one, which is gone",
				(int)t->pid);
}

static void check_frozen(struct subject *s)
{
	struct journal_group groups[JOURNAL_GROUPS];
	const struct journal j = { .fd = s->c.journal };
	bool paused = is_phase(s, "paused"), frozen = false;
	int n = j.fd >= 0 ? journal_groups(&j, groups) : 0;

	if (n <= 0 || (!paused && !is_phase(s, "running")))
		return;
	for (int i = 0; i < n; i++)
		frozen = frozen || cgroup_is_frozen(groups[i].base, groups[i].name) > 0;
	if (paused != frozen)
		(void)fsck_find(s->f, s->c.id, subject_path(s, "status"),
				"'honu resume' puts it right",
				paused ? "says 'paused', but none of its groups is frozen" :
					 "says 'running', but its group is frozen");
}

/* -> true: it has gone. */
static bool check_status(struct subject *s)
{
	if (!s->has_status)
		return check_damaged_status(s);
	if (check_unwatched(s))
		return true;
	if (s->lives && !subject_has_ended(s)) {
		check_processes(s);
		check_frozen(s);
	}
	return false;
}

static void check_exit(struct subject *s)
{
	struct exit_record x, lost = exit_record_new();
	struct finding *found;
	int r = exit_get(s->c.fd, &x);

	if (r == 0 || !is_phase(s, "stopped") || s->lives)
		return;
	found = fsck_find(s->f, s->c.id, subject_path(s, "exit"),
			  "'honu fsck --repair' says that it is not known",
			  r == -ENOENT ? "is missing: nothing says how it ended" :
					 "cannot be read: nothing says how it ended");
	if (!may_mend(s, found))
		return;
	lost.cause = EXIT_LOST;
	lost.code = CODE_UNKNOWN;
	(void)snprintf(lost.error, sizeof(lost.error), "how it ended was written, but is lost");
	fsck_mended(s->f, found, exit_put(s->c.fd, &lost), NULL);
}

static void check_journal(struct subject *s)
{
	struct journal j = { .fd = s->c.journal };
	const char *where = subject_path(s, "journal");
	unsigned n = 0, damaged = 0;
	struct finding *x;
	struct err e = { 0 };
	int r = j.fd < 0 ? -ENOENT : journal_check(&j, &n, &damaged);

	if (r < 0 && s->lives && !is_phase(s, "creating"))
		(void)fsck_find(s->f, s->c.id, where,
				"once it has ended, 'honu fsck' shows what is left of it",
				"cannot be read: what it has in the kernel will not be undone");
	if (r < 0 || n == 0)
		return;
	if (damaged > 0 && s->lives)
		(void)fsck_find(s->f, s->c.id, where,
				"once it has ended, 'honu fsck' shows what is left of it",
				"%u of %u records are damaged: what they stand for will not be "
				"undone",
				damaged, n);
	if (s->lives || !s->has_status || !subject_has_ended(s))
		return;
	x = fsck_find(s->f, s->c.id, where, "'honu gc' undoes them",
		      "has %u records, %u of them damaged, though nobody lives", n, damaged);
	if (may_mend(s, x))
		fsck_mended(s->f, x, journal_undo_all(&j, &e), &e);
}

/* A note whose loss costs nothing but what it said. */
static void check_note(struct subject *s, const char *name, int r, const char *loss)
{
	struct finding *x;

	if (r != -EBADMSG)
		return;
	x = fsck_find(s->f, s->c.id, subject_path(s, name),
		      "'honu fsck --repair' removes it, once it has ended", "is damaged: %s", loss);
	if (may_mend(s, x))
		fsck_mended(s->f, x, store_drop_file(&s->c, name), NULL);
}

static void check_notes(struct subject *s)
{
	struct store_restarts restarts;
	struct store_intent intent;

	check_note(s, "intent", store_get_intent(&s->c, &intent, NULL),
		   "what a person asked for last is not known");
	check_note(s, "restarts", store_get_restarts(&s->c, &restarts, NULL),
		   "the restart policy counts from nothing again");
}

static void look_at(struct subject *s)
{
	struct err e = { 0 };
	int r = store_get_status(&s->c, &s->status, &e);

	s->has_status = r == 0;
	if (r == -ENOENT)
		return; /* gone */
	s->lives = s->has_status ? s->status.alive : store_is_watched(&s->c);
	if (s->f->second && s->f->repair && !s->lives) {
		s->locked = store_lock_container(&s->c, NULL) == 0;
		/* Somebody may have started it, or ended, in between. */
		s->has_status = store_get_status(&s->c, &s->status, NULL) == 0;
		s->lives = !s->locked;
	}
	check_record(s);
	check_summary(s);
	if (check_status(s))
		return;
	check_exit(s);
	check_journal(s);
	check_notes(s);
	fsck_log(s->f, &s->c, s->locked);
	fsck_owned(s);
}

/* Of several names the one that counts comes first: that is what it is called. */
static void prefer_name(struct subject *s)
{
	struct fsck_link *names = s->f->names, *first = NULL;

	for (size_t i = 0; i < s->f->n_names; i++) {
		if (strcmp(names[i].id, s->c.id) != 0)
			continue;
		if (!first)
			first = &names[i];
		else if (store_name_counts(&s->c, names[i].name)) {
			struct fsck_link other = *first;

			*first = names[i];
			names[i] = other;
		}
	}
}

int fsck_container(struct fsck *f, const char *id, struct err *e)
{
	struct subject s = { .f = f, .c = STORE_CONTAINER_EMPTY };
	int r = store_check_open(f->store, id, fsck_name(f, id), &s.c);

	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return err_set(e, r, "open %s/containers/%s", f->store->path, id);
	prefer_name(&s);
	(void)snprintf(s.c.name, sizeof(s.c.name), "%s", fsck_name(f, id));
	look_at(&s);
	store_container_done(&s.c);
	return 0;
}
