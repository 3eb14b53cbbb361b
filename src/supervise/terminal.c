/* supervise/terminal.c - see terminal.h. */
#include "supervise/terminal.h"

#include <errno.h>
#include <sys/ioctl.h>
#include <unistd.h>

void terminal_open(struct terminal *t)
{
	*t = (struct terminal){ .fd = -EBADF };
	if (tcgetattr(STDIN_FILENO, &t->saved) == 0)
		t->fd = STDIN_FILENO;
}

/* Where the terminal does not control our session, tcgetpgrp() fails and job control is silent. */
static bool in_background(int fd)
{
	pid_t group = tcgetpgrp(fd);

	return group >= 0 && group != getpgrp();
}

void terminal_raw(struct terminal *t)
{
	struct termios raw;

	if (t->fd < 0)
		return;
	raw = t->saved;
	cfmakeraw(&raw);
	if (tcsetattr(t->fd, TCSANOW, &raw) == 0)
		t->changed = true;
}

void terminal_restore(struct terminal *t)
{
	if (!t->changed || in_background(t->fd))
		return;
	(void)tcsetattr(t->fd, TCSANOW, &t->saved);
	t->changed = false;
}

void terminal_copy_size(int pty)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		struct winsize size;

		if (ioctl(fd, TIOCGWINSZ, &size) < 0)
			continue;
		(void)ioctl(pty, TIOCSWINSZ, &size);
		return;
	}
}
