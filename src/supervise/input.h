/* supervise/input.h - what clients type, on its way to the container.
 *
 * Holds one frame at a time: the next is taken from its client when this one is through, so the
 * client waits and nobody else does. */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "supervise/handover.h"

struct input {
	int fd; /* pipe to standard input, or a pty's master (not ours); -EBADF: closed */
	bool is_pty;
	bool in_mid_line; /* the last byte of a pty was not a newline */
	size_t start, end;
};

/* fd may be -EBADF. A pipe becomes ours. */
void input_open(struct input *i, int fd, bool is_pty);

/* Where the bytes of one frame go (ATTACH_FRAME_MAX of them), and that n have come. Only while it
 * is not busy. */
char *input_buffer(void);
void input_fill(struct input *i, size_t n);

bool input_is_busy(const struct input *i);

/* The end of the input: the pipe is closed; to a terminal its VEOF is typed. Not while busy. */
void input_end(struct input *i);

void input_resize(const struct input *i, const struct attach_size *size);

struct pollfd input_poll(const struct input *i);
void input_work(struct input *i, const struct pollfd *p);
