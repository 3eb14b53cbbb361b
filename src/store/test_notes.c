/* store/test_notes.c - what is kept of a container beside its record: phase, summary, intent,
 * restarts, name, lock. */
#include <sys/file.h>
#include <sys/wait.h>

#include "store/note.h"
#include "store/test_directory.h"

#define ID1 "0123456789ab"
#define ID2 "0123456789ff"

static bool has(const struct store_container *c, const char *file)
{
	return faccessat(c->fd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* Pause and resume change the phase and nothing else, and only of what runs. */
static void phase_alone(void **state)
{
	static const struct {
		const char *from, *to;
		int result;
	} rows[] = {
		{ "running", "paused", 0 },	    { "paused", "running", 0 },
		{ "running", "running", 0 },	    { "creating", "paused", -ESRCH },
		{ "created", "paused", -ESRCH },    { "restarting", "paused", -ESRCH },
		{ "stopped", "running", -ESRCH },   { "running", "stopped", -EINVAL },
		{ "running", "creating", -EINVAL }, { "running", "asleep", -EINVAL },
	};
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &c);
	assert_int_equal(store_find(&d.store, "web", &found, NULL), 0);
	assert_int_equal(store_set_phase(&found, "paused", NULL), -ESRCH); /* no status yet */
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct store_status before, after;
		struct err e = { 0 };

		assert_int_equal(store_put_status(&c, rows[i].from, getpid(), &e), 0);
		assert_int_equal(store_get_status(&c, &before, &e), 0);
		if (store_set_phase(&found, rows[i].to, &e) != rows[i].result)
			fail_msg("%s to %s: %s", rows[i].from, rows[i].to, e.text);
		assert_int_equal(store_get_status(&c, &after, &e), 0);
		assert_string_equal(after.phase, rows[i].result == 0 ? rows[i].to : rows[i].from);
		memcpy(after.phase, before.phase, sizeof(after.phase));
		assert_memory_equal(&after, &before, sizeof(after));
	}
	assert_int_equal(store_put_status(&c, "running", getpid(), NULL), 0);
	fd_closep(&c.alive);
	assert_int_equal(store_set_phase(&found, "paused", NULL), -ESRCH);
	assert_false(has(&c, "status.new"));
}

static void expect_summary(const struct store_summary *is, const struct store_summary *wanted)
{
	assert_int_equal(is->keep, wanted->keep);
	assert_int_equal(is->created, wanted->created);
	assert_string_equal(is->restart, wanted->restart);
	assert_string_equal(is->root, wanted->root);
	assert_string_equal(is->command, wanted->command);
	assert_string_equal(is->labels, wanted->labels);
	assert_int_equal(is->labels_cut, wanted->labels_cut);
}

/* What is fit to be shown comes back as it is; all else as an escape, never as itself. */
static void summary(void **state)
{
	static const struct {
		struct store_summary in, out;
	} rows[] = {
		{ { true, 1764000000123456789, "on-failure:3", "host /usr", "sh -c 'a b'",
		    "a=1\nb=2 3", false },
		  { true, 1764000000123456789, "on-failure:3", "host /usr", "sh -c 'a b'",
		    "a=1\nb=2 3", false } },
		{ { false, 0, "", "", "", "", true }, { false, 0, "", "", "", "", true } },
		{ { true, UINT64_MAX, "no", "/a\tb\nc", "\x1b[2J\x7f\x01 \xc3\xa4 \xe2\x82\xac",
		    "k=\x1b]0;x\n\n\nl=\r\n", false },
		  { true, UINT64_MAX, "no", "/a\\tb\\nc", "\\e[2J\\x7f\\x01 \xc3\xa4 \xe2\x82\xac",
		    "k=\\e]0;x\nl=\\r", false } },
		{ { true, 1, "no", "\xc3", "\xc0\xaf \xed\xa0\x80 \xc2\x85", "\xff=1", false },
		  { true, 1, "no", "\\xc3", "\\xc0\\xaf \\xed\\xa0\\x80 \\xc2\\x85", "\\xff=1",
		    false } },
	};
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_summary u;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	assert_int_equal(store_get_summary(&c, &u, &e), -ENOENT);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		assert_int_equal(store_put_summary(&c, &rows[i].in, &e), 0);
		if (store_get_summary(&c, &u, &e) < 0)
			fail_msg("row %zu: %s", i, e.text);
		expect_summary(&u, &rows[i].out);
	}
}

/* Everything as long as it may be: what does not fit is cut between characters and labels. */
static void long_summary(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_summary in = { .keep = true, .created = UINT64_MAX }, out;
	char text[NOTE_MAX + 2];
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	memset(in.restart, 'r', sizeof(in.restart) - 1);
	memset(in.root, '\n', sizeof(in.root) - 1); /* two letters each when shown */
	in.command[0] = 'x';
	for (size_t i = 1; i + 2 < sizeof(in.command); i += 2)
		memcpy(in.command + i, "\xc3\xa4", 3);
	for (size_t i = 0; i + 11 < sizeof(in.labels); i += 11)
		(void)snprintf(in.labels + i, 12, "key%03zu=%03zu\n", i / 11, i / 11);
	assert_int_equal(store_put_summary(&c, &in, &e), 0);
	assert_in_range(note_get(c.fd, "summary", text, sizeof(text)), NOTE_MAX - 11, NOTE_MAX);
	assert_int_equal(store_get_summary(&c, &out, &e), 0);
	assert_true(out.labels_cut);
	assert_int_equal(strlen(out.restart), sizeof(in.restart) - 1);
	assert_int_equal(strlen(out.root), sizeof(in.root) - 2);
	assert_int_equal(strlen(out.command), sizeof(in.command) - 1);
	size_t length = strlen(out.labels);
	assert_true(length > 400 && (length + 1) % 11 == 0);
	assert_memory_equal(out.labels, in.labels, length);

	/* One label that is longer than all there is. */
	memset(in.labels, 'l', sizeof(in.labels) - 1);
	assert_int_equal(store_put_summary(&c, &in, &e), 0);
	assert_int_equal(store_get_summary(&c, &out, &e), 0);
	assert_true(out.labels_cut);
	assert_string_equal(out.labels, "");
}

static void damaged_summary(void **state)
{
	static const char *const lines[] = {
		"keep",
		"keep\tall\t1\tno\t/",
		"maybe\tall\t1\tno\t/\tsh",
		"keep\tsome\t1\tno\t/\tsh",
		"keep\tall\t-1\tno\t/\tsh",
		"keep\tall\t1\tno\t/\ts\nh",
		"keep\tall\t1\tno\t/\t\x1b",
		"keep\tall\t1\tno\t/\tsh\t\ta",
		"keep\tall\t1\tno\t/\tsh\ta\nb",
		"keep\tall\t1\t12345678901234567890123456789012\t/\tsh",
	};
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_summary u;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		assert_int_equal(symlinkat(lines[i], c.fd, "summary"), 0);
		if (store_get_summary(&c, &u, &e) != -EBADMSG)
			fail_msg("'%s' should be damaged", lines[i]);
		assert_int_equal(unlinkat(c.fd, "summary", 0), 0);
	}
	assert_int_equal(mkdirat(c.fd, "summary", 0700), 0);
	assert_int_equal(store_get_summary(&c, &u, &e), -EBADMSG);
}

static void intent_and_restarts(void **state)
{
	static const char *const damaged[] = { "stop",
					       "stop 15 0 0 1",
					       "dance 15 0 0 1 2",
					       "stop 65 0 0 1 2",
					       "stop 15 2 0 1 2",
					       "nothing 15 0 0 1 2",
					       "stop 15 0 -1 1 2",
					       "stop 15 0 0 1 2 3" };
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_restarts n = { 7, 7 };
	struct store_intent i;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	assert_int_equal(store_get_intent(&c, &i, &e), 0);
	assert_int_equal(i.wish, WISH_NOTHING);
	assert_int_equal(store_put_intent(&c, WISH_STOP, 15, false, &e), 0);
	assert_int_equal(store_put_intent(&c, WISH_KILL, 9, true, &e), 0);
	assert_int_equal(store_get_intent(&c, &i, &e), 0);
	assert_int_equal(i.wish, WISH_KILL);
	assert_int_equal(i.signal, 9);
	assert_true(i.forced);
	assert_int_equal(i.uid, getuid());
	assert_int_equal(i.by, getpid());
	assert_true(i.time > 1700000000000000000);
	assert_int_equal(store_put_intent(&c, WISH_NOTHING, 0, false, &e), 0);
	assert_false(has(&c, "intent"));
	for (size_t j = 0; j < ELEMENTS(damaged); j++) {
		assert_int_equal(note_put(c.fd, "intent", damaged[j]), 0);
		if (store_get_intent(&c, &i, &e) != -EBADMSG)
			fail_msg("'%s' should be damaged", damaged[j]);
	}

	assert_int_equal(store_get_restarts(&c, &n, &e), 0);
	assert_int_equal(n.count + n.delay, 0);
	n = (struct store_restarts){ UINT32_MAX, 60000 };
	assert_int_equal(store_put_restarts(&c, &n, &e), 0);
	n = (struct store_restarts){ 0 };
	assert_int_equal(store_get_restarts(&c, &n, &e), 0);
	assert_int_equal(n.count, UINT32_MAX);
	assert_int_equal(n.delay, 60000);
	assert_int_equal(store_put_restarts(&c, &(struct store_restarts){ 0, 5 }, &e), 0);
	assert_false(has(&c, "restarts"));
	assert_int_equal(note_put(c.fd, "restarts", "1"), 0);
	assert_int_equal(store_get_restarts(&c, &n, &e), -EBADMSG);
	assert_int_equal(store_remove(&c, &e), 0);
	assert_int_equal(store_put_intent(&c, WISH_STOP, 15, false, &e), -ENOENT);
}

static const char *found_name(struct test_directory *d, const char *typed)
{
	static char name[64];
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };

	if (store_find(&d->store, typed, &c, &e) < 0)
		return "(not found)";
	if (strcmp(c.id, ID1) != 0)
		return "(another)";
	memcpy(name, c.name, sizeof(name));
	return name;
}

/* The old name is free, the new one taken; by id the new one is found. */
static void rename_it(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container other = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	assert_int_equal(store_find(&d.store, ID1, &found, NULL), 0);
	assert_int_equal(store_rename(&found, "web", &e), 0); /* its first one */
	assert_string_equal(found_name(&d, ID1), "web");
	assert_int_equal(store_rename(&found, "web", &e), 0);
	assert_int_equal(store_rename(&found, "db", &e), 0);
	assert_string_equal(found.name, "db");
	assert_string_equal(found_name(&d, ID1), "db");
	assert_string_equal(found_name(&d, "db"), "db");
	assert_string_equal(found_name(&d, "web"), "(not found)");
	test_create(&d, ID2, "web", &other);
	assert_int_equal(store_rename(&found, "web", &e), -EEXIST);
	assert_non_null(strstr(e.text, ID2));
	assert_int_equal(store_rename(&found, "no/path", &e), -EINVAL);
	assert_string_equal(found_name(&d, ID1), "db");
	assert_string_equal(found_name(&d, "db"), "db");

	/* A name whose container is gone is taken over. */
	assert_int_equal(symlinkat("aaaaaaaaaaaa", d.store.fd, "names/stale"), 0);
	assert_int_equal(store_rename(&found, "stale", &e), 0);
	assert_string_equal(found_name(&d, "stale"), "stale");

	/* Its maker, which knows no name of it, leaves none. */
	assert_int_equal(store_remove(&c, &e), 0);
	assert_false(test_exists(&d, "/names/stale"));
	assert_int_equal(store_rename(&found, "late", &e), -ENOENT);
	assert_false(test_exists(&d, "/names/late"));
	assert_int_equal(store_remove(&other, &e), 0);
	store_container_done(&c);
	store_container_done(&other);
	test_collect_to_nothing(&d);
}

/* Two names, since a rename was killed: each finds it, the note says which one counts, and it goes
 * with both. */
static void two_names(void **state)
{
	static const struct {
		const char *note, *name;
	} rows[] = { { "aa", "aa" }, { "zz", "zz" } };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_directory_ struct test_directory d;
		_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
		_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
		_cleanup_(arena_done) struct arena a = { 0 };
		struct store_entry *entries;
		size_t n;

		test_directory_open(&d);
		test_create(&d, ID1, "aa", &c);
		assert_int_equal(symlinkat(ID1, d.store.fd, "names/zz"), 0);
		assert_int_equal(note_put(c.fd, "name", rows[i].note), 0);
		assert_string_equal(found_name(&d, "aa"), "aa");
		assert_string_equal(found_name(&d, "zz"), "zz");
		assert_string_equal(found_name(&d, ID1), rows[i].name);
		assert_int_equal(store_list(&d.store, &a, &entries, &n, NULL), 0);
		assert_int_equal(n, 1);
		assert_string_equal(entries[0].name, rows[i].name);
		store_container_done(&c);
		assert_int_equal(store_find(&d.store, "aa", &found, NULL), 0);
		assert_int_equal(store_remove(&found, NULL), 0);
		assert_false(test_exists(&d, "/names/aa"));
		assert_false(test_exists(&d, "/names/zz"));
	}
}

static void lock_what_was_found(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container again = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &c);
	assert_int_equal(store_find(&d.store, "web", &found, NULL), 0);
	assert_int_equal(store_find(&d.store, "web", &again, NULL), 0);
	assert_int_equal(store_lock_container(&found, &e), -EBUSY);
	fd_closep(&c.alive);
	assert_int_equal(store_lock_container(&found, &e), 0);
	assert_int_equal(store_lock_container(&again, &e), -EBUSY);
	assert_int_equal(store_remove(&found, &e), 0);
	assert_int_equal(store_lock_container(&again, &e), -ENOENT);
}

/* Somebody who lists containers all the time does not keep anybody from starting one. */
static void lookers_do_not_count(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	pid_t lookers[4];

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, NULL, &c);
	fd_closep(&c.alive);
	for (size_t i = 0; i < ELEMENTS(lookers); i++) {
		lookers[i] = fork();
		assert_true(lookers[i] >= 0);
		while (lookers[i] == 0)
			(void)container_is_locked(c.fd);
	}
	for (int i = 0; i < 2000; i++) {
		struct err e = { 0 };

		if (store_lock_container(&c, &e) < 0)
			fail_msg("round %d: %s", i, e.text);
		fd_closep(&c.alive);
	}
	for (size_t i = 0; i < ELEMENTS(lookers); i++) {
		assert_int_equal(kill(lookers[i], SIGKILL), 0);
		assert_int_equal(waitpid(lookers[i], NULL, 0), lookers[i]);
	}
}

/* As honu finish gets them from honu-supervise. */
static void adopt(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container other = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container own = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &c);
	test_create(&d, ID2, NULL, &other);
	int dir = dup(c.fd), alive = dup(c.alive);
	assert_int_equal(store_adopt(&d.store, ID2, dir, alive, &own, &e), -ESTALE);
	assert_int_equal(store_adopt(&d.store, ID1, dir, other.alive, &own, &e), -ESTALE);
	assert_int_equal(store_adopt(&d.store, "x", dir, alive, &own, &e), -EINVAL);
	int foreign = openat(c.fd, "alive", O_RDONLY | O_CLOEXEC);
	assert_int_equal(store_adopt(&d.store, ID1, dir, foreign, &own, &e), -ESTALE);
	(void)close(foreign);
	if (store_adopt(&d.store, ID1, dir, alive, &own, &e) < 0)
		fail_msg("store_adopt: %s", e.text);
	assert_string_equal(own.name, "web");
	assert_true(own.journal >= 0);
	assert_int_equal(fcntl(own.fd, F_GETFD), FD_CLOEXEC);
	assert_int_equal(fcntl(own.alive, F_GETFD), FD_CLOEXEC);
	store_container_done(&c);
	assert_int_equal(store_find(&d.store, "web", &found, &e), 0);
	assert_true(container_is_locked(found.fd));
	assert_int_equal(store_remove(&own, &e), 0);
	assert_int_equal(store_adopt(&d.store, ID1, own.fd, own.alive, &c, &e), -ESTALE);
	c = STORE_CONTAINER_EMPTY;
}

static int keep(struct store_container *c, void *data, struct err *e)
{
	struct store_summary u;

	(*(unsigned *)data)++;
	return store_get_summary(c, &u, e) == 0 && u.keep;
}

/* One that was kept is handed to the callback, and stays if that says so, or if there is none. */
static void collect_keeps(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container other = STORE_CONTAINER_EMPTY;
	unsigned calls = 0, removed = 0;
	struct err e = { 0 };

	(void)state;
	test_directory_open(&d);
	test_create(&d, ID1, "web", &c);
	test_create(&d, ID2, "db", &other);
	assert_int_equal(store_put_summary(&c, &(struct store_summary){ .keep = true }, &e), 0);
	assert_int_equal(store_put_summary(&other, &(struct store_summary){ .keep = false }, &e),
			 0);
	store_container_done(&c);
	store_container_done(&other);
	assert_int_equal(store_collect(&d.store, keep, &calls, &removed, &e), 0);
	assert_int_equal(calls, 2);
	assert_int_equal(removed, 1);
	assert_string_equal(found_name(&d, "web"), "web");
	assert_false(test_exists(&d, "/containers/" ID2));
	assert_int_equal(store_collect(&d.store, NULL, NULL, &removed, &e), 0);
	assert_int_equal(removed, 0);
	assert_string_equal(found_name(&d, "web"), "web");

	/* The name of one that was kept is freed by rm. */
	assert_int_equal(store_create(&d.store, ID2, "web", &c, &e), -EEXIST);
	assert_non_null(strstr(e.hint, "honu rm web"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phase_alone),
		cmocka_unit_test(summary),
		cmocka_unit_test(long_summary),
		cmocka_unit_test(damaged_summary),
		cmocka_unit_test(intent_and_restarts),
		cmocka_unit_test(rename_it),
		cmocka_unit_test(two_names),
		cmocka_unit_test(lock_what_was_found),
		cmocka_unit_test(lookers_do_not_count),
		cmocka_unit_test(adopt),
		cmocka_unit_test(collect_keeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
