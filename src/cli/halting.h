/* cli/halting.h - one container on its way to its end; halt.c has all of them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "cli/halt.h"

#define HALT_NEVER INT64_MAX

struct halting {
	struct target *g;
	const struct halt *how;
	int signal;	  /* how->signal, or the container's own */
	int64_t patience; /* the same */
	bool begun;	  /* the intent is written */
	int unwritten;	  /* -errno: it could not be */
	bool forced;	  /* SIGKILL is what is sent */
	pid_t pid;	  /* the first process that was told last; a restart makes another */
	uint64_t start_time;
	int process; /* its pidfd; -EBADF: it has ended */
	pid_t watcher;
	uint64_t watcher_start_time;
	int supervisor; /* its pidfd; -EBADF: not known yet, or gone */
	bool told;	/* the supervisor, which waits to restart */
	int64_t kill_at, give_up_at, look_at;
	bool done;
	int result;
	struct err e;
};

/* g: not `done`. */
struct halting halting_new(struct target *g, const struct halt *how);

/* Looks at it now (ms, patience_now()), does what is next, and sets when to look again. */
void halting_look(struct halting *h, int64_t now);

/* A pidfd of it is readable: the first process has ended, its supervisor is gone. */
void halting_wake(struct halting *h, bool ended, bool left, int64_t now);

/* When it is to be looked at, whatever happens. */
int64_t halting_next(const struct halting *h);

/* Nothing more is done about it. */
void halting_end(struct halting *h, int r);
