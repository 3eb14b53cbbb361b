/* store/event_reader.c - reading events, from events.1 on, while others append and rename. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/events.h"

#define ROOM 65536 /* a line is at most 8 KiB; and what was glued to it */
#define ATTEMPTS 1000

int event_reader_open(struct event_reader *r, int state_fd, uint64_t since, uint64_t until)
{
	char *buffer = malloc(ROOM);

	if (!buffer)
		return -ENOMEM;
	*r = (struct event_reader){
		.state_fd = state_fd, .fd = -EBADF, .since = since, .until = until, .buffer = buffer
	};
	return 0;
}

void event_reader_done(struct event_reader *r)
{
	fd_closep(&r->fd);
	freep(&r->buffer);
	r->buffer = NULL;
}

/* The last object in what stands before a newline: in front of it there may be what a writer was
 * killed in, or what a power failure left. "{"time":" occurs in no string, where quotes are
 * escaped. */
static char *find_object(char *line, char *end, uint64_t *ret_time)
{
	static const char start[] = "{\"time\":\"", nano[] = "\",\"timeNano\":";
	char *object = NULL, *at = line;
	uint64_t time = 0;

	while ((at = memmem(at, (size_t)(end - at), start, sizeof(start) - 1)))
		object = at++;
	if (!object || end[-1] != '}')
		return NULL;
	at = memchr(object + sizeof(start) - 1, '"', (size_t)(end - object) - sizeof(start) + 1);
	if (!at || (size_t)(end - at) <= sizeof(nano) || memcmp(at, nano, sizeof(nano) - 1) != 0)
		return NULL;
	for (at += sizeof(nano) - 1; *at >= '0' && *at <= '9'; at++)
		if (__builtin_mul_overflow(time, UINT64_C(10), &time) ||
		    __builtin_add_overflow(time, (uint64_t)(*at - '0'), &time))
			return NULL;
	*ret_time = time;
	return *at == ',' ? object : NULL;
}

/* The next line that is complete and wanted, or NULL. */
static const char *next_line(struct event_reader *r)
{
	for (;;) {
		char *line = r->buffer + r->start, *object;
		char *end = memchr(line, '\n', r->end - r->start);
		uint64_t time;

		if (!end)
			return NULL;
		r->start = (size_t)(end + 1 - r->buffer);
		if (r->skipping || end == line) {
			r->skipping = false;
			continue;
		}
		object = find_object(line, end, &time);
		if (!object || time < r->since || time > r->until)
			continue;
		*end = '\0';
		return object;
	}
}

/* Makes room behind what is left. */
static void compact(struct event_reader *r)
{
	if (r->start > 0)
		memmove(r->buffer, r->buffer + r->start, r->end - r->start);
	r->end -= r->start;
	r->start = 0;
	if (r->end < ROOM)
		return;
	r->skipping = true;
	r->end = 0;
}

static int open_part(const struct event_reader *r, const char *name)
{
	int fd = openat(r->state_fd, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

static bool is_part(const struct event_reader *r, const char *name)
{
	struct stat linked, own;

	return fstat(r->fd, &own) == 0 &&
	       fstatat(r->state_fd, name, &linked, AT_SYMLINK_NOFOLLOW) == 0 &&
	       linked.st_dev == own.st_dev && linked.st_ino == own.st_ino;
}

static bool has_former_part(const struct event_reader *r)
{
	return faccessat(r->state_fd, "events.1", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void read_from(struct event_reader *r, int fd)
{
	fd_closep(&r->fd);
	r->fd = fd;
	r->renamed = false;
	r->start = r->end = 0; /* a line that never got its end */
	r->skipping = false;
}

/* What follows the file that was read to its end. 1: read on. 0: there is nothing yet. While we
 * look, others may rename: so what was the case has to be so still once a file is open. */
static int open_next(struct event_reader *r)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		bool follows = r->fd >= 0 && is_part(r, "events.1");

		if (!follows) {
			/* The first one, or ours has been dropped: from the oldest on. */
			int fd = open_part(r, "events.1");

			if (fd >= 0)
				read_from(r, fd);
			if (fd != -ENOENT)
				return fd < 0 ? fd : 1;
		}
		_cleanup_close_ int fd = open_part(r, "events");
		if (follows ? !is_part(r, "events.1") : has_former_part(r))
			continue;
		if (fd < 0)
			return fd == -ENOENT ? 0 : fd;
		read_from(r, take_fd(fd));
		return 1;
	}
	return -EAGAIN;
}

static int end_of_file(struct event_reader *r)
{
	if (r->fd >= 0 && is_part(r, "events"))
		return 0;
	if (r->fd >= 0 && !r->renamed) {
		r->renamed = true; /* once more, for what was appended before that */
		return 1;
	}
	return open_next(r);
}

int event_reader_next(struct event_reader *r, const char **ret_line)
{
	for (;;) {
		const char *line = next_line(r);
		ssize_t n = 0;

		if (line) {
			*ret_line = line;
			return 1;
		}
		compact(r);
		if (r->fd >= 0)
			n = read(r->fd, r->buffer + r->end, ROOM - r->end);
		if (n > 0) {
			r->end += (size_t)n;
			continue;
		}
		if (n < 0 && errno == EINTR)
			continue;
		int more = n < 0 ? -errno : end_of_file(r);
		if (more <= 0)
			return more;
	}
}

int event_watch(int state_fd)
{
	char path[32];
	_cleanup_close_ int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	if (fd < 0)
		return -errno;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", state_fd);
	if (inotify_add_watch(fd, path, IN_CREATE | IN_MODIFY | IN_MOVED_TO | IN_ONLYDIR) < 0)
		return -errno;
	return take_fd(fd);
}
