/* cli/phase.c - see phase.h.
 *
 * Who pauses and who resumes keep each other out by a flock on the container's journal, which they
 * have open anyway and nobody else locks; else the later phase could be written over the earlier
 * freezing. It goes with whoever holds it. Killed between phase and freezer, pause leaves
 * a container that is called paused and runs: pausing or resuming it again puts that right. */
#include "cli/phase.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>

#include "base/cleanup.h"
#include "run/groups.h"
#include "store/events.h"

#define PATIENCE_MS 15000 /* freezing may take 10 s */

static int take_turn(const struct target *g, long limit, struct err *e)
{
	for (long waited = 0; waited <= limit; waited += 10) {
		const struct timespec t = { 0, 10000000 };

		if (flock(g->container.journal, LOCK_EX | LOCK_NB) == 0)
			return 0;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return err_set(e, -errno, "lock the journal of container '%s'", g->typed);
		if (limit > 0)
			(void)nanosleep(&t, NULL);
	}
	return err_say(e, -EBUSY, "somebody else is pausing or resuming container '%s' just now",
		       g->typed);
}

static void end_turn(const struct target *g)
{
	(void)flock(g->container.journal, LOCK_UN);
}

static bool is_phase(const struct store_status *s, const char *phase)
{
	return s->alive && strcmp(s->phase, phase) == 0;
}

/* -> 1: paused, 0: running, or an error */
static int read_phase(struct target *g, struct err *e)
{
	struct store_status s;
	int r = target_status(g, &s, e);

	if (r < 0)
		return r;
	if (is_phase(&s, "paused"))
		return 1;
	return is_phase(&s, "running") && g->container.journal >= 0 ? 0 :
								      target_not_running(g, &s, e);
}

/* Is the first process there, and no zombie? */
static bool has_process(const struct store_status *s)
{
	_cleanup_close_ int process = target_lives(s) ? target_open_process(s) : -ESRCH;
	struct pollfd p = { process, POLLIN, 0 };

	return process >= 0 && poll(&p, 1, 0) == 0;
}

/* Whatever could not be done: if it has ended meanwhile, that is why. */
static int failed(struct target *g, struct err *e)
{
	struct store_status s = { 0 };

	if (store_get_status(&g->container, &s, NULL) < 0 || !has_process(&s))
		return target_not_running(g, &s, e);
	return err_wrap(e, "container '%s'", g->typed);
}

static int set_phase(struct target *g, const char *phase, struct err *e)
{
	int r = store_set_phase(&g->container, phase, e);

	return r < 0 ? failed(g, e) : 0;
}

static void tell(const struct target *g, const char *event)
{
	const struct store_container *c = &g->container;

	(void)event_append(c->store->fd, c->id, c->name, event, NULL);
}

static int pause_now(struct target *g, struct err *e)
{
	struct journal j = target_journal(g);
	int r = read_phase(g, e);

	if (r == 1 && groups_are_frozen(&j, e) == 1)
		return err_hint(e,
				err_say(e, -EALREADY, "container '%s' is paused already", g->typed),
				"'honu resume %s' lets it go on", g->typed);
	if (r >= 0)
		r = set_phase(g, "paused", e);
	if (r < 0)
		return r;
	r = groups_freeze(&j, e);
	if (r == 0) {
		tell(g, "pause");
		return 0;
	}
	(void)groups_thaw(&j, NULL);
	(void)store_set_phase(&g->container, "running", NULL);
	return failed(g, e);
}

int phase_pause(struct target *g, struct err *e)
{
	int r = read_phase(g, e); /* nobody has to wait to learn that it does not run */

	if (r >= 0)
		r = take_turn(g, PATIENCE_MS, e);
	if (r < 0)
		return r;
	r = pause_now(g, e);
	end_turn(g);
	return r;
}

static int resume_now(struct target *g, struct err *e)
{
	struct journal j = target_journal(g);
	int r = read_phase(g, e);

	/* Somebody may have frozen it past honu. */
	if (r == 0 && groups_are_frozen(&j, e) == 0)
		return err_hint(e, err_say(e, -EALREADY, "container '%s' is not paused", g->typed),
				"there is nothing to resume: it runs");
	if (r < 0)
		return r;
	r = groups_thaw(&j, e);
	if (r < 0)
		return failed(g, e);
	r = set_phase(g, "running", e);
	if (r < 0 && r != -ESRCH) /* that it went on to its end is fine */
		return r;
	tell(g, "resume");
	return 0;
}

int phase_resume(struct target *g, struct err *e)
{
	int r = read_phase(g, e);

	if (r >= 0)
		r = take_turn(g, PATIENCE_MS, e);
	if (r < 0)
		return r;
	r = resume_now(g, e);
	end_turn(g);
	return r;
}

void phase_let_go(struct target *g)
{
	struct journal j = target_journal(g);

	if (j.fd < 0 || take_turn(g, 0, NULL) < 0)
		return;
	if (read_phase(g, NULL) == 1) {
		(void)groups_thaw(&j, NULL);
		(void)store_set_phase(&g->container, "running", NULL);
	}
	end_turn(g);
}
