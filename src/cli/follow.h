/* cli/follow.h - waits until something about containers changes: files of their directories by
 * inotify(7), the end of a supervisor by its pidfd. Where the host has no inotify instance left, it
 * looks again every so often instead. */
#pragma once

#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"

struct follow {
	struct arena *arena;
	int inotify;	/* -EBADF: none, then somebody looks again after some time */
	int *processes; /* pidfds */
	size_t n_processes;
};

void follow_open(struct follow *w, struct arena *a);
void follow_done(struct follow *w);

/* Wakes when a file of the directory is made, renamed, written or removed, or the directory itself. */
void follow_directory(struct follow *w, int dir_fd);

/* Wakes when the supervisor of that status is gone. What is gone already wakes at once. */
void follow_supervisor(struct follow *w, const struct store_status *status);

/* Waits until something may have happened, at most so long (ms; -1: for ever). Look at everything
 * once after the follow_… above and before this. -> 1; 0: the time has passed; -errno. */
int follow_wait(struct follow *w, int64_t timeout, struct err *e);

/* CLOCK_MONOTONIC, ms. */
int64_t follow_now(void);
