/* run/inside.c - see inside.h. Inside: system calls only, no allocation, no output. */
#include "run/inside.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "run/table.h"
#include "sys/channel.h"

#define EXIT_FAILED 125

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

static void copy_op(char *to, size_t room, const char *from)
{
	size_t n = strnlen(from, room - 1);

	memcpy(to, from, n);
	to[n] = '\0';
}

static _Noreturn void fail(struct run *r, size_t step, const char *op, int code)
{
	struct channel_message m = {
		.kind = CHANNEL_FAILED,
		.step = (uint32_t)step,
		.code = code < 0 ? code : -ENOTRECOVERABLE,
	};

	copy_op(m.op, sizeof(m.op), op);
	(void)channel_send(r->slots->channel, &m, NULL);
	_exit(EXIT_FAILED);
}

/* Waits until the host has done its steps; takes over the descriptors that they left. */
static void wait_for_turn(struct run *r, size_t step)
{
	struct channel_message m;
	int fds[CHANNEL_FDS];
	int n = channel_receive(r->slots->channel, &m, fds);

	if (n == 0)
		_exit(EXIT_FAILED); /* honu is gone: nobody to tell */
	if (n < 0 || m.kind != CHANNEL_TURN)
		fail(r, step, "receive the turn", n < 0 ? n : -EBADMSG);
	for (uint32_t i = 0; i < m.n_fds; i++) {
		if (m.slot[i] < r->slots->n)
			r->slots->fd[m.slot[i]] = fds[i];
	}
}

static void give_turn(struct run *r, size_t step)
{
	struct channel_message m = { .kind = CHANNEL_TURN, .step = (uint32_t)step };

	if (channel_send(r->slots->channel, &m, NULL) < 0)
		_exit(EXIT_FAILED);
}

/* What follows is the program. Said in the shared page: a message would wake honu for nothing. Only
 * the console's master has to be sent. */
static void announce_program(struct run *r, size_t step)
{
	struct channel_message m = {
		.kind = CHANNEL_CONSOLE, .step = (uint32_t)step, .n_fds = 1, .slot = { SLOT_PTY }
	};
	int pty = r->slots->fd[SLOT_PTY];

	if (pty >= 0 && channel_send(r->slots->channel, &m, &pty) < 0)
		_exit(EXIT_FAILED);
	r->progress->at_program = 1;
}

static void apply(struct run *r, size_t i)
{
	const struct step *s = &r->plan->steps[i];
	const char *op = "start";
	int fault = r->fault_step == i ? (int)r->fault : FAULT_NEVER;
	int k;

	r->progress->current = (uint32_t)i;
	if (fault == FAULT_KILL)
		_exit(137); /* pid 1 cannot kill itself */
	if (fault == FAULT_BEFORE)
		fail(r, i, "fault before the step", -EIO);
	if (r->progress->timed)
		r->progress->step[i].start = now();
	if (s->kind == STEP_EXEC)
		announce_program(r, i);
	k = inside_apply[s->kind](s, r->slots, &op);
	if (r->progress->timed)
		r->progress->step[i].end = now();
	if (k < 0)
		fail(r, i, op, k);
	if (fault == FAULT_AFTER)
		fail(r, i, "fault after the step", -EIO);
}

_Noreturn void run_inside(struct run *r, size_t first)
{
	const struct plan *p = r->plan;

	for (size_t i = first; i < p->n; i++) {
		const struct step *before = &p->steps[i - 1];

		if (p->steps[i].actor == ACTOR_HOST) {
			if (before->actor == ACTOR_INIT && !p->steps[i].early)
				give_turn(r, i);
			continue;
		}
		/* The clone itself is the first turn when nothing follows it that we need. */
		if (before->actor == ACTOR_HOST && i > first && !before->aside)
			wait_for_turn(r, i);
		apply(r, i);
	}
	fail(r, p->n - 1, "execve", -ENOTRECOVERABLE);
}
