/* supervise/log_journal.c - the log driver `journald`: one datagram for each line. */
#include "supervise/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/buffer.h"
#include "supervise/clock.h"
#include "supervise/line.h"

#define SOCKET "/run/systemd/journal/socket"

/* Of one line; what is longer comes in parts, as docker does it. */
#define LINE_MAX_BYTES 16384

/* How long to wait for a journal that is being restarted. */
#define RETRY_INTERVAL (100 * NS_PER_MS)

/* The beginning of a line whose end has not come yet. */
static BUFFER char begun_text[LOG_STREAMS][LINE_MAX_BYTES];
static size_t begun[LOG_STREAMS];

/* What every datagram says, but for priority and message. */
static BUFFER char fields[1024];
static size_t fields_length;

static void add_field(struct line *l, const char *name, const char *value, size_t n)
{
	line_add(l, name);
	line_add_bytes(l, value, n);
	line_add(l, "\n");
}

static void compose_fields(const struct watch_settings *s)
{
	const char *name = s->name ? s->name : s->id;
	struct line l = LINE_IN(fields);

	add_field(&l, "CONTAINER_ID=", s->id, strnlen(s->id, 12));
	add_field(&l, "CONTAINER_ID_FULL=", s->id, strlen(s->id));
	add_field(&l, "CONTAINER_NAME=", name, strlen(name));
	add_field(&l, "SYSLOG_IDENTIFIER=", name, strlen(name));
	fields_length = (size_t)(l.at - fields);
}

static int connect_journal(struct log *l)
{
	const struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = SOCKET };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	fd_closep(&l->journal);
	l->journal = take_fd(fd);
	return 0;
}

int log_journal_open(struct log *l)
{
	compose_fields(l->settings);
	return connect_journal(l);
}

/* -> 0, or -ENOSPC: the journal takes nothing just now. */
static int send_line(struct log *l, enum log_stream stream, const char *text, size_t n,
		     bool partial)
{
	static const char rest[] = "CONTAINER_PARTIAL_MESSAGE=true\n";
	const char *start = stream == LOG_ERROR ? "PRIORITY=3\nMESSAGE=" : "PRIORITY=6\nMESSAGE=";
	struct iovec part[] = {
		{ fields, fields_length },
		{ (void *)start, strlen(start) },
		{ (void *)text, n },
		{ (void *)"\n", 1 },
		{ (void *)rest, partial ? sizeof(rest) - 1 : 0 },
	};
	struct msghdr message = { .msg_iov = part, .msg_iovlen = ELEMENTS(part) };

	for (int tries = 0; tries < 2; tries++) {
		if (sendmsg(l->journal, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
			l->full = false;
			return 0;
		}
		if (errno == EAGAIN || connect_journal(l) < 0)
			break;
	}
	l->busy = errno == EAGAIN;
	l->retry = clock_now() + RETRY_INTERVAL;
	l->full = true;
	return -ENOSPC;
}

/* Takes what there is of one line. -> bytes taken, or -ENOSPC. */
static ssize_t take_line(struct log *l, enum log_stream stream, const char *data, size_t n)
{
	const char *newline = memchr(data, '\n', n);
	size_t room = LINE_MAX_BYTES - begun[stream];
	size_t length = newline ? (size_t)(newline - data) : n;
	int r;

	if (newline && begun[stream] == 0 && length <= LINE_MAX_BYTES) {
		r = send_line(l, stream, data, length, false);
		return r < 0 ? r : (ssize_t)length + 1;
	}
	if (length > room) { /* all of a part is here */
		length = room;
		newline = NULL;
	}
	memcpy(begun_text[stream] + begun[stream], data, length);
	if (newline || length == room) {
		r = send_line(l, stream, begun_text[stream], begun[stream] + length, !newline);
		if (r < 0)
			return r;
		begun[stream] = 0;
		return (ssize_t)length + (newline != NULL);
	}
	begun[stream] += length;
	return (ssize_t)length;
}

ssize_t log_journal_write(struct log *l, enum log_stream stream, const char *data, size_t n)
{
	size_t done = 0;

	while (done < n) {
		ssize_t taken = take_line(l, stream, data + done, n - done);

		if (taken < 0)
			return done > 0 ? (ssize_t)done : taken;
		done += (size_t)taken;
	}
	return (ssize_t)n;
}

void log_journal_end(struct log *l)
{
	for (enum log_stream stream = LOG_OUTPUT; stream <= LOG_ERROR; stream++) {
		if (begun[stream] > 0)
			(void)send_line(l, stream, begun_text[stream], begun[stream], true);
		begun[stream] = 0;
	}
}
