/* supervise/remote.c - see remote.h. */
#include "supervise/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/handover.h"
#include "supervise/signals.h"
#include "supervise/terminal.h"

#define INPUT_MAX 4096

struct showing {
	const struct remote *r;
	struct remote_result *result;
	struct terminal terminal;
	int signals;
	bool reading;	/* standard input has not ended */
	bool finished;	/* nothing more to do */
	size_t matched; /* detach keys typed so far */
	union {
		struct attach_frame frame;
		char space[sizeof(struct attach_frame) + ATTACH_FRAME_MAX];
	} buffer;
};

/* "ctrl-p" -> 0x10; a single character is itself. */
static int read_key(const char *text, size_t n, char *ret)
{
	static const char special[] = "@abcdefghijklmnopqrstuvwxyz[\\]^_";

	if (n == 1) {
		*ret = text[0];
		return 0;
	}
	if (n != 6 || strncmp(text, "ctrl-", 5) != 0)
		return -EINVAL;
	const char *found = text[5] ? strchr(special, text[5]) : NULL;
	if (!found)
		return -EINVAL;
	*ret = (char)(found - special);
	return 0;
}

int remote_keys(const char *text, char ret[DETACH_KEYS_MAX], size_t *ret_n)
{
	size_t n = 0;

	for (const char *p = text; *p;) {
		size_t length = strcspn(p, ",");

		if (n == DETACH_KEYS_MAX || read_key(p, length, &ret[n++]) < 0)
			return -EINVAL;
		p += length;
		if (*p == ',' && *++p == '\0')
			return -EINVAL;
	}
	*ret_n = n;
	return 0;
}

static int send_frame(int socket, enum attach_kind kind, const void *data, size_t size)
{
	struct attach_frame head = { .kind = kind, .size = (uint32_t)size };
	struct iovec parts[] = { { &head, sizeof(head) }, { (void *)data, size } };
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = size > 0 ? 2 : 1 };
	ssize_t n;

	do
		n = sendmsg(socket, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : 0;
}

int remote_hello(const struct remote *r)
{
	struct attach_hello hello = { .version = 1, .wants = 3u | (r->input ? 4u : 0u) };

	return send_frame(r->socket, ATTACH_HELLO, &hello, sizeof(hello));
}

static void send_size(const struct remote *r)
{
	struct winsize w;

	for (int fd = STDIN_FILENO; r->tty && fd <= STDERR_FILENO; fd++) {
		if (ioctl(fd, TIOCGWINSZ, &w) < 0)
			continue;
		struct attach_size size = { .rows = w.ws_row, .columns = w.ws_col };
		(void)send_frame(r->socket, ATTACH_RESIZE, &size, sizeof(size));
		return;
	}
}

/* Looks for the keys; those that turn out not to be all of them are handed on after all. -> how many
 * bytes are to be sent, which are in out */
static size_t filter_keys(struct showing *s, const char *in, size_t n, char *out)
{
	const struct remote *r = s->r;
	size_t length = 0;

	for (size_t i = 0; i < n; i++) {
		if (r->n_keys > 0 && in[i] == r->keys[s->matched]) {
			if (++s->matched < r->n_keys)
				continue;
			s->finished = s->result->detached = true;
			return length;
		}
		memcpy(out + length, r->keys, s->matched);
		length += s->matched;
		s->matched = r->n_keys > 0 && in[i] == r->keys[0];
		if (!s->matched)
			out[length++] = in[i];
	}
	return length;
}

static int take_input(struct showing *s)
{
	char typed[INPUT_MAX], passed[INPUT_MAX + DETACH_KEYS_MAX];
	ssize_t n = read(STDIN_FILENO, typed, sizeof(typed));
	size_t length;

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		s->reading = false;
		return send_frame(s->r->socket, ATTACH_CLOSE, NULL, 0);
	}
	length = s->r->tty ? filter_keys(s, typed, (size_t)n, passed) : (size_t)n;
	return length > 0 ?
		       send_frame(s->r->socket, ATTACH_INPUT, s->r->tty ? passed : typed, length) :
		       0;
}

static int write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, data, n);

		if (k < 0 && errno == EAGAIN) { /* somebody made our output non-blocking */
			struct pollfd p = { fd, POLLOUT, 0 };
			(void)poll(&p, 1, -1);
			continue;
		}
		if (k < 0 && errno != EINTR)
			return -errno;
		if (k > 0) {
			data += k;
			n -= (size_t)k;
		}
	}
	return 0;
}

static int take_frame(struct showing *s)
{
	struct attach_frame *f = &s->buffer.frame;
	ssize_t n = recv(s->r->socket, f, sizeof(s->buffer), 0);
	struct attach_end end;

	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	if (n == 0)
		return -EPIPE;
	if ((size_t)n < sizeof(*f) || (size_t)n != sizeof(*f) + f->size)
		return -EBADMSG;
	switch (f->kind) {
	case ATTACH_OUTPUT:
		return write_all(STDOUT_FILENO, f->data, f->size);
	case ATTACH_ERROR:
		return write_all(STDERR_FILENO, f->data, f->size);
	case ATTACH_ENDED:
		if (f->size != sizeof(end))
			return -EBADMSG;
		memcpy(&end, f->data, sizeof(end));
		s->result->code = end.code;
		s->finished = true;
		return 0;
	default: /* what we were too slow for is in the log */
		return 0;
	}
}

static int take_signal(struct showing *s)
{
	struct signalfd_siginfo info;

	if (read(s->signals, &info, sizeof(info)) != sizeof(info))
		return 0;
	if (info.ssi_signo == SIGWINCH) {
		send_size(s->r);
		return 0;
	}
	if (info.ssi_signo == SIGCONT || info.ssi_signo == SIGTSTP)
		return 0;
	if (s->r->pidfd >= 0) {
		(void)signals_forward(s->r->pidfd, s->r->pid, s->r->namespace_init,
				      (int)info.ssi_signo);
		return 0;
	}
	s->finished = s->result->detached = true;
	return 0;
}

static int show(struct showing *s)
{
	int r = 0;

	while (r >= 0 && !s->finished) {
		struct pollfd p[] = { { s->r->socket, POLLIN, 0 },
				      { s->signals, POLLIN, 0 },
				      { s->reading ? STDIN_FILENO : -1, POLLIN, 0 } };

		if (poll(p, ELEMENTS(p), -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (p[1].revents)
			r = take_signal(s);
		if (r >= 0 && p[2].revents)
			r = take_input(s);
		/* What came before the end of the socket is still to be shown. */
		if ((r >= 0 || r == -EPIPE || r == -ECONNRESET) && !s->finished && p[0].revents)
			r = take_frame(s);
	}
	return r;
}

int remote_show(const struct remote *r, struct remote_result *ret)
{
	static struct showing s; /* a frame is too large for the stack */
	_cleanup_close_ int signals = -EBADF;
	sigset_t taken;
	int k;

	*ret = (struct remote_result){ 0 };
	s = (struct showing){ .r = r, .result = ret, .reading = r->input };
	signals_taken(&taken);
	signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		return -errno;
	s.signals = signals;
	if (r->tty && r->input) {
		terminal_open(&s.terminal);
		terminal_raw(&s.terminal);
	}
	send_size(r);
	k = show(&s);
	if (r->tty && r->input)
		terminal_restore(&s.terminal);
	return k;
}
