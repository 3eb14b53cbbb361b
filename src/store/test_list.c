/* store/test_list.c - every container at once: complete, in order, and fast. */
#include <sys/wait.h>
#include <time.h>

#include "store/note.h"
#include "store/test_directory.h"

#define MANY 1000

static void make(struct test_directory *d, const char *id, const char *name, uint64_t created,
		 struct store_container *c)
{
	struct store_summary u = { .keep = true,
				   .created = created,
				   .restart = "unless-stopped",
				   .root = "/var/lib/machines/debian",
				   .command = "/usr/sbin/nginx -g 'daemon off;'",
				   .labels = "app=web\ntier=front" };
	struct err e = { 0 };

	test_create(d, id, name, c);
	if (created > 0)
		assert_int_equal(store_put_summary(c, &u, &e), 0);
}

static void in_order(void **state)
{
	_cleanup_directory_ struct test_directory d;
	struct store_container c[5];
	_cleanup_(arena_done) struct arena a = { 0 };
	struct store_entry *entries = (struct store_entry *)&a;
	struct err e = { 0 };
	size_t n = 99;

	(void)state;
	test_directory_open(&d);
	assert_int_equal(store_list(&d.store, &a, &entries, &n, &e), 0);
	assert_int_equal(n, 0);
	make(&d, "cccccccccccc", "third", 30, &c[0]);
	make(&d, "eeeeeeeeeeee", "first", 10, &c[1]);
	make(&d, "bbbbbbbbbbbb", "fifth", 0, &c[2]);
	make(&d, "aaaaaaaaaaaa", NULL, 0, &c[3]);
	make(&d, "dddddddddddd", "second", 20, &c[4]);
	assert_int_equal(store_put_status(&c[1], "running", getpid(), &e), 0);
	assert_int_equal(store_put_status(&c[4], "stopped", 0, &e), 0);
	assert_int_equal(note_put(c[0].fd, "status", "nonsense"), 0);
	fd_closep(&c[4].alive);
	fd_closep(&c[0].alive);
	assert_int_equal(unlinkat(c[3].fd, "alive", 0), 0);
	/* What is no container is none. */
	assert_int_equal(mkdirat(d.store.fd, "containers/other", 0700), 0);
	assert_int_equal(symlinkat("ffffffffffff", d.store.fd, "names/stale"), 0);

	assert_int_equal(store_list(&d.store, &a, &entries, &n, &e), 0);
	static const struct {
		const char *id, *name, *phase;
		bool alive, has_summary;
	} rows[] = {
		{ "eeeeeeeeeeee", "first", "running", true, true },
		{ "dddddddddddd", "second", "stopped", false, true },
		{ "cccccccccccc", "third", "damaged", false, true },
		{ "aaaaaaaaaaaa", "", "creating", false, false },
		{ "bbbbbbbbbbbb", "fifth", "creating", true, false },
	};
	assert_int_equal(n, ELEMENTS(rows));
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(entries[i].id, rows[i].id);
		assert_string_equal(entries[i].name, rows[i].name);
		assert_string_equal(entries[i].status.phase, rows[i].phase);
		assert_int_equal(entries[i].status.alive, rows[i].alive);
		assert_int_equal(entries[i].has_summary, rows[i].has_summary);
	}
	assert_int_equal(entries[0].status.pid, getpid());
	assert_int_equal(entries[0].status.supervisor, getpid());
	assert_true(entries[0].status.same_boot);
	assert_string_equal(entries[0].summary.labels, "app=web\ntier=front");
	for (size_t i = 0; i < ELEMENTS(c); i++)
		store_container_done(&c[i]);
}

static void many(struct test_directory *d)
{
	for (unsigned i = 0; i < MANY; i++) {
		_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
		char id[STORE_ID_LENGTH + 1], name[32];
		struct err e = { 0 };

		(void)snprintf(id, sizeof(id), "%012x", i * 2654435761u);
		(void)snprintf(name, sizeof(name), "container-%u", i);
		make(d, id, name, 1764000000000000000 + i, &c);
		assert_int_equal(store_put_status(&c, "running", getpid(), &e), 0);
		/* Half of them live. */
		if (i % 2 == 0)
			c.alive = -EBADF;
	}
}

static double milliseconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* Prints how long a thousand take; what it has to be is for people to judge, on an idle machine. */
static void a_thousand(void **state)
{
	_cleanup_directory_ struct test_directory d;
	double best = 1e9;

	(void)state;
	test_directory_open(&d);
	many(&d);
	for (int i = 0; i < 10; i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		struct store_entry *entries;
		struct err e = { 0 };
		size_t n, alive = 0;
		double start = milliseconds();

		assert_int_equal(store_list(&d.store, &a, &entries, &n, &e), 0);
		double took = milliseconds() - start;
		best = took < best ? took : best;
		assert_int_equal(n, MANY);
		for (unsigned j = 0; j < MANY; j++) {
			char name[32];

			(void)snprintf(name, sizeof(name), "container-%u", j);
			assert_string_equal(entries[j].name, name);
			alive += entries[j].status.alive;
		}
		assert_int_equal(alive, MANY / 2);
	}
	print_message("# %d containers listed in %.2f ms\n", MANY, best);
}

/* Listed while they come and go: an entry is whole or not there. */
static void while_they_vanish(void **state)
{
	_cleanup_directory_ struct test_directory d;

	(void)state;
	test_directory_open(&d);
	pid_t child = fork();
	assert_true(child >= 0);
	while (child == 0) {
		struct store_container c[8];
		char id[STORE_ID_LENGTH + 1];

		for (unsigned i = 0; i < ELEMENTS(c); i++) {
			(void)snprintf(id, sizeof(id), "%012x", i);
			make(&d, id, NULL, i + 1, &c[i]);
		}
		for (unsigned i = 0; i < ELEMENTS(c); i++) {
			if (store_remove(&c[i], NULL) < 0)
				_exit(1);
			store_container_done(&c[i]);
		}
	}
	for (int i = 0; i < 2000; i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		struct store_entry *entries;
		struct err e = { 0 };
		size_t n;

		if (store_list(&d.store, &a, &entries, &n, &e) < 0)
			fail_msg("round %d: %s", i, e.text);
		for (size_t j = 0; j < n; j++)
			assert_string_equal(entries[j].status.phase, "creating");
	}
	assert_int_equal(kill(child, SIGKILL), 0);
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order),
		cmocka_unit_test(a_thousand),
		cmocka_unit_test(while_they_vanish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
