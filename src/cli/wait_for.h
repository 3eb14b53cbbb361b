/* cli/wait_for.h - is a container what somebody waits for? */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

enum wait_condition {
	UNTIL_STOPPED,
	UNTIL_EXITED,
	UNTIL_RUNNING,
	UNTIL_HEALTHY,
	UNTIL_PAUSED,
	UNTIL_REMOVED,
	_CONDITION_N
};

extern const char *const wait_conditions[];

/* One of those that are waited for. */
struct waited {
	const char *name; /* as typed */
	struct store_container container;
	struct store_status status; /* as it was when it was last looked at */
	uint64_t began;		    /* when it was first looked at; ns */
	pid_t first;		    /* its first process then; 0: none */
	uint64_t first_start;
	pid_t watched; /* whose end wakes us */
	bool done, failed;
	int code; /* -1: not known */
	struct err e;
};

/* Finds it and notes which run goes on. */
int wait_begin(struct waited *w, const struct store *s, const char *name);

/* Sets done where it is, or failed where it cannot be. One whose supervisor was killed is settled. 1: it
 * is just changing hands, look again soon. */
int wait_look(const struct store *s, enum wait_condition condition, struct waited *w);
