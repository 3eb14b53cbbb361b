/* cli/log_files.c - see log_files.h. */
#include "cli/log_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "base/number.h"

#define CHAIN_MAX 1024 /* files of a log; more cannot be asked for */
#define ATTEMPTS 100   /* a file is rotated after megabytes, so once is rare */

/* ---- the chain ---- */

struct chain {
	uint32_t numbers[CHAIN_MAX]; /* newest first: 0 is "out", 2 is "out.2" */
	size_t n;
};

struct log_name {
	char text[24];
};

static struct log_name log_name(const char *base, uint32_t number)
{
	struct log_name name;

	(void)snprintf(name.text, sizeof(name.text), number > 0 ? "%s.%u" : "%s", base, number);
	return name;
}

static void insert(struct chain *c, uint32_t number)
{
	size_t i = c->n;

	if (c->n == CHAIN_MAX)
		return;
	for (; i > 0 && c->numbers[i - 1] > number; i--)
		c->numbers[i] = c->numbers[i - 1];
	c->numbers[i] = number;
	c->n++;
}

static int read_chain(int dir_fd, struct chain *ret)
{
	_cleanup_close_ int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_dir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return -errno;
	fd = -EBADF; /* the stream closes it */
	ret->n = 0;
	while ((entry = readdir(dir))) {
		uint32_t number = 0;

		if (strncmp(entry->d_name, "out", 3) != 0)
			continue;
		if (entry->d_name[3] == '\0' ||
		    (entry->d_name[3] == '.' && number_u32(entry->d_name + 4, &number) == 0))
			insert(ret, number);
	}
	return 0;
}

static bool is_same(int dir_fd, struct log_name name, int fd)
{
	struct stat by_name, by_fd;

	return fstatat(dir_fd, name.text, &by_name, AT_SYMLINK_NOFOLLOW) == 0 &&
	       fstat(fd, &by_fd) == 0 && by_name.st_ino == by_fd.st_ino &&
	       by_name.st_dev == by_fd.st_dev;
}

static int open_file(int dir_fd, struct log_name name)
{
	int fd = openat(dir_fd, name.text, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Of a pair, out is renamed first: a killed supervisor leaves an index one number behind. */
static int open_index(int dir_fd, uint32_t number, uint32_t *ret_number)
{
	int fd = open_file(dir_fd, log_name("index", number));

	*ret_number = number;
	if (fd != -ENOENT || number == 0 ||
	    faccessat(dir_fd, log_name("out", number - 1).text, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return fd;
	*ret_number = number - 1;
	return open_file(dir_fd, log_name("index", number - 1));
}

/* -ESTALE: renamed meanwhile. */
static int open_number(int dir_fd, uint32_t number, struct log_file *ret)
{
	_cleanup_close_ int out = open_file(dir_fd, log_name("out", number)), index = -EBADF;
	uint32_t index_number;

	if (out < 0)
		return out == -ENOENT ? -ESTALE : out;
	index = open_index(dir_fd, number, &index_number);
	if (index < 0 && index != -ENOENT)
		return index;
	if (!is_same(dir_fd, log_name("out", number), out) ||
	    (index >= 0 && !is_same(dir_fd, log_name("index", index_number), index)))
		return -ESTALE;
	*ret = LOG_FILE_EMPTY;
	ret->out = take_fd(out);
	ret->index = index >= 0 ? take_fd(index) : -EBADF;
	return 0;
}

/* Which of the chain is f? c->n: none any more. */
static size_t find_in(const struct chain *c, int dir_fd, const struct log_file *f)
{
	size_t i = 0;

	while (i < c->n && !is_same(dir_fd, log_name("out", c->numbers[i]), f->out))
		i++;
	return i;
}

enum which { OLDEST, NEWEST, NEXT, PREVIOUS };

struct search {
	int dir_fd;
	enum which which;
	const struct log_file *from; /* of NEXT and PREVIOUS */
	bool ended;		     /* nobody writes */
	bool lost;		     /* from is not among them any more: the oldest was taken */
};

/* Which of the chain is looked for? c->n: none. *ret_mine: which is the one we come from. */
static size_t choose(struct search *s, const struct chain *c, size_t *ret_mine)
{
	size_t mine = s->from ? find_in(c, s->dir_fd, s->from) : c->n;

	*ret_mine = mine;
	s->lost = s->from && mine == c->n;
	switch (s->which) {
	case NEWEST:
		return 0;
	case NEXT:
		if (!s->lost)
			return mine > 0 ? mine - 1 : c->n;
		break;
	case PREVIOUS:
		return s->lost || mine + 1 == c->n ? c->n : mine + 1;
	case OLDEST:
		break;
	}
	return c->n - 1;
}

/* Was it still in that place when it was opened? */
static int check(const struct search *s, const struct chain *before, size_t mine, size_t place,
		 const struct log_file *f)
{
	struct chain now;
	int r = read_chain(s->dir_fd, &now);

	if (r < 0)
		return r;
	if (now.n != before->n || now.numbers[now.n - 1] != before->numbers[now.n - 1] ||
	    (s->from && find_in(&now, s->dir_fd, s->from) != mine) ||
	    find_in(&now, s->dir_fd, f) != place)
		return -ESTALE;
	/* The index comes right behind a new out. */
	return f->index < 0 && now.numbers[place] == 0 && !s->ended ? -ESTALE : 1;
}

/* -> 1: opened; 0: there is none; -ESTALE: once more. */
static int try(struct search *s, struct log_file *ret)
{
	struct chain c;
	size_t mine, place;
	int r = read_chain(s->dir_fd, &c);

	if (r < 0 || c.n == 0)
		return r < 0 ? r : -ENOENT;
	place = choose(s, &c, &mine);
	if (place == c.n)
		return 0;
	r = open_number(s->dir_fd, c.numbers[place], ret);
	if (r < 0)
		return r;
	ret->ended = s->ended;
	r = check(s, &c, mine, place, ret);
	if (r < 0)
		log_file_done(ret);
	return r;
}

static int search(struct search *s, struct log_file *ret)
{
	static const struct timespec moment = { .tv_nsec = 1000000 };
	int r = -ESTALE;

	for (int i = 0; r == -ESTALE && i < ATTEMPTS; i++) {
		if (i > 0)
			(void)nanosleep(&moment, NULL);
		r = try(s, ret);
	}
	return r;
}

static int look_at_size(struct log_file *f)
{
	struct stat st;

	if (fstat(f->out, &st) < 0)
		return -errno;
	f->size = (uint64_t)st.st_size;
	return 0;
}

static int to_end(struct log_file *f)
{
	struct stat st;
	int r = look_at_size(f);

	if (r < 0)
		return r;
	f->covered = f->ended ? f->size : UINT64_MAX;
	f->at = 0;
	if (f->index < 0)
		return 0;
	if (fstat(f->index, &st) < 0)
		return -errno;
	f->at = (uint64_t)st.st_size / sizeof(struct log_piece);
	return 0;
}

int log_file_oldest(int dir_fd, bool ended, struct log_file *ret)
{
	struct search s = { .dir_fd = dir_fd, .which = OLDEST, .ended = ended };
	int r = search(&s, ret);

	return r < 0 ? r : 0;
}

int log_file_newest(int dir_fd, bool ended, struct log_file *ret)
{
	struct search s = { .dir_fd = dir_fd, .which = NEWEST, .ended = ended };
	int r = search(&s, ret);

	return r < 0 ? r : to_end(ret);
}

int log_file_next(int dir_fd, const struct log_file *f, struct log_file *ret, bool *ret_lost)
{
	struct search s = { .dir_fd = dir_fd, .which = NEXT, .from = f, .ended = f->ended };
	int r = search(&s, ret);

	*ret_lost = s.lost;
	return r;
}

int log_file_previous(int dir_fd, struct log_file *f)
{
	/* Nobody writes to one that was rotated. */
	struct search s = { .dir_fd = dir_fd, .which = PREVIOUS, .from = f, .ended = true };
	struct log_file previous = LOG_FILE_EMPTY;
	int r = search(&s, &previous);

	if (r <= 0)
		return r;
	log_file_done(f);
	*f = previous;
	r = to_end(f);
	return r < 0 ? r : 1;
}

void log_file_done(struct log_file *f)
{
	fd_closep(&f->out);
	fd_closep(&f->index);
}

/* ---- pieces ---- */

/* Piece n of the index, if all of it is there. -> 1, 0, -errno. Reads those around it at once. */
static int get_piece(struct log_file *f, uint64_t n, bool back, struct log_piece *ret)
{
	ssize_t got;

	if (f->index < 0)
		return 0;
	if (n < f->first || n >= f->first + f->n_pieces) {
		f->first = !back ? n : n < LOG_PIECES_READ ? 0 : n - LOG_PIECES_READ + 1;
		got = pread(f->index, f->pieces, sizeof(f->pieces),
			    (off_t)(f->first * sizeof(f->pieces[0])));
		if (got < 0)
			return -errno;
		f->n_pieces = (size_t)got / sizeof(f->pieces[0]);
		if (n >= f->first + f->n_pieces)
			return 0;
	}
	*ret = f->pieces[n - f->first];
	if (ret->stream > LOG_ERROR)
		ret->stream = LOG_UNKNOWN;
	return 1;
}

/* How much of the piece is there: less than it says after a power failure. */
static int cut_piece(struct log_file *f, struct log_piece *p)
{
	if (p->flags & LOG_DROPPED)
		return 0;
	if (p->offset + p->length > f->size) {
		int r = look_at_size(f);
		if (r < 0)
			return r;
	}
	if (p->offset >= f->size)
		p->length = 0;
	else if (p->length > f->size - p->offset)
		p->length = (uint32_t)(f->size - p->offset);
	return 0;
}

/* The bytes from one offset to another that no piece covers: less than 4 GiB of them. */
static int uncovered(const struct log_file *f, uint64_t from, uint64_t to, struct log_piece *ret)
{
	struct stat st;

	if (fstat(f->out, &st) < 0)
		return -errno;
	*ret = (struct log_piece){
		.time = (uint64_t)st.st_mtim.tv_sec * MOMENT_SECOND + (uint64_t)st.st_mtim.tv_nsec,
		.offset = from,
		.length = (uint32_t)(to - from),
		.stream = LOG_UNKNOWN,
		.flags = LOG_PARTIAL,
	};
	return 1;
}

static uint64_t end_of_gap(uint64_t from, uint64_t to)
{
	return to - from > UINT32_MAX ? from + UINT32_MAX : to;
}

static int rest_of_file(struct log_file *f, struct log_piece *ret)
{
	int r = f->ended ? look_at_size(f) : 0;

	if (r < 0 || !f->ended || f->covered >= f->size)
		return r;
	r = uncovered(f, f->covered, end_of_gap(f->covered, f->size), ret);
	if (r == 1)
		f->covered += ret->length;
	return r;
}

int log_file_piece(struct log_file *f, struct log_piece *ret)
{
	struct log_piece p;
	int r = get_piece(f, f->at, false, &p);

	if (r == 0)
		return rest_of_file(f, ret);
	if (r == 1)
		r = cut_piece(f, &p);
	if (r < 0)
		return r;
	if (p.offset > f->covered && p.offset <= f->size) {
		r = uncovered(f, f->covered, end_of_gap(f->covered, p.offset), ret);
		if (r == 1)
			f->covered += ret->length;
		return r;
	}
	f->at++;
	if (!(p.flags & LOG_DROPPED))
		f->covered = p.offset + p.length;
	*ret = p;
	return 1;
}

int log_file_piece_back(struct log_file *f, struct log_piece *ret)
{
	struct log_piece p = { .offset = 0 };
	uint64_t end;
	int r = f->at == 0 ? 0 : get_piece(f, f->at - 1, true, &p);

	if (r < 0)
		return r;
	if (r == 1 && (r = cut_piece(f, &p)) < 0)
		return r;
	end = p.flags & LOG_DROPPED ? p.offset : p.offset + p.length;
	f->gap = f->covered != UINT64_MAX && end < f->covered;
	if (f->gap) {
		if (f->covered - end > UINT32_MAX)
			end = f->covered - UINT32_MAX;
		r = uncovered(f, end, f->covered, ret);
		f->covered = end;
		return r;
	}
	if (f->at == 0)
		return 0;
	f->at--;
	if (p.offset < f->covered)
		f->covered = p.offset; /* else it lies behind the end */
	*ret = p;
	return 1;
}

void log_file_turn(struct log_file *f, const struct log_piece *from)
{
	f->at += !f->gap;
	f->covered = from->offset + (from->flags & LOG_DROPPED ? 0 : from->length);
}

ssize_t log_file_read(const struct log_file *f, uint64_t offset, char *ret, size_t n)
{
	ssize_t got;

	do
		got = pread(f->out, ret, n, (off_t)offset);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}
