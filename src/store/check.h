/* store/check.h - what honu fsck looks at in a state directory, and mends there.
 *
 * Looking takes no lock and changes nothing. Others go on working meanwhile: what somebody is just
 * making or removing can look broken for a moment. Bare -errno, unless there is an e. */
#pragma once

#include "store/store.h"

enum link_fault {
	LINK_OWNED,   /* leads to a container that exists */
	LINK_STALE,   /* its container is gone */
	LINK_FOREIGN, /* no link to an id, or no name or base that honu would claim */
};

/* Calls back for every entry of "names" or "ids" until a callback returns other than 0, which is
 * passed on. id: "" with LINK_FOREIGN. */
typedef int store_link_fn(const char *name, const char *id, enum link_fault fault, void *data);
int store_check_links(const struct store *s, const char *folder, store_link_fn *fn, void *data);

/* Unlinks it if it is still stale: -EEXIST when it is not. */
int store_drop_link(const struct store *s, const char *folder, const char *name);

/* Calls back for every entry of "containers": is it one? */
typedef int store_directory_fn(const char *name, bool is_container, void *data);
int store_check_directories(const struct store *s, store_directory_fn *fn, void *data);

/* Opens it, with its journal. name: of it, or "". -ENOENT: it is gone. */
int store_check_open(const struct store *s, const char *id, const char *name,
		     struct store_container *ret);

/* Calls back for every file in a container's directory that a writer began and did not finish: "*.new",
 * "status.PID". exit.new is none while it lives. */
typedef int store_file_fn(const char *name, void *data);
int store_check_leftovers(const struct store_container *c, bool lives, store_file_fn *fn,
			  void *data);

/* Removes a file of a container that it can do without: a leftover, a note. The caller holds its
 * lock. */
int store_drop_file(struct store_container *c, const char *name);

/* Does somebody hold its lock? */
bool store_is_watched(const struct store_container *c);

/* Was it given another name since it was made, or was that begun? */
bool store_was_renamed(const struct store_container *c);

/* Of several names the one that a rename which was killed has meant. */
bool store_name_counts(const struct store_container *c, const char *name);

/* Claims exactly those ids for a container that was found: its record says that it has them. -EEXIST:
 * another one has some of them; what was free until then is claimed. */
int store_claim_ids(struct store_container *c, uint32_t base, uint32_t size);

/* Gives back one link of ids/ that a container has beyond those. The caller holds its lock. */
int store_release_base(struct store_container *c, const char *base);
