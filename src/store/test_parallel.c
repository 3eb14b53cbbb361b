/* store/test_parallel.c - many processes create, find, remove, die and collect at the same time.
 *
 * Beside the store each process keeps marks, made with O_EXCL, of what it believes to be its own:
 * two who believe in the same name or range, or a collector handed a container that lives, fail. */
#include <sys/wait.h>
#include <time.h>

#include "store/test_directory.h"

#define PROCESSES 50
#define ROUNDS 20
#define NAMES 5

enum outcome {
	FINE,
	CANNOT_CREATE,
	NAME_TWICE,
	RANGE_TWICE,
	CANNOT_LEASE,
	NOT_FOUND,
	NOT_ALIVE,
	CANNOT_REMOVE,
	CANNOT_COLLECT,
	COLLECTED_ALIVE,
};

struct worker {
	struct test_directory *d;
	struct store store;
	unsigned random;
};

static unsigned draw(struct worker *w, unsigned n)
{
	w->random = w->random * 1103515245 + 12345;
	return (w->random >> 16) % n;
}

static int mark(const struct worker *w, const char *kind, const char *what, bool set)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s-%s", w->d->parent, kind, what);
	if (!set)
		return unlink(path);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return fd < 0 ? -1 : 0;
}

static int must_be_dead(struct store_container *c, void *data, struct err *e)
{
	const struct worker *w = data;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/alive-%s", w->d->parent, c->id);
	return access(path, F_OK) == 0 ? err_say(e, -EUCLEAN, "%s lives", c->id) : 0;
}

static enum outcome look(struct worker *w, const struct store_container *own, const char *name)
{
	_cleanup_container_ struct store_container found = STORE_CONTAINER_EMPTY;
	struct store_status status;

	if (store_find(&w->store, name, &found, NULL) < 0 || strcmp(found.id, own->id) != 0)
		return NOT_FOUND;
	if (store_get_status(&found, &status, NULL) < 0 || !status.alive)
		return NOT_ALIVE;
	return FINE;
}

/* Between create and the end of its life, all of it is ours alone. */
static enum outcome live(struct worker *w, struct store_container *c, const char *name)
{
	char range[16];
	uint32_t base;

	if (mark(w, "alive", c->id, true) < 0 || mark(w, "name", name, true) < 0)
		return NAME_TWICE;
	if (range_lease(c, 0, 64 * STORE_RANGE_STEP - 1, 1 + draw(w, 2) * STORE_RANGE_STEP, NULL, 0,
			&base, NULL) < 0)
		return CANNOT_LEASE;
	(void)snprintf(range, sizeof(range), "%u", base);
	if (mark(w, "range", range, true) < 0)
		return RANGE_TWICE;
	if (store_put_record(c, "{}", 2, NULL) < 0 || store_put_status(c, "creating", 0, NULL) < 0)
		return CANNOT_CREATE;
	enum outcome o = look(w, c, name);
	(void)mark(w, "range", range, false);
	(void)mark(w, "name", name, false);
	(void)mark(w, "alive", c->id, false);
	return o;
}

static enum outcome one_round(struct worker *w)
{
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	char id[STORE_ID_LENGTH + 1], name[] = "name0";
	struct err e = { 0 };

	name[4] = (char)('0' + draw(w, NAMES));
	if (store_new_id(id, NULL) < 0)
		return CANNOT_CREATE;
	int r = store_create(&w->store, id, name, &c, &e);
	if (r < 0 && r != -EEXIST) {
		print_error("store_create: %s\n", e.text);
		return CANNOT_CREATE;
	}
	if (r == 0) {
		enum outcome o = live(w, &c, name);
		if (o != FINE)
			return o;
		if (draw(w, 3) == 0)
			store_container_done(&c); /* killed */
		else if (store_remove(&c, &e) < 0) {
			print_error("store_remove: %s\n", e.text);
			return CANNOT_REMOVE;
		}
	}
	if (draw(w, 2) == 0) {
		r = store_collect(&w->store, must_be_dead, w, NULL, &e);
		if (r < 0) {
			print_error("store_collect: %s\n", e.text);
			return r == -EUCLEAN ? COLLECTED_ALIVE : CANNOT_COLLECT;
		}
	}
	return FINE;
}

static enum outcome worker(struct test_directory *d, unsigned seed)
{
	struct worker w = { .d = d, .store = STORE_EMPTY, .random = seed };
	enum outcome o = FINE;

	if (store_open(&w.store, d->path, NULL) < 0)
		return CANNOT_CREATE;
	for (int i = 0; i < ROUNDS && o == FINE; i++)
		o = one_round(&w);
	store_done(&w.store);
	return o;
}

static void many_processes(void **state)
{
	_cleanup_directory_ struct test_directory d;
	unsigned seed = (unsigned)time(NULL);
	int bad = 0;

	(void)state;
	test_directory_new(&d);
	for (unsigned i = 0; i < PROCESSES; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0)
			_exit((int)worker(&d, seed + i * 7919));
	}
	for (unsigned i = 0; i < PROCESSES; i++) {
		int status;

		assert_true(wait(&status) > 0);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != FINE)
			bad = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	}
	if (bad != 0)
		fail_msg("outcome %d with seed %u", bad, seed);
	assert_int_equal(store_open(&d.store, d.path, NULL), 0);
	test_collect_to_nothing(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_processes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
