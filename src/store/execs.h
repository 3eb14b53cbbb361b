/* store/execs.h - the processes that 'honu exec --detach' left in a container.
 *
 *   exec/N.run   symlink "PID START BOOT SUPERVISOR START": from its start until somebody has read
 *                how it ended
 *   exec/N       how it ended, as `exit` (store/exit.h); by its supervisor, with rename
 *   exec/next    symlink: the number of the next one
 *
 * Numbers count from 1 and are not used again while the container is there. What nobody reads is
 * dropped when EXECS_KEPT more have been started. */
#pragma once

#include "store/exit.h"
#include "store/store.h"

#define EXECS_KEPT 256

struct exec_entry {
	uint32_t number;
	bool running; /* its supervisor lives */
	pid_t pid;    /* 0: not known any more */
	uint64_t start_time;
	pid_t supervisor; /* 0: likewise */
	uint64_t supervisor_start_time;
	struct exit_record exit; /* when it does not run; EXIT_LOST: its supervisor was killed */
};

/* For the process pid, whose supervisor is the caller. -> its number. -ESRCH: it is gone already. */
int execs_claim(struct store_container *c, pid_t pid, uint32_t *ret_number, struct err *e);

/* -ENOENT: there is none of that number, or somebody has read it. */
int execs_get(const struct store_container *c, uint32_t number, struct exec_entry *ret,
	      struct err *e);

/* Those that run stay: -EBUSY. What is gone already is fine. */
int execs_remove(const struct store_container *c, uint32_t number, struct err *e);

/* All, by number. */
int execs_list(const struct store_container *c, struct arena *a, struct exec_entry **ret,
	       size_t *ret_n, struct err *e);
