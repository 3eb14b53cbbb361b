/* supervise/stream.h - what the container writes: two pipes, or the master of a pty.
 *
 * Should: move everything to the log and to clients, in whole pieces, and look at a stream no more
 * often than its writer makes necessary. Must not: block, hold more than one chunk, or make the
 * container wait for a client. */
#pragma once

#include <poll.h>
#include <stdbool.h>

#include "supervise/attach.h"
#include "supervise/log.h"

struct stream {
	int fd; /* -EBADF: it has ended */
	enum log_stream kind;
	bool is_pty;
	int peer;	 /* the other side of a pty, opened by us lest it be vacant */
	uint64_t room;	 /* how much can wait in it */
	uint64_t looked; /* when; monotonic, ns */
	uint64_t next;	 /* not to be looked at before; 0: as soon as poll says so */
};

enum { STREAM_FIRST, STREAM_SECOND, _STREAM_N };

struct streams {
	struct stream stream[_STREAM_N];
	struct log *log;
	struct attach *attach;
};

/* pty: fd is a master; else output and error are pipes or -EBADF. They become ours. */
void streams_open(struct streams *s, struct log *l, struct attach *a);
void streams_add_pty(struct streams *s, int fd);
void streams_add_pipes(struct streams *s, int output, int error);

/* Fills p for ppoll(2) and returns the deadline of its time-out, or NEVER. */
uint64_t streams_poll(const struct streams *s, struct pollfd p[_STREAM_N]);

/* Moves what can be moved after that poll. */
void streams_work(struct streams *s, const struct pollfd p[_STREAM_N]);

/* The first process has ended: takes what it has left, and no more than could have been there:
 * processes that outlive it (only without a pid namespace) may write for ever. */
void streams_drain(struct streams *s);
