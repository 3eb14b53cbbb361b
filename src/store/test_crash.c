/* store/test_crash.c - killed at any system call, the store is left so that collecting clears all.
 *
 * A child does the work under ptrace and is stopped at its n-th system call, for every n until it
 * finishes. */
#include <sys/syscall.h>

#include "store/test_stop.h"

#define ID1 "0123456789ab"
#define ID2 "fedcba987654"
#define ID_GONE "aaaaaaaaaaaa"

/* A detached container's whole life, with files the store does not know. */
static int live(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	uint32_t base;

	if (store_open(&s, path, NULL) < 0 || store_create(&s, ID1, "web", &c, NULL) < 0 ||
	    store_put_record(&c, "{}", 2, NULL) < 0 ||
	    store_put_status(&c, "creating", 0, NULL) < 0 ||
	    store_lease_ids(&c, 2 * STORE_RANGE_STEP, NULL, 0, &base, NULL) < 0 ||
	    write(c.journal, "x", 1) != 1 || store_put_status(&c, "running", getpid(), NULL) < 0 ||
	    mkdirat(c.fd, "log", 0700) < 0 || symlinkat("x", c.fd, "log/x") < 0 ||
	    store_remove(&c, NULL) < 0)
		return 1;
	store_container_done(&c);
	int r = store_collect(&s, NULL, NULL, NULL, NULL);
	store_done(&s);
	return r < 0;
}

/* What a killed one leaves: a dead container with name and range, a stale name, a stale range. */
static int die(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	uint32_t base;

	if (store_open(&s, path, NULL) < 0 || store_create(&s, ID1, "web", &c, NULL) < 0 ||
	    store_put_record(&c, "{}", 2, NULL) < 0 ||
	    store_lease_ids(&c, 1, NULL, 0, &base, NULL) < 0 || mkdirat(c.fd, "log", 0700) < 0 ||
	    symlinkat(ID_GONE, s.fd, "names/stale") < 0 || symlinkat(ID_GONE, s.fd, "ids/0") < 0)
		return 1;
	store_container_done(&c);
	store_done(&s);
	return 0;
}

static int collect(const char *path)
{
	struct store s = STORE_EMPTY;
	int r = store_open(&s, path, NULL);

	if (r == 0)
		r = store_collect(&s, NULL, NULL, NULL, NULL);
	store_done(&s);
	return r < 0;
}

static int take_stale_name(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = store_open(&s, path, NULL);

	if (r == 0)
		r = store_create(&s, ID2, "stale", &c, NULL);
	store_container_done(&c);
	store_done(&s);
	return r < 0;
}

/* before: what is there first (NULL: nothing). */
static void kill_everywhere(test_work_fn *before, test_work_fn *work)
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
		test_collect_to_nothing(&d);
	}
	assert_true(n > 10); /* it was stopped at all */
}

static void killed_while_living(void **state)
{
	(void)state;
	kill_everywhere(NULL, live);
}

static void killed_while_collecting(void **state)
{
	(void)state;
	kill_everywhere(die, collect);
}

static void killed_while_taking_over(void **state)
{
	(void)state;
	kill_everywhere(die, take_stale_name);
}

static int hold(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	uint32_t base;

	if (store_open(&s, path, NULL) < 0 || store_create(&s, ID1, "web", &c, NULL) < 0 ||
	    store_put_record(&c, "{}", 2, NULL) < 0 ||
	    store_lease_ids(&c, 1, NULL, 0, &base, NULL) < 0 ||
	    store_put_status(&c, "running", getpid(), NULL) < 0)
		return 1;
	(void)raise(SIGSTOP);
	return 0;
}

/* Lets a stopped child go on to its own SIGSTOP. */
static void finish_hold(pid_t child)
{
	int status;

	assert_int_equal(ptrace(PTRACE_CONT, child, NULL, NULL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(WSTOPSIG(status), SIGSTOP);
}

/* Somebody collects between any two calls of a create: the container is there all the same,
 * whole, and alive. */
static void collected_while_creating(void **state)
{
	(void)state;
	for (unsigned n = 1;; n++) {
		_cleanup_directory_ struct test_directory d;
		_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
		struct arena a = { 0 };
		struct store_status status;
		struct err e = { 0 };
		char *json;

		test_directory_new(&d);
		pid_t child = test_start(hold, d.path);
		bool stopped = true;
		for (unsigned i = 0; i < n && stopped; i++) {
			assert_true(test_next_call(child));
			struct __ptrace_syscall_info info;
			assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) >
				    0);
			stopped = info.entry.nr != SYS_tgkill; /* it sends itself SIGSTOP */
		}
		assert_int_equal(collect(d.path), 0);
		finish_hold(child);
		assert_int_equal(store_open(&d.store, d.path, NULL), 0);
		if (store_find(&d.store, "web", &c, &e) < 0)
			fail_msg("after a collection at call %u: %s", n, e.text);
		assert_string_equal(c.id, ID1);
		assert_int_equal(store_get_status(&c, &status, &e), 0);
		assert_true(status.alive);
		assert_int_equal(status.pid, child);
		assert_int_equal(store_get_record(&c, &a, &json, &e), 0);
		assert_true(c.journal >= 0);
		assert_true(test_exists(&d, "/ids"));
		arena_done(&a);
		test_end(child);
		test_collect_to_nothing(&d);
		if (!stopped)
			return;
	}
}

static int take_again(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	int r = store_open(&s, path, NULL);

	if (r == 0)
		r = store_create(&s, ID1, "stale", &c, NULL);
	return r < 0;
}

static void leave_stale_name(struct test_directory *d)
{
	assert_int_equal(store_open(&d->store, d->path, NULL), 0);
	assert_int_equal(mkdirat(d->store.fd, "names", 0700), 0);
	assert_int_equal(symlinkat(ID_GONE, d->store.fd, "names/stale"), 0);
}

/* Two find the same stale name, one of them stopped between any two calls: one gets it. */
static void taken_over_once(void **state)
{
	bool stopped = true;

	(void)state;
	for (unsigned n = 1; stopped; n++) {
		_cleanup_directory_ struct test_directory d;
		int first, second;

		test_directory_new(&d);
		leave_stale_name(&d);
		pid_t slow = test_start(take_stale_name, d.path);
		stopped = test_go(slow, n);
		pid_t fast = fork();
		assert_true(fast >= 0);
		if (fast == 0)
			_exit(take_again(d.path));
		/* Where the slow one holds the lock, the fast one waits for it. */
		(void)usleep(5000);
		first = 0;
		if (stopped) {
			assert_int_equal(ptrace(PTRACE_DETACH, slow, NULL, NULL), 0);
			assert_int_equal(waitpid(slow, &first, 0), slow);
		}
		assert_int_equal(waitpid(fast, &second, 0), fast);
		assert_true(WIFEXITED(first) && WIFEXITED(second));
		if ((WEXITSTATUS(first) == 0) == (WEXITSTATUS(second) == 0))
			fail_msg("stopped at call %u: %d and %d", n, first, second);
	}
}

static int remove_web(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;

	if (store_open(&s, path, NULL) < 0 || store_find(&s, "web", &c, NULL) < 0)
		return 1;
	return store_remove(&c, NULL) < 0;
}

/* One who removes is killed, somebody else takes the name that is free by then; a second one who
 * had found the first container leaves it alone. */
static void name_of_another_is_kept(void **state)
{
	bool stopped = true;

	(void)state;
	for (unsigned n = 1; stopped; n++) {
		_cleanup_directory_ struct test_directory d;
		_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
		_cleanup_container_ struct store_container other = STORE_CONTAINER_EMPTY;
		char owner[STORE_ID_LENGTH + 1];

		test_directory_new(&d);
		assert_int_equal(die(d.path), 0);
		assert_int_equal(store_open(&d.store, d.path, NULL), 0);
		assert_int_equal(store_find(&d.store, "web", &found, NULL), 0);
		pid_t child = test_start(remove_web, d.path);
		stopped = test_go(child, n);
		if (stopped)
			test_end(child);
		int r = store_create(&d.store, ID2, "web", &other, NULL);
		assert_int_equal(store_remove(&found, NULL), 0);
		if (r == 0) {
			assert_int_equal(link_read(&d.store, "names", "web", owner), 0);
			assert_string_equal(owner, ID2);
		} else {
			assert_int_equal(r, -EEXIST);
		}
	}
}

static int measure(const char *path)
{
	struct store s = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	uint32_t base;

	/* The second time, since the first makes the folders. */
	if (store_open(&s, path, NULL) < 0 || store_create(&s, ID1, "web", &c, NULL) < 0 ||
	    store_lease_ids(&c, 1, NULL, 0, &base, NULL) < 0)
		return 1;
	(void)syscall(SYS_getppid); /* a mark */
	if (store_create(&s, ID2, "db", &c, NULL) < 0 || store_put_record(&c, "{}", 2, NULL) < 0 ||
	    store_put_status(&c, "running", getpid(), NULL) < 0 ||
	    store_lease_ids(&c, 1, NULL, 0, &base, NULL) < 0)
		return 1;
	(void)syscall(SYS_getppid);
	return 0;
}

/* Every container pays for these: create, record, status and lease are 24 calls, 11 of them to read
 * who we are, the boot id, and when two processes were started. */
static void few_calls(void **state)
{
	_cleanup_directory_ struct test_directory d;
	unsigned n = 0, marks = 0;

	(void)state;
	test_directory_new(&d);
	pid_t child = test_start(measure, d.path);
	while (test_next_call(child)) {
		struct __ptrace_syscall_info info;

		assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) > 0);
		if (info.entry.nr == SYS_getppid)
			marks++;
		else if (marks == 1)
			n++;
	}
	assert_int_equal(marks, 2);
	assert_int_equal(n, 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_while_living),
		cmocka_unit_test(killed_while_collecting),
		cmocka_unit_test(killed_while_taking_over),
		cmocka_unit_test(collected_while_creating),
		cmocka_unit_test(taken_over_once),
		cmocka_unit_test(name_of_another_is_kept),
		cmocka_unit_test(few_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
