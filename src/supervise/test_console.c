/* supervise/test_console.c - the container's console on honu's terminal, and on pipes. */
#include "supervise/test_stage.h"

#define AMOUNT ((size_t)10 * 1024 * 1024)

/* The byte at an offset: any lost, doubled or moved block shows. */
static char pattern(size_t offset)
{
	return (char)((offset * 31 + (offset >> 12) * 7 + (offset >> 20)) & 0xff);
}

static void make_raw(void)
{
	struct termios t;

	(void)tcgetattr(STDIN_FILENO, &t);
	cfmakeraw(&t);
	(void)tcsetattr(STDIN_FILENO, TCSANOW, &t);
}

/* Writes `amount` bytes of the pattern to fd. */
static bool put(int fd, size_t amount)
{
	char block[8192];

	for (size_t done = 0; done < amount;) {
		size_t length = amount - done < sizeof(block) ? amount - done : sizeof(block);
		ssize_t n;

		for (size_t i = 0; i < length; i++)
			block[i] = pattern(done + i);
		n = write(fd, block, length);
		if (n <= 0)
			return false;
		done += (size_t)n;
	}
	return true;
}

/* How many bytes of the pattern come from fd before the first wrong one, the end, or `amount`. */
static size_t get(int fd, size_t amount)
{
	char block[8192];
	size_t done = 0;

	while (done < amount) {
		size_t length = amount - done < sizeof(block) ? amount - done : sizeof(block);
		ssize_t n = read(fd, block, length);

		if (n <= 0)
			return done;
		for (ssize_t i = 0; i < n; i++)
			if (block[i] != pattern(done++))
				return done - 1;
	}
	return done;
}

static int writes_much(void)
{
	make_raw();
	return put(STDOUT_FILENO, AMOUNT) ? 0 : 1;
}

static int reads_much(void)
{
	make_raw();
	stage_say("ready");
	return get(STDIN_FILENO, AMOUNT) == AMOUNT ? 0 : 1;
}

#define LAST_WORDS ((size_t)48 * 1024)

static int writes_last_words(void)
{
	make_raw();
	return put(STDOUT_FILENO, LAST_WORDS) ? 7 : 1;
}

static int copies(void)
{
	execlp("cat", "cat", NULL);
	return 127;
}

static void on_winch(int signal)
{
	(void)signal;
}

static int shows_window_sizes(void)
{
	struct sigaction action = { .sa_handler = on_winch };
	struct winsize size = { 0 };
	sigset_t winch, none;

	(void)sigemptyset(&none);
	(void)sigemptyset(&winch);
	(void)sigaddset(&winch, SIGWINCH);
	(void)sigprocmask(SIG_BLOCK, &winch, NULL);
	(void)sigaction(SIGWINCH, &action, NULL);
	do {
		(void)ioctl(STDIN_FILENO, TIOCGWINSZ, &size);
		(void)printf("[%d %d]\n", size.ws_row, size.ws_col);
		(void)fflush(stdout);
		if (size.ws_row != 50)
			(void)sigsuspend(&none);
	} while (size.ws_row != 50);
	return 3;
}

static _Noreturn int sleeps(void)
{
	stage_say("ready\n");
	for (;;)
		(void)pause();
}

/* As a getty between two logins. */
static int reopens_its_terminal(void)
{
	(void)signal(SIGHUP, SIG_IGN);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		(void)close(fd);
	(void)usleep(250 * 1000);
	if (open("/dev/tty", O_RDWR) != STDIN_FILENO || dup(STDIN_FILENO) != STDOUT_FILENO)
		return 1;
	stage_say("back again\n");
	return 0;
}

/* 10 MB from the container arrive whole and in order, through a reader that takes its time. */
static void output_is_complete_and_in_order(void **state)
{
	struct stage s = { .first = writes_much, .console = true };

	(void)state;
	stage_open(&s);
	(void)usleep(300 * 1000); /* everything between is full by now */
	assert_int_equal(get(s.fd, AMOUNT), AMOUNT);
	assert_int_equal(stage_close(&s).code, 0);
}

/* 10 MB to the container likewise. */
static void input_is_complete_and_in_order(void **state)
{
	struct stage s = { .first = reads_much, .console = true };

	(void)state;
	stage_open(&s);
	stage_expect(&s, "ready");
	assert_true(put(s.fd, AMOUNT));
	assert_int_equal(stage_close(&s).code, 0);
}

/* What was written just before the end is shown before the end is reported. */
static void last_words_are_shown(void **state)
{
	struct stage s = { .first = writes_last_words, .console = true };

	(void)state;
	stage_open(&s);
	(void)usleep(300 * 1000); /* long after the end */
	assert_int_equal(get(s.fd, LAST_WORDS + 1), LAST_WORDS);
	assert_int_equal(stage_close(&s).code, 7);
}

/* The end of a pipe is an end of file inside, also in the middle of a line. The container's
 * terminal, and no other, makes "\r\n" of a newline. */
static void end_of_input_is_passed_on(void **state)
{
	struct stage s = { .first = copies, .console = true };

	(void)state;
	stage_open(&s);
	stage_type(&s, "one\ntwo");
	assert_return_code(shutdown(s.fd, SHUT_WR), errno);
	stage_expect(&s, "one\r\n");
	assert_int_equal(stage_close(&s).code, 0);
}

/* The size is there from the beginning and follows the terminal. */
static void window_size_is_copied(void **state)
{
	struct stage s = { .first = shows_window_sizes, .console = true, .terminal = true };
	struct winsize size = { .ws_row = 50, .ws_col = 120 };

	(void)state;
	stage_open(&s);
	stage_expect(&s, "[40 100]\r\n");
	assert_return_code(ioctl(s.fd, TIOCSWINSZ, &size), errno);
	stage_expect(&s, "[50 120]\r\n");
	assert_int_equal(stage_close(&s).code, 3);
}

/* Raw while it runs, as before when it was ended from outside. */
static void terminal_is_restored(void **state)
{
	const tcflag_t local = ICANON | ECHO | ISIG;
	struct stage s = { .first = sleeps, .console = true, .terminal = true };
	struct termios during, after;
	int fd;

	(void)state;
	stage_open(&s);
	fd = dup(s.fd);
	stage_expect(&s, "ready");
	assert_return_code(tcgetattr(fd, &during), errno);
	assert_int_equal(during.c_lflag & local, 0);
	assert_int_equal(during.c_oflag & OPOST, 0);
	assert_return_code(kill(s.honu, SIGTERM), errno);
	assert_int_equal(stage_close(&s).code, 128 + SIGTERM);
	assert_return_code(tcgetattr(fd, &after), errno);
	assert_int_equal(after.c_lflag & local, local);
	assert_int_equal(after.c_oflag & OPOST, OPOST);
	(void)close(fd);
}

/* Ctrl-C ends a pid 1 that has no idea of signals, although the kernel drops SIGINT for it. */
static void typed_interrupt_ends_careless_pid_1(void **state)
{
	struct stage s = { .first = sleeps, .console = true, .terminal = true, .namespace = true };
	struct supervise_result r;

	(void)state;
	SKIP_UNLESS_ROOT();
	stage_open(&s);
	stage_expect(&s, "ready");
	stage_type(&s, "\x03");
	r = stage_close(&s);
	assert_int_equal(r.code, 128 + SIGINT);
	assert_int_equal(r.ended_by, SIGINT);
}

/* When the terminal goes, the container is told as by any terminal. */
static void lost_output_hangs_up(void **state)
{
	struct stage s = { .first = writes_much, .console = true };

	(void)state;
	stage_open(&s);
	assert_return_code(shutdown(s.fd, SHUT_RD), errno);
	assert_int_equal(stage_close(&s).code, 128 + SIGHUP);
}

/* A terminal that nobody has open for a while is not the end of it. */
static void vacant_terminal_is_waited_for(void **state)
{
	struct stage s = { .first = reopens_its_terminal, .console = true };

	(void)state;
	stage_open(&s);
	stage_expect(&s, "back again\r\n");
	assert_int_equal(stage_close(&s).code, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(output_is_complete_and_in_order),
		cmocka_unit_test(input_is_complete_and_in_order),
		cmocka_unit_test(last_words_are_shown),
		cmocka_unit_test(end_of_input_is_passed_on),
		cmocka_unit_test(window_size_is_copied),
		cmocka_unit_test(terminal_is_restored),
		cmocka_unit_test(typed_interrupt_ends_careless_pid_1),
		cmocka_unit_test(lost_output_hangs_up),
		cmocka_unit_test(vacant_terminal_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
