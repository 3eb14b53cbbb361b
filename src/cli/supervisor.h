/* cli/supervisor.h - executes honu-supervise in place (supervise/handover.h). */
#pragma once

#include "cli/launch.h"
#include "cli/streams.h"

/* To watch what launch_walk() started. Returns only when it failed. */
int supervisor_execute(const struct launch *l, struct streams *t, struct err *e);

/* A process that is left in a container, by its number. Nothing of the container's own is handed
 * over. */
struct supervisor_exec {
	struct arena *arena;
	const struct store *store;
	const struct store_container *container;
	uint32_t number;
	pid_t pid;
	int pidfd;
	int pty;    /* -EBADF: none */
	int ready;  /* HANDOVER_READY */
	bool quiet; /* nothing of it is among the events */
};

/* To watch that. Returns only when it failed. */
int supervisor_watch(const struct supervisor_exec *x, struct err *e);

/* To wait ms with nothing running, and then to execute honu finish. The lock stays held. Returns only
 * when it failed. */
int supervisor_wait(const struct launch *l, uint32_t ms, struct err *e);
