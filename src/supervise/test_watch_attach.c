/* supervise/test_watch_attach.c - honu-supervise and the clients of attach.sock. */
#include "supervise/test_watch_stage.h"

#include <sys/ioctl.h>

#define MEGABYTE ((size_t)1 << 20)

/* Everything up to the end: bytes of each stream, what was lost, and the code. */
struct received {
	char *data[2];
	size_t size[2];
	uint64_t lost;
	int code; /* -1: no such frame */
};

static struct received receive_all(int fd)
{
	struct received r = { .code = -1 };
	static struct frame f;
	uint32_t kind;

	while ((kind = client_read(fd, &f)) != 0) {
		struct attach_end end;
		uint64_t lost;
		int stream = kind == ATTACH_ERROR;

		assert_int_equal(r.code, -1); /* the last frame is the last */
		switch (kind) {
		case ATTACH_OUTPUT:
		case ATTACH_ERROR:
			r.data[stream] = realloc(r.data[stream], r.size[stream] + f.size + 1);
			assert_non_null(r.data[stream]);
			memcpy(r.data[stream] + r.size[stream], f.data, f.size + 1);
			r.size[stream] += f.size;
			break;
		case ATTACH_LOST:
			memcpy(&lost, f.data, sizeof(lost));
			r.lost += lost;
			break;
		case ATTACH_ENDED:
			memcpy(&end, f.data, sizeof(end));
			r.code = end.code;
			break;
		default:
			fail_msg("frame %u", kind);
		}
	}
	(void)close(fd);
	return r;
}

static void received_free(struct received *r)
{
	free(r->data[0]);
	free(r->data[1]);
}

static int speaks(void)
{
	say(STDOUT_FILENO, "to one\n");
	say(STDERR_FILENO, "to another\n");
	return 7;
}

/* Who was there before honu-supervise gets everything from the first byte on, each what he asked
 * for, and how it ended. */
static void clients_get_what_they_want(void **state)
{
	static const char *const drivers[] = { "log=file", "log=none" };

	(void)state;
	for (size_t d = 0; d < ELEMENTS(drivers); d++) {
		struct stage s = { .first = speaks, .settings = { drivers[d] } };
		int fd[4];

		/* They wait in the socket's queue. */
		stage_listen_early(&s);
		for (unsigned i = 0; i < 4; i++)
			fd[i] = client_open(&s, i);
		stage_open(&s);
		for (unsigned i = 0; i < 4; i++) {
			struct received r = receive_all(fd[i]);

			assert_int_equal(r.code, 7);
			assert_int_equal(r.lost, 0);
			assert_string_equal(r.data[0] ? r.data[0] : "", i & 1 ? "to one\n" : "");
			assert_string_equal(r.data[1] ? r.data[1] : "",
					    i & 2 ? "to another\n" : "");
			received_free(&r);
		}
		(void)stage_finish(&s);
		stage_remove(&s);
	}
}

static int waits_for_a_line_then_speaks(void)
{
	char line[64];

	if (read(STDIN_FILENO, line, sizeof(line)) <= 0)
		return 99;
	return speaks();
}

/* The same with certainty: the container speaks when all are there. */
static void every_client_gets_all(void **state)
{
	static const char *const drivers[] = { "log=file", "log=none" };

	(void)state;
	for (size_t d = 0; d < ELEMENTS(drivers); d++) {
		struct stage s = { .first = waits_for_a_line_then_speaks,
				   .settings = { drivers[d] } };
		int fd[16];

		stage_open(&s);
		for (unsigned i = 0; i < 16; i++)
			fd[i] = client_open(&s, i % 4 | 4);
		(void)usleep(100 * 1000); /* all have been greeted */
		client_send(fd[5], ATTACH_INPUT, "go\n", 3);
		for (unsigned i = 0; i < 16; i++) {
			struct received r = receive_all(fd[i]);

			assert_int_equal(r.code, 7);
			assert_int_equal(r.lost, 0);
			assert_string_equal(r.data[0] ? r.data[0] : "", i & 1 ? "to one\n" : "");
			assert_string_equal(r.data[1] ? r.data[1] : "",
					    i & 2 ? "to another\n" : "");
			received_free(&r);
		}
		(void)stage_finish(&s);
		stage_remove(&s);
	}
}

static int writes_much_and_tells(void)
{
	static char block[65536];
	char byte;

	memset(block, 'x', sizeof(block));
	(void)!read(STDIN_FILENO, &byte, 1);
	for (size_t n = 0; n < 32 * MEGABYTE / sizeof(block); n++)
		write_all(STDOUT_FILENO, block, sizeof(block));
	return 0;
}

/* A client that reads nothing holds nobody up, and is told what it has missed. One that reads,
 * beside it, gets everything as long as the log has it. */
static void slow_client_loses(void **state)
{
	static const char *const settings[][3] = {
		{ "log=file", "log-size=1000000", "log-files=2" }, { "log=none" }
	};

	(void)state;
	for (size_t d = 0; d < ELEMENTS(settings); d++) {
		struct stage s = { .first = writes_much_and_tells,
				   .settings = { settings[d][0], settings[d][1], settings[d][2] } };
		struct received r;
		int slow, giver;

		stage_open(&s);
		slow = client_open(&s, 1);
		giver = client_open(&s, 4);
		(void)usleep(50 * 1000);
		client_send(giver, ATTACH_INPUT, "x", 1);
		stage_await(&s, "exit"); /* at most ten seconds */
		r = receive_all(slow);
		assert_int_equal(r.code, 0);
		assert_true(r.lost > 0);
		assert_int_equal(r.size[0] + r.lost, 32 * MEGABYTE);
		received_free(&r);
		(void)close(giver);
		(void)stage_finish(&s);
		stage_remove(&s);
	}
}

/* Who reads as fast as he can loses nothing, though the container writes faster than he reads. */
static void reading_client_loses_nothing(void **state)
{
	static const char *const settings[][2] = { { "log=file", "log-size=100000000" },
						   { "log=none" } };

	(void)state;
	for (size_t d = 0; d < ELEMENTS(settings); d++) {
		struct stage s = { .first = writes_much_and_tells,
				   .settings = { settings[d][0], settings[d][1] } };
		struct received r;
		int fd;

		stage_open(&s);
		fd = client_open(&s, 5);
		client_send(fd, ATTACH_INPUT, "x", 1);
		r = receive_all(fd);
		assert_int_equal(r.lost, 0);
		assert_int_equal(r.size[0], 32 * MEGABYTE);
		assert_int_equal(r.code, 0);
		received_free(&r);
		(void)stage_finish(&s);
		stage_remove(&s);
	}
}

/* A client that reads nothing for good delays the end by a second at most. */
static void deaf_client_delays_little(void **state)
{
	struct stage s = { .first = writes_much_and_tells };
	int fd, giver;

	(void)state;
	stage_open(&s);
	fd = client_open(&s, 1);
	giver = client_open(&s, 4);
	(void)usleep(50 * 1000);
	client_send(giver, ATTACH_INPUT, "x", 1);
	stage_await(&s, "exit");
	(void)usleep(1500 * 1000);
	assert_int_equal(stage_wait(&s), 77 << 8);
	(void)close(fd);
	(void)close(giver);
	stage_remove(&s);
}

/* Copies until the end of its input, then says so. */
static int copies(void)
{
	static char block[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, block, sizeof(block))) > 0)
		write_all(STDOUT_FILENO, block, (size_t)n);
	say(STDERR_FILENO, "end of input\n");
	return 0;
}

/* Input of several clients arrives whole; it ends when one says so; what comes then is dropped. */
static void input_arrives(void **state)
{
	static char block[20000];
	struct stage s = { .first = copies };
	struct received r;
	int one, two;

	(void)state;
	memset(block, 'y', sizeof(block));
	stage_open(&s);
	one = client_open(&s, 7);
	two = client_open(&s, 4);
	for (int i = 0; i < 100; i++) {
		client_send(one, ATTACH_INPUT, block, sizeof(block));
		client_send(two, ATTACH_INPUT, "z\n", 2);
	}
	(void)usleep(200 * 1000);
	client_send(two, ATTACH_CLOSE, NULL, 0);
	(void)usleep(100 * 1000);
	r = receive_all(one);
	assert_int_equal(r.lost, 0);
	assert_int_equal(r.size[0], 100 * sizeof(block) + 200);
	assert_string_equal(r.data[1], "end of input\n");
	received_free(&r);
	(void)close(two);
	(void)stage_finish(&s);
	stage_remove(&s);
}

static int reads_late(void)
{
	(void)usleep(500 * 1000);
	return copies();
}

/* A client whose input is not read waits; the loop serves others meanwhile. A client that leaves
 * after it has sent everything is heard to its last frame. */
static void input_presses_back(void **state)
{
	static char block[ATTACH_FRAME_MAX];
	struct stage s = { .first = reads_late };
	const struct attach_size size = { 1, 1 };
	struct received r;
	int giver, reader;
	size_t sent = 0;

	(void)state;
	memset(block, 'w', sizeof(block));
	stage_open(&s);
	reader = client_open(&s, 3);
	giver = client_open(&s, 4);
	for (;;) {
		struct frame f = { .kind = ATTACH_INPUT, .size = sizeof(block) };
		ssize_t n;

		memcpy(f.data, block, sizeof(block));
		n = send(giver, &f, 8 + sizeof(block), MSG_DONTWAIT);
		if (n < 0) {
			struct pollfd p = { giver, POLLOUT, 0 };

			assert_int_equal(errno, EAGAIN);
			if (poll(&p, 1, 100) == 0)
				break; /* it is held back */
			continue;
		}
		sent += sizeof(block);
		assert_in_range(sent, 0, 16 * MEGABYTE);
	}
	(void)close(giver); /* with what it has sent still on its way */
	giver = client_open(&s, 4);
	client_send(giver, ATTACH_RESIZE, &size, sizeof(size)); /* served: it is no terminal */
	(void)usleep(1000 * 1000);
	client_send(giver, ATTACH_CLOSE, NULL, 0);
	r = receive_all(reader);
	assert_int_equal(r.lost, 0);
	assert_int_equal(r.size[0], sent);
	received_free(&r);
	(void)close(giver);
	(void)stage_finish(&s);
	stage_remove(&s);
}

/* Whoever breaks the rules is hung up on, and nobody else notices. */
static void nonsense_is_hung_up_on(void **state)
{
	static const struct {
		uint32_t kind, size;
		size_t sent;
	} rows[] = {
		{ ATTACH_INPUT, 1, 1 }, /* no greeting */
		{ ATTACH_HELLO, 8, 4 }, /* shorter than it says */
		{ ATTACH_HELLO, 4, 8 }, /* longer than it says */
		{ ATTACH_HELLO, 0, 0 },	 { 99, 0, 0 },
		{ ATTACH_OUTPUT, 3, 3 }, { ATTACH_RESIZE, 4, 4 },
	};
	static const char version_2[8] = { 2, 0, 0, 0, 1 };
	struct stage s = { .first = copies };
	static struct frame f;
	int good, bad;

	(void)state;
	stage_open(&s);
	good = client_open(&s, 7);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		bad = client_connect(&s);
		memset(&f, 1, sizeof(f));
		f.kind = rows[i].kind;
		f.size = rows[i].size;
		assert_int_equal(send(bad, &f, 8 + rows[i].sent, 0), 8 + rows[i].sent);
		assert_int_equal(client_read(bad, &f), 0);
		(void)close(bad);
	}
	bad = client_connect(&s);
	client_send(bad, ATTACH_HELLO, version_2, sizeof(version_2));
	assert_int_equal(client_read(bad, &f), 0);
	(void)close(bad);
	bad = client_open(&s, 3); /* gives no input: what it gives is not taken */
	client_send(bad, ATTACH_INPUT, "bad\n", 4);
	assert_int_equal(client_read(bad, &f), 0);
	(void)close(bad);
	bad = client_connect(&s); /* shorter than a frame */
	assert_int_equal(send(bad, "abc", 3, 0), 3);
	assert_int_equal(client_read(bad, &f), 0);
	(void)close(bad);

	client_send(good, ATTACH_INPUT, "good\n", 5);
	client_expect(good, "good\n");
	client_send(good, ATTACH_CLOSE, NULL, 0);
	(void)stage_finish(&s);
	(void)close(good);
	stage_remove(&s);
}

/* ---- a terminal ---- */

static int shows_sizes(void)
{
	struct winsize w;
	sigset_t set;
	int seen;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGWINCH);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	say(STDOUT_FILENO, "ready\n");
	(void)sigwait(&set, &seen);
	if (ioctl(STDIN_FILENO, TIOCGWINSZ, &w) < 0)
		return 99;
	(void)printf("%d by %d\n", w.ws_row, w.ws_col);
	(void)fflush(stdout);
	return copies();
}

/* What is typed is echoed and read; the size is the client's; the end of input is typed as VEOF,
 * also in mid-line. */
static void terminal_is_served(void **state)
{
	struct stage s = { .first = shows_sizes, .tty = true };
	const struct attach_size size = { 33, 101 };
	int fd;

	(void)state;
	stage_launch(&s);
	fd = client_open(&s, 5);
	client_expect(fd, "ready\r\n");
	client_send(fd, ATTACH_RESIZE, &size, sizeof(size));
	client_expect(fd, "33 by 101\r\n");
	client_send(fd, ATTACH_INPUT, "hello\n", 6);
	client_expect(fd, "hello\r\nhello\r\n");
	client_send(fd, ATTACH_INPUT, "half", 4);
	client_expect(fd, "half");
	client_send(fd, ATTACH_CLOSE, NULL, 0);
	client_expect(fd, "halfend of input\r\n");
	assert_int_equal(stage_finish(&s).code, 0);
	(void)close(fd);
	stage_remove(&s);
}

static int opens_its_terminal_again(void)
{
	char path[64];
	ssize_t n = readlink("/proc/self/fd/0", path, sizeof(path) - 1);

	path[n < 0 ? 0 : n] = '\0';
	for (int times = 0; times < 3; times++) {
		for (int fd = 0; fd <= 2; fd++)
			(void)close(fd);
		(void)usleep(200 * 1000);
		if (open(path, O_RDWR) != 0) /* cloexec: the three standard ones */
			return 99;
		(void)!write(0, "back\n", 5);
	}
	return 5;
}

/* A terminal that nobody has open for a while is not at its end. */
static void terminal_outlives_its_openers(void **state)
{
	struct stage s = { .first = opens_its_terminal_again, .tty = true };

	(void)state;
	stage_open(&s);
	assert_int_equal(stage_finish(&s).code, 5);
	assert_string_equal(stage_file(&s, "log/out"), "back\r\nback\r\nback\r\n");
	stage_remove(&s);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_get_what_they_want),
		cmocka_unit_test(every_client_gets_all),
		cmocka_unit_test(slow_client_loses),
		cmocka_unit_test(reading_client_loses_nothing),
		cmocka_unit_test(deaf_client_delays_little),
		cmocka_unit_test(input_arrives),
		cmocka_unit_test(input_presses_back),
		cmocka_unit_test(nonsense_is_hung_up_on),
		cmocka_unit_test(terminal_is_served),
		cmocka_unit_test(terminal_outlives_its_openers),
	};

	if (argc > 1 && strcmp(argv[0], "honu") == 0)
		return stage_play_honu(argv);
	return cmocka_run_group_tests(tests, stage_find_programs, NULL);
}
