/* supervise/console.c - see console.h. */
#include "supervise/console.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Nobody tells when the other side of a pty is opened again (a getty between two logins), and
 * poll() would return POLLHUP at once until then: look this often, in milliseconds. */
#define VACANT_INTERVAL 100

/* What a pty can hold unread: 64 KiB of flip buffers and 4 KiB of line discipline. Processes that
 * outlive the first one (only without a pid namespace) may write for ever; the end waits for no
 * more than could have been there. */
#define DRAIN_MAX ((size_t)128 * 1024)

/* O_NONBLOCK is a property of the open file, which we share with the shell that started us and with
 * everyone else who writes to this terminal: open it a second time instead. Where that is not
 * allowed (the terminal of another user, after su), or is not needed or possible (files, sockets),
 * a duplicate serves, of which poll() says when it can be used. */
static int open_again(int fd, int flags, bool *ret_nonblocking)
{
	char path[32];
	struct stat st;
	int again;

	*ret_nonblocking = false;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISFIFO(st.st_mode) || isatty(fd)) {
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		again = open(path, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
		if (again >= 0) {
			*ret_nonblocking = true;
			return again;
		}
	}
	again = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	return again < 0 ? -errno : again;
}

/* A pty has no end of file of its own: the reader sees one when VEOF is typed on an empty line; in
 * mid-line the first one only hands over what is there (termios(3)). */
static void announce_end_of_input(struct console *c)
{
	struct console_stream *s = &c->input;
	struct termios t = { .c_cc[VEOF] = 'D' & 0x1f };

	s->start = s->end = 0;
	(void)tcgetattr(c->fd[CONSOLE_PTY], &t);
	if (t.c_cc[VEOF] == _POSIX_VDISABLE)
		return;
	if (c->in_mid_line)
		s->data[s->end++] = (char)t.c_cc[VEOF];
	s->data[s->end++] = (char)t.c_cc[VEOF];
}

void console_open(struct console *c, int pty)
{
	bool nonblocking;

	memset(c, 0, sizeof(*c));
	c->fd[CONSOLE_PTY] = pty;
	(void)fcntl(pty, F_SETFL, O_RDWR | O_NONBLOCK);
	c->fd[CONSOLE_IN] = open_again(STDIN_FILENO, O_RDONLY, &nonblocking);
	c->input_is_terminal = isatty(STDIN_FILENO);
	if (c->fd[CONSOLE_IN] < 0)
		announce_end_of_input(c);
	c->fd[CONSOLE_OUT] = open_again(STDOUT_FILENO, O_WRONLY, &nonblocking);
	/* POLLOUT of a pipe promises this much, pipe(7). */
	c->write_max = nonblocking ? sizeof(c->output.data) : PIPE_BUF;
}

void console_close(struct console *c)
{
	fd_closep(&c->fd[CONSOLE_IN]);
	fd_closep(&c->fd[CONSOLE_OUT]);
}

static bool is_empty(const struct console_stream *s)
{
	return s->start == s->end;
}

static bool is_transient(int error)
{
	return error == EAGAIN || error == EINTR;
}

/* Writes what it can, up to max bytes. False when fd will take nothing any more. */
static bool stream_flush(struct console_stream *s, int fd, size_t max)
{
	size_t length = s->end - s->start;
	ssize_t n = write(fd, s->data + s->start, length < max ? length : max);

	if (n < 0)
		return is_transient(errno);
	s->start += (size_t)n;
	return true;
}

/* Fills the empty stream: as read(2), and -errno. */
static ssize_t stream_fill(struct console_stream *s, int fd, size_t max)
{
	ssize_t n = read(fd, s->data, max);

	s->start = 0;
	s->end = n > 0 ? (size_t)n : 0;
	return n < 0 ? -errno : n;
}

/* The signal that the container's terminal makes of a byte of s, or 0. Asking the master's
 * settings gives the other side's, where ISIG, VINTR and VQUIT live. */
static int typed_signal(const struct console *c, const struct console_stream *s)
{
	struct termios t;

	if (tcgetattr(c->fd[CONSOLE_PTY], &t) < 0 || !(t.c_lflag & ISIG))
		return 0;
	if (t.c_cc[VINTR] != _POSIX_VDISABLE && memchr(s->data, t.c_cc[VINTR], s->end))
		return SIGINT;
	if (t.c_cc[VQUIT] != _POSIX_VDISABLE && memchr(s->data, t.c_cc[VQUIT], s->end))
		return SIGQUIT;
	return 0;
}

static void read_input(struct console *c)
{
	struct console_stream *s = &c->input;
	ssize_t n = stream_fill(s, c->fd[CONSOLE_IN], sizeof(s->data));

	if (n > 0) {
		int signal = typed_signal(c, s);

		if (signal > 0)
			c->typed = signal;
		c->in_mid_line = s->data[s->end - 1] != '\n';
		return;
	}
	if (n < 0 && is_transient((int)-n))
		return;
	fd_closep(&c->fd[CONSOLE_IN]);
	if (!c->input_is_terminal)
		announce_end_of_input(c);
	else if (n == 0)
		c->lost = true; /* a raw terminal has no end of file: it has hung up */
	/* EIO: in the background for good (orphaned process group, SIGTTIN ignored): no input. */
}

static void lose_output(struct console *c)
{
	fd_closep(&c->fd[CONSOLE_OUT]);
	c->output.start = c->output.end = 0;
	c->lost = true;
}

/* With nobody left to show it to, output is read and dropped: a container that ignores SIGHUP must
 * not hang in write(2). */
static void read_pty(struct console *c)
{
	struct console_stream *s = &c->output;
	size_t max = sizeof(s->data);
	ssize_t n;

	if (c->draining && c->drain_left < max)
		max = c->drain_left;
	n = max > 0 ? stream_fill(s, c->fd[CONSOLE_PTY], max) : -EAGAIN;
	if (n > 0) {
		c->vacant = false;
		if (c->draining)
			c->drain_left -= (size_t)n;
		if (c->fd[CONSOLE_OUT] < 0)
			s->start = s->end;
		return;
	}
	if (n == -EINTR)
		return;
	/* EAGAIN and EIO both come after the kernel has pushed what was under way (n_tty_read()):
	 * at the end they mean that everything has been read. */
	c->drained = c->draining;
	c->vacant = n != -EAGAIN;
}

int console_poll(struct console *c, struct pollfd p[_CONSOLE_FD_N])
{
	short pty = 0;

	for (int i = 0; i < _CONSOLE_FD_N; i++)
		p[i] = (struct pollfd){ .fd = -1 }; /* else POLLHUP would come unasked, for ever */
	if (is_empty(&c->input) && !c->draining)
		p[CONSOLE_IN] = (struct pollfd){ c->fd[CONSOLE_IN], POLLIN, 0 };
	if (!is_empty(&c->output))
		p[CONSOLE_OUT] = (struct pollfd){ c->fd[CONSOLE_OUT], POLLOUT, 0 };
	if (is_empty(&c->output))
		pty |= POLLIN;
	if (!is_empty(&c->input) && !c->draining)
		pty |= POLLOUT;
	if (c->draining)
		return is_empty(&c->output) ? 0 : -1; /* read_pty() never blocks */
	if (c->vacant)
		return is_empty(&c->output) ? VACANT_INTERVAL : -1;
	if (pty)
		p[CONSOLE_PTY] = (struct pollfd){ c->fd[CONSOLE_PTY], pty, 0 };
	return -1;
}

void console_work(struct console *c, const struct pollfd p[_CONSOLE_FD_N])
{
	if (p[CONSOLE_OUT].revents && !stream_flush(&c->output, c->fd[CONSOLE_OUT], c->write_max))
		lose_output(c);
	if (p[CONSOLE_IN].revents)
		read_input(c);
	if (p[CONSOLE_PTY].revents & POLLOUT)
		(void)stream_flush(&c->input, c->fd[CONSOLE_PTY], sizeof(c->input.data));
	if (!is_empty(&c->output)) {
		if (p[CONSOLE_PTY].revents & POLLHUP)
			c->vacant = true; /* read on when there is room */
		return;
	}
	if ((p[CONSOLE_PTY].revents & (POLLIN | POLLHUP)) || c->vacant ||
	    (c->draining && !c->drained))
		read_pty(c);
}

void console_end(struct console *c)
{
	fd_closep(&c->fd[CONSOLE_IN]);
	c->input.start = c->input.end = 0;
	c->draining = true;
	c->drain_left = DRAIN_MAX;
}

bool console_is_done(const struct console *c)
{
	return c->drained && is_empty(&c->output);
}

bool console_is_foreground(const struct console *c, pid_t first)
{
	pid_t group;

	/* Of a master the kernel answers for the other side, in our own pid namespace. */
	if (ioctl(c->fd[CONSOLE_PTY], TIOCGPGRP, &group) < 0)
		return false;
	return group > 0 && group == getpgid(first);
}
