/* supervise/attach.h - the clients of attach.sock; frames are in handover.h.
 *
 * Where the log is a file, each client is at a place of its own in it and is sent what follows as
 * fast as it reads: it loses something only when that is rotated away. Else the bytes go to all as
 * they come; one that does not take them is waited for once and for a moment, then it loses.
 * Should: be fair to all. Must not: block, or keep the container waiting for longer than that. */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "supervise/handover.h"
#include "supervise/input.h"
#include "supervise/log.h"

#define ATTACH_CLIENTS 16
#define ATTACH_DATA_MAX (ATTACH_FRAME_MAX - sizeof(struct attach_frame))

enum { ATTACH_POLL_LISTEN, ATTACH_POLL_CLIENTS, ATTACH_POLL_N = 1 + ATTACH_CLIENTS };

struct client {
	int fd; /* -EBADF: this place is free */
	uint32_t wants;
	bool greeted; /* its first frame was what it has to be */
	bool left;    /* sends nothing any more */
	bool full;    /* takes nothing just now */
	bool slow;    /* was waited for, in vain */
	bool owed;    /* has not yet been sent what all others have */
	bool waits;   /* its next frame has to wait for the input */
	uint64_t lost;

	/* Its place in the log. */
	uint64_t generation, piece; /* offset in the index */
	uint32_t done;		    /* bytes of that piece */
};

struct attach {
	int listener; /* -EBADF: nobody can attach */
	struct client client[ATTACH_CLIENTS];
	struct input *input;
	struct log *log;

	/* What those have yet to be sent that are waited for. */
	const char *data;
	size_t size;
	enum log_stream stream;
	uint64_t patience; /* deadline; NEVER: nobody is waited for */
};

void attach_open(struct attach *a, int listener, struct input *input, struct log *l);

/* Fills p for ppoll(2) and returns the deadline of its time-out, or NEVER. */
uint64_t attach_poll(const struct attach *a, struct pollfd p[ATTACH_POLL_N]);
void attach_work(struct attach *a, const struct pollfd p[ATTACH_POLL_N]);

/* The clients read the log, so that nothing has to be passed to attach_send(). */
bool attach_follows(const struct attach *a);

/* Somebody wants output. */
bool attach_listens(const struct attach *a);

/* Sends to all; data must stay until attach_holds() is false again. */
void attach_send(struct attach *a, enum log_stream stream, const char *data, size_t n);
bool attach_holds(const struct attach *a);

/* Blocks until attach_holds() is false. */
void attach_wait(struct attach *a);

/* Sends what has come to the log, to all who can take it. */
void attach_pump(struct attach *a);

/* Tells all how the container has ended, after everything else; waits for slow ones until the
 * deadline, and closes. */
void attach_end(struct attach *a, int code, uint64_t deadline);

/* ---- attach_output.c; only attach.c calls these ---- */

/* Sends one frame. -> 0; -EAGAIN: not now, c->full is set; any other error: c gets no more. */
int client_send(struct client *c, enum attach_kind kind, const void *data, size_t n);

/* c can take frames again, or a deadline has passed. */
void attach_resume(struct attach *a, struct client *c);
void attach_lose_patience(struct attach *a);

/* Nobody is waited for any more when nobody is owed anything. */
void attach_settle(struct attach *a);

/* A generation of the log is about to go. */
log_drop_fn attach_forget;

static inline bool client_wants(const struct client *c, unsigned stream)
{
	return c->greeted &&
	       (c->wants & (stream == LOG_ERROR ? ATTACH_WANTS_ERROR : ATTACH_WANTS_OUTPUT));
}
