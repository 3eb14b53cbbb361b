/* store/test_exit.c - how a container ended: written whole, read strictly, also on a full disk. */
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "store/exit.h"
#include "store/test_directory.h"

static int new_directory(char path[32])
{
	(void)snprintf(path, 32, "/tmp/honu-test-XXXXXX");
	assert_non_null(mkdtemp(path));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void remove_directory(int fd, const char *path)
{
	(void)unlinkat(fd, "exit", 0);
	(void)unlinkat(fd, "exit.new", 0);
	(void)close(fd);
	assert_int_equal(rmdir(path), 0);
}

static void expect_equal(const struct exit_record *is, const struct exit_record *wanted)
{
	assert_int_equal(is->cause, wanted->cause);
	assert_int_equal(is->code, wanted->code);
	assert_int_equal(is->signal, wanted->signal);
	assert_int_equal(is->dumped_core, wanted->dumped_core);
	assert_int_equal(is->started, wanted->started);
	assert_int_equal(is->ended, wanted->ended);
	assert_int_equal(is->oom_kills, wanted->oom_kills);
	assert_int_equal(is->memory_peak, wanted->memory_peak);
	assert_int_equal(is->memory_limit, wanted->memory_limit);
	assert_string_equal(is->error, wanted->error);
	assert_string_equal(is->hint, wanted->hint);
}

/* Every cause and every field, known and unknown, come back. */
static void round_trip(void **state)
{
	char path[32];
	int dir = new_directory(path);
	struct exit_record x = exit_record_new(), y;

	(void)state;
	assert_int_equal(exit_get(dir, &y), -ENOENT);
	for (int i = 0; i < _EXIT_CAUSE_N; i++) {
		x = exit_record_new();
		x.cause = (enum exit_cause)i;
		x.code = 128 + i;
		assert_int_equal(exit_put(dir, &x), 0);
		assert_int_equal(exit_get(dir, &y), 0);
		expect_equal(&y, &x);
	}
	x = (struct exit_record){ .cause = EXIT_BY_OOM,
				  .code = 137,
				  .signal = 9,
				  .dumped_core = true,
				  .started = 1764000000123456789,
				  .ended = UINT64_MAX,
				  .oom_kills = 0,
				  .memory_peak = 1,
				  .memory_limit = UINT64_MAX - 1,
				  .hint = "a hint without an error" };
	memset(x.error, 'e', sizeof(x.error) - 1);
	assert_int_equal(exit_put(dir, &x), 0);
	assert_int_equal(exit_get(dir, &y), 0);
	expect_equal(&y, &x);
	assert_int_equal(faccessat(dir, "exit.new", F_OK, AT_SYMLINK_NOFOLLOW), -1);

	/* A shorter one leaves nothing of the longer one. */
	x = exit_record_new();
	(void)snprintf(x.error, sizeof(x.error), "two\nlines\x1b\xff \xc3\xa4");
	assert_int_equal(exit_put(dir, &x), 0);
	assert_int_equal(exit_get(dir, &y), 0);
	assert_string_equal(y.error, "two?lines?? \xc3\xa4");

	x.code = 256;
	assert_int_equal(exit_put(dir, &x), -EINVAL);
	x.code = 0;
	x.cause = _EXIT_CAUSE_N;
	assert_int_equal(exit_put(dir, &x), -EINVAL);
	remove_directory(dir, path);
}

#define GOOD "cause code\ncode 3\nsignal 0\ncore no\n"

static void strict_reader(void **state)
{
	static const struct {
		const char *text;
		int result;
	} rows[] = {
		{ GOOD "end\n", 0 },
		{ "end\n", -EBADMSG },
		{ "", -EBADMSG },
		{ GOOD, -EBADMSG },
		{ GOOD "end", -EBADMSG },
		{ GOOD "end\nend\n", -EBADMSG },
		{ GOOD "code 3\nend\n", -EBADMSG },
		{ GOOD "colour red\nend\n", -EBADMSG },
		{ GOOD "started\nend\n", -EBADMSG },
		{ GOOD "started \nend\n", -EBADMSG },
		{ GOOD "started 1x\nend\n", -EBADMSG },
		{ GOOD "started 18446744073709551616\nend\n", -EBADMSG },
		{ GOOD "error \nend\n", -EBADMSG },
		{ GOOD "error \x1b\nend\n", -EBADMSG },
		{ GOOD "\nend\n", -EBADMSG },
		{ "cause code\ncode 256\nsignal 0\ncore no\nend\n", -EBADMSG },
		{ "cause code\ncode 3\nsignal 65\ncore no\nend\n", -EBADMSG },
		{ "cause code\ncode 3\nsignal 0\ncore maybe\nend\n", -EBADMSG },
		{ "cause bad luck\ncode 3\nsignal 0\ncore no\nend\n", -EBADMSG },
		{ "cause code\ncode 3\nsignal 0\nend\n", -EBADMSG },
	};
	char path[32];
	int dir = new_directory(path);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		int fd = openat(dir, "exit", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		struct exit_record x = { .code = -1 };
		size_t length = strlen(rows[i].text);

		assert_int_equal(write(fd, rows[i].text, length), (ssize_t)length);
		(void)close(fd);
		if (exit_get(dir, &x) != rows[i].result)
			fail_msg("'%s': %d", rows[i].text, exit_get(dir, &x));
		assert_int_equal(x.code, rows[i].result == 0 ? 3 : -1);
	}
	assert_int_equal(unlinkat(dir, "exit", 0), 0);
	assert_int_equal(symlinkat("/etc/passwd", dir, "exit"), 0);
	assert_int_equal(exit_get(dir, &(struct exit_record){ 0 }), -EBADMSG);
	assert_int_equal(unlinkat(dir, "exit", 0), 0);
	assert_int_equal(mkdirat(dir, "exit", 0700), 0);
	assert_int_equal(exit_get(dir, &(struct exit_record){ 0 }), -EBADMSG);
	assert_int_equal(unlinkat(dir, "exit", AT_REMOVEDIR), 0);
	remove_directory(dir, path);
}

/* Preparing forgets the last run, and does not change what is written. */
static void prepare(void **state)
{
	char path[32];
	int dir = new_directory(path);
	struct exit_record x = exit_record_new(), y;
	struct stat st;

	(void)state;
	x.code = 7;
	assert_int_equal(exit_prepare(dir), 0);
	assert_int_equal(exit_put(dir, &x), 0);
	assert_int_equal(exit_get(dir, &y), 0);
	expect_equal(&y, &x);
	assert_int_equal(exit_prepare(dir), 0);
	assert_int_equal(exit_get(dir, &y), -ENOENT);
	assert_int_equal(exit_prepare(dir), 0);
	assert_int_equal(fstatat(dir, "exit.new", &st, 0), 0);
	assert_true(st.st_blocks >= 8);
	assert_int_equal(exit_put(dir, &x), 0);
	assert_int_equal(exit_get(dir, &y), 0);
	expect_equal(&y, &x);
	remove_directory(dir, path);
}

static int on_full_disk(const char *path, bool prepared)
{
	struct exit_record x = exit_record_new(), y;
	char page[4096] = { 1 };

	x.code = 9;
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
		return 77;
	if (mount("tmpfs", path, "tmpfs", 0, "size=64k") < 0)
		return 77;
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (prepared && exit_prepare(dir) < 0)
		return 1;
	int filler = openat(dir, "filler", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	while (write(filler, page, sizeof(page)) > 0)
		;
	if (errno != ENOSPC)
		return 2;
	int r = exit_put(dir, &x);
	if (!prepared)
		return r == -ENOSPC ? 0 : 3;
	if (r < 0)
		return 4;
	return exit_get(dir, &y) == 0 && y.code == 9 ? 0 : 5;
}

/* With the room taken at the start a full disk loses nothing; without, it does. */
static void full_disk(void **state)
{
	char path[32];
	int dir = new_directory(path);

	(void)state;
	for (int prepared = 0; prepared < 2; prepared++) {
		int status;
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0)
			_exit(on_full_disk(path, prepared));
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFEXITED(status));
		if (WEXITSTATUS(status) == 77) {
			remove_directory(dir, path);
			print_message("mounting a tmpfs needs root\n");
			skip();
		}
		assert_int_equal(WEXITSTATUS(status), 0);
	}
	remove_directory(dir, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(round_trip),
		cmocka_unit_test(strict_reader),
		cmocka_unit_test(prepare),
		cmocka_unit_test(full_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
