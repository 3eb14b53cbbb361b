/* cli/launch.h - from a prepared spec to a running first process: what the foreground, -d and a restart
 * share.
 *
 * launch_claim() or launch_adopt(), launch_walk(), then whoever supervises takes over; whatever fails,
 * launch_fail() leaves the host as it was. */
#pragma once

#include "cli/prepare.h"
#include "run/run.h"
#include "store/store.h"

struct launch {
	struct prepared *prepared;
	const struct store *store;
	struct store_container container;
	struct journal journal;
	struct run run;
	bool recorded; /* record and summary are there already: it was created before */
};

#define LAUNCH_EMPTY \
	((struct launch){ .container = STORE_CONTAINER_EMPTY, .journal = { .fd = -EBADF } })

/* Makes the container's directory and claims its name and ids; a holder of the name that is dead
 * is collected first, one that lives is removed where --replace was said. Draws a name where one
 * is wanted and none was given. */
int launch_claim(struct launch *l, struct err *e);

/* Takes over a container that exists, its lock held. */
void launch_adopt(struct launch *l, struct store_container *c);

/* Writes record.json and, where it is kept, the summary. */
int launch_record(struct launch *l, struct err *e);

/* Walks the plan. When it returns 0 the program runs, and status and record say so. Otherwise the
 * first process is gone; undo the rest with launch_fail(). */
int launch_walk(struct launch *l, struct err *e);

/* Appends to the events of the store. */
void launch_event(const struct launch *l, const char *action);

/* Undoes what the journal holds. A container that is kept stays, stopped, with why in its exit
 * file; any other goes. why: NULL where it ended well. */
void launch_fail(struct launch *l, const struct err *why);

/* Gives the container back. */
void launch_leave(struct launch *l, struct store_container *ret);

void launch_done(struct launch *l);
