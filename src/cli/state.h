/* cli/state.h - what a container is doing or how it ended, as verbs that show say it.
 *
 * A status that is stale (its supervisor was killed, or the power went, and no verb has settled it
 * since) is shown as what it means: it has ended, and nobody knows how. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/exit.h"
#include "store/store.h"

enum health { HEALTH_UNWATCHED, HEALTH_STARTING, HEALTH_GOOD, HEALTH_BAD };

struct state {
	const char *phase; /* of docs/life.md */
	bool lives;	   /* somebody watches over it: it is not over */
	bool stale;	   /* its supervisor is gone, and nobody has settled it yet */
	bool has_exit;	   /* how its last run ended is known, if only the cause */
	struct exit_record exit;
	uint64_t started;	  /* of the run that goes on, or of the last one; ns, 0: unknown */
	enum health health;	  /* of the run that goes on */
	uint32_t health_failures; /* in a row */
	int health_code;	  /* of the last probe */
	uint64_t health_time;	  /* of the last probe; ns, 0: none yet */
};

/* What was true at one moment, for all containers of a list. */
struct state_clock {
	uint64_t now;	     /* CLOCK_REALTIME, ns */
	uint64_t since_boot; /* CLOCK_BOOTTIME, ns */
};
struct state_clock state_clock_now(void);

/* What the status alone tells: phase, lives, stale. *ret is all zero before. */
void state_begin(const struct store_status *status, struct state *ret);

/* The rest, from files below dir_fd whose path begins with directory: "containers/ID/" or "". What
 * cannot be read is left unknown. */
void state_look(int dir_fd, const char *directory, const struct store_status *status,
		const struct state_clock *clock, struct state *ret);

/* Is there an exit code that counts? */
bool state_has_code(const struct state *s);

#define STATE_ROOM 128

/* "Up 3 minutes (healthy)", "Exited (137) 2 hours ago (out of memory)". -> ret */
const char *state_words(const struct state *s, uint64_t now, char ret[STATE_ROOM]);

/* "starting", "healthy", "unhealthy"; NULL: nobody looks. */
const char *state_health_name(enum health health);
