/* cli/exec_job.c - see exec.h. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "cli/exec.h"
#include "cli/exec_words.h"
#include "cli/prepare.h"
#include "spec/record.h"
#include "store/events.h"
#include "store/exit.h"

/* ---- the container ---- */

/* How it ended, as far as somebody wrote it down. */
static int refuse_ended(const struct exec_job *j, struct err *e)
{
	struct exit_record x;
	char how[128] = "";
	int r = exit_get(j->container.fd, &x);

	if (r == 0 && x.cause == EXIT_BY_CODE)
		(void)snprintf(how, sizeof(how), ": it ended with status %d", x.code);
	else if (r == 0 && x.cause == EXIT_AT_START)
		(void)snprintf(how, sizeof(how), ": it could not be started");
	else if (r == 0 && x.cause == EXIT_BY_OOM)
		(void)snprintf(how, sizeof(how), ": it was killed when its memory ran out");
	else if (r == 0 && x.cause == EXIT_BOOT)
		(void)snprintf(how, sizeof(how), ": the machine went down while it ran");
	else if (r == 0 && x.cause == EXIT_LOST)
		(void)snprintf(how, sizeof(how), ": the process that watched it was killed");
	else if (r == 0 && signal_name(x.signal))
		(void)snprintf(how, sizeof(how), ": %s ended it", signal_name(x.signal));
	r = err_say(e, -ESRCH, "container '%s' is not running%s", j->name, how);
	return err_hint(e, r, "start it: honu start %s", j->name);
}

static int refuse_stopped(const struct exec_job *j, const struct store_status *status,
			  struct err *e)
{
	const char *name = j->name;

	if (strcmp(status->phase, "created") == 0)
		return err_hint(
			e, err_say(e, -ESRCH, "container '%s' was made, but not started yet", name),
			"start it: honu start %s", name);
	if (strcmp(status->phase, "creating") == 0)
		return err_hint(
			e, err_say(e, -ESRCH, "container '%s' does not run yet", name),
			"wait a moment; where nobody is making it any more, 'honu gc' removes "
			"it");
	if (strcmp(status->phase, "restarting") == 0)
		return err_hint(
			e,
			err_say(e, -ESRCH, "container '%s' has ended and waits to be started again",
				name),
			"start it at once: honu restart %s; why it ended: honu why %s", name, name);
	return refuse_ended(j, e);
}

static int find_container(struct exec_job *j, const char *name, struct err *e)
{
	struct store_status status;
	int r = store_find(&j->store, name, &j->container, e);

	if (r < 0)
		return r;
	j->name = j->container.name[0] ? j->container.name : j->container.id;
	r = store_get_status(&j->container, &status, e);
	if (r < 0)
		return r;
	if (status.alive && strcmp(status.phase, "paused") == 0)
		return err_hint(e, err_say(e, -EBUSY, "container '%s' is paused", j->name),
				"nothing runs in it until: honu resume %s", j->name);
	if (!status.alive || status.pid <= 0 || strcmp(status.phase, "running") != 0)
		return refuse_stopped(j, &status, e);
	j->x.pid = (uint32_t)status.pid;
	j->x.start_time = status.start_time;
	return 0;
}

static int read_record(struct exec_job *j, struct err *e)
{
	char *json;
	int r = store_get_record(&j->container, &j->arena, &json, e);

	if (r == 0)
		r = spec_read_record(&j->arena, json, &j->spec, e);
	return r < 0 ? err_wrap(e, "read what container '%s' was started with", j->name) : 0;
}

static int read_groups(struct exec_job *j, struct err *e)
{
	const struct journal journal = { .fd = j->container.journal };
	struct journal_group *found = arena_alloc(&j->arena, JOURNAL_GROUPS * sizeof(*found));
	struct exec_group *groups = NULL;
	int n = journal_groups(&journal, found);

	if (n < 0)
		return err_hint(e, err_set(e, n, "read the journal of container '%s'", j->name),
				"without it honu does not know the control groups whose limits the "
				"process has to have");
	for (int i = 0; i < n; i++)
		arena_push(&j->arena, groups, j->x.n_groups,
			   (struct exec_group){ found[i].base, found[i].name, found[i].is_v2 });
	j->x.groups = groups;
	return 0;
}

/* ---- the process ---- */

/* Takes the words over, but for what was learnt of the container. */
static int take_words(struct exec_job *j, const struct exec_words *w, struct err *e)
{
	struct exec_spec x;
	struct spec *words;
	int r = exec_words_spec(w, &j->arena, &words, e);

	if (r < 0)
		return r;
	x = exec_spec_from_words(words, j->facts);
	x.pid = j->x.pid;
	x.start_time = j->x.start_time;
	x.groups = j->x.groups;
	x.n_groups = j->x.n_groups;
	j->x = x;
	j->interactive = w->interactive;
	j->detach = w->detach;
	j->quiet = w->health || !spec_is_kept(j->spec);
	if (w->detach && !w->tty)
		j->x.tty = false; /* nobody looks at it */
	return 0;
}

/* The probe that the container was given, as its program would run it. */
static int take_probe(struct exec_job *j, struct err *e)
{
	const struct health_spec *h = &j->spec->health;

	if (h->kind != HEALTH_EXEC || h->n_argv == 0)
		return err_say(e, -EINVAL, "container '%s' has no command to check its health",
			       j->name);
	j->x.argv = h->argv;
	j->x.n_argv = h->n_argv;
	j->x.tty = false;
	return 0;
}

int exec_job_read(struct exec_job *j, const struct global *g, int argc, char *const *argv,
		  struct err *e)
{
	struct exec_words w = { 0 };
	int r;

	*j = EXEC_JOB_EMPTY;
	r = exec_words_read(&w, &j->arena, g, argc, argv, e);
	if (r != 0)
		return r == WORDS_HELP ? EXEC_JOB_HELP : r;
	r = facts_read_join(&j->arena, &j->facts, e);
	if (r == 0)
		r = prepare_need_root(j->facts, e);
	if (r == 0)
		r = store_open(&j->store, g->state, e);
	if (r == 0)
		r = find_container(j, w.container, e);
	if (r == 0)
		r = read_record(j, e);
	if (r == 0)
		r = read_groups(j, e);
	if (r == 0)
		r = take_words(j, &w, e);
	if (r == 0 && w.health)
		r = take_probe(j, e);
	if (r < 0)
		return r;
	if (j->spec->ns[NS_USER].mode == NS_HOST)
		facts_read_programs(&j->arena, j->facts); /* honu-exec */
	r = plan_compile_exec(&j->arena, j->spec, &j->x, j->facts, &j->plan, e);
	return r < 0 ? r : plan_check(j->plan, e);
}

bool exec_job_is_exposed(const struct exec_job *j)
{
	const struct spec *s = j->spec;

	/* Whoever lacks this there is kept off by proc.hide, and after it by honu-exec. Who was let in
	 * with --privileged, in the host's user namespace, has the host anyway. */
	return s->ns[NS_USER].mode == NS_HOST &&
	       (s->capabilities & UINT64_C(1) << CAP_SYS_PTRACE || !j->facts->exec_path);
}

static const char *command_text(const struct exec_job *j, struct text *t)
{
	for (size_t i = 0; i < j->x.n_argv; i++) {
		text_add(t, i ? " " : "");
		text_add_quoted(t, j->x.argv[i]);
	}
	return text_get(t);
}

static void append(const struct exec_job *j, const char *action, const char *const *attributes)
{
	if (!j->quiet)
		(void)event_append(j->store.fd, j->container.id, j->container.name, action,
				   attributes);
}

void exec_job_started(const struct exec_job *j, uint32_t number)
{
	_cleanup_text_ struct text command = { 0 };
	char text[16];
	const char *attributes[] = { "command", command_text(j, &command), number ? "execID" : NULL,
				     text, NULL };

	(void)snprintf(text, sizeof(text), "%u", number);
	append(j, "exec_start", attributes);
}

void exec_job_ended(const struct exec_job *j, int code, int signal)
{
	char text[16], number[16];
	const char *attributes[] = { "exitCode", text, signal ? "signal" : NULL, number, NULL };

	(void)snprintf(text, sizeof(text), "%d", code);
	(void)snprintf(number, sizeof(number), "%d", signal);
	append(j, "exec_die", attributes);
}

void exec_job_done(struct exec_job *j)
{
	store_container_done(&j->container);
	store_done(&j->store);
	arena_done(&j->arena);
}
