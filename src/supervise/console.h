/* supervise/console.h - copies between the container's pty and honu's standard input and output.
 *
 * Should: lose no byte, hold a bounded number of them, and let either side make the other wait.
 * Must not: block, allocate, or decide anything about signals: it reports what it saw. */
#pragma once

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct console_stream {
	char data[16384];
	size_t start, end; /* what is to be written; equal: empty */
};

enum console_fd { CONSOLE_IN, CONSOLE_OUT, CONSOLE_PTY, _CONSOLE_FD_N };

struct console {
	int fd[_CONSOLE_FD_N]; /* IN and OUT are ours; -EBADF: ended or lost */
	size_t write_max;      /* how much OUT takes at once without blocking */
	struct console_stream input, output;
	bool input_is_terminal;
	bool in_mid_line;	/* the last byte from IN was not a newline */
	bool vacant;		/* nobody has the other side of the pty open just now */
	bool draining, drained; /* the first process has ended; all it wrote has been read */
	size_t drain_left;	/* see console_end() */

	/* For the caller, who resets them. */
	bool lost; /* our terminal or the reader of our output is gone */
	int typed; /* the signal that a byte from IN means to the container's terminal */
};

/* pty: a master, stays the caller's; becomes non-blocking. */
void console_open(struct console *c, int pty);
void console_close(struct console *c);

/* Fills p for poll(2) and returns its time-out in milliseconds, -1 for none. */
int console_poll(struct console *c, struct pollfd p[_CONSOLE_FD_N]);

/* Moves what can be moved after that poll. */
void console_work(struct console *c, const struct pollfd p[_CONSOLE_FD_N]);

/* The first process has ended: no more input, and what it had written is still to be shown. */
void console_end(struct console *c);

/* After console_end(): everything has been written to OUT (or OUT is gone). */
bool console_is_done(const struct console *c);

/* True when the first process itself is in the foreground of the container's terminal. */
bool console_is_foreground(const struct console *c, pid_t first);
