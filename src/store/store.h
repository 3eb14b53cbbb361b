/* store/store.h - the state directory: the only module that knows its paths.
 *
 *   /run/honu/                     0700; $HONU_STATE or --state name another
 *     lock                         flock: shared while a container directory is being made,
 *                                  exclusive while gc decides what is dead
 *     containers/ID/record.json    the spec as resolved; renamed into place before any host step
 *                  /status         "running 1234 5678 BOOT-ID\n" (phase, pid, start time); by rename
 *                  /journal        undo records (run/journal.h)
 *                  /exit           how it ended; by rename
 *                  /alive          flock held for as long as the container's supervisor lives
 *     names/NAME -> ID             claims a name: made with symlink(2), which fails when it exists
 *     ids/BASE -> ID               claims an id range; BASE is decimal, one link for each 65536 ids
 *
 * Every change is one system call that happens or does not (mkdir, symlink, rename, unlink), in
 * an order that leaves a directory whose `alive` nobody holds wherever honu dies. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"

#define STORE_ID_LENGTH 12
#define STORE_RANGE_FIRST 524288u
#define STORE_RANGE_LAST 1879048191u
#define STORE_RANGE_STEP 65536u

struct store {
	int fd;	    /* the state directory */
	char *path; /* for messages */
};

struct store_container {
	const struct store *store;
	char id[STORE_ID_LENGTH + 1];
	char name[64];	/* "" when it has none */
	int fd;		/* its directory */
	int alive;	/* the lock; -EBADF when not held */
	int journal;	/* O_APPEND */
};

struct store_status {
	char phase[16]; /* creating created running paused stopped */
	pid_t pid;
	uint64_t start_time;
	bool alive;	/* somebody holds the lock and the boot is the same */
};

/* Opens (and makes, 0700) the state directory: path, or $HONU_STATE, or /run/honu. Refuses a
 * directory that others may write to or that is not ours. */
int store_open(struct store *s, const char *path, struct err *e);
void store_done(struct store *s);

/* A fresh id (12 hexadecimal digits from getrandom). */
int store_new_id(char ret[STORE_ID_LENGTH + 1], struct err *e);

/* True when name may name a container: [a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}. */
bool store_name_is_valid(const char *name);

/* Makes containers/ID, takes its lock and claims the name (NULL: none). -EEXIST and who has it
 * when the name is taken; a name whose holder is dead (killed, not yet collected) is collected
 * first through collect (NULL: not) and then taken. Record and status come after. */
int store_create(const struct store *s, const char *id, const char *name,
		 struct store_container *ret, struct err *e);

/* Opens the container of that id, unique id prefix (of at least 4), or name, without its lock.
 * -ENOENT with a hint when there is none. */
int store_find(const struct store *s, const char *name_or_id, struct store_container *ret,
	       struct err *e);

/* Writes record.json (len bytes) by rename. */
int store_put_record(struct store_container *c, const char *json, size_t len, struct err *e);
/* Reads it into the arena. */
int store_get_record(const struct store_container *c, struct arena *a, char **ret, struct err *e);

/* Writes the status by rename; pid 0 where there is no process. Reads the start time of pid from
 * /proc and the boot id itself. */
int store_put_status(struct store_container *c, const char *phase, pid_t pid, struct err *e);
int store_get_status(const struct store_container *c, struct store_status *ret, struct err *e);

/* Claims size ids for the container, at a place derived from its id, outside of the n ranges
 * that others have ({base, count} pairs). -> the first id. -ENOSPC when all are taken. */
struct id_range;
int store_lease_ids(struct store_container *c, uint32_t size, const struct id_range *taken, size_t n,
		    uint32_t *ret_base, struct err *e);

/* Unlinks the container's directory, name and ranges. Its journal must be empty. */
int store_remove(struct store_container *c, struct err *e);
void store_container_done(struct store_container *c);

/* Calls back for every container directory whose lock nobody holds, with the lock taken (so
 * nobody else collects it) and removes what is left of it when the callback returned 0; then
 * removes names and ranges whose container is gone, and empty directories of the store itself when
 * nothing is left. Counts what was removed. */
typedef int store_collect_fn(struct store_container *c, void *data, struct err *e);
int store_collect(const struct store *s, store_collect_fn *undo, void *data, unsigned *ret_n,
		  struct err *e);
