/* supervise/health.h - is the container well? Probes at intervals, and what follows from them.
 *
 * States are docker's: starting, healthy after the first probe that succeeds, unhealthy after so
 * many failures in a row; those in the start period do not count. The note `health` is "STATE
 * FAILURES CODE TIME", and the action behind it when one was taken ("unhealthy 3 1 1795… restart");
 * CODE is the last probe's, 124 when it took too long, TIME its end (CLOCK_REALTIME, ns).
 * Must not: probe a container that is paused, or one that is being stopped. */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "supervise/clock.h"
#include "supervise/end.h"
#include "supervise/watch_settings.h"

enum health_state { HEALTH_STARTING, HEALTH_HEALTHY, HEALTH_UNHEALTHY, _HEALTH_STATE_N };

enum { HEALTH_POLL_PROBE, HEALTH_POLL_OUTPUT, HEALTH_POLL_N };

struct health {
	const struct watch_settings *settings;
	const struct handed *handed;
	enum health_state state;
	uint64_t failures; /* in a row, as far as they count */
	uint64_t started;  /* monotonic, ns, as all that follows */
	uint64_t next;	   /* probe; NEVER: there is none */
	uint64_t give_up;  /* on the probe that runs; NEVER: none does */
	pid_t probe;
	int pidfd, output; /* the probe's; -EBADF */
	size_t length;	   /* of its output */
	bool timed_out;
	enum health_action acted; /* what was asked for by health_work() */
};

void health_open(struct health *h, const struct watch_settings *s, const struct handed *handed);

/* Fills p for ppoll(2) and returns the deadline of its time-out, or NEVER. */
static inline uint64_t health_poll(const struct health *h, struct pollfd p[HEALTH_POLL_N])
{
	p[HEALTH_POLL_PROBE] = (struct pollfd){ h->pidfd, POLLIN, 0 };
	p[HEALTH_POLL_OUTPUT] = (struct pollfd){ h->output, POLLIN, 0 };
	return h->pidfd >= 0 ? h->give_up : h->next;
}

/* After that poll: health_work() has something to do. */
static inline bool health_is_due(const struct health *h, const struct pollfd p[HEALTH_POLL_N])
{
	uint64_t deadline = h->pidfd >= 0 ? h->give_up : h->next;

	return p[HEALTH_POLL_PROBE].revents || p[HEALTH_POLL_OUTPUT].revents ||
	       (deadline != NEVER && clock_now() >= deadline);
}

/* -> what is to be done with the container; the same only once. */
enum health_action health_work(struct health *h, const struct pollfd p[HEALTH_POLL_N]);

/* No more probes. */
void health_end(struct health *h);

/* ---- probe.c ---- */

/* In a child, whose output is read: exits with 0 when the container is well. */
_Noreturn void probe_run(const struct watch_settings *s, const struct handed *h);
