/* run/walk.c - the host's walk over a plan; see run.h. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "ns/clone.h"
#include "run/inside.h"
#include "run/run.h"
#include "run/table.h"
#include "sys/channel.h"
#include "sys/ignored.h"
#include "sys/process.h"

static int read_fault(struct run *r, struct err *e)
{
	static const struct {
		const char *word;
		enum fault_when when;
	} words[] = { { "before", FAULT_BEFORE },
		      { "after", FAULT_AFTER },
		      { "kill", FAULT_KILL } };
	const char *text = getenv("HONU_FAULT");
	const char *colon = text ? strrchr(text, ':') : NULL;
	char name[64];
	uint64_t number;

	r->fault = FAULT_NEVER;
	r->fault_step = SIZE_MAX;
	if (!text || !*text)
		return 0;
	for (size_t i = 0; colon && i < ELEMENTS(words); i++) {
		if (strcmp(colon + 1, words[i].word) == 0)
			r->fault = words[i].when;
	}
	size_t n = colon ? (size_t)(colon - text) : 0;
	if (r->fault == FAULT_NEVER || n >= sizeof(name))
		return err_hint(e,
				err_say(e, -EINVAL,
					"HONU_FAULT='%s': expected STEP:before, STEP:after or "
					"STEP:kill",
					text),
				"the steps are those of 'honu explain --list run …'");
	memcpy(name, text, n);
	name[n] = '\0';
	if (number_u64(name, &number) == 0 && number >= 1 && number <= r->plan->n)
		r->fault_step = (size_t)number - 1;
	for (size_t i = 0; r->fault_step == SIZE_MAX && i < r->plan->n; i++) {
		if (strcmp(step_name(r->plan->steps[i].kind), name) == 0)
			r->fault_step = i;
	}
	if (r->fault_step == SIZE_MAX)
		return err_hint(e,
				err_say(e, -EINVAL, "HONU_FAULT='%s': this plan has no step '%s'",
					text, name),
				"the steps are those of 'honu explain --list run …'");
	return 0;
}

/* One piece for what the walk needs, so that it cannot run out; fresh pages, since most of it is
 * never touched. What is written after the clone lies together. */
static int take_memory(struct run *r, struct err *e)
{
	const struct plan *p = r->plan;
	size_t n_envp = p->n_env + 1, n_argv = p->steps[p->n - 1].exec.n_argv + 4;
	struct memory {
		struct slots slots;
		struct undo undo[];
	} * m;
	size_t lists = (n_envp + n_argv) * sizeof(char *) + p->n_slots * (sizeof(int) + 1);

	lists = (lists + _Alignof(struct memory) - 1) & ~(_Alignof(struct memory) - 1);
	char *memory = mmap(NULL, lists + sizeof(*m) + p->n * sizeof(m->undo[0]),
			    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return err_set(e, -errno, "prepare the walk");
	m = (struct memory *)(void *)(memory + lists);
	r->slots = &m->slots;
	r->undo = m->undo;
	r->slots->envp = (char **)(void *)memory;
	r->slots->argv = r->slots->envp + n_envp;
	r->slots->fd = (int *)(void *)(r->slots->argv + n_argv);
	r->handed_over = (bool *)(r->slots->fd + p->n_slots);
	return 0;
}

int run_new(struct run *r, const struct plan *p, struct journal *j, bool timing, struct err *e)
{
	*r = (struct run){ .plan = p, .journal = j };
	int k = take_memory(r, e);

	if (k < 0)
		return k;
	memcpy((void *)r->slots->envp, (const void *)p->env, p->n_env * sizeof(char *));
	r->slots->n = p->n_slots;
	r->slots->channel = -EBADF;
	r->slots->peer = -EBADF;
	r->slots->alive = -EBADF;
	r->slots->ignored = ignored_signals();
	for (unsigned i = 0; i < p->n_slots; i++)
		r->slots->fd[i] = -EBADF;

	r->progress = mmap(NULL, sizeof(*r->progress) + p->n * sizeof(r->progress->step[0]),
			   PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (r->progress == MAP_FAILED) {
		r->progress = NULL;
		return err_set(e, -errno, "prepare the walk");
	}
	r->progress->timed = timing;
	return read_fault(r, e);
}

static void close_descriptors(struct run *r, bool all)
{
	for (unsigned i = 0; i < r->slots->n; i++) {
		if (all || (i != SLOT_PIDFD && i != SLOT_PTY))
			fd_closep(&r->slots->fd[i]);
	}
	fd_closep(&r->slots->channel);
	fd_closep(&r->slots->peer);
}

void run_done(struct run *r)
{
	if (r->slots)
		close_descriptors(r, true);
	r->slots = NULL;
	r->progress = NULL;
}

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

void run_end(struct run *r)
{
	if (r->slots->pid <= 0)
		return;
	(void)sys_pidfd_send_signal(r->slots->fd[SLOT_PIDFD], SIGKILL);
	while (waitpid(r->slots->pid, NULL, __WALL) < 0 && errno == EINTR)
		;
	r->slots->pid = 0;
}

/* "step 31 of 44 (mount.attach, from web.container:8): move_mount on /data: reason" */
static int word_failure(const struct run *r, size_t i, const char *op, int code, struct err *e)
{
	const struct step *s = &r->plan->steps[i];
	const char *object = step_object(r->plan, s);
	bool has_origin = s->origin && strcmp(s->origin, "default") != 0;

	code = err_set(e, code, "step %zu of %zu (%s%s%s): %s%s%s", i + 1, r->plan->n,
		       step_name(s->kind), has_origin ? ", from " : "", has_origin ? s->origin : "",
		       op, *object ? " on " : "", object);
	run_cause(r, s, op, code, e);
	return code;
}

static int word_death(const struct run *r, struct err *e)
{
	size_t i = r->progress->current;

	return err_hint(
		e,
		err_say(e, -ECHILD, "the first process died at step %zu of %zu (%s)", i + 1,
			r->plan->n, step_name(r->plan->steps[i].kind)),
		"something outside of honu killed it: look for an out-of-memory kill in dmesg");
}

/* Takes one message from inside. -> its kind; 0: the other end is gone */
static int receive(struct run *r, struct err *e)
{
	struct channel_message m;
	int fds[CHANNEL_FDS];
	int n = channel_receive(r->slots->channel, &m, fds);

	if (n == 0)
		return 0;
	if (n < 0)
		return err_set(e, n, "read from the first process");
	for (uint32_t i = 0; i < m.n_fds; i++) {
		if (m.slot[i] < r->slots->n)
			r->slots->fd[m.slot[i]] = fds[i];
		else
			(void)close(fds[i]);
	}
	switch (m.kind) {
	case CHANNEL_TURN:
	case CHANNEL_CONSOLE:
		return (int)m.kind;
	case CHANNEL_FAILED: /* honu-exec knows no steps: it is the last */
		return word_failure(r, m.step < r->plan->n ? m.step : r->plan->n - 1, m.op, m.code,
				    e);
	}
	return err_say(e, -EBADMSG, "the first process sent an unknown message");
}

static int await_turn(struct run *r, struct err *e)
{
	int k = receive(r, e);

	if (k == 0)
		return word_death(r, e);
	if (k > 0 && k != CHANNEL_TURN)
		return err_say(e, -EBADMSG, "the program came too early");
	return k < 0 ? k : 0;
}

/* execve closes the other end: that is its success, if it was about to. */
static int await_program(struct run *r, struct err *e)
{
	int k;

	do
		k = receive(r, e);
	while (k == CHANNEL_CONSOLE);
	if (k == CHANNEL_TURN)
		return err_say(e, -EBADMSG, "the first process gave its turn after its last step");
	if (k == 0 && !r->progress->at_program)
		return word_death(r, e);
	return k;
}

int run_confirm(struct run *r, struct err *e)
{
	int k = await_program(r, e);

	if (k < 0)
		run_end(r);
	else
		close_descriptors(r, false); /* while the program begins */
	return k;
}

/* Hands over with the descriptors of all slots that were filled since the last time. */
static int give_turn(struct run *r, struct err *e)
{
	struct channel_message m = { .kind = CHANNEL_TURN };
	int fds[CHANNEL_FDS];

	for (unsigned i = 0; i < r->slots->n; i++) {
		if (r->slots->fd[i] < 0 || r->handed_over[i] || i == SLOT_PIDFD)
			continue;
		if (m.n_fds == CHANNEL_FDS)
			return err_say(e, -E2BIG, "more than %d prepared mounts", CHANNEL_FDS);
		r->handed_over[i] = true;
		m.slot[m.n_fds] = i;
		fds[m.n_fds++] = r->slots->fd[i];
	}
	int k = channel_send(r->slots->channel, &m, fds);
	if (k == -EPIPE || k == -ECONNRESET)
		return receive(r, e) < 0 ? e->code : word_death(r, e);
	return k < 0 ? err_set(e, k, "hand over to the first process") : 0;
}

static int apply(struct run *r, size_t i, struct err *e)
{
	const struct step *s = &r->plan->steps[i];
	enum fault_when fault = r->fault_step == i ? r->fault : FAULT_NEVER;
	const char *op = "start";
	int k;

	if (fault == FAULT_KILL)
		(void)kill(getpid(), SIGKILL);
	if (fault == FAULT_BEFORE)
		return word_failure(r, i, "fault before the step", -EIO, e);
	if (r->progress->timed)
		r->progress->step[i].start = now();
	k = host_apply[s->kind](s, r->slots, &op);
	if (s->kind == STEP_NS_CLONE && k == 0 && r->slots->pid == 0)
		run_inside(r, i + 1);
	if (r->progress->timed)
		r->progress->step[i].end = now();
	if (k < 0)
		return word_failure(r, i, op, k, e);
	if (fault == FAULT_AFTER)
		return word_failure(r, i, "fault after the step", -EIO, e);
	return 0;
}

static int walk(struct run *r, struct err *e)
{
	const struct plan *p = r->plan;
	int k;

	for (size_t i = 0; i < p->n; i++) {
		if (p->steps[i].actor == ACTOR_INIT)
			continue;
		if (i > 0 && p->steps[i - 1].actor == ACTOR_INIT && !p->steps[i].early) {
			k = await_turn(r, e);
			if (k < 0)
				return k;
		}
		k = apply(r, i, e);
		if (k < 0)
			return k;
		if (p->steps[i].kind == STEP_NS_CLONE) {
			for (unsigned n = 0; n < r->slots->n; n++)
				r->handed_over[n] = r->slots->fd[n] >= 0;
		} else if (r->slots->pid > 0 && !p->steps[i].aside && i + 1 < p->n &&
			   p->steps[i + 1].actor == ACTOR_INIT) {
			k = give_turn(r, e);
			if (k < 0)
				return k;
		}
	}
	return 0;
}

/* What every step would leave on the host, before the first one acts: any of them may be our
 * last, and to undo what never happened is no error. */
static int write_journal(struct run *r, struct err *e)
{
	size_t n = 0;
	int k;

	if (!r->journal)
		return 0;
	for (size_t i = 0; i < r->plan->n; i++) {
		step_undo(&r->plan->steps[i], &r->undo[n]);
		n += r->undo[n].kind != UNDO_NOTHING;
	}
	k = n > 0 ? journal_append(r->journal, r->undo, n) : 0;
	if (k == -ENOSPC)
		return err_hint(e, err_set(e, k, "write the journal"),
				"make room in the state directory, or choose another one with "
				"--state or HONU_STATE");
	return k < 0 ? err_set(e, k, "write the journal") : 0;
}

int run_walk(struct run *r, struct err *e)
{
	int pair[2];
	int k = write_journal(r, e);

	if (k < 0)
		return k;
	k = channel_open(pair);
	if (k < 0)
		return err_set(e, k, "open the channel to the first process");
	r->slots->channel = pair[0];
	r->slots->peer = pair[1];
	k = walk(r, e);
	if (k < 0) {
		run_end(r);
		r->lost = ns_leave_all(r->slots) < 0;
	}
	return k;
}

int run_host(const struct plan *p, struct err *e)
{
	struct run r = { .plan = p };

	for (size_t i = 0; i < p->n; i++) {
		const char *op = "start";
		int k = host_apply[p->steps[i].kind](&p->steps[i], NULL, &op);

		if (k < 0)
			return word_failure(&r, i, op, k, e);
	}
	return 0;
}

void run_timing(const struct run *r, struct text *t)
{
	uint64_t first = 0, last = 0;

	text_printf(t, "%4s  %-5s %-18s %10s %10s  %s\n", "step", "by", "what", "at us", "took us",
		    "on");
	for (size_t i = 0; i < r->plan->n; i++) {
		const struct step *s = &r->plan->steps[i];
		uint64_t start = r->progress->step[i].start, end = r->progress->step[i].end;

		if (start == 0)
			continue;
		if (first == 0)
			first = start;
		if (end > last)
			last = end;
		text_printf(t, "%4zu  %-5s %-18s %10.1f ", i + 1,
			    s->actor == ACTOR_HOST ? "host" : "init", step_name(s->kind),
			    (double)(start - first) / 1000);
		if (end)
			text_printf(t, "%10.1f", (double)(end - start) / 1000);
		else
			text_printf(t, "%10s", "-"); /* the program itself: it did not come back */
		text_printf(t, "  %s\n", step_object(r->plan, s));
	}
	text_printf(t, "total until the program starts: %.2f ms\n", (double)(last - first) / 1e6);
}
