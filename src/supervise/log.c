/* supervise/log.c - see log.h; the drivers `file` and `none`. */
#include "supervise/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/clock.h"

/* How often to see whether there is room again. */
#define RETRY_INTERVAL NS_PER_S

/* The pipe's lock is held while splice(2) writes, and the container waits for it: not for longer
 * than this much takes. */
#define SPLICE_MAX ((size_t)256 * 1024)

/* A supervisor that was given 0, 1 and 2 as /dev/null drops what goes there. */
#define NOWHERE STDOUT_FILENO

int log_open(struct log *l, const struct watch_settings *s, int directory)
{
	*l = (struct log){ .settings = s,
			   .directory = directory,
			   .out = -EBADF,
			   .index = -EBADF,
			   .journal = -EBADF };
	switch ((enum log_driver)s->log_driver) {
	case LOG_TO_FILE:
		return log_files_open(l);
	case LOG_TO_JOURNAL:
		return log_journal_open(l);
	case LOG_TO_NOTHING:
	case _LOG_DRIVER_N:
		break;
	}
	return 0;
}

bool log_can_splice(const struct log *l)
{
	return l->settings->log_driver != LOG_TO_JOURNAL && !l->must_copy;
}

static ssize_t no_room(struct log *l)
{
	l->full = true;
	l->retry = clock_now() + RETRY_INTERVAL;
	return -ENOSPC;
}

/* The index must not go on before it has what was written earlier: it is read in order. */
static bool pay(struct log *l)
{
	size_t size = l->n_owed * sizeof(l->owed[0]);

	if (l->n_owed == 0)
		return true;
	if (pwrite(l->index, l->owed, size, (off_t)l->index_end) != (ssize_t)size)
		return false; /* half of it, perhaps: the next try writes over that */
	l->index_end += size;
	l->n_owed = 0;
	return true;
}

static void owe_dropped(struct log *l, enum log_stream stream, uint64_t date)
{
	uint64_t n = l->dropped[stream];

	if (n == 0)
		return;
	if (n > UINT32_MAX)
		n = UINT32_MAX;
	l->owed[l->n_owed++] =
		(struct log_piece){ date, l->offset, (uint32_t)n, (uint16_t)stream, LOG_DROPPED };
	l->dropped[stream] -= n;
}

/* n bytes have come to the end of out. */
static void note(struct log *l, enum log_stream stream, size_t n)
{
	uint64_t date = clock_date();
	uint16_t flags = LOG_PARTIAL;
	char last;

	if (pread(l->out, &last, 1, (off_t)(l->offset + n - 1)) == 1 && last == '\n')
		flags = 0;
	owe_dropped(l, stream, date);
	l->owed[l->n_owed++] =
		(struct log_piece){ date, l->offset, (uint32_t)n, (uint16_t)stream, flags };
	l->offset += n;
	(void)pay(l);
}

/* How many bytes may come to out now; 0: none. waiting: how many are there. A new file begins
 * early when that saves a line from being cut in two. */
static size_t room(struct log *l, size_t waiting)
{
	uint64_t size = l->settings->log_size;

	l->full = false;
	if (!pay(l))
		return 0;
	if (l->offset >= size ||
	    (l->offset >= size - size / 4 && waiting > size - l->offset && waiting <= size)) {
		if (log_files_rotate(l) < 0)
			return 0;
	}
	return size - l->offset < SPLICE_MAX ? (size_t)(size - l->offset) : SPLICE_MAX;
}

static ssize_t file_splice(struct log *l, int pipe, enum log_stream stream, size_t max)
{
	int waiting = 0;
	loff_t at;
	size_t most;
	ssize_t n;

	(void)ioctl(pipe, FIONREAD, &waiting);
	most = room(l, (size_t)waiting);
	if (most == 0)
		return no_room(l);
	at = (loff_t)l->offset;
	n = splice(pipe, NULL, l->out, &at, max < most ? max : most, SPLICE_F_NONBLOCK);
	l->left = waiting > n;
	if (n > 0)
		note(l, stream, (size_t)n);
	else if (n < 0 && errno == EINVAL)
		l->must_copy = true; /* a file system without splice_write */
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		return no_room(l); /* ENOSPC, EDQUOT, EFBIG, EIO: the bytes stay in the pipe */
	return n < 0 ? -EAGAIN : n;
}

static ssize_t nowhere(int pipe, size_t max)
{
	ssize_t n = splice(pipe, NULL, NOWHERE, NULL, max, SPLICE_F_NONBLOCK);

	return n < 0 ? -EAGAIN : n;
}

ssize_t log_splice(struct log *l, int pipe, enum log_stream stream, size_t max)
{
	if (l->settings->log_driver == LOG_TO_NOTHING)
		return nowhere(pipe, max);
	return file_splice(l, pipe, stream, max);
}

static ssize_t file_write(struct log *l, enum log_stream stream, const char *data, size_t n)
{
	size_t most = room(l, n);
	ssize_t written;

	if (most == 0)
		return no_room(l);
	written = pwrite(l->out, data, n < most ? n : most, (off_t)l->offset);
	if (written <= 0)
		return no_room(l);
	note(l, stream, (size_t)written);
	return written;
}

ssize_t log_write(struct log *l, enum log_stream stream, const char *data, size_t n)
{
	switch ((enum log_driver)l->settings->log_driver) {
	case LOG_TO_FILE:
		return file_write(l, stream, data, n);
	case LOG_TO_JOURNAL:
		return log_journal_write(l, stream, data, n);
	case LOG_TO_NOTHING:
	case _LOG_DRIVER_N:
		break;
	}
	return (ssize_t)n;
}

void log_drop(struct log *l, enum log_stream stream, size_t n)
{
	l->dropped[stream] += n;
}

ssize_t log_drop_pipe(struct log *l, int pipe, enum log_stream stream, size_t max)
{
	ssize_t n = nowhere(pipe, max);

	if (n > 0)
		log_drop(l, stream, (size_t)n);
	return n;
}

void log_end(struct log *l)
{
	if (l->settings->log_driver == LOG_TO_JOURNAL)
		log_journal_end(l);
	if (l->index < 0)
		return;
	for (enum log_stream stream = LOG_OUTPUT; stream <= LOG_ERROR; stream++)
		if (pay(l))
			owe_dropped(l, stream, clock_date());
	(void)pay(l);
}

int log_read_piece(struct log *l, uint64_t generation, uint64_t at, struct log_piece *ret)
{
	_cleanup_close_ int old = -EBADF;
	int fd = l->index;
	ssize_t n;

	if (generation == l->generation) {
		if (at >= l->index_end)
			return 0;
	} else {
		fd = old = log_files_open_old(l, "index", generation);
		if (fd < 0)
			return fd;
	}
	n = pread(fd, ret, sizeof(*ret), (off_t)at);
	if (n < 0)
		return -errno;
	return n == sizeof(*ret);
}

ssize_t log_read_bytes(struct log *l, uint64_t generation, uint64_t at, char *ret, size_t n)
{
	_cleanup_close_ int old = -EBADF;
	int fd = l->out;
	ssize_t got;

	if (generation != l->generation) {
		fd = old = log_files_open_old(l, "out", generation);
		if (fd < 0)
			return fd;
	}
	got = pread(fd, ret, n, (off_t)at);
	return got < 0 ? -errno : got;
}
