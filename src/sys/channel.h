/* sys/channel.h - one fixed message, with descriptors, between honu and the first process.
 *
 * A SOCK_SEQPACKET pair: messages keep their borders, and the end of the other process is an
 * end of file. Used inside: system calls only. */
#pragma once

#include <stdint.h>

#define CHANNEL_FDS 64

enum channel_kind {
	CHANNEL_TURN = 1, /* your steps come next; the descriptors are for slot[] */
	CHANNEL_FAILED,	  /* step, op and code; the sender ends */
	CHANNEL_CONSOLE,  /* the master of its terminal; the program comes next */
	CHANNEL_CHILD,	  /* from the process between: step is the child, descriptor 0 its pidfd */
};

struct channel_message {
	uint32_t kind;
	uint32_t step;
	int32_t code; /* -errno */
	uint32_t n_fds;
	uint32_t slot[CHANNEL_FDS];
	char op[32];
};

/* A pair of close-on-exec ends. */
int channel_open(int ret_fd[2]);

/* Sends m with fds[0 .. m->n_fds - 1]. -EPIPE when the other process is gone. */
int channel_send(int fd, const struct channel_message *m, const int *fds);

/* Waits for a message. 1: received, fds filled (close-on-exec); 0: the other end is gone;
 * -EBADMSG: not a message of ours. */
int channel_receive(int fd, struct channel_message *ret, int ret_fds[CHANNEL_FDS]);

/* True when the other end still exists. */
int channel_is_alive(int fd);
