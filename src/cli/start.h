/* cli/start.h - starts a container that was made before. */
#pragma once

#include "cli/verb.h"
#include "store/store.h"

/* Starts the container in the background, as its record has it. What a person asked for before
 * is forgotten. One that runs already is fine: 1. Takes the lock; c stays the caller's. */
int start_container(const struct global *g, const struct store *s, struct store_container *c,
		    struct err *e);
