/* supervise/test_watch_log.c - honu-supervise: what the container writes comes to log/, whole, in
 * order, whatever happens to the disk or to honu-supervise itself. */
#include "supervise/test_watch_stage.h"

#include <sys/ioctl.h>

#define MEGABYTE ((size_t)1 << 20)

/* ---- reading a log as any reader has to ---- */

struct read_log {
	char *data[3]; /* of each stream */
	size_t size[3];
	unsigned pieces, files;
	uint64_t dropped[3];
	struct log_piece last;
};

static void log_take(struct read_log *l, const struct log_piece *p, int out)
{
	size_t *size = &l->size[p->stream];

	assert_in_range(p->stream, 0, 2);
	l->pieces++;
	l->last = *p;
	if (p->flags & LOG_DROPPED) {
		l->dropped[p->stream] += p->length;
		return;
	}
	l->data[p->stream] = realloc(l->data[p->stream], *size + p->length + 1);
	assert_non_null(l->data[p->stream]);
	assert_int_equal(pread(out, l->data[p->stream] + *size, p->length, (off_t)p->offset),
			 p->length);
	*size += p->length;
	l->data[p->stream][*size] = '\0';
	/* Partial is what does not end a line; of what a killed supervisor left, nobody knows. */
	if (p->stream != LOG_UNKNOWN)
		assert_int_equal(p->flags & LOG_PARTIAL,
				 l->data[p->stream][*size - 1] == '\n' ? 0 : LOG_PARTIAL);
}

/* One pair of files: the pieces cover out from its first byte to its last without a gap. */
static void log_read_pair(const struct stage *s, struct read_log *l, const char *suffix,
			  uint64_t most)
{
	char name[64];
	struct log_piece p = { 0 };
	uint64_t offset = 0, time = 0;
	struct stat st;
	int out, index;

	(void)snprintf(name, sizeof(name), "log/out%s", suffix);
	out = openat(s->container, name, O_RDONLY | O_CLOEXEC);
	assert_return_code(out, errno);
	(void)snprintf(name, sizeof(name), "log/index%s", suffix);
	index = openat(s->container, name, O_RDONLY | O_CLOEXEC);
	assert_return_code(index, errno);
	assert_return_code(fstat(out, &st), errno);
	if (most > 0)
		assert_in_range(st.st_size, 0, most);
	while (read(index, &p, sizeof(p)) == sizeof(p)) {
		assert_int_equal(p.offset, offset);
		assert_true(p.time >= time);
		time = p.time;
		if (!(p.flags & LOG_DROPPED))
			offset += p.length;
		log_take(l, &p, out);
	}
	assert_int_equal(offset, st.st_size);
	(void)close(out);
	(void)close(index);
	l->files++;
}

/* All pairs, oldest first. most: what a file may have, or 0. */
static struct read_log log_read(const struct stage *s, uint64_t most)
{
	struct read_log l = { 0 };

	for (int n = 2000; n >= 0; n--) {
		char suffix[16] = "", name[64];

		if (n > 0)
			(void)snprintf(suffix, sizeof(suffix), ".%d", n);
		(void)snprintf(name, sizeof(name), "log/out%s", suffix);
		if (faccessat(s->container, name, F_OK, 0) == 0)
			log_read_pair(s, &l, suffix, most);
	}
	return l;
}

static void log_free(struct read_log *l)
{
	for (size_t i = 0; i < ELEMENTS(l->data); i++)
		free(l->data[i]);
}

/* ---- first processes ---- */

/* 16 bytes a line; the number tells what is missing or twice. */
static void write_lines(int fd, unsigned first, unsigned n)
{
	static char text[65536 + 1]; /* and what ends the string */
	size_t length = 0;

	for (unsigned i = first; i < first + n; i++) {
		(void)snprintf(text + length, 17, "line %010u\n", i);
		length += 16;
		if (length == sizeof(text) - 1 || i + 1 == first + n) {
			write_all(fd, text, length);
			length = 0;
		}
	}
}

static void expect_lines(const char *data, size_t size, unsigned first, unsigned n)
{
	assert_int_equal(size, (size_t)n * 16);
	for (unsigned i = 0; i < n; i++) {
		char line[32];

		(void)snprintf(line, sizeof(line), "line %010u\n", first + i);
		if (memcmp(data + (size_t)i * 16, line, 16) != 0)
			fail_msg("line %u is \"%.16s\"", first + i, data + (size_t)i * 16);
	}
}

static int writes_a_megabyte(void)
{
	write_lines(STDOUT_FILENO, 0, MEGABYTE / 16);
	return 3;
}

static int writes_64_megabytes(void)
{
	write_lines(STDOUT_FILENO, 0, 64 * MEGABYTE / 16);
	return 0;
}

static int says_a_word(void)
{
	say(STDOUT_FILENO, "word\n");
	return 0;
}

static int writes_both(void)
{
	say(STDOUT_FILENO, "one\n");
	(void)usleep(50 * 1000);
	say(STDERR_FILENO, "two\n");
	(void)usleep(50 * 1000);
	say(STDOUT_FILENO, "thr");
	(void)usleep(50 * 1000);
	say(STDOUT_FILENO, "ee\n");
	(void)usleep(50 * 1000);
	say(STDERR_FILENO, "fo");
	return 0;
}

/* What was written right before the end is there: as much as the pipe can hold. */
static void nothing_is_lost_at_the_end(void **state)
{
	struct stage s = { .first = writes_a_megabyte };
	struct read_log l;

	(void)state;
	stage_open(&s);
	assert_int_equal(stage_finish(&s).code, 3);
	l = log_read(&s, 0);
	expect_lines(l.data[LOG_OUTPUT], l.size[LOG_OUTPUT], 0, MEGABYTE / 16);
	assert_int_equal(l.size[LOG_ERROR], 0);
	log_free(&l);
	stage_remove(&s);
}

/* Standard output and error stay apart, in the order in which they came; a line that goes on is
 * flagged, and times tell when. */
static void streams_stay_apart(void **state)
{
	static const struct {
		const char *text;
		unsigned stream, flags;
	} rows[] = {
		{ "one\n", LOG_OUTPUT, 0 },	    { "two\n", LOG_ERROR, 0 },
		{ "thr", LOG_OUTPUT, LOG_PARTIAL }, { "ee\n", LOG_OUTPUT, 0 },
		{ "fo", LOG_ERROR, LOG_PARTIAL },
	};
	struct stage s = { .first = writes_both };
	uint64_t time = 0;
	char *out;
	int fd;

	(void)state;
	stage_open(&s);
	(void)stage_finish(&s);
	out = stage_file(&s, "log/out");
	assert_string_equal(out, "one\ntwo\nthree\nfo");
	fd = openat(s.container, "log/index", O_RDONLY | O_CLOEXEC);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct log_piece p;

		assert_int_equal(read(fd, &p, sizeof(p)), sizeof(p));
		assert_int_equal(p.length, strlen(rows[i].text));
		assert_memory_equal(out + p.offset, rows[i].text, p.length);
		assert_int_equal(p.stream, rows[i].stream);
		assert_int_equal(p.flags, rows[i].flags);
		if (i > 0)
			assert_in_range(p.time - time, 40000000, 2000000000);
		time = p.time;
	}
	(void)close(fd);
	stage_remove(&s);
}

/* A terminal's output is one stream, as it comes through the line discipline. */
static void terminal_is_logged(void **state)
{
	struct stage s = { .first = writes_both, .tty = true };

	(void)state;
	stage_open(&s);
	(void)stage_finish(&s);
	assert_string_equal(stage_file(&s, "log/out"), "one\r\ntwo\r\nthree\r\nfo");
	stage_remove(&s);
}

/* Rotation loses nothing, cuts no file in the middle of a piece, and keeps to its limits. */
static void rotation_loses_nothing(void **state)
{
	struct stage all = { .first = writes_a_megabyte,
			     .settings = { "log-size=10000", "log-files=200" } };
	struct stage some = { .first = writes_a_megabyte,
			      .settings = { "log-size=100000", "log-files=3" } };
	struct stage one = { .first = writes_a_megabyte,
			     .settings = { "log-size=100000", "log-files=1" } };
	struct read_log l;

	(void)state;
	stage_open(&all);
	(void)stage_finish(&all);
	l = log_read(&all, 10000);
	assert_in_range(l.files, 105, 140);
	expect_lines(l.data[LOG_OUTPUT], l.size[LOG_OUTPUT], 0, MEGABYTE / 16);
	log_free(&l);
	stage_remove(&all);

	stage_open(&some);
	(void)stage_finish(&some);
	l = log_read(&some, 100000);
	assert_int_equal(l.files, 3);
	assert_in_range(l.size[LOG_OUTPUT], 150000, 300000);
	assert_memory_equal(l.data[LOG_OUTPUT] + l.size[LOG_OUTPUT] - 16, "line 0000065535\n", 16);
	log_free(&l);
	stage_remove(&some);

	stage_open(&one);
	(void)stage_finish(&one);
	l = log_read(&one, 100000);
	assert_int_equal(l.files, 1);
	assert_memory_equal(l.data[LOG_OUTPUT] + l.size[LOG_OUTPUT] - 16, "line 0000065535\n", 16);
	log_free(&l);
	stage_remove(&one);
}

/* The log of a container that is started again goes on, and starts with what is there. */
static void log_goes_on(void **state)
{
	struct stage s = { .first = writes_a_megabyte,
			   .settings = { "log-size=3000000", "log-files=10" } };
	struct read_log l;

	(void)state;
	for (int run = 0; run < 4; run++) {
		stage_open(&s);
		(void)stage_finish(&s);
	}
	l = log_read(&s, 3000000);
	assert_int_equal(l.files, 2);
	assert_int_equal(l.size[LOG_OUTPUT], 4 * MEGABYTE);
	for (int run = 0; run < 4; run++)
		expect_lines(l.data[LOG_OUTPUT] + (size_t)run * MEGABYTE, MEGABYTE, 0,
			     MEGABYTE / 16);
	log_free(&l);
	/* Fewer are kept from now on. */
	s.settings[1] = "log-files=1";
	s.first = says_a_word;
	stage_open(&s);
	(void)stage_finish(&s);
	l = log_read(&s, 3000000);
	assert_int_equal(l.files, 1);
	log_free(&l);
	stage_remove(&s);
}

static void limit_files(void)
{
	const struct rlimit limit = { 400000, RLIM_INFINITY };

	(void)setrlimit(RLIMIT_FSIZE, &limit);
}

static int writes_a_megabyte_and_waits(void)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

	(void)setrlimit(RLIMIT_FSIZE, &none);
	write_lines(STDOUT_FILENO, 0, 2 * MEGABYTE / 16);
	say(STDERR_FILENO, "through\n");
	return sleeps();
}

static off_t file_size(const struct stage *s, const char *name)
{
	struct stat st;

	return fstatat(s->container, name, &st, 0) == 0 ? st.st_size : -1;
}

/* A disk without room (here: a limit) makes the container wait, and nothing is lost: it goes on
 * within two seconds after there is room. */
static void no_room_blocks(void **state)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	struct stage s = { .first = writes_a_megabyte_and_waits, .prepare = limit_files };
	struct read_log l;

	(void)state;
	stage_open(&s);
	(void)usleep(500 * 1000);
	assert_int_equal(file_size(&s, "log/out"), 400000);
	assert_return_code(prlimit(s.supervisor, RLIMIT_FSIZE, &none, NULL), errno);
	for (int tries = 0; file_size(&s, "log/out") < (off_t)(2 * MEGABYTE + 8); tries++) {
		if (tries == 200)
			fail_msg("it does not go on: %ld", (long)file_size(&s, "log/out"));
		(void)usleep(10 * 1000);
	}
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	l = log_read(&s, 0);
	expect_lines(l.data[LOG_OUTPUT], l.size[LOG_OUTPUT], 0, 2 * MEGABYTE / 16);
	assert_string_equal(l.data[LOG_ERROR], "through\n");
	log_free(&l);
	stage_remove(&s);
}

/* Asked not to wait, it drops, counts, and goes on when it can. */
static void no_room_drops(void **state)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	struct stage s = { .first = writes_a_megabyte_and_waits,
			   .prepare = limit_files,
			   .settings = { "log-mode=non-blocking" } };
	struct stage full = { .first = writes_a_megabyte,
			      .prepare = limit_files,
			      .settings = { "log-mode=non-blocking" } };
	struct read_log l;
	int client;

	(void)state;
	stage_open(&full);
	(void)stage_finish(&full);
	l = log_read(&full, 0);
	assert_int_equal(l.size[LOG_OUTPUT], 400000);
	assert_int_equal(l.dropped[LOG_OUTPUT], MEGABYTE - 400000);
	log_free(&l);
	stage_remove(&full);

	stage_launch(&s);
	client = client_open(&s, 2);
	(void)usleep(500 * 1000); /* by now it has all been written, and most of it dropped */
	assert_return_code(prlimit(s.supervisor, RLIMIT_FSIZE, &none, NULL), errno);
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	l = log_read(&s, 0);
	assert_int_equal(l.size[LOG_OUTPUT], 400000);
	assert_int_equal(l.dropped[LOG_OUTPUT], 2 * MEGABYTE - 400000);
	assert_int_equal(l.size[LOG_ERROR] + l.dropped[LOG_ERROR], 8);
	log_free(&l);
	(void)close(client);
	stage_remove(&s);
}

/* A disk that stays full does not hold up the end. */
static void no_room_at_the_end(void **state)
{
	struct stage s = { .first = writes_a_megabyte, .prepare = limit_files };
	struct read_log l;

	(void)state;
	stage_open(&s);
	assert_int_equal(stage_finish(&s).code, 3);
	l = log_read(&s, 0);
	expect_lines(l.data[LOG_OUTPUT], l.size[LOG_OUTPUT], 0, 400000 / 16);
	assert_int_equal(l.dropped[LOG_OUTPUT], MEGABYTE - 400000);
	log_free(&l);
	stage_remove(&s);
}

/* Nothing is kept, nothing is held up. */
static void none_takes_all(void **state)
{
	struct stage s = { .first = writes_64_megabytes, .settings = { "log=none" } };
	struct stage terminal = { .first = writes_a_megabyte,
				  .settings = { "log=none" },
				  .tty = true };

	(void)state;
	stage_open(&s);
	assert_int_equal(stage_finish(&s).code, 0);
	assert_int_equal(faccessat(s.container, "log/out", F_OK, 0), -1);
	stage_remove(&s);
	stage_open(&terminal);
	assert_int_equal(stage_finish(&terminal).code, 3);
	stage_remove(&terminal);
}

/* Killed at any moment, honu-supervise leaves a log that can be read and gone on with: the pieces
 * are those of lines in order, at most the beginning is rotated away and the end not yet there. */
static void killed_log_is_readable(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int run = 0; run < 40; run++) {
		struct stage s = { .first = writes_64_megabytes,
				   .settings = { "log-size=50000", "log-files=4" } };
		struct read_log l;
		unsigned first = 0;

		stage_open(&s);
		(void)usleep((useconds_t)(rand_r(&seed) % 20000));
		assert_return_code(kill(s.supervisor, SIGKILL), errno);
		assert_int_equal(stage_wait(&s), SIGKILL);
		s.first = says_a_word;
		stage_open(&s);
		(void)stage_finish(&s);
		l = log_read(&s, 50000);
		assert_string_equal(l.data[LOG_OUTPUT] + l.size[LOG_OUTPUT] - 5, "word\n");
		/* What was of unknown stream is nearly never there; then lines are missing. */
		if (l.size[LOG_UNKNOWN] == 0 && l.size[LOG_OUTPUT] >= 32) {
			char *start = strstr(l.data[LOG_OUTPUT], "line ");
			size_t n;

			assert_non_null(start);
			first = (unsigned)strtoul(start + 5, NULL, 10);
			n = (l.size[LOG_OUTPUT] - 5 - (size_t)(start - l.data[LOG_OUTPUT])) / 16;
			expect_lines(start, n * 16, first, (unsigned)n);
		}
		log_free(&l);
		stage_remove(&s);
	}
}

static void refuses(const char *program_words, const char *text)
{
	struct stage s = { .first = sleeps, .settings = { program_words } };
	char seen[512];

	stage_launch(&s);
	stage_ready(&s, seen, sizeof(seen));
	assert_non_null(strstr(seen, text));
	assert_int_equal(stage_wait(&s), 125 << 8);
	stage_remove(&s);
}

/* No journal, no container without a log: said before anything runs. */
static void missing_journal_is_an_error(void **state)
{
	(void)state;
	if (access("/run/systemd/journal/socket", F_OK) == 0) {
		print_message("skipped: this machine has a journal\n");
		skip();
	}
	refuses("log=journald", "/run/systemd/journal/socket: No such file or directory");
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_at_the_end),
		cmocka_unit_test(streams_stay_apart),
		cmocka_unit_test(terminal_is_logged),
		cmocka_unit_test(rotation_loses_nothing),
		cmocka_unit_test(log_goes_on),
		cmocka_unit_test(no_room_blocks),
		cmocka_unit_test(no_room_drops),
		cmocka_unit_test(no_room_at_the_end),
		cmocka_unit_test(none_takes_all),
		cmocka_unit_test(killed_log_is_readable),
		cmocka_unit_test(missing_journal_is_an_error),
	};

	if (argc > 1 && strcmp(argv[0], "honu") == 0)
		return stage_play_honu(argv);
	return cmocka_run_group_tests(tests, stage_find_programs, NULL);
}
