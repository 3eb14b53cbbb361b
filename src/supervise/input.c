/* supervise/input.c - see input.h. */
#include "supervise/input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/buffer.h"

static BUFFER char buffer[ATTACH_FRAME_MAX];

void input_open(struct input *i, int fd, bool is_pty)
{
	int flags = fd < 0 ? -1 : fcntl(fd, F_GETFL);

	*i = (struct input){ .fd = fd, .is_pty = is_pty };
	if (flags >= 0)
		(void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

char *input_buffer(void)
{
	return buffer;
}

bool input_is_busy(const struct input *i)
{
	return i->start < i->end;
}

static void flush(struct input *i)
{
	ssize_t n = write(i->fd, buffer + i->start, i->end - i->start);

	if (n >= 0) {
		i->start += (size_t)n;
		return;
	}
	if (errno == EAGAIN || errno == EINTR)
		return;
	i->start = i->end = 0; /* EPIPE: nobody reads any more. EIO: a pty between two owners */
	if (!i->is_pty)
		fd_closep(&i->fd);
}

void input_fill(struct input *i, size_t n)
{
	if (i->fd < 0 || n == 0)
		return;
	i->start = 0;
	i->end = n;
	i->in_mid_line = buffer[n - 1] != '\n';
	flush(i);
}

/* A pty has no end of file of its own: the reader sees one when VEOF is typed on an empty line; in
 * mid-line the first one only hands over what is there (termios(3)). */
void input_end(struct input *i)
{
	struct termios t = { .c_cc[VEOF] = 'D' & 0x1f };
	size_t n = 0;

	if (!i->is_pty) {
		fd_closep(&i->fd);
		return;
	}
	(void)tcgetattr(i->fd, &t);
	if (t.c_cc[VEOF] == _POSIX_VDISABLE)
		return;
	if (i->in_mid_line)
		buffer[n++] = (char)t.c_cc[VEOF];
	buffer[n++] = (char)t.c_cc[VEOF];
	input_fill(i, n);
	i->in_mid_line = false;
}

void input_resize(const struct input *i, const struct attach_size *size)
{
	struct winsize w = { .ws_row = size->rows, .ws_col = size->columns };

	if (i->is_pty)
		(void)ioctl(i->fd, TIOCSWINSZ, &w);
}

struct pollfd input_poll(const struct input *i)
{
	if (!input_is_busy(i))
		return (struct pollfd){ .fd = -1 };
	return (struct pollfd){ i->fd, POLLOUT, 0 };
}

/* A pty that hangs up is stream.c's to care for: here POLLHUP alone would come again at once. */
void input_work(struct input *i, const struct pollfd *p)
{
	if (p->revents)
		flush(i);
}
