/* supervise/stream.c - see stream.h. */
#include "supervise/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/buffer.h"
#include "supervise/clock.h"

#define PIPE_SIZE (1 << 20)

/* A second look comes after this at the soonest, unless the stream would fill up meanwhile; after
 * the longer time where so much comes that each look has its fill anyway. */
#define GATHER (10 * NS_PER_MS)
#define GATHER_MUCH (40 * NS_PER_MS)
#define MUCH 65536

/* Nobody tells when the other side of a pty is opened again; where we may not open it ourselves,
 * look this often. */
#define VACANT_INTERVAL (100 * NS_PER_MS)

/* What a pty can hold unread: 64 KiB of flip buffers and 4 KiB of line discipline. A read gives
 * less than a page. */
#define PTY_MAX ((size_t)128 * 1024)
#define PTY_ROOM 4096

/* At the end, with no room for the log: how long to hope for some, and how often to look. */
#define LAST_HOPE NS_PER_S
#define LAST_LOOKS 10 /* ms */

static BUFFER char chunk_data[ATTACH_DATA_MAX];

/* What has been read and not yet been taken by the log; of one stream at a time. */
static struct {
	char *const data;
	size_t start, end;
	enum log_stream kind;
} chunk = { .data = chunk_data };

void streams_open(struct streams *s, struct log *l, struct attach *a)
{
	*s = (struct streams){ .log = l, .attach = a };
	for (unsigned i = 0; i < _STREAM_N; i++)
		s->stream[i] = (struct stream){ .fd = -EBADF, .peer = -EBADF };
}

static void set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags >= 0)
		(void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

void streams_add_pty(struct streams *s, int fd)
{
	set_nonblocking(fd);
	s->stream[STREAM_FIRST] = (struct stream){
		.fd = fd, .kind = LOG_OUTPUT, .is_pty = true, .peer = -EBADF, .room = PTY_ROOM
	};
}

static void add_pipe(struct stream *s, int fd, enum log_stream kind)
{
	int size;

	if (fd < 0)
		return;
	set_nonblocking(fd);
	(void)fcntl(fd, F_SETPIPE_SZ, PIPE_SIZE); /* beyond the user's share: it stays as it is */
	size = fcntl(fd, F_GETPIPE_SZ);
	*s = (struct stream){
		.fd = fd, .kind = kind, .peer = -EBADF, .room = size > 0 ? (uint64_t)size : 65536
	};
}

void streams_add_pipes(struct streams *s, int output, int error)
{
	add_pipe(&s->stream[STREAM_FIRST], output, LOG_OUTPUT);
	add_pipe(&s->stream[STREAM_SECOND], error, LOG_ERROR);
}

static void stream_close(struct stream *s)
{
	fd_closep(&s->fd);
	fd_closep(&s->peer);
}

/* ---- one stream ---- */

/* Clients of a log that is no file are sent the bytes themselves. */
static bool must_copy(const struct streams *s, const struct stream *stream)
{
	if (stream->is_pty || !log_can_splice(s->log))
		return true;
	return !attach_follows(s->attach) && attach_listens(s->attach);
}

/* -> 0 when the chunk is empty afterwards, or -ENOSPC. */
static int flush_chunk(struct streams *s)
{
	while (chunk.start < chunk.end) {
		ssize_t n = log_write(s->log, chunk.kind, chunk.data + chunk.start,
				      chunk.end - chunk.start);

		if (n == -ENOSPC && s->log->settings->log_mode == LOG_NON_BLOCKING) {
			n = (ssize_t)(chunk.end - chunk.start);
			log_drop(s->log, chunk.kind, (size_t)n);
		}
		if (n < 0)
			return (int)n;
		chunk.start += (size_t)n;
	}
	return 0;
}

/* As log_splice(), by way of the chunk. */
static ssize_t copy(struct streams *s, struct stream *stream, size_t max)
{
	ssize_t n;
	int r = flush_chunk(s);

	if (r < 0)
		return r;
	if (attach_holds(s->attach))
		return -EAGAIN;
	n = read(stream->fd, chunk.data, max < sizeof(chunk_data) ? max : sizeof(chunk_data));
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	chunk.start = 0;
	chunk.end = (size_t)n;
	chunk.kind = stream->kind;
	if (!attach_follows(s->attach))
		attach_send(s->attach, stream->kind, chunk.data, (size_t)n);
	(void)flush_chunk(s);
	return n;
}

static ssize_t take(struct streams *s, struct stream *stream, size_t max)
{
	ssize_t n;

	if (must_copy(s, stream))
		return copy(s, stream, max);
	n = log_splice(s->log, stream->fd, stream->kind, max);
	if (n == -ENOSPC && s->log->settings->log_mode == LOG_NON_BLOCKING)
		n = log_drop_pipe(s->log, stream->fd, stream->kind, max);
	return n;
}

/* The other side of a pty was closed by all who had it: reading fails until it is opened again, by
 * a getty between two logins, say. Holding it open ourselves saves us from looking. */
static void fill_vacancy(struct stream *s)
{
	fd_closep(&s->peer); /* one that was hung up (vhangup(2)) counts as closed */
	s->peer = ioctl(s->fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	s->next = s->peer < 0 ? clock_now() + VACANT_INTERVAL : 0;
}

/* When to look again after n bytes in the given time: by then it should be half full at most. */
static uint64_t pause_after(const struct stream *s, uint64_t n, uint64_t elapsed)
{
	uint64_t longest = n < MUCH ? GATHER : GATHER_MUCH;

	if (n >= s->room - s->room / 4)
		return 0; /* full: who knows how fast its writer is */
	return earlier(longest, earlier(elapsed, NS_PER_S) * (s->room / 2) / n);
}

static void look(struct streams *s, struct stream *stream)
{
	uint64_t now = clock_now(), taken = 0;
	ssize_t n;

	do {
		s->log->left = true;
		n = take(s, stream, SIZE_MAX >> 1);
		taken += n > 0 ? (uint64_t)n : 0;
	} while (n > 0 && taken < stream->room && s->log->left);
	if (taken > 0) {
		stream->next = now + pause_after(stream, taken, now - stream->looked);
		stream->looked = now;
		if (n != 0)
			return;
	}
	if (n == -ENOSPC)
		return; /* streams_poll() knows */
	if (n == -EAGAIN)
		stream->next = 0;
	else if (n == -EIO && stream->is_pty)
		fill_vacancy(stream);
	else
		stream_close(stream); /* 0: no writer is left */
}

/* ---- both ---- */

/* No room in the log, or a client that is being waited for: nothing is read. */
static bool is_held(const struct streams *s)
{
	return attach_holds(s->attach) ||
	       (s->log->full && s->log->settings->log_mode == LOG_BLOCKING);
}

uint64_t streams_poll(const struct streams *s, struct pollfd p[_STREAM_N])
{
	uint64_t deadline = NEVER;

	for (unsigned i = 0; i < _STREAM_N; i++)
		p[i] = (struct pollfd){ .fd = -1 }; /* else POLLHUP would come unasked, for ever */
	if (attach_holds(s->attach))
		return NEVER; /* attach_poll() has the deadline */
	if (is_held(s))
		return s->log->retry;
	for (unsigned i = 0; i < _STREAM_N; i++) {
		const struct stream *stream = &s->stream[i];

		if (stream->fd < 0)
			continue;
		if (stream->next > 0)
			deadline = earlier(deadline, stream->next);
		else
			p[i] = (struct pollfd){ stream->fd, POLLIN, 0 };
	}
	return deadline;
}

/* Those whose time to wait is running have bytes, if any, that may be older than what has just come
 * to the other: they are looked at first, whenever one is looked at. */
void streams_work(struct streams *s, const struct pollfd p[_STREAM_N])
{
	bool all = false, due = false;
	uint64_t now = clock_now();

	if (is_held(s)) {
		if (attach_holds(s->attach) || now < s->log->retry)
			return;
		all = due = true;
	}
	for (unsigned i = 0; i < _STREAM_N; i++) {
		const struct stream *stream = &s->stream[i];

		if (stream->fd >= 0)
			due |= p[i].revents || (stream->next > 0 && stream->next <= now);
	}
	if (!due)
		return;
	for (unsigned waiting = 2; waiting-- > 0;)
		for (unsigned i = 0; i < _STREAM_N; i++)
			if (s->stream[i].fd >= 0 && (s->stream[i].next > 0) == waiting &&
			    (waiting || all || p[i].revents))
				look(s, &s->stream[i]);
}

/* ---- the end ---- */

/* False when there is no hope for room any more. */
static bool wait_for_room(const struct streams *s, uint64_t give_up)
{
	struct pollfd journal = log_poll(s->log);

	if (clock_now() >= give_up)
		return false;
	(void)poll(&journal, 1, LAST_LOOKS);
	return true;
}

static void drain_chunk(struct streams *s, uint64_t *give_up)
{
	size_t before = chunk.start;

	while (flush_chunk(s) == -ENOSPC) {
		if (chunk.start != before)
			*give_up = clock_now() + LAST_HOPE;
		before = chunk.start;
		if (wait_for_room(s, *give_up))
			continue;
		log_drop(s->log, chunk.kind, chunk.end - chunk.start);
		chunk.start = chunk.end;
	}
	attach_wait(s->attach);
}

static size_t waiting_in(const struct stream *stream)
{
	int n;

	if (stream->is_pty)
		return PTY_MAX;
	return ioctl(stream->fd, FIONREAD, &n) < 0 ? 0 : (size_t)n;
}

/* EAGAIN and EIO of a pty both come after the kernel has pushed what was under way (n_tty_read()):
 * they mean that everything has been read. */
static void drain(struct streams *s, struct stream *stream, uint64_t *give_up)
{
	for (size_t left = waiting_in(stream); left > 0;) {
		ssize_t n = take(s, stream, left);

		if (n == -ENOSPC) {
			if (wait_for_room(s, *give_up))
				continue;
			n = log_drop_pipe(s->log, stream->fd, stream->kind, left);
		} else if (!s->log->full) {
			*give_up = clock_now() + LAST_HOPE;
		}
		if (n <= 0)
			return;
		left -= (size_t)n;
		drain_chunk(s, give_up);
	}
}

void streams_drain(struct streams *s)
{
	uint64_t give_up = clock_now() + LAST_HOPE;

	drain_chunk(s, &give_up);
	for (unsigned i = 0; i < _STREAM_N; i++) {
		if (s->stream[i].fd < 0)
			continue;
		drain(s, &s->stream[i], &give_up);
		stream_close(&s->stream[i]);
	}
	log_end(s->log);
}
