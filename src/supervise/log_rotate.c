/* supervise/log_rotate.c - the files of a log: out and index, out.1 and index.1, and so on.
 *
 * A supervisor may be killed between any two calls. What belongs together is out.N and index.N, so
 * both of the oldest go before anything moves, and of each pair out moves first: an index without
 * its out is one that was on its way to the next number, which log_files_open() finishes. A number
 * may be missing then; readers sort those that are there. */
#include "supervise/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/clock.h"
#include "supervise/line.h"

#define NAME_ROOM 32

/* "out" or "out.3" */
static const char *file_name(char name[NAME_ROOM], const char *base, uint64_t number)
{
	struct line l = { name, name + NAME_ROOM - 1 };

	line_add(&l, base);
	if (number > 0) {
		line_add(&l, ".");
		line_number(&l, number);
	}
	return name;
}

static bool is_there(const struct log *l, const char *base, uint64_t number)
{
	char name[NAME_ROOM];
	struct stat st;

	return fstatat(l->directory, file_name(name, base, number), &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* To the next number. Gaps are fine. */
static int move_up(const struct log *l, const char *base, uint64_t number)
{
	char from[NAME_ROOM], to[NAME_ROOM];

	if (renameat(l->directory, file_name(from, base, number), l->directory,
		     file_name(to, base, number + 1)) < 0 &&
	    errno != ENOENT)
		return -errno;
	return 0;
}

static int remove_pair(const struct log *l, uint64_t number)
{
	char name[NAME_ROOM];

	if (unlinkat(l->directory, file_name(name, "index", number), 0) < 0 && errno != ENOENT)
		return -errno;
	if (unlinkat(l->directory, file_name(name, "out", number), 0) < 0 && errno != ENOENT)
		return -errno;
	return 0;
}

static void finish_moves(const struct log *l)
{
	for (uint64_t n = l->settings->log_files; n-- > 0;)
		if (is_there(l, "index", n) && !is_there(l, "out", n) &&
		    !is_there(l, "index", n + 1))
			(void)move_up(l, "index", n);
}

static int open_file(const struct log *l, const char *name, int flags)
{
	int fd =
		openat(l->directory, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | flags, 0600);

	return fd < 0 ? -errno : fd;
}

static bool last_piece(const struct log *l, struct log_piece *ret)
{
	return l->index_end >= sizeof(*ret) &&
	       pread(l->index, ret, sizeof(*ret), (off_t)(l->index_end - sizeof(*ret))) ==
		       sizeof(*ret);
}

/* Bytes are written before their piece, so a killed supervisor leaves bytes without one; after a
 * power failure it may be the other way round. Afterwards the index covers out. */
static int mend(struct log *l)
{
	struct log_piece piece;
	uint64_t covered = 0;
	struct stat st;

	if (fstat(l->index, &st) < 0)
		return -errno;
	l->index_end = (uint64_t)st.st_size - (uint64_t)st.st_size % sizeof(piece);
	if (fstat(l->out, &st) < 0)
		return -errno;
	l->offset = (uint64_t)st.st_size;
	while (last_piece(l, &piece)) {
		covered = piece.offset + (piece.flags & LOG_DROPPED ? 0 : piece.length);
		if (covered <= l->offset)
			break;
		l->index_end -= sizeof(piece);
		covered = 0;
	}
	if (ftruncate(l->index, (off_t)l->index_end) < 0)
		return -errno;
	if (covered < l->offset && l->offset - covered <= UINT32_MAX)
		l->owed[l->n_owed++] = (struct log_piece){
			.time = (uint64_t)st.st_mtim.tv_sec * NS_PER_S +
				(uint64_t)st.st_mtim.tv_nsec,
			.offset = covered,
			.length = (uint32_t)(l->offset - covered),
			.stream = LOG_UNKNOWN,
			.flags = LOG_PARTIAL,
		};
	return 0;
}

/* Fewer may be kept than when they were written. */
static void remove_surplus(const struct log *l)
{
	uint64_t n = l->settings->log_files;

	while (is_there(l, "out", n) || is_there(l, "index", n))
		if (remove_pair(l, n++) < 0)
			return;
}

int log_files_open(struct log *l)
{
	finish_moves(l);
	remove_surplus(l);
	l->out = open_file(l, "out", 0);
	if (l->out < 0)
		return l->out;
	l->index = open_file(l, "index", 0);
	if (l->index < 0)
		return l->index;
	return mend(l);
}

/* The number that nobody has; log_files when all are taken. */
static uint64_t first_gap(const struct log *l)
{
	uint64_t n = 1;

	while (n < l->settings->log_files && (is_there(l, "out", n) || is_there(l, "index", n)))
		n++;
	return n;
}

/* Everything up to the first gap moves up by one. */
static int make_room(struct log *l)
{
	uint64_t oldest = l->settings->log_files - 1, gap = first_gap(l);
	int r = 0;

	if (gap > oldest) {
		gap = oldest;
		if (l->on_drop && l->generation >= oldest)
			l->on_drop(l->drop_data, l->generation - oldest);
		r = remove_pair(l, oldest);
	}
	while (r == 0 && gap-- > 0) {
		r = move_up(l, "out", gap);
		if (r == 0)
			r = move_up(l, "index", gap);
	}
	return r;
}

/* New files come under names of their own, so that a disk without an inode left does not cost us
 * those we have. */
int log_files_rotate(struct log *l)
{
	_cleanup_close_ int out = -EBADF, index = -EBADF;
	int r;

	out = open_file(l, "out.new", O_TRUNC);
	if (out < 0)
		return out;
	index = open_file(l, "index.new", O_TRUNC);
	if (index < 0)
		return index;
	r = make_room(l);
	if (r < 0)
		return r;
	if (renameat(l->directory, "out.new", l->directory, "out") < 0 ||
	    renameat(l->directory, "index.new", l->directory, "index") < 0)
		return -errno;
	(void)close(l->out);
	(void)close(l->index);
	l->out = take_fd(out);
	l->index = take_fd(index);
	l->offset = l->index_end = 0;
	l->generation++;
	return 0;
}

int log_files_open_old(const struct log *l, const char *base, uint64_t generation)
{
	char name[NAME_ROOM];
	int fd;

	if (generation > l->generation)
		return -EINVAL;
	fd = openat(l->directory, file_name(name, base, l->generation - generation),
		    O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}
