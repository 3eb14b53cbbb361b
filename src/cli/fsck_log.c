/* cli/fsck_log.c - honu fsck: log/ of a container, each index against its out. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cli/fsck.h"
#include "supervise/handover.h"

#define PIECE sizeof(struct log_piece)
#define NEXT_START "the next start cuts it off, and so does 'honu fsck --repair' once it has ended"

struct logs {
	struct fsck *f;
	struct store_container *c;
	bool may_mend;
	int dir;
};

struct pair {
	const char *index, *out; /* names */
	int index_fd;
	uint64_t index_size, out_size;
};

static const char *where(const struct logs *l, const char *name)
{
	return arena_printf(l->f->arena, "containers/%s/log/%s", l->c->id, name);
}

static void cut(struct logs *l, struct finding *x, const struct pair *p, uint64_t size)
{
	if (x && l->may_mend)
		fsck_mended(l->f, x, ftruncate(p->index_fd, (off_t)size) < 0 ? -errno : 0, NULL);
}

static uint64_t end_of(const struct log_piece *piece)
{
	return piece->offset + (piece->flags & LOG_DROPPED ? 0 : piece->length);
}

static void say_piece(struct logs *l, const struct pair *p, uint64_t n, const char *what)
{
	(void)fsck_find(l->f, l->c->id, where(l, p->index),
			"'honu logs' shows what can be read of it", "entry %llu %s",
			(unsigned long long)n, what);
}

/* What the entries cover follows one after the other from the beginning. -> false: said enough. */
static bool check_piece(struct logs *l, const struct pair *p, uint64_t n,
			const struct log_piece *piece, uint64_t *covered)
{
	if (piece->stream > LOG_ERROR || piece->flags & ~(LOG_PARTIAL | LOG_DROPPED)) {
		say_piece(l, p, n, "is of no stream that there is");
		return false;
	}
	if (piece->offset != *covered) {
		say_piece(l, p, n, "does not begin where the one before it ends");
		return false;
	}
	if (end_of(piece) < piece->offset) {
		say_piece(l, p, n, "is longer than any file");
		return false;
	}
	/* Bytes come first; only a power failure has it the other way round. */
	if (end_of(piece) > p->out_size) {
		cut(l,
		    fsck_find(l->f, l->c->id, where(l, p->index), NEXT_START,
			      "has %llu bytes more than log/%s",
			      (unsigned long long)(end_of(piece) - p->out_size), p->out),
		    p, n * PIECE);
		return false;
	}
	*covered = end_of(piece);
	return true;
}

static void check_pieces(struct logs *l, const struct pair *p)
{
	uint64_t n = p->index_size / PIECE, covered = 0;
	struct log_piece piece;

	for (uint64_t i = 0; i < n; i++) {
		if (pread(p->index_fd, &piece, PIECE, (off_t)(i * PIECE)) != (ssize_t)PIECE) {
			say_piece(l, p, i, "cannot be read");
			return;
		}
		if (!check_piece(l, p, i, &piece, &covered))
			return;
	}
	if (p->index_size % PIECE != 0)
		cut(l,
		    fsck_find(l->f, l->c->id, where(l, p->index), NEXT_START,
			      "ends with half an entry"),
		    p, n * PIECE);
}

static int size_of(int fd, uint64_t *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	*ret = (uint64_t)st.st_size;
	return 0;
}

/* suffix: "" or ".3" */
static void check_pair(struct logs *l, const char *suffix)
{
	struct pair p = { .index = arena_printf(l->f->arena, "index%s", suffix),
			  .out = arena_printf(l->f->arena, "out%s", suffix) };
	int flags = (l->may_mend ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK;
	_cleanup_close_ int index = openat(l->dir, p.index, flags | O_CLOEXEC);
	_cleanup_close_ int out =
		openat(l->dir, p.out, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (index < 0)
		return; /* renamed meanwhile */
	p.index_fd = index;
	if (out < 0) {
		(void)fsck_find(l->f, l->c->id, where(l, p.index),
				"the next start puts it in order",
				"there is no log/%s that it would be the index of", p.out);
		return;
	}
	/* The index first: it never has more than out had by then. */
	if (size_of(index, &p.index_size) < 0 || size_of(out, &p.out_size) < 0) {
		say_piece(l, &p, 0, "cannot be read");
		return;
	}
	check_pieces(l, &p);
}

/* "index" -> "", "index.3" -> ".3"; NULL: neither. */
static const char *suffix_of(const char *name)
{
	uint64_t n;

	if (strncmp(name, "index", 5) != 0)
		return NULL;
	name += 5;
	return name[0] == '\0' || (name[0] == '.' && number_u64(name + 1, &n) == 0) ? name : NULL;
}

void fsck_log(struct fsck *f, struct store_container *c, bool may_mend)
{
	struct logs l = { .f = f, .c = c, .may_mend = may_mend };
	_cleanup_close_ int fd =
		openat(c->fd, "log", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_dir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return; /* it has none */
	l.dir = take_fd(fd);
	while ((entry = readdir(dir))) {
		const char *suffix = suffix_of(entry->d_name);

		if (suffix)
			check_pair(&l, suffix);
	}
}
