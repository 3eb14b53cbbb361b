/* store/exit.c - see exit.h.
 *
 * The file is made in full beside and renamed, so a reader sees the former one or the new one. Its
 * last line is "end": what a power failure has cut is damaged, not another end. */
#include "store/exit.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/printable.h"

#define FILE_NEW "exit.new"
#define ROOM 4096

static const char *const causes[] = {
	[EXIT_BY_CODE] = "code", [EXIT_BY_SIGNAL] = "signal", [EXIT_BY_OOM] = "oom",
	[EXIT_BY_STOP] = "stop", [EXIT_BY_HEALTH] = "health", [EXIT_AT_START] = "start",
	[EXIT_LOST] = "lost",	 [EXIT_BOOT] = "boot",
};
static_assert(ELEMENTS(causes) == _EXIT_CAUSE_N, "a cause lacks its word");

const char *exit_cause_name(enum exit_cause cause)
{
	return causes[cause];
}

struct exit_record exit_record_new(void)
{
	return (struct exit_record){ .oom_kills = UINT64_MAX,
				     .memory_peak = UINT64_MAX,
				     .memory_limit = UINT64_MAX };
}

struct page {
	char text[ROOM];
	size_t length;
};

/* Cannot be too long: the lines below come to half a page at most. */
static void add(struct page *p, const char *s, size_t n)
{
	memcpy(p->text + p->length, s, n);
	p->length += n;
}

static void add_word(struct page *p, const char *key, const char *value)
{
	add(p, key, strlen(key));
	add(p, " ", 1);
	add(p, value, strlen(value));
	add(p, "\n", 1);
}

static void add_number(struct page *p, const char *key, uint64_t value)
{
	char digits[24];
	size_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value > 0);
	add_word(p, key, digits + at);
}

/* On one line, whatever is in it. */
static void add_text(struct page *p, const char *key, const char *value)
{
	if (value[0] == '\0')
		return;
	add(p, key, strlen(key));
	add(p, " ", 1);
	while (*value) {
		size_t n = printable_length(value);

		add(p, n > 0 ? value : "?", n > 0 ? n : 1);
		value += n > 0 ? n : 1;
	}
	add(p, "\n", 1);
}

static void compose(struct page *p, const struct exit_record *x)
{
	add_word(p, "cause", causes[x->cause]);
	add_number(p, "code", (unsigned)x->code);
	add_number(p, "signal", (unsigned)x->signal);
	add_word(p, "core", x->dumped_core ? "yes" : "no");
	if (x->started > 0)
		add_number(p, "started", x->started);
	if (x->ended > 0)
		add_number(p, "ended", x->ended);
	if (x->oom_kills != UINT64_MAX)
		add_number(p, "oom-kills", x->oom_kills);
	if (x->memory_peak != UINT64_MAX)
		add_number(p, "memory-peak", x->memory_peak);
	if (x->memory_limit != UINT64_MAX)
		add_number(p, "memory-limit", x->memory_limit);
	add_text(p, "error", x->error);
	add_text(p, "hint", x->hint);
	add(p, "end\n", 4);
}

static int write_at(int fd, const char *data, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t n = pwrite(fd, data + done, length - done, (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		done += (size_t)n;
	}
	return 0;
}

int exit_prepare(int dir_fd)
{
	static const char nothing[ROOM];
	_cleanup_close_ int fd = openat(
		dir_fd, FILE_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return -errno;
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, ROOM) < 0) {
		int r = errno == EOPNOTSUPP ? write_at(fd, nothing, ROOM) : -errno;

		if (r < 0)
			return r;
	}
	return unlinkat(dir_fd, "exit", 0) < 0 && errno != ENOENT ? -errno : 0;
}

int exit_put(int dir_fd, const struct exit_record *x)
{
	struct page p;
	int r;

	if ((unsigned)x->cause >= _EXIT_CAUSE_N || x->code < 0 || x->code > 255 || x->signal < 0 ||
	    x->signal > 64)
		return -EINVAL;
	p.length = 0;
	compose(&p, x);
	/* Not truncated before it is written: that would give the room back. */
	_cleanup_close_ int fd =
		openat(dir_fd, FILE_NEW, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	r = write_at(fd, p.text, p.length);
	if (r < 0)
		return r;
	if (ftruncate(fd, (off_t)p.length) < 0 || renameat(dir_fd, FILE_NEW, dir_fd, "exit") < 0)
		return -errno;
	return 0;
}

enum key {
	KEY_CAUSE,
	KEY_CODE,
	KEY_SIGNAL,
	KEY_CORE,
	KEY_STARTED,
	KEY_ENDED,
	KEY_OOM_KILLS,
	KEY_MEMORY_PEAK,
	KEY_MEMORY_LIMIT,
	KEY_ERROR,
	KEY_HINT,
	_KEY_N
};

#define NEEDED (1u << KEY_CAUSE | 1u << KEY_CODE | 1u << KEY_SIGNAL | 1u << KEY_CORE)

static const char *const keys[] = {
	[KEY_CAUSE] = "cause",
	[KEY_CODE] = "code",
	[KEY_SIGNAL] = "signal",
	[KEY_CORE] = "core",
	[KEY_STARTED] = "started",
	[KEY_ENDED] = "ended",
	[KEY_OOM_KILLS] = "oom-kills",
	[KEY_MEMORY_PEAK] = "memory-peak",
	[KEY_MEMORY_LIMIT] = "memory-limit",
	[KEY_ERROR] = "error",
	[KEY_HINT] = "hint",
};
static_assert(ELEMENTS(keys) == _KEY_N, "a key lacks its word");

static int take_cause(const char *value, struct exit_record *x)
{
	for (size_t i = 0; i < ELEMENTS(causes); i++)
		if (strcmp(value, causes[i]) == 0) {
			x->cause = (enum exit_cause)i;
			return 0;
		}
	return -EBADMSG;
}

static int take_text(const char *value, char *ret, size_t room)
{
	size_t length = strlen(value);

	if (length == 0 || length >= room)
		return -EBADMSG;
	for (size_t i = 0, n; i < length; i += n) {
		n = printable_length(value + i);
		if (n == 0)
			return -EBADMSG;
	}
	memcpy(ret, value, length + 1);
	return 0;
}

static int take_small(const char *value, uint32_t most, int *ret)
{
	uint32_t n;

	if (number_u32(value, &n) < 0 || n > most)
		return -EBADMSG;
	*ret = (int)n;
	return 0;
}

static int take(enum key key, const char *value, struct exit_record *x)
{
	switch (key) {
	case KEY_CAUSE:
		return take_cause(value, x);
	case KEY_CODE:
		return take_small(value, 255, &x->code);
	case KEY_SIGNAL:
		return take_small(value, 64, &x->signal);
	case KEY_CORE:
		x->dumped_core = strcmp(value, "yes") == 0;
		return x->dumped_core || strcmp(value, "no") == 0 ? 0 : -EBADMSG;
	case KEY_STARTED:
		return number_u64(value, &x->started);
	case KEY_ENDED:
		return number_u64(value, &x->ended);
	case KEY_OOM_KILLS:
		return number_u64(value, &x->oom_kills);
	case KEY_MEMORY_PEAK:
		return number_u64(value, &x->memory_peak);
	case KEY_MEMORY_LIMIT:
		return number_u64(value, &x->memory_limit);
	case KEY_ERROR:
		return take_text(value, x->error, sizeof(x->error));
	case KEY_HINT:
		return take_text(value, x->hint, sizeof(x->hint));
	case _KEY_N:
		break;
	}
	return -EBADMSG;
}

/* "key value": each key once. */
static int take_line(char *line, struct exit_record *x, unsigned *seen)
{
	char *value = strchr(line, ' ');
	unsigned key = 0;

	if (!value)
		return -EBADMSG;
	*value++ = '\0';
	while (key < _KEY_N && strcmp(line, keys[key]) != 0)
		key++;
	if (key == _KEY_N || *seen & 1u << key)
		return -EBADMSG;
	*seen |= 1u << key;
	return take((enum key)key, value, x) < 0 ? -EBADMSG : 0;
}

static int parse(char *text, struct exit_record *ret)
{
	struct exit_record x = exit_record_new();
	unsigned seen = 0;

	for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (strcmp(line, "end") == 0) {
			if (end[1] != '\0' || (seen & NEEDED) != NEEDED)
				return -EBADMSG;
			*ret = x;
			return 0;
		}
		int r = take_line(line, &x, &seen);
		if (r < 0)
			return r;
	}
	return -EBADMSG;
}

/* Its last line is there: no need to ask whether more comes. */
static bool is_whole(const char *text, size_t length)
{
	return length > 4 && memcmp(text + length - 5, "\nend\n", 5) == 0;
}

int exit_get_at(int dir_fd, const char *path, struct exit_record *ret)
{
	char text[ROOM];
	size_t length = 0;
	ssize_t n;
	_cleanup_close_ int fd =
		openat(dir_fd, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return errno == ELOOP ? -EBADMSG : -errno;
	do {
		n = read(fd, text + length, sizeof(text) - length);
		if (n > 0)
			length += (size_t)n;
	} while ((n > 0 && length < sizeof(text) && !is_whole(text, length)) ||
		 (n < 0 && errno == EINTR));
	if (n < 0)
		return errno == EISDIR ? -EBADMSG : -errno;
	if (length == sizeof(text))
		return -EBADMSG;
	text[length] = '\0';
	if (strlen(text) != length)
		return -EBADMSG;
	return parse(text, ret);
}

int exit_get(int dir_fd, struct exit_record *ret)
{
	return exit_get_at(dir_fd, "exit", ret);
}
