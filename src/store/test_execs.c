/* store/test_execs.c - what is noted of processes that were left in a container. */
#include <sys/wait.h>

#include "store/execs.h"
#include "store/note.h"
#include "store/test_directory.h"

#define ID "0123456789ab"

static void open_all(struct test_directory *d, struct store_container *c)
{
	test_directory_open(d);
	test_create(d, ID, "web", c);
}

/* As honu-supervise does it. */
static void end(const struct store_container *c, uint32_t number, int code)
{
	struct exit_record x = exit_record_new();
	char path[64];

	x.code = code;
	assert_return_code(exit_put(c->fd, &x), 0);
	(void)snprintf(path, sizeof(path), "exec/%u", number);
	assert_return_code(renameat(c->fd, "exit", c->fd, path), errno);
}

/* It runs until its end is written; that can be read any number of times until it is removed. */
static void life_of_one(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct exec_entry x;
	uint32_t n = 0;

	(void)state;
	open_all(&d, &c);
	assert_int_equal(execs_get(&c, 1, &x, NULL), -ENOENT);
	assert_int_equal(execs_remove(&c, 1, NULL), 0);
	assert_int_equal(execs_claim(&c, getpid(), &n, NULL), 0);
	assert_int_equal(n, 1);
	assert_int_equal(execs_get(&c, n, &x, NULL), 0);
	assert_true(x.running);
	assert_int_equal(x.pid, getpid());
	assert_int_equal(x.supervisor, getpid());
	assert_true(x.start_time > 0 && x.start_time == x.supervisor_start_time);
	assert_int_equal(execs_remove(&c, n, NULL), -EBUSY);
	end(&c, n, 7);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(execs_get(&c, n, &x, NULL), 0);
		assert_false(x.running);
		assert_int_equal(x.exit.cause, EXIT_BY_CODE);
		assert_int_equal(x.exit.code, 7);
		assert_int_equal(x.pid, getpid());
	}
	assert_int_equal(execs_remove(&c, n, NULL), 0);
	assert_int_equal(execs_get(&c, n, &x, NULL), -ENOENT);
	assert_int_equal(execs_remove(&c, n, NULL), 0);
	assert_int_equal(execs_claim(&c, getpid(), &n, NULL), 0);
	assert_int_equal(n, 2); /* never the same number twice */
}

/* A supervisor that was killed, or another boot, has left a note and no end. */
static void lost_with_its_supervisor(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct exec_entry x;
	uint32_t n = 0;
	int status;

	(void)state;
	open_all(&d, &c);
	pid_t pid = fork();
	if (pid == 0)
		_exit(execs_claim(&c, getpid(), &n, NULL) == 0 && n == 1 ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(execs_get(&c, 1, &x, NULL), 0);
	assert_false(x.running);
	assert_int_equal(x.exit.cause, EXIT_LOST);
	assert_int_equal(x.exit.code, 125);
	assert_int_equal(execs_claim(&c, getpid(), &n, NULL), 0);
	char line[96], path[] = "exec/2.run";
	assert_true(note_get(c.fd, path, line, sizeof(line)) > 0);
	char *boot = strchr(strchr(line, ' ') + 1, ' ') + 1;
	*boot = *boot == '0' ? '1' : '0';
	assert_return_code(unlinkat(c.fd, path, 0), errno);
	assert_return_code(symlinkat(line, c.fd, path), errno);
	assert_int_equal(execs_get(&c, 2, &x, NULL), 0);
	assert_int_equal(x.exit.cause, EXIT_LOST);
	assert_int_equal(execs_remove(&c, 2, NULL), 0);
}

static void damage_is_told(void **state)
{
	static const char *const lines[] = { "x", "1 2 3 4", "1 2 b 4 5 6", "-1 2 b 4 5",
					     "1 2 b 99999999999 5" };
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	struct exec_entry x;

	(void)state;
	open_all(&d, &c);
	assert_return_code(mkdirat(c.fd, "exec", 0700), errno);
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		struct err e = { 0 };

		assert_return_code(symlinkat(lines[i], c.fd, "exec/9.run"), errno);
		assert_int_equal(execs_get(&c, 9, &x, &e), -EBADMSG);
		assert_non_null(strstr(e.text, "damaged"));
		assert_int_equal(execs_remove(&c, 9, NULL), 0);
	}
}

/* Numbers in order, running or not; what is being written is not among them. */
static void all_of_them(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct exec_entry *list;
	uint32_t number;
	size_t n = 1;

	(void)state;
	open_all(&d, &c);
	assert_int_equal(execs_list(&c, &a, &list, &n, NULL), 0);
	assert_int_equal(n, 0);
	for (int i = 0; i < 12; i++)
		assert_int_equal(execs_claim(&c, getpid(), &number, NULL), 0);
	end(&c, 3, 0);
	end(&c, 11, 1);
	assert_return_code(mkdirat(c.fd, "exec/4.new", 0700), errno);
	assert_int_equal(execs_list(&c, &a, &list, &n, NULL), 0);
	assert_int_equal(n, 12);
	for (uint32_t i = 0; i < 12; i++) {
		assert_int_equal(list[i].number, i + 1);
		assert_int_equal(list[i].running, i != 2 && i != 10);
	}
}

/* A cron job that never asks how it went fills no disk; what runs is never dropped. */
static void old_ones_are_dropped(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct exec_entry *list;
	uint32_t number = 0;
	size_t n;

	(void)state;
	open_all(&d, &c);
	for (uint32_t i = 1; i <= 2 * EXECS_KEPT; i++) {
		assert_int_equal(execs_claim(&c, getpid(), &number, NULL), 0);
		assert_int_equal(number, i);
		if (i != 5)
			end(&c, i, 0);
	}
	assert_int_equal(execs_list(&c, &a, &list, &n, NULL), 0);
	assert_int_equal(n, EXECS_KEPT + 1);
	assert_int_equal(list[0].number, 5);
	assert_true(list[0].running);
	assert_int_equal(list[1].number, EXECS_KEPT + 1);
}

/* Many at once get a number each. */
static void claimed_at_once(void **state)
{
	_cleanup_directory_ struct test_directory d;
	_cleanup_container_ struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct exec_entry *list;
	size_t n;
	int status;

	(void)state;
	open_all(&d, &c);
	for (int i = 0; i < 8; i++) {
		if (fork() == 0) {
			uint32_t number;

			for (int k = 0; k < 20; k++)
				if (execs_claim(&c, getpid(), &number, NULL) < 0)
					_exit(1);
			_exit(0);
		}
	}
	for (int i = 0; i < 8; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(execs_list(&c, &a, &list, &n, NULL), 0);
	assert_int_equal(n, 160);
	assert_int_equal(list[159].number, 160);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(life_of_one),		cmocka_unit_test(lost_with_its_supervisor),
		cmocka_unit_test(damage_is_told),	cmocka_unit_test(all_of_them),
		cmocka_unit_test(old_ones_are_dropped), cmocka_unit_test(claimed_at_once),
	};

	return cmocka_run_group_tests_name("store/execs", tests, NULL, NULL);
}
