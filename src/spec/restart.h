/* spec/restart.h - whether a container that has ended starts again, and when. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "spec/spec.h"

/* What is known of the run that ended. */
struct restart_run {
	int code;
	bool wished;	 /* a person asked for the end: stop, kill, rm */
	bool by_health;	 /* the healthcheck ended it, to start it again */
	bool at_start;	 /* it never ran */
	uint64_t ran_ms; /* how long it ran */
	uint32_t count;	 /* starts in a row before this one */
	uint32_t delay;	 /* ms waited before it */
};

struct restart_decision {
	bool again;
	uint32_t count; /* to be remembered */
	uint32_t delay; /* ms to wait */
};

/* Back-off as docker has it: 100 ms, doubled each time, 60 s at most; count and delay start anew
 * after a run of RESTART_RESET_MS. What never ran is tried again all the same: its cause (a mount
 * that is not there yet) may pass. */
#define RESTART_DELAY_MIN 100u
#define RESTART_DELAY_MAX 60000u
#define RESTART_RESET_MS 10000u

struct restart_decision restart_decide(const struct spec *s, const struct restart_run *run);

/* After a boot, or where its supervisor was lost: policy as the summary has it ("on-failure:3").
 * was_running: until then. A person's stop is obeyed, but not by "always", as docker has it. */
bool restart_at_boot(const char *policy, bool wished, bool was_running);
