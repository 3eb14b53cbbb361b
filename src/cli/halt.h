/* cli/halt.h - brings containers to their end: what stop, kill, rm --force and restart share.
 *
 * Nothing is locked. What a person wants is written first (intent); then each container is looked at
 * again and again until its supervisor is gone: whatever honu, another verb or the restart policy
 * does meanwhile is seen at the next look. Killed anywhere, nothing is left half done but that
 * nobody waits any more. */
#pragma once

#include "cli/target.h"

#define HALT_OWN (-2)	  /* as the container's record has it */
#define HALT_FOREVER (-1) /* never SIGKILL */

struct halt {
	enum store_wish wish;
	int signal;	  /* first; HALT_OWN */
	int64_t patience; /* ms until SIGKILL; HALT_OWN, HALT_FOREVER */
};

/* Called for one after the other, in the order in which they were named, when it has come to its end
 * (r 0) or cannot (r < 0: e says why). */
typedef void halt_fn(struct targets *t, struct target *g, int r, struct err *e);

/* Ends all that are not `done`, at the same time. On a terminal it says what it waits for. False:
 * Ctrl-C; notes say what goes on, and t->status is 130. */
bool halt_all(struct targets *t, const struct halt *how, halt_fn *each);

/* The signal that its record names for stop, and the time in ms (HALT_FOREVER). Where it cannot be
 * read: SIGTERM, 10 s. */
void halt_own(const struct target *g, int *ret_signal, int64_t *ret_patience);
