/* supervise/clock.h - nanoseconds of the two clocks, and deadlines on the one that never jumps. */
#pragma once

#include <stdint.h>
#include <time.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)

/* Of a deadline: there is none. */
#define NEVER UINT64_MAX

static inline uint64_t clock_read(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static inline uint64_t clock_now(void)
{
	return clock_read(CLOCK_MONOTONIC);
}

static inline uint64_t clock_date(void)
{
	return clock_read(CLOCK_REALTIME);
}

static inline uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* What is left until a deadline, for ppoll(2): NULL when there is none. */
static inline struct timespec *clock_left(uint64_t deadline, struct timespec *t)
{
	uint64_t now, left;

	if (deadline == NEVER)
		return NULL;
	now = clock_now();
	left = deadline > now ? deadline - now : 0;
	*t = (struct timespec){ .tv_sec = (time_t)(left / NS_PER_S),
				.tv_nsec = (long)(left % NS_PER_S) };
	return t;
}
