/* store/test_follow.c - events while the file is renamed: none lost or torn, each seen once and in
 * order. */
#include <poll.h>
#include <sys/mman.h>

#include "store/test_events.h"

#define WRITERS 8
#define LINES 1000
#define OUTSTANDING 4 /* of each writer: together less than a file */
#define SMALL 16384

struct board {
	unsigned written[WRITERS], seen[WRITERS];
};

static int write_lines(int dir, struct board *board, unsigned me)
{
	char number[16], id[16];

	(void)snprintf(id, sizeof(id), "%u", me);
	for (unsigned i = 0; i < LINES; i++) {
		const char *attributes[] = { "n", number, NULL };

		(void)snprintf(number, sizeof(number), "%u", i);
		while (i - __atomic_load_n(&board->seen[me], __ATOMIC_ACQUIRE) >= OUTSTANDING)
			(void)usleep(50);
		if (event_append_until(dir, SMALL, id, "web", "start", attributes) < 0)
			return 1;
		__atomic_store_n(&board->written[me], i + 1, __ATOMIC_RELEASE);
	}
	return 0;
}

/* Follows until every line of every writer was seen, once and in its order. */
static void follow(int dir, struct board *board)
{
	_cleanup_reader_ struct event_reader r = reader(dir);
	_cleanup_close_ int watch = event_watch(dir);
	unsigned total = 0;

	assert_true(watch >= 0);
	while (total < WRITERS * LINES) {
		struct pollfd p = { .fd = watch, .events = POLLIN };
		char drop[4096];
		const char *line;
		int more;

		while ((more = event_reader_next(&r, &line)) == 1) {
			json_t *event = json_loads(line, 0, NULL);

			if (!event)
				fail_msg("torn: '%s'", line);
			unsigned me = (unsigned)strtoul(event_text(event, "id"), NULL, 10);
			unsigned n = (unsigned)strtoul(
				event_text(json_object_get(event, "attributes"), "n"), NULL, 10);
			json_decref(event);
			assert_in_range(me, 0, WRITERS - 1);
			if (n != board->seen[me])
				fail_msg("writer %u: line %u instead of %u", me, n,
					 board->seen[me]);
			__atomic_store_n(&board->seen[me], n + 1, __ATOMIC_RELEASE);
			total++;
		}
		assert_int_equal(more, 0);
		if (total < WRITERS * LINES && poll(&p, 1, 20000) != 1)
			fail_msg("nothing more after %u lines", total);
		(void)!read(watch, drop, sizeof(drop));
	}
}

/* Eight append as fast as they are followed, through some sixty renames. */
static void many_writers(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();
	pid_t writers[WRITERS];
	struct stat st;

	(void)state;
	struct board *board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(board != MAP_FAILED);
	for (unsigned i = 0; i < WRITERS; i++) {
		writers[i] = fork();
		assert_true(writers[i] >= 0);
		if (writers[i] == 0)
			_exit(write_lines(f.fd, board, i));
	}
	follow(f.fd, board);
	for (unsigned i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(fstatat(f.fd, "events.1", &st, 0), 0);
	assert_in_range(st.st_size, SMALL, 2 * SMALL);
	(void)munmap(board, sizeof(*board));
}

static int write_all(int dir, unsigned me)
{
	char number[16], id[16];

	(void)snprintf(id, sizeof(id), "%u", me);
	for (unsigned i = 0; i < LINES; i++) {
		const char *attributes[] = { "n", number, NULL };

		(void)snprintf(number, sizeof(number), "%u", i);
		/* Some 1.1 MB altogether: renamed once, past the middle. */
		if (event_append_until(dir, 700000, id, "web", "start", attributes) < 0)
			return 1;
	}
	return 0;
}

/* Without anybody to follow, at full speed: what lies in both files is all. */
static void nothing_lost(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();
	_cleanup_reader_ struct event_reader r = reader(f.fd);
	pid_t writers[WRITERS];
	unsigned seen[WRITERS] = { 0 };
	const char *line;

	(void)state;
	for (unsigned i = 0; i < WRITERS; i++) {
		writers[i] = fork();
		assert_true(writers[i] >= 0);
		if (writers[i] == 0)
			_exit(write_all(f.fd, i));
	}
	for (unsigned i = 0; i < WRITERS; i++) {
		int status;

		assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(faccessat(f.fd, "events.1", F_OK, 0), 0);
	for (unsigned i = 0; i < WRITERS * LINES; i++) {
		json_t *event = next_event(&r);
		unsigned me = (unsigned)strtoul(event_text(event, "id"), NULL, 10);
		unsigned n = (unsigned)strtoul(
			event_text(json_object_get(event, "attributes"), "n"), NULL, 10);

		json_decref(event);
		assert_int_equal(n, seen[me]);
		seen[me]++;
	}
	assert_int_equal(event_reader_next(&r, &line), 0);
}

/* A reader that was away for longer than a file lasts goes on with the oldest there is. */
static void left_behind(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();
	_cleanup_reader_ struct event_reader r = reader(f.fd);
	char number[16];
	const char *attributes[] = { "n", number, NULL }, *line;
	unsigned last = 0, n_lines = 0;

	(void)state;
	for (unsigned i = 1; i <= 500; i++) {
		(void)snprintf(number, sizeof(number), "%u", i);
		assert_int_equal(event_append_until(f.fd, 4096, ID, "web", "start", attributes), 0);
		if (i == 1)
			json_decref(next_event(&r));
	}
	while (event_reader_next(&r, &line) == 1) {
		json_t *event = json_loads(line, 0, NULL);
		unsigned n = (unsigned)strtoul(
			event_text(json_object_get(event, "attributes"), "n"), NULL, 10);

		json_decref(event);
		assert_true(n > last);
		last = n;
		n_lines++;
	}
	assert_int_equal(last, 500);
	assert_in_range(n_lines, 20, 100);
}

static int append_later(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return event_append(fd, ID, "web", "oom", NULL) < 0;
}

static bool has_action(int fd, const char *action)
{
	_cleanup_reader_ struct event_reader r = reader(fd);
	const char *line;
	bool found = false;

	while (event_reader_next(&r, &line) == 1)
		found = found || strstr(line, action);
	return found;
}

/* The file is renamed, and renamed again, between any two calls of an append: that one is there. */
static void renamed_meanwhile(void **state)
{
	bool stopped = true;

	(void)state;
	for (unsigned n = 1; stopped; n++) {
		_cleanup_fixture_ struct fixture f = fixture_new();
		int status = 0;

		must_append(f.fd, "create", NULL);
		pid_t child = test_start(append_later, f.path);
		stopped = test_go(child, n);
		bool written = has_action(f.fd, "oom");
		for (int i = 0; !written && i < 3; i++)
			assert_int_equal(event_append_until(f.fd, 1, ID, "web", "start", NULL), 0);
		if (stopped) {
			assert_int_equal(ptrace(PTRACE_DETACH, child, NULL, NULL), 0);
			assert_int_equal(waitpid(child, &status, 0), child);
		}
		assert_int_equal(status, 0);
		if (!has_action(f.fd, "oom"))
			fail_msg("renamed at call %u: it is lost", n);
	}
}

static int append_numbered(int fd, off_t full, const char *action, unsigned i)
{
	char number[16];
	const char *attributes[] = { "n", number, NULL };

	(void)snprintf(number, sizeof(number), "%u", i);
	return event_append_until(fd, full, ID, "web", action, attributes);
}

/* Follows until "remove": each number once, none left out. The first one it sees is its status. */
static int follow_numbers(const char *path)
{
	struct event_reader r;
	unsigned first = 0, expected = 0;
	const char *line;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (event_reader_open(&r, fd, 0, UINT64_MAX) < 0)
		return 99;
	for (;;) {
		int more = event_reader_next(&r, &line);

		if (more < 0)
			return 98;
		if (more == 0) {
			(void)usleep(200);
			continue;
		}
		unsigned n = (unsigned)strtoul(strstr(line, "\"n\":\"") + 5, NULL, 10);
		if (expected == 0)
			first = expected = n;
		if (n != expected++)
			return 97;
		if (strstr(line, "remove"))
			return (int)first;
	}
}

/* A reader is stopped at its n-th call, the file renamed once or twice, and it sees all the same;
 * only before it has opened anything, twice can be too often. */
static void renamed_while_reading(void **state)
{
	(void)state;
	for (unsigned renames = 1; renames <= 2; renames++)
		for (unsigned n = 1; n < 60; n++) {
			_cleanup_fixture_ struct fixture f = fixture_new();
			unsigned number = 1;
			int status;

			assert_int_equal(append_numbered(f.fd, EVENTS_FULL, "start", number++), 0);
			pid_t child = test_start(follow_numbers, f.path);
			assert_true(test_go(child, n));
			assert_int_equal(append_numbered(f.fd, EVENTS_FULL, "start", number++), 0);
			for (unsigned i = 0; i < renames; i++)
				assert_int_equal(append_numbered(f.fd, 1, "start", number++), 0);
			assert_int_equal(ptrace(PTRACE_DETACH, child, NULL, NULL), 0);
			assert_int_equal(append_numbered(f.fd, EVENTS_FULL, "remove", number), 0);
			assert_int_equal(waitpid(child, &status, 0), child);
			assert_true(WIFEXITED(status));
			int first = WEXITSTATUS(status);
			if (first != 1 && (first != 3 || renames == 1))
				fail_msg("renamed %u times at call %u: %d", renames, n, first);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_writers),		 cmocka_unit_test(nothing_lost),
		cmocka_unit_test(left_behind),		 cmocka_unit_test(renamed_meanwhile),
		cmocka_unit_test(renamed_while_reading),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
