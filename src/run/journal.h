/* run/journal.h - what the kernel holds for a container, written before it is made.
 *
 * Fixed-size records with a checksum, appended, never fsynced (kernel objects die with the
 * boot). A torn last record is ignored. The same undo code serves failure, removal and recovery
 * after a crash, so each undo is idempotent; names hold the container's id, so they mean nothing
 * else. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "plan/steps_cgroup.h"

enum undo_kind { UNDO_NOTHING, UNDO_CGROUP, _UNDO_KIND_N };

struct undo {
	uint32_t magic;
	uint32_t kind;		  /* enum undo_kind */
	uint64_t kept;		  /* UNDO_CGROUP: so much of name was there before and stays */
	char base[UNDO_BASE_MAX]; /* UNDO_CGROUP: mount point of the hierarchy */
	char name[UNDO_NAME_MAX]; /* path below base */
	uint64_t checksum;	  /* digest of all before it */
};

/* A control group that a container has. */
struct journal_group {
	char base[UNDO_BASE_MAX];
	char name[UNDO_NAME_MAX];
	bool is_v2;
};

#define JOURNAL_GROUPS 32

struct journal {
	int fd; /* O_APPEND; -EBADF: none */
};

/* Appends n records with one write. */
int journal_append(struct journal *j, struct undo *u, size_t n);

/* Calls back for every record, oldest first, until a callback returns other than 0, which is passed on.
 * Another process may be undoing them meanwhile. */
typedef int journal_fn(const struct undo *u, void *data);
int journal_each(const struct journal *j, journal_fn *fn, void *data);

/* How many records there are, and how many of them cannot be read: what those stand for is not undone.
 * A torn last one does not count. -errno: nothing can be read. */
int journal_check(const struct journal *j, unsigned *ret_n, unsigned *ret_damaged);

/* Undoes all records, newest first, going on after errors; e tells the first error. Then empties
 * the journal, unless something could not be undone. Host side. */
int journal_undo_all(struct journal *j, struct err *e);

/* The groups that the container was started in, one of each hierarchy, in the order in which they were
 * made. -> how many, or -errno. -EBADMSG: there is no whole record. */
int journal_groups(const struct journal *j, struct journal_group ret[JOURNAL_GROUPS]);
