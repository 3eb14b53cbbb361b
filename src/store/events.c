/* store/events.c - appending an event; see events.h.
 *
 * Who appends shares the flock on the file that is `events` at that moment, who renames it to
 * `events.1` has it alone. So a line always goes into the file that is followed, and is kept for as
 * long as the next file is filled. Nobody waits long for these locks: somebody may be stopped while
 * he holds one, and events are worth less than a supervisor. */
#include "store/events.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/printable.h"

#define LINE_ROOM 8192
#define TRIES 50 /* for a lock, and as many times MOMENT */
#define MOMENT 100000

const char *const event_actions[] = {
	"create",   "start",	     "die",    "oom",	 "stop",    "kill",
	"pause",    "resume",	     "rename", "remove", "restart", "exec_start",
	"exec_die", "health_status", "attach", "detach", "update",
};
const size_t n_event_actions = ELEMENTS(event_actions);

/* ---- the line ---- */

struct line {
	char text[LINE_ROOM];
	size_t length, room;
	bool full; /* something did not fit any more */
};

static void add(struct line *l, const char *s, size_t n)
{
	if (n > l->room - l->length)
		l->full = true;
	if (l->full)
		return;
	memcpy(l->text + l->length, s, n);
	l->length += n;
}

static void add_text(struct line *l, const char *s)
{
	add(l, s, strlen(s));
}

/* With at least so many digits. */
static void add_number(struct line *l, uint64_t value, size_t least)
{
	char digits[24];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0 || sizeof(digits) - at < least);
	add(l, digits + at, sizeof(digits) - at);
}

static void add_control(struct line *l, unsigned char c)
{
	static const char hexadecimal[] = "0123456789abcdef";
	char escape[] = "\\u0000";

	escape[4] = hexadecimal[c >> 4];
	escape[5] = hexadecimal[c & 15];
	add(l, escape, sizeof(escape) - 1);
}

static void add_string(struct line *l, const char *s)
{
	add(l, "\"", 1);
	while (*s) {
		unsigned char c = (unsigned char)*s;
		size_t n = printable_length(s);

		if (c == '"' || c == '\\')
			add(l, "\\", 1);
		if (n > 0) {
			add(l, s, n);
		} else if (c < 0x80) {
			add_control(l, c);
		} else if (c == 0xc2 && ((unsigned char)s[1] & 0xe0) == 0x80) { /* C1 */
			add_control(l, (unsigned char)s[1]);
			n = 2;
		} else {
			add_text(l, "\xef\xbf\xbd");
		}
		s += n > 0 ? n : 1;
	}
	add(l, "\"", 1);
}

/* RFC 3339, in UTC, with all nine digits: texts compare as times do. */
static void add_time(struct line *l)
{
	struct timespec now;
	struct tm t;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)gmtime_r(&now.tv_sec, &t);
	add_text(l, "{\"time\":\"");
	add_number(l, (unsigned)t.tm_year + 1900, 4);
	add_text(l, "-");
	add_number(l, (unsigned)t.tm_mon + 1, 2);
	add_text(l, "-");
	add_number(l, (unsigned)t.tm_mday, 2);
	add_text(l, "T");
	add_number(l, (unsigned)t.tm_hour, 2);
	add_text(l, ":");
	add_number(l, (unsigned)t.tm_min, 2);
	add_text(l, ":");
	add_number(l, (unsigned)t.tm_sec, 2);
	add_text(l, ".");
	add_number(l, (uint64_t)now.tv_nsec, 9);
	add_text(l, "Z\",\"timeNano\":");
	add_number(l, (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec, 1);
}

static void add_attributes(struct line *l, const char *const *attributes)
{
	bool cut = false, first = true;

	add_text(l, ",\"attributes\":{");
	for (; attributes && attributes[0] && attributes[1]; attributes += 2) {
		size_t before = l->length;

		if (!first)
			add(l, ",", 1);
		add_string(l, attributes[0]);
		add(l, ":", 1);
		add_string(l, attributes[1]);
		if (l->full) {
			l->length = before;
			l->full = false;
			cut = true;
		} else {
			first = false;
		}
	}
	l->room = sizeof(l->text);
	add_text(l, cut ? "},\"cut\":true}\n" : "}}\n");
}

static int compose(struct line *l, const char *id, const char *name, const char *action,
		   const char *const *attributes)
{
	l->length = 0;
	l->room = sizeof(l->text) - sizeof("},\"cut\":true}\n");
	l->full = false;
	add_time(l);
	add_text(l, ",\"action\":");
	add_string(l, action);
	add_text(l, ",\"id\":");
	add_string(l, id);
	if (name && name[0] != '\0') {
		add_text(l, ",\"name\":");
		add_string(l, name);
	}
	if (l->full)
		return -E2BIG;
	add_attributes(l, attributes);
	return 0;
}

/* ---- the file ---- */

static void wait_a_moment(void)
{
	static const struct timespec moment = { .tv_nsec = MOMENT };

	(void)nanosleep(&moment, NULL);
}

static bool lock(int fd, int operation, int tries)
{
	for (int i = 0; i < tries; i++) {
		if (flock(fd, operation | LOCK_NB) == 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR)
			return false;
		if (i + 1 < tries)
			wait_a_moment();
	}
	return false;
}

/* Is fd what others open now? */
static bool is_current(int state_fd, int fd, struct stat *ret)
{
	struct stat linked;

	return fstat(fd, ret) == 0 &&
	       fstatat(state_fd, "events", &linked, AT_SYMLINK_NOFOLLOW) == 0 &&
	       linked.st_dev == ret->st_dev && linked.st_ino == ret->st_ino;
}

/* Where others keep the lock busy, the file may grow by a quarter before anybody waits for them. */
static bool rotate(int state_fd, int fd, off_t size, off_t full)
{
	struct stat st;

	/* What we shared is lost with this, whether it works or not. */
	if (!lock(fd, LOCK_EX, size < full + full / 4 ? 1 : TRIES))
		return false;
	return !is_current(state_fd, fd, &st) ||
	       renameat(state_fd, "events", state_fd, "events.1") == 0;
}

/* -> the file to append to, with its lock shared if that could be had. */
static int open_current(int state_fd, off_t full)
{
	bool may_rotate = true;

	for (int i = 0; i < TRIES; i++) {
		struct stat st;
		_cleanup_close_ int fd = openat(
			state_fd, "events",
			O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);

		if (fd < 0)
			return -errno;
		(void)lock(fd, LOCK_SH, TRIES);
		if (!is_current(state_fd, fd, &st))
			continue;
		if (!S_ISREG(st.st_mode))
			return -EBADMSG;
		if (st.st_size < full || !may_rotate)
			return take_fd(fd);
		may_rotate = rotate(state_fd, fd, st.st_size, full);
	}
	return -EAGAIN;
}

/* Half a line would spoil the next one, too. It is the end of the file unless somebody has appended
 * since, who did not share the lock. */
static void take_back(int fd, ssize_t n)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (lock(fd, LOCK_EX, TRIES) && fstat(fd, &st) == 0 && st.st_size == end)
		(void)!ftruncate(fd, end - n);
}

int event_append_until(int state_fd, off_t full, const char *id, const char *name,
		       const char *action, const char *const *attributes)
{
	struct line l;
	size_t known = 0;
	ssize_t n;

	while (known < n_event_actions && strcmp(action, event_actions[known]) != 0)
		known++;
	if (known == n_event_actions)
		return -EINVAL;
	int r = compose(&l, id, name, action, attributes);
	if (r < 0)
		return r;
	_cleanup_close_ int fd = open_current(state_fd, full);
	if (fd < 0)
		return fd;
	do
		n = write(fd, l.text, l.length);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if ((size_t)n == l.length)
		return 0;
	take_back(fd, n);
	return -ENOSPC;
}

int event_append(int state_fd, const char *id, const char *name, const char *action,
		 const char *const *attributes)
{
	return event_append_until(state_fd, EVENTS_FULL, id, name, action, attributes);
}
