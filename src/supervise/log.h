/* supervise/log.h - where honu-supervise leaves what the container writes.
 *
 * Three drivers: `file` (log/out and log/index, docs/life.md), `journald`, `none`.
 * Should: take whole pieces without copying them where it can, and keep what it could not write
 * for the next try. Must not: block, allocate, or take from a stream what it has no room for. */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "supervise/handover.h"
#include "supervise/watch_settings.h"

#define LOG_STREAMS 3 /* of enum log_stream */

struct log;
typedef void log_drop_fn(void *data, uint64_t generation);

struct log {
	const struct watch_settings *settings;

	/* file: log.c, log_rotate.c */
	int directory, out, index;
	uint64_t offset;	  /* where the next byte of out goes */
	uint64_t index_end;	  /* where the next piece of index goes */
	uint64_t generation;	  /* rotations so far: out.1 is of generation - 1 */
	struct log_piece owed[2]; /* not yet in index; nothing is written before they are */
	unsigned n_owed;
	bool must_copy;	      /* the file system cannot splice */
	log_drop_fn *on_drop; /* before the files of a generation go */
	void *drop_data;

	/* journald: log_journal.c */
	int journal;
	bool busy; /* the last try found its queue full */

	bool left;		       /* the last try may have left something in the pipe */
	bool full;		       /* the last try found no room */
	uint64_t retry;		       /* when to try again; monotonic, ns */
	uint64_t dropped[LOG_STREAMS]; /* bytes that an index does not know of yet */
};

/* directory: log/, or -EBADF where the driver needs none. -> 0 or -errno. */
int log_open(struct log *l, const struct watch_settings *s, int directory);

/* What ends the time to wait before l->retry. */
static inline struct pollfd log_poll(const struct log *l)
{
	return (struct pollfd){ l->full && l->busy ? l->journal : -1, POLLOUT, 0 };
}

/* True when log_splice() serves; else whoever reads passes the bytes to log_write(). */
bool log_can_splice(const struct log *l);

/* Moves at most max bytes that wait in a pipe. -> how many, 0 at its end, -EAGAIN when nothing
 * waits, -ENOSPC when there is no room: nothing was taken, l->retry says when to come back. */
ssize_t log_splice(struct log *l, int pipe, enum log_stream stream, size_t max);

/* -> how many of n bytes were taken, or -ENOSPC as above. */
ssize_t log_write(struct log *l, enum log_stream stream, const char *data, size_t n);

/* Throws away what waits in the pipe and counts it. -> as log_splice(). */
ssize_t log_drop_pipe(struct log *l, int pipe, enum log_stream stream, size_t max);
void log_drop(struct log *l, enum log_stream stream, size_t n);

/* The container has ended: what is still to be noted is noted, as far as there is room. */
void log_end(struct log *l);

/* Reading back, for clients (attach.c): the piece at an offset of the index of a generation, and
 * bytes of its out. -> 1, 0 where the index ends, or -errno (-ENOENT: rotated away). */
int log_read_piece(struct log *l, uint64_t generation, uint64_t at, struct log_piece *ret);
ssize_t log_read_bytes(struct log *l, uint64_t generation, uint64_t at, char *ret, size_t n);

/* ---- log_rotate.c; only log.c calls these ---- */

/* Opens out and index, and mends what a killed supervisor left. */
int log_files_open(struct log *l);

/* Begins new files. On failure the old ones are still in use. */
int log_files_rotate(struct log *l);

/* Opens out or index of an older generation. */
int log_files_open_old(const struct log *l, const char *name, uint64_t generation);

/* ---- log_journal.c ---- */

int log_journal_open(struct log *l);
ssize_t log_journal_write(struct log *l, enum log_stream stream, const char *data, size_t n);
void log_journal_end(struct log *l);
