/* supervise/attach_output.c - what clients are sent: frames, and how far each of them has come. */
#include "supervise/attach.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/cleanup.h"
#include "supervise/buffer.h"
#include "supervise/clock.h"

/* How long one client may hold up everybody, once, until it is known to be slow. */
#define PATIENCE (100 * NS_PER_MS)

/* Frames for one client before the others and the container have their turn. */
#define FRAMES_AT_ONCE 16

/* Touched only while somebody is attached to a container whose log is a file. */
static BUFFER char bytes[ATTACH_DATA_MAX];

/* It reads nothing any more. What it has sent before is still taken. */
static void client_deafen(struct client *c)
{
	c->wants &= ~(ATTACH_WANTS_OUTPUT | ATTACH_WANTS_ERROR);
	c->full = c->owed = false;
	c->lost = 0;
}

int client_send(struct client *c, enum attach_kind kind, const void *data, size_t n)
{
	struct attach_frame frame = { .kind = kind, .size = (uint32_t)n };
	struct iovec part[] = { { &frame, sizeof(frame) }, { (void *)data, n } };
	struct msghdr message = { .msg_iov = part, .msg_iovlen = ELEMENTS(part) };

	if (sendmsg(c->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
		return 0;
	if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS || errno == ENOMEM) {
		c->full = true;
		return -EAGAIN;
	}
	client_deafen(c);
	return -EPIPE;
}

/* How much it has missed, if anything: before it gets anything else. */
static int tell_lost(struct client *c)
{
	uint64_t lost = c->lost;
	int r;

	if (lost == 0)
		return 0;
	r = client_send(c, ATTACH_LOST, &lost, sizeof(lost));
	if (r == 0)
		c->lost = 0;
	return r;
}

static enum attach_kind kind_of(unsigned stream)
{
	return stream == LOG_ERROR ? ATTACH_ERROR : ATTACH_OUTPUT;
}

/* ---- clients that read the log ---- */

static void next_piece(struct client *c)
{
	c->piece += sizeof(struct log_piece);
	c->done = 0;
}

/* Sends some of the piece at which c is. -> 0, or why there is no more just now. */
static int send_piece(struct attach *a, struct client *c, const struct log_piece *piece)
{
	uint32_t left = piece->length - c->done;
	ssize_t n;
	int r;

	if (piece->stream == LOG_UNKNOWN || !client_wants(c, piece->stream)) {
		next_piece(c);
		return 0;
	}
	if (piece->flags & LOG_DROPPED) {
		c->lost += piece->length;
		next_piece(c);
		return 0;
	}
	n = log_read_bytes(a->log, c->generation, piece->offset + c->done, bytes,
			   left < sizeof(bytes) ? left : sizeof(bytes));
	if (n <= 0) { /* somebody has cut the file short */
		c->lost += left;
		next_piece(c);
		return 0;
	}
	r = client_send(c, kind_of(piece->stream), bytes, (size_t)n);
	if (r < 0)
		return r;
	c->done += (uint32_t)n;
	if (c->done >= piece->length)
		next_piece(c);
	return 0;
}

/* -> -ENODATA when c has everything, -EAGAIN when it is full. */
static int pump_one(struct attach *a, struct client *c)
{
	struct log_piece piece;
	int r;

	for (unsigned frames = 0; frames < FRAMES_AT_ONCE; frames++) {
		r = tell_lost(c);
		if (r < 0)
			return r;
		r = log_read_piece(a->log, c->generation, c->piece, &piece);
		if (r == 1) {
			r = send_piece(a, c, &piece);
			if (r < 0)
				return r;
		} else if (c->generation < a->log->generation) {
			c->generation++;
			c->piece = c->done = 0;
		} else {
			return -ENODATA;
		}
	}
	c->full = true; /* or so we say: poll() tells at once that it is not */
	return -EAGAIN;
}

void attach_pump(struct attach *a)
{
	if (!attach_follows(a))
		return;
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++)
		if (a->client[i].fd >= 0 && a->client[i].greeted && !a->client[i].full)
			(void)pump_one(a, &a->client[i]);
}

void attach_forget(void *data, uint64_t generation)
{
	struct attach *a = data;

	for (unsigned i = 0; i < ATTACH_CLIENTS; i++) {
		struct client *c = &a->client[i];
		struct log_piece piece;

		if (c->fd < 0 || !c->greeted || c->generation != generation)
			continue;
		for (; log_read_piece(a->log, generation, c->piece, &piece) == 1; next_piece(c))
			if (client_wants(c, piece.stream))
				c->lost += piece.length - c->done;
		c->generation++;
		c->piece = c->done = 0;
	}
}

/* ---- clients that are sent what comes ---- */

void attach_settle(struct attach *a)
{
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++)
		if (a->client[i].owed)
			return;
	a->patience = NEVER;
}

static void send_now(struct attach *a, struct client *c)
{
	int r;

	c->owed = false;
	r = tell_lost(c);
	if (r == 0)
		r = client_send(c, kind_of(a->stream), a->data, a->size);
	if (r == 0)
		c->slow = false;
	else if (r == -EAGAIN && c->slow)
		c->lost += a->size;
	else if (r == -EAGAIN)
		c->owed = true;
}

void attach_send(struct attach *a, enum log_stream stream, const char *data, size_t n)
{
	if (n == 0)
		return;
	a->data = data;
	a->size = n;
	a->stream = stream;
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++) {
		struct client *c = &a->client[i];

		if (c->fd < 0 || !client_wants(c, stream))
			continue;
		if (c->full && c->slow)
			c->lost += n;
		else
			send_now(a, c);
		if (c->owed)
			a->patience = clock_now() + PATIENCE;
	}
}

bool attach_holds(const struct attach *a)
{
	return a->patience != NEVER;
}

void attach_lose_patience(struct attach *a)
{
	if (a->patience == NEVER || clock_now() < a->patience)
		return;
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++) {
		struct client *c = &a->client[i];

		if (!c->owed)
			continue;
		c->owed = false;
		c->slow = true;
		c->lost += a->size;
	}
	a->patience = NEVER;
}

/* ---- both ---- */

void attach_resume(struct attach *a, struct client *c)
{
	c->full = false;
	if (attach_follows(a)) {
		(void)pump_one(a, c);
	} else if (c->owed) {
		send_now(a, c);
		attach_settle(a);
	} else {
		(void)tell_lost(c);
	}
}

/* -> true when there is nothing more to tell it. */
static bool tell_end(struct attach *a, struct client *c, int code)
{
	struct attach_end end = { .code = code };
	int r = attach_follows(a) ? pump_one(a, c) : tell_lost(c);

	if (r == 0 || r == -ENODATA)
		r = client_send(c, ATTACH_ENDED, &end, sizeof(end));
	return r != -EAGAIN;
}

void attach_end(struct attach *a, int code, uint64_t deadline)
{
	struct pollfd p[ATTACH_CLIENTS];
	struct timespec left;
	unsigned waiting;

	do {
		waiting = 0;
		for (unsigned i = 0; i < ATTACH_CLIENTS; i++) {
			struct client *c = &a->client[i];

			if (c->fd >= 0 && c->greeted && !tell_end(a, c, code))
				p[waiting++] = (struct pollfd){ c->fd, POLLOUT, 0 };
			else
				fd_closep(&c->fd);
		}
	} while (waiting > 0 && ppoll(p, waiting, clock_left(deadline, &left), NULL) > 0);
	for (unsigned i = 0; i < ATTACH_CLIENTS; i++)
		fd_closep(&a->client[i].fd);
	fd_closep(&a->listener);
}
