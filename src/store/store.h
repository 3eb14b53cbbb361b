/* store/store.h - the state directory: the only module that knows its paths.
 *
 *   /var/lib/honu/                 0700; $HONU_STATE or --state name another
 *     containers/ID/record.json    the spec as resolved; renamed into place before the program runs
 *                  /summary        symlink: what a list shows; only where the container is kept
 *                  /status         symlink "running 1234 5678 BOOT 1230 5670": phase, pid and
 *                                  start time of the first process, boot, those of the supervisor;
 *                                  replaced by rename
 *                  /journal        undo records (run/journal.h)
 *                  /exit           how it ended (store/exit.h); by rename
 *                  /intent         symlink: what a person asked for last
 *                  /restarts       symlink: the back-off of the restart policy
 *                  /exec/N         what became of a process that was left in it (store/execs.h)
 *                  /name           symlink: its name, where it was renamed
 *                  /alive          flock held for as long as the container's supervisor lives
 *     names/NAME -> ID             claims a name: made with symlink(2), which fails when it exists
 *     ids/BASE -> ID               claims an id range; BASE is decimal, one link for each 65536 ids
 *     events, events.1             what happened, and the part before (store/events.h)
 *
 * Every change is one system call that happens or does not (mkdir, symlink, rename, unlink), in
 * an order that leaves a directory whose `alive` nobody holds wherever honu dies.
 *
 * Who may touch what, without any global lock on the way of a start:
 *
 * - A container directory belongs to whoever holds the flock on the `alive` that is linked in it;
 *   having locked, one looks whether the file is still linked. Whoever removes a directory holds
 *   the lock, unlinks `alive` last and then the directory. A directory without `alive` is dead,
 *   or so young that its maker has not locked it: when it goes, the maker starts over.
 * - The owner of a directory unlinks its names and ranges before the directory. So a link whose
 *   directory is gone is stale, will never be touched by an owner again, and is unlinked only
 *   under the flock on the state directory itself, where two who found it cannot take it over
 *   twice.
 * - Folders and the state directory are removed with rmdir, which fails unless they are empty;
 *   whoever finds them gone makes them again. */
#pragma once

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/range.h"

#define STORE_ID_LENGTH 12
#define STORE_RANGE_FIRST 524288u
#define STORE_RANGE_LAST 1879048191u
#define STORE_RANGE_STEP 65536u

struct store {
	int fd;	    /* the state directory; the number stays when it has to be made again */
	char *path; /* absolute */
};

#define STORE_EMPTY ((struct store){ .fd = -EBADF })

struct store_container {
	const struct store *store;
	char id[STORE_ID_LENGTH + 1];
	char name[64]; /* "" when it has none */
	int fd;	       /* its directory */
	int alive;     /* the lock; -EBADF when not held */
	int journal;   /* O_APPEND; -EBADF when there is none */
	bool is_new;   /* made by store_create(): its range, if any, is the one below */
	uint32_t range_base, range_size; /* leased through this struct; size 0: none */
};

#define STORE_CONTAINER_EMPTY \
	((struct store_container){ .fd = -EBADF, .alive = -EBADF, .journal = -EBADF })

struct store_status {
	char phase[16]; /* creating created running paused restarting stopped */
	pid_t pid;
	uint64_t start_time;
	pid_t supervisor; /* who holds the lock */
	uint64_t supervisor_start_time;
	bool same_boot;
	bool alive; /* somebody holds the lock and the boot is the same */
};

/* What a list shows without reading the record. */
struct store_summary {
	bool keep;	   /* stays when it ends; else it is removed */
	uint64_t created;  /* CLOCK_REALTIME, ns */
	char restart[32];  /* "no", "on-failure:3", … */
	char root[256];	   /* "host /usr" or the directory */
	char command[256]; /* as a shell would read it; cut */
	char labels[1024]; /* "a=1\nb=2"; cut at a whole label */
	bool labels_cut;   /* there are more in the record */
};

/* What a person asked for last. */
enum store_wish { WISH_NOTHING, WISH_STOP, WISH_KILL, WISH_REMOVE, _WISH_N };

struct store_intent {
	enum store_wish wish;
	int signal;    /* that was sent first */
	bool forced;   /* SIGKILL followed: time was up, or nobody would have got the signal */
	uint32_t uid;  /* who asked */
	pid_t by;      /* honu's pid then */
	uint64_t time; /* CLOCK_REALTIME, ns */
};

struct store_restarts {
	uint32_t count; /* since a person started it, or since it last ran long enough */
	uint32_t delay; /* ms waited before the last one */
};

/* One row of a list. */
struct store_entry {
	char id[STORE_ID_LENGTH + 1];
	char name[64];		    /* "" */
	struct store_status status; /* the phase "damaged" where it cannot be read */
	bool has_summary;	    /* else the record tells */
	struct store_summary summary;
};

/* Opens (and makes, 0700) the state directory: path, or $HONU_STATE, or /var/lib/honu. Refuses a
 * directory that others may write to or that is not ours. */
int store_open(struct store *s, const char *path, struct err *e);
void store_done(struct store *s);

/* A fresh id (12 hexadecimal digits from getrandom). */
int store_new_id(char ret[STORE_ID_LENGTH + 1], struct err *e);

/* True when name may name a container: [a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}. */
bool store_name_is_valid(const char *name);

/* Makes containers/ID, takes its lock and claims the name (NULL: none). -EEXIST and who has it
 * when the name is taken, also by a container that is dead but not yet collected (then
 * store_collect() and another try may help); a name whose container is gone is taken over. Record
 * and status come after. */
int store_create(const struct store *s, const char *id, const char *name,
		 struct store_container *ret, struct err *e);

/* True when somebody has the name at this moment. */
bool store_has_name(const struct store *s, const char *name);

/* Opens the container of that id, name, or unique id prefix (of at least 4), in this order,
 * without its lock. -ENOENT with a hint when there is none, -ENOTUNIQ when a prefix fits several.
 */
int store_find(const struct store *s, const char *name_or_id, struct store_container *ret,
	       struct err *e);

/* Writes record.json (len bytes) by rename. */
int store_put_record(struct store_container *c, const char *json, size_t len, struct err *e);
/* Reads it into the arena. -ENOENT: the container died while it was being made. */
int store_get_record(const struct store_container *c, struct arena *a, char **ret, struct err *e);

/* Replaces the status; pid 0 where there is no process. The supervisor is the caller, but for the
 * phases in which nobody lives (created, stopped). Reads start times from /proc (field 22 of stat)
 * and the boot id itself. -ESRCH: there is no process of that pid. */
int store_put_status(struct store_container *c, const char *phase, pid_t pid, struct err *e);
int store_get_status(const struct store_container *c, struct store_status *ret, struct err *e);

/* Replaces the phase alone: pause and resume, which do not own the lock, lead from running or
 * paused to running or paused. -ESRCH: it is not alive, or ending. */
int store_set_phase(struct store_container *c, const char *phase, struct err *e);

/* Made printable: a control character or what is no UTF-8 becomes an escape ("\n", "\x1b") and
 * comes back as that; all together up to NOTE_MAX bytes, labels cut first. So whoever joins labels
 * has to see to it that none holds a newline. Reading: -ENOENT where there is none. */
int store_put_summary(struct store_container *c, const struct store_summary *u, struct err *e);
int store_get_summary(const struct store_container *c, struct store_summary *ret, struct err *e);

/* Intent: uid, by and time are filled in. Reading one that is not there gives WISH_NOTHING. Wish
 * WISH_NOTHING removes it. */
int store_put_intent(struct store_container *c, enum store_wish wish, int signal, bool forced,
		     struct err *e);
int store_get_intent(const struct store_container *c, struct store_intent *ret, struct err *e);

/* Count 0 removes it; reading one that is not there gives zeros. */
int store_put_restarts(struct store_container *c, const struct store_restarts *n, struct err *e);
int store_get_restarts(const struct store_container *c, struct store_restarts *ret, struct err *e);

/* Takes the lock of a container that was found: -EBUSY while somebody holds it, -ENOENT when it is
 * gone. */
int store_lock_container(struct store_container *c, struct err *e);

/* Enters a container whose lock is inherited at those descriptors, which ret owns from here on
 * (closed on exec), unless this fails: -ESTALE where they are not those of container id, or
 * somebody else has the lock. */
int store_adopt(const struct store *s, const char *id, int dir_fd, int alive_fd,
		struct store_container *ret, struct err *e);

/* Gives it another name, or its first one: the new link first, then the old one goes. The record
 * keeps the name it was made with; the link is what counts. Needs no lock. Killed at any call, it
 * leaves at least one name that is found; of two, what a list shows is the new one, and the next
 * rename, also to that one, frees the other. -EEXIST: it is taken. */
int store_rename(struct store_container *c, const char *name, struct err *e);

/* Every container, in the order of creation, oldest first; those without a summary last. Fast: a
 * thousand take a few milliseconds. What vanishes meanwhile is left out. */
int store_list(const struct store *s, struct arena *a, struct store_entry **ret, size_t *ret_n,
	       struct err *e);

/* Claims size ids (rounded up to whole steps) for the container, at a place derived from its id,
 * outside of the n ranges that others have. -> the first id. -ENOSPC when all are taken. */
int store_lease_ids(struct store_container *c, uint32_t size, const struct id_range *taken,
		    size_t n, uint32_t *ret_base, struct err *e);

/* Unlinks the container's name, ranges and directory, taking its lock where c does not hold it:
 * -EBUSY while somebody else does. Its journal must be empty. What is gone already is fine. */
int store_remove(struct store_container *c, struct err *e);
void store_container_done(struct store_container *c);

/* Calls back for every container directory whose lock nobody holds, with the lock taken (so
 * nobody else collects it), and removes what is left of it when the callback returned 0; positive
 * keeps it, negative is an error: the first one is returned after all were tried. The callback gets
 * every such container, also one that has only ended and is to be kept: store_get_summary() tells
 * (`keep`; -ENOENT: nobody wants it any more), store_get_status() whether it was settled. c->journal
 * is -EBADF where the container died before it had one. Then removes names and ranges whose
 * container is gone, and the empty directories of the store itself, down to the state directory,
 * when nothing is left (s stays usable: the next create makes them again). Counts the
 * containers that were removed. undo (then what is to be kept is) and ret_n may be NULL. */
typedef int store_collect_fn(struct store_container *c, void *data, struct err *e);
int store_collect(const struct store *s, store_collect_fn *undo, void *data, unsigned *ret_n,
		  struct err *e);

/* The path below s->fd of a file of one of a list, so that its directory needs not be opened. -> ret */
#define STORE_PATH_ROOM 64
const char *store_path(const struct store_entry *entry, const char *file,
		       char ret[STORE_PATH_ROOM]);

/* Opens one of a list, without journal and lock. Bare -errno; -ENOENT: it is gone. */
int store_enter(const struct store *s, const struct store_entry *entry,
		struct store_container *ret);
