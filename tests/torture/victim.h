/* tests/torture/victim.h - a container for verbs that act on one: made before each case, removed after
 * it by 'honu rm --all --force', which has to work whatever has happened to the verb. */
#pragma once

#include "torture/torture.h"

/* What a verb finds: t->victim_is. */
enum victim_kind {
	VICTIM_RUNNING,
	VICTIM_PAUSED,
	VICTIM_LOST, /* its supervisor was killed, and nobody has looked since */
};

/* Called "victim"; in the tree t->victim it runs 'cat', or a program that ignores SIGTERM. */
void victim_start(struct torture *t, struct text *why);
void victim_end(struct torture *t, struct text *why);
