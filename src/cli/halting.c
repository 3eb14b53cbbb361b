/* cli/halting.c - see halting.h. */
#include "cli/halting.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/signal_name.h"
#include "cli/phase.h"
#include "cli/settle.h"
#include "run/groups.h"
#include "spec/record.h"
#include "store/events.h"
#include "supervise/signals.h"
#include "sys/identity.h"
#include "sys/process.h"

#define LOOK_MS 100	 /* between two looks, where no pidfd calls before */
#define START_MS 5	 /* the same, while its program is about to run */
#define GIVE_UP_MS 30000 /* for what takes milliseconds after SIGKILL */
#define LEAVE_MS 2000	 /* for a supervisor that has let the lock go */

void halting_end(struct halting *h, int r)
{
	h->done = true;
	h->result = r;
	fd_closep(&h->process);
	fd_closep(&h->supervisor);
	fd_closep(&h->g->container.alive);
}

void halt_own(const struct target *g, int *ret_signal, int64_t *ret_patience)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *spec;
	char *json;

	*ret_signal = SIGTERM;
	*ret_patience = 10000;
	if (store_get_record(&g->container, &a, &json, NULL) < 0 ||
	    spec_read_record(&a, json, &spec, NULL) < 0)
		return;
	*ret_signal = spec->stop_signal;
	*ret_patience = spec->stop_timeout == UINT32_MAX ? HALT_FOREVER :
							   (int64_t)spec->stop_timeout;
}

/* ---- what is said to it ---- */

/* Where it cannot be written (a full disk), the container ends all the same, unless a restart policy
 * starts it again: see meet_process(). */
static void write_intent(struct halting *h)
{
	h->unwritten = store_put_intent(&h->g->container, h->how->wish, h->signal,
					h->forced && h->signal != SIGKILL, &h->e);
}

static void begin(struct halting *h, int64_t now)
{
	int signal;
	int64_t patience;

	if (h->begun)
		return;
	h->begun = true;
	if (h->signal == HALT_OWN || h->patience == HALT_OWN)
		halt_own(h->g, &signal, &patience);
	if (h->signal == HALT_OWN)
		h->signal = signal;
	if (h->patience == HALT_OWN)
		h->patience = patience;
	h->forced = h->signal == SIGKILL;
	h->kill_at = h->patience == HALT_FOREVER ? HALT_NEVER : now + h->patience;
	write_intent(h);
}

static void tell(const struct halting *h, int signal)
{
	const struct store_container *c = &h->g->container;
	const char *name = signal_name(signal);
	const char *const attributes[] = { "signal", name ? name : "?", NULL };

	(void)event_append(c->store->fd, c->id, c->name, "kill", attributes);
}

static void sent(struct halting *h, int signal, int r)
{
	const char *name = signal_name(signal);

	if (r < 0 && r != -ESRCH)
		halting_end(h, err_set(&h->e, r, "send %s to container '%s'", name ? name : "?",
				       h->g->typed));
	else
		tell(h, signal);
}

/* A pid namespace ends with its first process. Where it is the host's, or another container's, the
 * first process alone would leave the others to hold the streams open. */
static void kill_now(struct halting *h, int64_t now)
{
	struct journal j = target_journal(h->g);
	int r = sys_pidfd_send_signal(h->process, SIGKILL);

	if (sys_is_namespace_init(h->pid))
		(void)groups_thaw(&j, NULL);
	else
		groups_kill(&j);
	h->give_up_at = now + GIVE_UP_MS;
	sent(h, SIGKILL, r);
}

/* Where the kernel would drop it, there is nothing to wait for. */
static void send_first(struct halting *h, int64_t now)
{
	if (!sys_is_namespace_init(h->pid) || !signals_is_lost(h->pid, h->signal)) {
		sent(h, h->signal, sys_pidfd_send_signal(h->process, h->signal));
		return;
	}
	h->forced = true;
	h->kill_at = HALT_NEVER;
	write_intent(h);
	kill_now(h, now);
}

static void meet_process(struct halting *h, const struct store_status *s, int64_t now)
{
	int fd;

	if (s->pid == h->pid && s->start_time == h->start_time)
		return;
	if (!h->forced && target_is_starting(s)) {
		h->look_at = now + START_MS;
		return;
	}
	if (h->pid > 0 && h->unwritten < 0) {
		halting_end(h, h->unwritten);
		return;
	}
	fd_closep(&h->process);
	fd = target_open_process(s);
	if (fd == -ESRCH)
		return; /* it has ended, and its supervisor knows or will */
	if (fd < 0) {
		halting_end(h, err_set(&h->e, fd, "open process %d of container '%s'", (int)s->pid,
				       h->g->typed));
		return;
	}
	h->process = fd;
	h->pid = s->pid;
	h->start_time = s->start_time;
	h->give_up_at = HALT_NEVER;
	if (h->kill_at == HALT_NEVER && h->patience != HALT_FOREVER)
		h->kill_at = now + h->patience;
	if (h->forced)
		kill_now(h, now);
	else
		send_first(h, now);
}

/* Nothing runs: its supervisor waits to start it again. It reads the intent and leaves. */
static void tell_supervisor(struct halting *h, int64_t now)
{
	if (h->told)
		return;
	h->told = true;
	if (h->supervisor >= 0)
		(void)sys_pidfd_send_signal(h->supervisor, SIGTERM);
	if (h->give_up_at == HALT_NEVER)
		h->give_up_at = now + GIVE_UP_MS;
}

static void force(struct halting *h, const struct store_status *s, int64_t now)
{
	h->kill_at = HALT_NEVER;
	h->forced = true;
	write_intent(h);
	if (h->process >= 0)
		kill_now(h, now);
	else if (strcmp(s->phase, "restarting") == 0 && h->supervisor >= 0)
		(void)sys_pidfd_send_signal(h->supervisor, SIGKILL); /* settled at the next look */
	if (h->give_up_at == HALT_NEVER)
		h->give_up_at = now + GIVE_UP_MS;
}

/* ---- what becomes of it ---- */

static void give_up(struct halting *h)
{
	const char *name = h->g->typed;
	int r;

	if (h->process >= 0)
		r = err_hint(
			&h->e,
			err_say(&h->e, -ETIMEDOUT,
				"container '%s': process %d does not end, though it was killed",
				name, (int)h->pid),
			"it hangs in the kernel: /proc/%d/stack says where", (int)h->pid);
	else if (h->watcher > 0)
		r = err_hint(&h->e,
			     err_say(&h->e, -ETIMEDOUT,
				     "container '%s': process %d, which watches it, does not end",
				     name, (int)h->watcher),
			     "if it was stopped (Ctrl-Z), 'kill -CONT %d' lets it go on; else "
			     "'kill -KILL %d' and 'honu gc'",
			     (int)h->watcher, (int)h->watcher);
	else
		r = err_hint(&h->e,
			     err_say(&h->e, -ETIMEDOUT,
				     "container '%s': somebody is still making or removing it",
				     name),
			     "try again; 'fuser %s/containers/%s/alive' says who",
			     h->g->container.store->path, h->g->container.id);
	halting_end(h, r);
}

/* Nothing is left but, for a moment, the process that watched it. */
static void leave(struct halting *h, int64_t now)
{
	if (h->supervisor < 0 || now >= h->give_up_at)
		halting_end(h, 0);
	else if (h->give_up_at > now + LEAVE_MS)
		h->give_up_at = now + LEAVE_MS;
}

/* Nobody holds the lock. */
static void look_at_dead(struct halting *h, const struct store_status *s, int64_t now)
{
	int r = 0;

	if (h->how->wish == WISH_STOP)
		begin(h, now); /* whoever looks for what to start again is to know */
	if (strcmp(s->phase, "created") != 0 && strcmp(s->phase, "stopped") != 0)
		r = settle(&h->g->container, &h->e);
	if (r == -EBUSY)
		return; /* somebody was quicker: settles it, or starts it */
	if (r < 0 && r != -ENOENT) {
		halting_end(h, r);
		return;
	}
	fd_closep(&h->g->container.alive);
	leave(h, now);
}

/* False: whom we were to end is gone, and somebody has started it anew. */
static bool knows_supervisor(struct halting *h, const struct store_status *s)
{
	if (s->supervisor <= 0)
		return true;
	if (h->watcher > 0)
		return s->supervisor == h->watcher &&
		       s->supervisor_start_time == h->watcher_start_time;
	h->watcher = s->supervisor;
	h->watcher_start_time = s->supervisor_start_time;
	h->supervisor = target_open_supervisor(s);
	if (h->supervisor < 0)
		h->supervisor = -EBADF; /* gone: somebody settles it just now */
	return true;
}

static void look_at_living(struct halting *h, const struct store_status *s, int64_t now)
{
	if (!knows_supervisor(h, s)) {
		halting_end(h, 0);
		return;
	}
	begin(h, now);
	if (strcmp(s->phase, "restarting") == 0)
		tell_supervisor(h, now);
	else
		h->told = false;
	if (s->pid > 0)
		meet_process(h, s, now);
	if (!h->done && strcmp(s->phase, "paused") == 0)
		phase_let_go(h->g);
	if (!h->done && now >= h->kill_at)
		force(h, s, now);
}

void halting_look(struct halting *h, int64_t now)
{
	struct store_status s;
	int r = store_get_status(&h->g->container, &s, &h->e);

	h->look_at = now + LOOK_MS;
	if (r == -ENOENT)
		leave(h, now);
	else if (r < 0)
		halting_end(h, r);
	else if (!s.alive)
		look_at_dead(h, &s, now);
	else if (target_lives(&s))
		look_at_living(h, &s, now);
	else if (h->supervisor < 0)
		halting_end(h,
			    0); /* stopped; who holds the lock is about to start or to remove it */
	if (!h->done && now >= h->give_up_at)
		give_up(h);
	if (h->kill_at <= now)
		h->kill_at = HALT_NEVER; /* there was nobody to be killed */
}

struct halting halting_new(struct target *g, const struct halt *how)
{
	return (struct halting){ .g = g,
				 .how = how,
				 .signal = how->signal,
				 .patience = how->patience,
				 .process = -EBADF,
				 .supervisor = -EBADF,
				 .kill_at = HALT_NEVER,
				 .give_up_at = HALT_NEVER };
}

void halting_wake(struct halting *h, bool ended, bool left, int64_t now)
{
	if (ended) {
		fd_closep(&h->process);
		h->kill_at = HALT_NEVER;
	}
	if (left)
		fd_closep(&h->supervisor);
	h->look_at = now;
	h->give_up_at = now + GIVE_UP_MS;
}

int64_t halting_next(const struct halting *h)
{
	int64_t at = h->look_at;

	at = h->kill_at < at ? h->kill_at : at;
	return h->give_up_at < at ? h->give_up_at : at;
}
