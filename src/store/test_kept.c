/* store/test_kept.c - a container that is kept: killed at any system call, each of its files is
 * the former one or the new one, it keeps a name, and a removal is finished or was not begun. */
#include "store/exit.h"
#include "store/note.h"
#include "store/test_stop.h"

#define ID1 "0123456789ab"
#define ID2 "fedcba987654"

static struct store_summary example(void)
{
	return (struct store_summary){ .keep = true,
				       .created = 1764000000000000000,
				       .restart = "always",
				       .root = "host /usr",
				       .command = "sleep infinity",
				       .labels = "a=1" };
}

static int ended(struct store_container *c, int code)
{
	struct exit_record x = exit_record_new();

	x.code = code;
	return exit_put(c->fd, &x);
}

static int make(struct store *s, const char *path, struct store_container *c)
{
	struct store_summary u = example();

	if (store_open(s, path, NULL) < 0 || store_create(s, ID1, "web", c, NULL) < 0 ||
	    store_put_record(c, "{}", 2, NULL) < 0 || store_put_summary(c, &u, NULL) < 0 ||
	    store_put_status(c, "created", 0, NULL) < 0)
		return -1;
	return 0;
}

/* All that is written of a container which is kept, each at least twice. */
static int live(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_restarts n = { 1, 100 };

	if (make(&s, path, &c) < 0)
		return 1;
	for (int i = 0; i < 2; i++) {
		if (exit_prepare(c.fd) < 0 || store_put_status(&c, "running", getpid(), NULL) < 0 ||
		    store_set_phase(&c, "paused", NULL) < 0 ||
		    store_set_phase(&c, "running", NULL) < 0 ||
		    store_put_intent(&c, WISH_STOP, 15, false, NULL) < 0 ||
		    store_put_intent(&c, WISH_KILL, 9, true, NULL) < 0 || ended(&c, i) < 0 ||
		    store_put_restarts(&c, &n, NULL) < 0 ||
		    store_put_status(&c, "restarting", 0, NULL) < 0 ||
		    store_put_intent(&c, WISH_NOTHING, 0, false, NULL) < 0)
			return 1;
		n.count++;
	}
	if (store_put_status(&c, "stopped", 0, NULL) < 0)
		return 1;
	store_container_done(&c);
	store_done(&s);
	return 0;
}

/* One that has ended, with all its files, and was renamed. */
static int leave(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_restarts n = { 1, 100 };
	uint32_t base;

	if (make(&s, path, &c) < 0 ||
	    store_lease_ids(&c, STORE_RANGE_STEP, NULL, 0, &base, NULL) < 0 ||
	    exit_prepare(c.fd) < 0 || ended(&c, 0) < 0 || exit_prepare(c.fd) < 0 ||
	    ended(&c, 3) < 0 || store_put_intent(&c, WISH_STOP, 15, false, NULL) < 0 ||
	    store_put_restarts(&c, &n, NULL) < 0 || mkdirat(c.fd, "log", 0700) < 0 ||
	    store_rename(&c, "mail", NULL) < 0 || store_put_status(&c, "stopped", 0, NULL) < 0)
		return 1;
	store_container_done(&c);
	store_done(&s);
	return 0;
}

static int rename_to_db(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = store_open(&s, path, NULL);

	if (r == 0)
		r = store_find(&s, ID1, &c, NULL);
	if (r == 0)
		r = store_rename(&c, "db", NULL);
	store_container_done(&c);
	store_done(&s);
	return r < 0;
}

static int remove_it(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = store_open(&s, path, NULL);

	if (r == 0)
		r = store_find(&s, ID1, &c, NULL);
	if (r == 0)
		r = store_remove(&c, NULL);
	store_container_done(&c);
	store_done(&s);
	return r < 0;
}

typedef void check_fn(struct test_directory *d, unsigned n);

static void kill_everywhere(test_work_fn *before, test_work_fn *work, check_fn *check)
{
	unsigned n = 0;

	for (bool finished = false; !finished;) {
		_cleanup_directory_ struct test_directory d;

		assert_true(++n < SYSCALLS_MAX);
		test_directory_new(&d);
		if (before)
			assert_int_equal(before(d.path), 0);
		pid_t child = test_start(work, d.path);
		finished = !test_go(child, n);
		if (!finished)
			test_end(child);
		assert_int_equal(store_open(&d.store, d.path, NULL), 0);
		check(&d, n);
	}
	assert_true(n > 10);
}

/* What is there can be read; 0 or -ENOENT. */
static void expect_readable(const struct store_container *c, unsigned n)
{
	struct store_status status;
	struct store_summary summary;
	struct store_intent intent;
	struct store_restarts restarts;
	struct exit_record x;
	struct err e = { 0 };

	if (store_get_status(c, &status, &e) < 0 || store_get_intent(c, &intent, &e) < 0 ||
	    store_get_restarts(c, &restarts, &e) < 0)
		fail_msg("killed at call %u: %s", n, e.text);
	int r = store_get_summary(c, &summary, &e);
	if (r < 0 && r != -ENOENT)
		fail_msg("killed at call %u: %s", n, e.text);
	r = exit_get(c->fd, &x);
	if (r < 0 && r != -ENOENT)
		fail_msg("killed at call %u: exit: %d", n, r);
	assert_false(status.alive);
}

static void check_files(struct test_directory *d, unsigned n)
{
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_status status;
	struct exit_record x;

	if (store_find(&d->store, ID1, &c, NULL) == 0) {
		expect_readable(&c, n);
		/* Whoever is next writes as if nothing had happened. */
		assert_int_equal(store_put_status(&c, "stopped", 0, NULL), 0);
		assert_int_equal(store_get_status(&c, &status, NULL), 0);
		assert_string_equal(status.phase, "stopped");
		assert_int_equal(store_put_intent(&c, WISH_STOP, 1, false, NULL), 0);
		assert_int_equal(exit_prepare(c.fd), 0);
		assert_int_equal(ended(&c, 5), 0);
		assert_int_equal(exit_get(c.fd, &x), 0);
		assert_int_equal(x.code, 5);
		expect_readable(&c, n);
		assert_int_equal(store_remove(&c, NULL), 0);
	}
	test_collect_to_nothing(d);
}

/* Every file is whole, wherever its writer was killed, and what it left is in nobody's way. */
static void killed_while_writing(void **state)
{
	(void)state;
	kill_everywhere(NULL, live, check_files);
}

static unsigned count_links(const struct test_directory *d, const char *folder)
{
	char path[64];
	unsigned n = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", d->path, folder);
	_cleanup_dir_ DIR *dir = opendir(path);
	for (const struct dirent *entry; dir && (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	return n;
}

static void check_names(struct test_directory *d, unsigned n)
{
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_container_ struct store_container by_name = STORE_CONTAINER_EMPTY;
	char owner[STORE_ID_LENGTH + 1];
	struct err e = { 0 };

	if (store_find(&d->store, "mail", &c, &e) < 0 && store_find(&d->store, "db", &c, &e) < 0)
		fail_msg("killed at call %u: no name is found", n);
	assert_string_equal(c.id, ID1);
	store_container_done(&c);
	assert_int_equal(store_find(&d->store, ID1, &c, &e), 0);
	assert_true(strcmp(c.name, "mail") == 0 || strcmp(c.name, "db") == 0);
	assert_int_equal(link_read(&d->store, "names", c.name, owner), 0);
	assert_string_equal(owner, ID1);
	/* Two links at most, and once it is done again, one. */
	assert_in_range(count_links(d, "names"), 1, 2);
	assert_int_equal(store_rename(&c, "final", &e), 0);
	assert_int_equal(count_links(d, "names"), 1);
	assert_int_equal(store_find(&d->store, "final", &by_name, &e), 0);
	assert_int_equal(store_remove(&c, &e), 0);
	test_collect_to_nothing(d);
}

static void killed_while_renaming(void **state)
{
	(void)state;
	kill_everywhere(leave, rename_to_db, check_names);
}

static void check_two_names_go(struct test_directory *d, unsigned n)
{
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;

	(void)n;
	assert_int_equal(store_find(&d->store, ID1, &c, NULL), 0);
	assert_int_equal(store_remove(&c, NULL), 0);
	assert_int_equal(count_links(d, "names"), 0);
}

/* However far a rename came: whoever removes the container leaves no name of it. */
static void removed_after_half_a_rename(void **state)
{
	(void)state;
	kill_everywhere(leave, rename_to_db, check_two_names_go);
}

static void check_removal(struct test_directory *d, unsigned n)
{
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_summary u;
	struct exit_record x;
	struct err e = { 0 };

	if (store_collect(&d->store, NULL, NULL, NULL, &e) < 0)
		fail_msg("killed at call %u: %s", n, e.text);
	if (!test_exists(d, "/containers")) {
		assert_false(test_exists(d, ""));
		return;
	}
	/* Not begun: nothing is missing. */
	if (store_find(&d->store, "mail", &c, &e) < 0)
		fail_msg("killed at call %u: %s", n, e.text);
	assert_int_equal(store_get_summary(&c, &u, &e), 0);
	assert_int_equal(exit_get(c.fd, &x), 0);
	assert_int_equal(x.code, 3);
	assert_int_equal(faccessat(c.fd, "record.json", F_OK, 0), 0);
	assert_int_equal(count_links(d, "ids"), 1);
	assert_int_equal(store_remove(&c, &e), 0);
	test_collect_to_nothing(d);
}

/* A removal was not begun, or is finished by whoever collects. */
static void killed_while_removing(void **state)
{
	(void)state;
	kill_everywhere(leave, remove_it, check_removal);
}

static int pause_it(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = store_open(&s, path, NULL);

	if (r == 0)
		r = store_find(&s, "web", &c, NULL);
	if (r == 0)
		r = store_set_phase(&c, "paused", NULL);
	store_container_done(&c);
	store_done(&s);
	return r < 0 && r != -ESRCH;
}

/* The supervisor ends a container between any two calls of a pause: it is stopped, not paused. */
static void ended_while_pausing(void **state)
{
	bool stopped = true;

	(void)state;
	for (unsigned n = 1; stopped; n++) {
		_cleanup_directory_ struct test_directory d;
		_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
		struct store_status status;
		int first = 0, second;

		test_directory_new(&d);
		assert_int_equal(make(&d.store, d.path, &c), 0);
		assert_int_equal(store_put_status(&c, "running", getpid(), NULL), 0);
		pid_t pausing = test_start(pause_it, d.path);
		stopped = test_go(pausing, n);
		pid_t ending = fork();
		assert_true(ending >= 0);
		if (ending == 0)
			_exit(store_put_status(&c, "stopped", 0, NULL) < 0);
		/* Where the one who pauses holds the lock, the other waits for it. */
		(void)usleep(5000);
		if (stopped) {
			assert_int_equal(ptrace(PTRACE_DETACH, pausing, NULL, NULL), 0);
			assert_int_equal(waitpid(pausing, &first, 0), pausing);
		}
		assert_int_equal(waitpid(ending, &second, 0), ending);
		assert_int_equal(first, 0);
		assert_int_equal(second, 0);
		assert_int_equal(store_get_status(&c, &status, NULL), 0);
		if (strcmp(status.phase, "stopped") != 0)
			fail_msg("stopped at call %u: it is %s", n, status.phase);
	}
}

static int make_and_remove(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = store_open(&s, path, NULL);

	if (r == 0)
		r = store_create(&s, ID1, "web", &c, NULL);
	if (r == 0)
		r = store_put_record(&c, "{}", 2, NULL);
	if (r == 0)
		r = store_put_status(&c, "running", getpid(), NULL);
	if (r == 0)
		r = store_remove(&c, NULL);
	return r < 0;
}

/* Somebody renames it between any two calls of its removal, by the honu that made it or by another:
 * no name of it is left. */
static void renamed_while_removing(void **state)
{
	static const struct {
		test_work_fn *before, *work;
	} rows[] = { { leave, remove_it }, { NULL, make_and_remove } };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		bool stopped = true;

		for (unsigned n = 1; stopped; n++) {
			_cleanup_directory_ struct test_directory d;
			_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;

			test_directory_new(&d);
			assert_int_equal(rows[i].before ? rows[i].before(d.path) : 0, 0);
			pid_t child = test_start(rows[i].work, d.path);
			stopped = test_go(child, n);
			assert_int_equal(store_open(&d.store, d.path, NULL), 0);
			if (store_find(&d.store, ID1, &c, NULL) == 0)
				(void)store_rename(&c, "late", NULL);
			if (stopped) {
				int status;

				assert_int_equal(ptrace(PTRACE_DETACH, child, NULL, NULL), 0);
				assert_int_equal(waitpid(child, &status, 0), child);
				assert_int_equal(status, 0);
			}
			if (count_links(&d, "names") > 0)
				fail_msg("row %zu, renamed at call %u: a name is left", i, n);
			assert_int_equal(count_links(&d, "containers"), 0);
		}
	}
}

/* The other way round: it is removed between any two calls of a rename. */
static void removed_while_renaming(void **state)
{
	bool stopped = true;

	(void)state;
	for (unsigned n = 1; stopped; n++) {
		_cleanup_directory_ struct test_directory d;
		_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;

		test_directory_new(&d);
		assert_int_equal(leave(d.path), 0);
		assert_int_equal(store_open(&d.store, d.path, NULL), 0);
		assert_int_equal(store_find(&d.store, ID1, &c, NULL), 0);
		pid_t child = test_start(rename_to_db, d.path);
		stopped = test_go(child, n);
		assert_int_equal(store_remove(&c, NULL), 0);
		if (stopped) {
			assert_int_equal(ptrace(PTRACE_DETACH, child, NULL, NULL), 0);
			assert_int_equal(waitpid(child, NULL, 0), child);
		}
		if (count_links(&d, "names") > 0)
			fail_msg("removed at call %u: a name is left", n);
		assert_int_equal(count_links(&d, "containers"), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_while_writing),
		cmocka_unit_test(killed_while_renaming),
		cmocka_unit_test(removed_after_half_a_rename),
		cmocka_unit_test(killed_while_removing),
		cmocka_unit_test(ended_while_pausing),
		cmocka_unit_test(renamed_while_removing),
		cmocka_unit_test(removed_while_renaming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
