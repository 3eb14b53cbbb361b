/* supervise/attach.c - see attach.h; here: clients that come, ask, give input and leave. */
#include "supervise/attach.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/cleanup.h"
#include "supervise/clock.h"

#define PROTOCOL 1

/* Frames of one client before others have their turn. */
#define FRAMES_AT_ONCE 8

void attach_open(struct attach *a, int listener, struct input *input, struct log *l)
{
	*a = (struct attach){ .listener = listener, .input = input, .log = l, .patience = NEVER };
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++)
		a->client[i].fd = -EBADF;
	l->on_drop = attach_forget;
	l->drop_data = a;
}

bool attach_follows(const struct attach *a)
{
	return a->log->settings->log_driver == LOG_TO_FILE;
}

bool attach_listens(const struct attach *a)
{
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++)
		if (a->client[i].fd >= 0 && (client_wants(&a->client[i], LOG_OUTPUT) ||
					     client_wants(&a->client[i], LOG_ERROR)))
			return true;
	return false;
}

static void client_drop(struct attach *a, struct client *c)
{
	fd_closep(&c->fd);
	c->owed = false;
	attach_settle(a);
}

/* ---- frames from clients ---- */

union request {
	struct attach_hello hello;
	struct attach_size size;
};

/* Takes one frame whole; body has room for `room` bytes. False: it is not what it says it is. */
static bool receive(struct client *c, struct attach_frame *frame, void *body, size_t room)
{
	struct iovec part[] = { { frame, sizeof(*frame) }, { body, room } };
	struct msghdr message = { .msg_iov = part, .msg_iovlen = ELEMENTS(part) };
	ssize_t n = recvmsg(c->fd, &message, MSG_DONTWAIT); /* descriptors with it are closed */

	return n >= (ssize_t)sizeof(*frame) && !(message.msg_flags & MSG_TRUNC) &&
	       frame->size == (size_t)n - sizeof(*frame);
}

/* From here on it is sent what comes. */
static bool greet(struct attach *a, struct client *c, const struct attach_hello *hello)
{
	if (c->greeted || hello->version != PROTOCOL)
		return false;
	c->greeted = true;
	c->wants = hello->wants;
	c->generation = a->log->generation;
	c->piece = a->log->index_end;
	return true;
}

static bool take_input(struct attach *a, struct client *c)
{
	struct attach_frame frame;

	if (!(c->wants & ATTACH_GIVES_INPUT) ||
	    !receive(c, &frame, input_buffer(), ATTACH_FRAME_MAX))
		return false;
	input_fill(a->input, frame.size);
	return true;
}

static bool take_request(struct attach *a, struct client *c)
{
	struct attach_frame frame;
	union request q;

	if (!receive(c, &frame, &q, sizeof(q)))
		return false;
	switch (frame.kind) {
	case ATTACH_HELLO:
		return frame.size == sizeof(q.hello) && greet(a, c, &q.hello);
	case ATTACH_RESIZE:
		if (!c->greeted || frame.size != sizeof(q.size))
			return false;
		input_resize(a->input, &q.size);
		return true;
	case ATTACH_CLOSE:
		if (!(c->wants & ATTACH_GIVES_INPUT) || frame.size != 0)
			return false;
		input_end(a->input);
		return true;
	default:
		return false;
	}
}

/* -> 1 when there may be more, 0 when not now, -errno when c has to go. */
static int take_frame(struct attach *a, struct client *c)
{
	struct attach_frame frame;
	ssize_t n = recv(c->fd, &frame, sizeof(frame), MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n < 0 && errno == ECONNRESET)
		return 1; /* it left without reading all; what it had sent comes after this */
	if (n == 0) {
		c->left = true;
		return 0;
	}
	if (n != sizeof(frame) || (!c->greeted && frame.kind != ATTACH_HELLO))
		return -EPROTO;
	if (frame.kind == ATTACH_INPUT || frame.kind == ATTACH_CLOSE) {
		c->waits = input_is_busy(a->input);
		if (c->waits)
			return 0;
	}
	if (frame.kind == ATTACH_INPUT ? !take_input(a, c) : !take_request(a, c))
		return -EPROTO;
	return 1;
}

static void serve(struct attach *a, struct client *c)
{
	int r = 1;

	c->waits = false;
	for (unsigned i = 0; i < FRAMES_AT_ONCE && r == 1 && !c->left; i++)
		r = take_frame(a, c);
	if (r < 0)
		client_drop(a, c);
}

/* ---- who comes ---- */

static struct client *free_place(const struct attach *a)
{
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++)
		if (a->client[i].fd < 0)
			return (struct client *)&a->client[i];
	return NULL;
}

/* Its first frame is taken at once, if it is there: who was there before the container's first byte
 * gets that byte. */
static void accept_clients(struct attach *a)
{
	struct client *c;
	int fd;

	while ((c = free_place(a))) {
		fd = accept4(a->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd < 0)
			return;
		*c = (struct client){ .fd = fd };
		serve(a, c);
	}
}

/* ---- the loop's ---- */

static short events_of(const struct attach *a, const struct client *c)
{
	short events = c->full ? POLLOUT : 0;

	if (!c->left && !(c->waits && input_is_busy(a->input)))
		events |= POLLIN;
	return events;
}

uint64_t attach_poll(const struct attach *a, struct pollfd p[ATTACH_POLL_N])
{
	for (unsigned i = 0; i < ATTACH_POLL_N; i++)
		p[i] = (struct pollfd){ .fd = -1 };
	if (a->listener >= 0 && free_place(a))
		p[ATTACH_POLL_LISTEN] = (struct pollfd){ a->listener, POLLIN, 0 };
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++) {
		const struct client *c = &a->client[i];
		short events = c->fd < 0 ? 0 : events_of(a, c);

		/* POLLHUP comes unasked: of one who waits we do not want to know. */
		if (c->fd >= 0 && (events || c->left))
			p[ATTACH_POLL_CLIENTS + i] = (struct pollfd){ c->fd, events, 0 };
	}
	return a->patience;
}

void attach_work(struct attach *a, const struct pollfd p[ATTACH_POLL_N])
{
	if (p[ATTACH_POLL_LISTEN].revents)
		accept_clients(a);
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++) {
		const struct pollfd *ready = &p[ATTACH_POLL_CLIENTS + i];
		struct client *c = &a->client[i];

		if (!ready->revents || ready->fd != c->fd)
			continue;
		if ((ready->revents & (POLLHUP | POLLERR)) && c->left) {
			client_drop(a, c);
			continue;
		}
		if (ready->revents & POLLOUT)
			attach_resume(a, c);
		if (ready->events & POLLIN)
			serve(a, c);
	}
	attach_lose_patience(a);
}

void attach_wait(struct attach *a)
{
	struct pollfd p[ATTACH_POLL_N];
	struct timespec left;

	while (attach_holds(a)) {
		uint64_t deadline = attach_poll(a, p);

		(void)ppoll(p, ATTACH_POLL_N, clock_left(deadline, &left), NULL);
		attach_work(a, p);
	}
}
