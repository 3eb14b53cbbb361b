/* store/parts.h - what the files of the store share; only they include it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

#define STORE_NAME_ROOM 64
#define STATUS_BOOT_ROOM 14
#define STATUS_ROOM 128

/* Something may vanish between two calls of ours because somebody collects it: then we start
 * over, but not for ever. */
#define STORE_ATTEMPTS 1000

/* ---- store.c: bare -errno ---- */

bool store_id_is_valid(const char *id);

/* Makes a folder of the state directory, and that again if it was collected. */
int store_make_folder(const struct store *s, const char *folder);

/* An exclusive flock on the state directory -> descriptor that holds it. Through an open file
 * description of its own, so that a forked process with the same struct store is kept out. */
int store_lock(const struct store *s);

/* Adds the hint for a disk that is full, if that is it; passes r through. */
int store_full(const struct store *s, int r, struct err *e);

/* flock(2), again after a signal. */
int store_flock(int fd, int operation);

/* ---- links.c: bare -errno ---- */

/* FOLDER/NAME -> id. -EEXIST: somebody whose directory exists has it. */
int link_claim(const struct store *s, const char *folder, const char *name, const char *id);

/* Unlinks FOLDER/NAME if it is id's. The caller holds id's lock. */
int link_release(const struct store *s, const char *folder, const char *name, const char *id);

/* -> the id that FOLDER/NAME leads to. */
int link_read(const struct store *s, const char *folder, const char *name,
	      char ret[STORE_ID_LENGTH + 1]);

/* Is the owner id gone? Only certainty counts: what cannot be looked at exists. */
bool link_is_stale(const struct store *s, const char *id);

/* Unlinks a link if it is stale. 1: there is no link any more, 0: it has an owner. */
int link_reap(const struct store *s, const char *folder, const char *name);

/* Calls back for every link of a folder until a callback returns other than 0, which is passed
 * on. A folder that does not exist is empty. */
typedef int link_fn(const struct store *s, const char *folder, const char *name, const char *id,
		    void *data);
int link_each(const struct store *s, const char *folder, link_fn *fn, void *data);

/* Unlinks every stale link of a folder. */
int link_sweep(const struct store *s, const char *folder);

/* ---- container.c: bare -errno ---- */

/* Opens containers/ID and its journal; neither name nor lock. */
int container_open(const struct store *s, const char *id, struct store_container *ret);

/* Enters the journal, if it has one. */
void container_open_journal(struct store_container *c);

struct container_path {
	char text[sizeof("containers/") + STORE_ID_LENGTH];
};
struct container_path container_path(const char *id);

/* What to say of a name that cannot be claimed; -> -EEXIST, -EINVAL. */
int name_taken(const struct store *s, const char *name, struct err *e);
int name_invalid(const char *name, struct err *e);

/* ---- lock.c: bare -errno ---- */

/* Takes the lock. wait: until whoever holds it lets go, else -EWOULDBLOCK. -ENOENT: the directory
 * is gone. */
int container_lock(struct store_container *c, bool wait);

/* Does somebody hold the lock of the container directory dir_fd? */
bool container_is_locked(int dir_fd);
bool container_is_locked_at(int dir_fd, const char *path);

/* ---- names.c: bare -errno ---- */

/* Enters the name of c, if it has one. */
int container_find_name(struct store_container *c);

/* Frees every name of c if it was renamed since it was made; the caller holds the lock, and removes
 * c. */
int names_release_renamed(struct store_container *c);

/* Of two names a container has for a moment, or since a rename was killed, the one that the note
 * (path of "name") says counts. */
bool names_is_wanted(int dir_fd, const char *note, const char *name);

/* ---- status.c, summary.c: bare -errno ---- */

int status_boot_id(char ret[STATUS_BOOT_ROOM]);

/* In place; alive and same_boot stay false. *ret_boot: "-", or the boot id. */
int status_parse(char *line, struct store_status *ret, const char **ret_boot);
bool status_same_boot(const char *boot);

/* In place. */
int summary_parse(char *line, struct store_summary *ret);

/* That field alone, and the line stays. */
int summary_created(const char *line, uint64_t *ret);

/* ---- remove.c: bare -errno ---- */

/* Removes the directory, whatever is in it. The caller holds the lock. */
int container_delete(struct store_container *c);

/* ---- ranges.c ---- */

/* store_lease_ids() between first and last. */
int range_lease(struct store_container *c, uint32_t first, uint32_t last, uint32_t size,
		const struct id_range *taken, size_t n, uint32_t *ret_base, struct err *e);

/* Every link of [base, base + size). Those that c has already are fine; -EEXIST: another container
 * has one. Bare -errno. */
int range_claim(struct store_container *c, uint32_t base, uint32_t size);

/* Unlinks every range of c. The caller holds the lock. Bare -errno. */
int range_release(struct store_container *c);
