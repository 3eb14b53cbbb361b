/* supervise/terminal.h - honu's own terminal: raw while a container's console is shown on it.
 *
 * All of it behaves as job control wants: nothing here touches a terminal that belongs to another
 * process group, except terminal_raw(), by which the kernel stops honu until it is in the
 * foreground (SIGTTOU). */
#pragma once

#include <stdbool.h>
#include <termios.h>

struct terminal {
	int fd;	      /* -EBADF: standard input is no terminal, nothing to do */
	bool changed; /* saved is to be put back */
	struct termios saved;
};

/* Remembers the settings of standard input, if it is a terminal. */
void terminal_open(struct terminal *t);

/* Bytes pass as they are, both ways: the container's terminal does the editing, the signals and
 * the "\r\n". Had both terminals post-processing, a full-screen program's bare "\n" (one line
 * down) would come out as "\r\n". Called again after honu was stopped: the shell has put its own
 * settings in place. */
void terminal_raw(struct terminal *t);

/* Puts the saved settings back, unless another process group has the terminal by now. */
void terminal_restore(struct terminal *t);

/* Copies the window size of the first of 0, 1, 2 that is a terminal to pty (the master; the kernel
 * sends SIGWINCH inside when it differs). */
void terminal_copy_size(int pty);
