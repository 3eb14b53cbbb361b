/* store/test_events.c - events: valid JSON whatever is in them, damage passed over, nobody waited
 * for, killed anywhere, on a full disk. */
#include <sched.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <time.h>

#include "store/test_events.h"

static unsigned count(int fd, uint64_t since, uint64_t until)
{
	_cleanup_reader_ struct event_reader r;
	const char *line;
	unsigned n = 0;

	assert_int_equal(event_reader_open(&r, fd, since, until), 0);
	while (event_reader_next(&r, &line) == 1)
		n++;
	return n;
}

/* The shape that is promised. */
static void shape(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();
	_cleanup_reader_ struct event_reader r = reader(f.fd);
	static const char *const attributes[] = { "exitCode", "137", "signal", "9", NULL };
	struct timespec now;
	struct tm t;
	char day[32];
	const char *line;

	(void)state;
	assert_int_equal(event_reader_next(&r, &line), 0);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	must_append(f.fd, "die", attributes);
	assert_int_equal(event_append(f.fd, ID, NULL, "remove", NULL), 0);
	assert_int_equal(event_append(f.fd, ID, "", "explode", NULL), -EINVAL);

	json_t *event = next_event(&r);
	json_int_t nano = json_integer_value(json_object_get(event, "timeNano"));
	(void)gmtime_r(&now.tv_sec, &t);
	assert_true(strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:", &t) > 0);
	assert_memory_equal(event_text(event, "time"), day, strlen(day));
	assert_int_equal(strlen(event_text(event, "time")), 30);
	char nanoseconds[16];
	(void)snprintf(nanoseconds, sizeof(nanoseconds), ".%09lldZ", nano % 1000000000);
	assert_string_equal(event_text(event, "time") + 19, nanoseconds);
	assert_in_range(nano / 1000000000, now.tv_sec, now.tv_sec + 5);
	assert_string_equal(event_text(event, "action"), "die");
	assert_string_equal(event_text(event, "id"), ID);
	assert_string_equal(event_text(event, "name"), "web");
	assert_string_equal(event_text(json_object_get(event, "attributes"), "exitCode"), "137");
	assert_string_equal(event_text(json_object_get(event, "attributes"), "signal"), "9");
	assert_null(json_object_get(event, "cut"));
	json_decref(event);

	event = next_event(&r);
	assert_string_equal(event_text(event, "action"), "remove");
	assert_null(json_object_get(event, "name"));
	assert_int_equal(json_object_size(json_object_get(event, "attributes")), 0);
	json_decref(event);
	assert_int_equal(event_reader_next(&r, &line), 0);
}

/* Whatever bytes are in a key or a value. */
static void any_bytes(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "plain", "plain" },
		{ "", "" },
		{ "\"quoted\\\"", "\"quoted\\\"" },
		{ "a\nb\tc\x01\x7f", "a\nb\tc\x01\x7f" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa2", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\xa2" },
		{ "\xc2\x9b[2J", "\xc2\x9b[2J" }, /* C1: escaped, and comes back */
		{ "\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "{\"time\":\"", "{\"time\":\"" },
	};
	_cleanup_fixture_ struct fixture f = fixture_new();
	_cleanup_reader_ struct event_reader r = reader(f.fd);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		const char *attributes[] = { "key", rows[i].in, NULL };

		assert_int_equal(event_append(f.fd, ID, rows[i].in, "start", attributes), 0);
		json_t *event = next_event(&r);
		const char *out = event_text(json_object_get(event, "attributes"), "key");
		if (strcmp(out, rows[i].out) != 0)
			fail_msg("'%s' has become '%s'", rows[i].in, out);
		json_decref(event);
	}
}

/* What finds no room is left out as a whole. */
static void too_long(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();
	_cleanup_reader_ struct event_reader r = reader(f.fd);
	static char large[9000], medium[7500];
	const char *attributes[] = { "a",    "1", "large", large, "b", "2", "m",
				     medium, "n", medium,  "c",	  "3", NULL };

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	memset(medium, 'y', sizeof(medium) - 1);
	must_append(f.fd, "start", attributes);
	assert_int_equal(event_append(f.fd, large, NULL, "start", NULL), -E2BIG);
	json_t *event = next_event(&r);
	const json_t *got = json_object_get(event, "attributes");
	assert_true(json_is_true(json_object_get(event, "cut")));
	assert_int_equal(json_object_size(got), 4);
	assert_string_equal(event_text(got, "a"), "1");
	assert_string_equal(event_text(got, "b"), "2");
	assert_string_equal(event_text(got, "m"), medium);
	assert_string_equal(event_text(got, "c"), "3");
	json_decref(event);
}

static void since_and_until(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();
	_cleanup_reader_ struct event_reader r = reader(f.fd);
	uint64_t times[3];

	(void)state;
	for (size_t i = 0; i < ELEMENTS(times); i++) {
		must_append(f.fd, "start", NULL);
		json_t *event = next_event(&r);
		times[i] = (uint64_t)json_integer_value(json_object_get(event, "timeNano"));
		json_decref(event);
	}
	assert_true(times[0] < times[1] && times[1] < times[2]);
	assert_int_equal(count(f.fd, 0, UINT64_MAX), 3);
	assert_int_equal(count(f.fd, times[1], UINT64_MAX), 2);
	assert_int_equal(count(f.fd, times[1] + 1, UINT64_MAX), 1);
	assert_int_equal(count(f.fd, 0, times[1]), 2);
	assert_int_equal(count(f.fd, times[1], times[1]), 1);
	assert_int_equal(count(f.fd, times[2] + 1, UINT64_MAX), 0);
}

static void append_raw(int dir, const char *bytes, size_t n)
{
	_cleanup_close_ int fd =
		openat(dir, "events", O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
}

/* What a killed writer or a power failure left costs at most itself. */
static void damaged(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} rows[] = {
		{ "\n", 1 },
		{ "nonsense\n", 9 },
		{ "{\"time\":\"2026-11-23T18:00:00.12", 31 },
		{ "{\"time\":\"2026-11-23T18:00:00.123456789Z\",\"timeNano\":17954568", 61 },
		{ "\0\0\0\0\0\0\0\0", 8 },
		{ "{\"time\":\"x\"}\n", 13 },
		{ "{\"time\":\"x\",\"timeNano\":99999999999999999999,\"a\":1}\n", 51 },
		{ "{\"time\":\"x\",\"timeNano\":}\n", 25 },
		{ "}\n", 2 },
		{ "{\"time\":\"\n", 10 },
	};
	_cleanup_fixture_ struct fixture f = fixture_new();
	static char huge[200000];

	(void)state;
	must_append(f.fd, "start", NULL);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		append_raw(f.fd, rows[i].bytes, rows[i].n);
		must_append(f.fd, "die", NULL);
		if (count(f.fd, 0, UINT64_MAX) != i + 2)
			fail_msg("row %zu: %u instead of %zu", i, count(f.fd, 0, UINT64_MAX),
				 i + 2);
	}
	memset(huge, 'x', sizeof(huge));
	huge[sizeof(huge) - 1] = '\n';
	append_raw(f.fd, huge, sizeof(huge));
	must_append(f.fd, "die", NULL);
	assert_int_equal(count(f.fd, 0, UINT64_MAX), ELEMENTS(rows) + 2);
	_cleanup_reader_ struct event_reader r = reader(f.fd);
	for (unsigned i = 0; i < ELEMENTS(rows) + 2; i++)
		json_decref(next_event(&r));
}

/* Nobody is held up by one who is stopped while he has the lock. */
static void stopped_writer(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();

	(void)state;
	must_append(f.fd, "start", NULL);
	int held = openat(f.fd, "events", O_RDONLY | O_CLOEXEC);
	assert_int_equal(flock(held, LOCK_EX), 0);
	must_append(f.fd, "die", NULL);
	assert_int_equal(flock(held, LOCK_SH), 0);
	assert_int_equal(event_append_until(f.fd, 10, ID, NULL, "remove", NULL), 0);
	(void)close(held);
	assert_int_equal(count(f.fd, 0, UINT64_MAX), 3);
	assert_int_equal(event_append_until(f.fd, 10, ID, NULL, "create", NULL), 0);
	assert_int_equal(faccessat(f.fd, "events.1", F_OK, 0), 0);
	assert_int_equal(count(f.fd, 0, UINT64_MAX), 4);
}

static int append_one(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return event_append_until(fd, 100, ID, "web", "start", NULL) < 0;
}

/* Killed at any call, while renaming as well: what there was is there, and the next one works. */
static void killed_anywhere(void **state)
{
	unsigned n = 0;

	(void)state;
	for (bool finished = false; !finished;) {
		_cleanup_fixture_ struct fixture f = fixture_new();

		must_append(f.fd, "create", NULL);
		assert_true(++n < SYSCALLS_MAX);
		pid_t child = test_start(append_one, f.path);
		finished = !test_go(child, n);
		if (!finished)
			test_end(child);
		must_append(f.fd, "die", NULL);
		assert_in_range(count(f.fd, 0, UINT64_MAX), 2, 3);
	}
	assert_true(n > 10);
}

static int on_full_disk(const char *path)
{
	char page[4096] = { 1 };

	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 77;
	if (mount("tmpfs", path, "tmpfs", 0, "size=64k") < 0)
		return 77;
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (event_append(dir, ID, "web", "start", NULL) < 0)
		return 1;
	int filler = openat(dir, "filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(filler, page, sizeof(page)) > 0)
		;
	/* Into the rest of the page, until one would not fit. */
	int written = 1, r;
	while ((r = event_append(dir, ID, "web", "start", NULL)) == 0)
		written++;
	if (r != -ENOSPC)
		return 2;
	if (ftruncate(filler, 0) < 0 || event_append(dir, ID, "web", "die", NULL) < 0)
		return 3;
	struct event_reader reader;
	const char *line;
	if (event_reader_open(&reader, dir, 0, UINT64_MAX) < 0)
		return 4;
	for (int i = 0; i < written + 1; i++)
		if (event_reader_next(&reader, &line) != 1)
			return 5;
	/* No half of a line stands between them. */
	char all[8192];
	int events = openat(dir, "events", O_RDONLY | O_CLOEXEC);
	ssize_t n = read(events, all, sizeof(all) - 1);
	all[n > 0 ? n : 0] = '\0';
	int starts = 0;
	for (const char *p = all; (p = strstr(p, "{\"time\":")); p++)
		starts++;
	if (starts != written + 1)
		return 6;
	return written > 10 ? 0 : 7;
}

/* On a full disk there is no half of a line, and it goes on when there is room. */
static void full_disk(void **state)
{
	_cleanup_fixture_ struct fixture f = fixture_new();
	int status;

	(void)state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(on_full_disk(f.path));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77) {
		print_message("mounting a tmpfs needs root\n");
		skip();
	}
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shape),	   cmocka_unit_test(any_bytes),
		cmocka_unit_test(too_long),	   cmocka_unit_test(since_and_until),
		cmocka_unit_test(damaged),	   cmocka_unit_test(stopped_writer),
		cmocka_unit_test(killed_anywhere), cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
