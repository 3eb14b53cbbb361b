/* supervise/test_watch_notify.c - honu-supervise and those beside it on the host: what the container
 * tells by sd_notify(3), and the journal. */
#include "supervise/test_watch_stage.h"

#include <sys/mount.h>

static int datagram_socket(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_return_code(fd, errno);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	(void)unlink(path);
	assert_return_code(bind(fd, (struct sockaddr *)&address, sizeof(address)), errno);
	return fd;
}

/* The next datagram, terminated; "" when none comes in time. */
static const char *datagram(int fd, int milliseconds)
{
	static char text[65536];
	struct pollfd p = { fd, POLLIN, 0 };
	ssize_t n = poll(&p, 1, milliseconds) == 1 ? recv(fd, text, sizeof(text) - 1, 0) : 0;

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* ---- sd_notify ---- */

/* Sends a text to notify.sock, with a descriptor where there is one. */
static void notify(const struct stage *s, const char *text, int fd)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char control[CMSG_SPACE(sizeof(int))] = "";
	struct iovec part = { (void *)text, strlen(text) };
	struct msghdr m = { .msg_name = &address,
			    .msg_namelen = sizeof(address),
			    .msg_iov = &part,
			    .msg_iovlen = 1 };
	int to = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/" WATCH_ID "/notify.sock",
		     s->directory) >= (int)sizeof(address.sun_path))
		_exit(98);
	if (fd >= 0) {
		struct cmsghdr *c;

		m.msg_control = control;
		m.msg_controllen = sizeof(control);
		c = CMSG_FIRSTHDR(&m);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(c), &fd, sizeof(int));
	}
	if (sendmsg(to, &m, 0) < 0)
		_exit(97);
	(void)close(to);
}

static void expect_note(const struct stage *s, const char *text)
{
	for (int tries = 0; tries < 500; tries++) {
		if (strcmp(stage_link(s, "notify"), text) == 0)
			return;
		(void)usleep(10 * 1000);
	}
	fail_msg("waited for note \"%s\", got \"%s\"", text, stage_link(s, "notify"));
}

static void manager_path(void)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/manager", stage_now->directory);
	(void)setenv("NOTIFY_SOCKET", path, 1);
}

static int notifies(void)
{
	const char *const messages[] = {
		"STATUS=Warming up",
		"READY=1\nSTATUS=Serving\nMAINPID=1",
		"WATCHDOG=1",
		"FDSTORE=1\nFDNAME=x\nREADY=2\nWATCHDOG=trigger\nSTATUSES=x",
		"RELOADING=1\nMONOTONIC_USEC=123\n",
		"READY=1",
		"STATUS=",
		"STOPPING=1",
	};

	for (size_t i = 0; i < ELEMENTS(messages); i++) {
		notify(stage_now, messages[i], -1);
		(void)usleep(20 * 1000);
	}
	return sleeps();
}

/* State and status are noted; what concerns a manager is passed on, with the pid that he knows. */
static void messages_are_noted_and_passed_on(void **state)
{
	struct stage s = { .first = notifies, .prepare = manager_path };
	char path[128], expected[128];
	int manager;

	(void)state;
	stage_directory(&s);
	(void)snprintf(path, sizeof(path), "%s/manager", s.directory);
	manager = datagram_socket(path);
	stage_open(&s);
	assert_string_equal(datagram(manager, 5000), "STATUS=Warming up\n");
	(void)snprintf(expected, sizeof(expected), "READY=1\nSTATUS=Serving\nMAINPID=%d\n", s.pid);
	assert_string_equal(datagram(manager, 5000), expected);
	assert_string_equal(stage_link(&s, "notify"), "ready Serving");
	assert_string_equal(datagram(manager, 5000), "WATCHDOG=1\n");
	assert_string_equal(datagram(manager, 5000), "RELOADING=1\nMONOTONIC_USEC=123\n");
	assert_string_equal(stage_link(&s, "notify"), "reloading Serving");
	assert_string_equal(datagram(manager, 5000), "READY=1\n");
	assert_string_equal(datagram(manager, 5000), "STATUS=\n");
	assert_string_equal(stage_link(&s, "notify"), "ready");
	assert_string_equal(datagram(manager, 5000), "STOPPING=1\n");
	assert_string_equal(stage_link(&s, "notify"), "stopping");
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	(void)close(manager);
	stage_remove(&s);
}

#define ABSTRACT "honu-test-watch-notify"

static void manager_abstract(void)
{
	(void)setenv("NOTIFY_SOCKET", "@" ABSTRACT, 1);
}

/* systemd's user manager may have a socket without a path. */
static void abstract_manager_is_told(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stage s = { .first = notifies, .prepare = manager_abstract };
	int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	memcpy(address.sun_path + 1, ABSTRACT, strlen(ABSTRACT));
	assert_return_code(
		bind(manager, (struct sockaddr *)&address,
		     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(ABSTRACT))),
		errno);
	stage_open(&s);
	assert_string_equal(datagram(manager, 5000), "STATUS=Warming up\n");
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	(void)close(manager);
	stage_remove(&s);
}

static int notifies_from_below(void)
{
	pid_t pid;

	(void)usleep(200 * 1000); /* after others have tried */
	/* From a pid namespace below, as a container in the container. */
	pid = sys_clone3(CLONE_NEWPID, &(int){ 0 }, SIGCHLD, -1);
	if (pid == 0) {
		notify(stage_now, "STATUS=from below", -1);
		(void)usleep(500 * 1000);
		_exit(0);
	}
	return sleeps();
}

/* Who is not of the container is not believed, whoever he is. */
static void strangers_are_not_believed(void **state)
{
	struct stage s = { .first = notifies_from_below, .flags = CLONE_NEWPID };

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: a pid namespace needs root here\n");
		skip();
	}
	stage_open(&s);
	notify(&s, "READY=1\nSTATUS=from outside", -1);
	expect_note(&s, "starting from below");
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	stage_remove(&s);
}

static int sends_descriptors(void)
{
	int ends[2];
	char byte;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return 99;
	notify(stage_now, "BARRIER=1", ends[1]);
	(void)close(ends[1]);
	/* The end of the file: nobody has the other end any more. */
	return read(ends[0], &byte, 1) == 0 ? 4 : 98;
}

/* Descriptors are closed at once, which is what sd_notify_barrier(3) waits for. */
static void descriptors_are_closed(void **state)
{
	struct stage s = { .first = sends_descriptors };

	(void)state;
	stage_open(&s);
	assert_int_equal(stage_finish(&s).code, 4);
	stage_remove(&s);
}

static int says_too_much(void)
{
	static char text[8192];

	memset(text, 'a', sizeof(text) - 1);
	memcpy(text, "STATUS=", 7);
	notify(stage_now, text, -1); /* longer than any may be: passed over */
	memcpy(text, "READY=1", 7);
	text[7] = '\n';
	memcpy(text + 8, "STATUS=b\x01\xff", 10);
	text[3000] = '\0';
	notify(stage_now, text, -1);
	return sleeps();
}

/* A status is cut to what a note can hold, and control characters do not get into it. */
static void status_is_bounded(void **state)
{
	struct stage s = { .first = says_too_much };
	const char *note;

	(void)state;
	stage_open(&s);
	stage_await(&s, "notify");
	note = stage_link(&s, "notify");
	assert_memory_equal(note, "ready b??aaaa", 13);
	assert_in_range(strlen(note), 900, 1023);
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	stage_remove(&s);
}

/* ---- the journal ---- */

#define SKIP_UNLESS_ROOT()                                                             \
	do {                                                                           \
		if (geteuid() != 0) {                                                  \
			print_message("skipped: a journal in /run needs root here\n"); \
			skip();                                                        \
		}                                                                      \
	} while (0)

/* In honu-supervise alone: a /run of its own, where the journal is the test. */
static void own_run(void)
{
	char target[128];

	(void)snprintf(target, sizeof(target), "%s/journal", stage_now->directory);
	if (unshare(CLONE_NEWNS) < 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL) < 0 || mkdir("/run/systemd", 0755) < 0 ||
	    mkdir("/run/systemd/journal", 0755) < 0 ||
	    symlink(target, "/run/systemd/journal/socket") < 0)
		stage_die("own /run");
}

static int journal_open(struct stage *s)
{
	char path[128];

	if (!s->directory[0])
		stage_directory(s);
	(void)snprintf(path, sizeof(path), "%s/journal", s->directory);
	return datagram_socket(path);
}

#define FIELDS                                                                            \
	"CONTAINER_ID=" WATCH_ID "\nCONTAINER_ID_FULL=" WATCH_ID "\nCONTAINER_NAME=web\n" \
	"SYSLOG_IDENTIFIER=web\n"

static int writes_lines(void)
{
	static char longest[40000];

	say(STDOUT_FILENO, "one\ntw");
	(void)usleep(50 * 1000);
	say(STDOUT_FILENO, "o\n\n");
	(void)usleep(50 * 1000);
	say(STDERR_FILENO, "wrong\n");
	(void)usleep(50 * 1000);
	memset(longest, 'l', sizeof(longest));
	longest[sizeof(longest) - 1] = '\n';
	write_all(STDOUT_FILENO, longest, sizeof(longest));
	(void)usleep(50 * 1000);
	say(STDERR_FILENO, "no newline");
	return 0;
}

/* Each line is a datagram, whole, with its priority; one that is too long comes in parts, and the
 * last one comes though it was never ended. */
static void lines_come_to_the_journal(void **state)
{
	static const char *const lines[] = { "one", "two", "" };
	struct stage s = { .first = writes_lines,
			   .prepare = own_run,
			   .settings = { "log=journald", "name=web" } };
	char expected[512];
	size_t length;
	int journal;

	(void)state;
	SKIP_UNLESS_ROOT();
	journal = journal_open(&s);
	stage_open(&s);
	for (size_t i = 0; i < ELEMENTS(lines); i++) {
		(void)snprintf(expected, sizeof(expected), FIELDS "PRIORITY=6\nMESSAGE=%s\n",
			       lines[i]);
		assert_string_equal(datagram(journal, 5000), expected);
	}
	assert_string_equal(datagram(journal, 5000), FIELDS "PRIORITY=3\nMESSAGE=wrong\n");
	for (size_t i = 0; i < 3; i++) {
		const char *text = datagram(journal, 5000);

		length = strspn(strstr(text, "MESSAGE=") + 8, "l");
		assert_int_equal(length, i < 2 ? 16384 : 39999 - 2 * 16384);
		assert_int_equal(strstr(text, "CONTAINER_PARTIAL_MESSAGE=true\n") != NULL, i < 2);
	}
	assert_string_equal(datagram(journal, 5000), FIELDS "PRIORITY=3\nMESSAGE=no newline\n"
							    "CONTAINER_PARTIAL_MESSAGE=true\n");
	(void)stage_finish(&s);
	(void)close(journal);
	stage_remove(&s);
}

static int counts(void)
{
	char line[32];

	for (int i = 0; i < 20000; i++) {
		(void)snprintf(line, sizeof(line), "%d\n", i);
		write_all(STDOUT_FILENO, line, strlen(line));
	}
	(void)usleep(100 * 1000);
	return 0;
}

/* A journal that is slow, and then gone for a while, makes the container wait; no line is lost but
 * those that the dead journal had not read. */
static void journal_may_be_slow(void **state)
{
	struct stage s = { .first = counts,
			   .prepare = own_run,
			   .settings = { "log=journald", "name=web" } };
	int journal, next = 0;

	(void)state;
	SKIP_UNLESS_ROOT();
	journal = journal_open(&s);
	stage_open(&s);
	(void)usleep(300 * 1000);
	while (next < 20000) {
		const char *text = datagram(journal, 5000), *message = strstr(text, "MESSAGE=");
		long number;

		if (!message)
			fail_msg("line %d does not come", next);
		number = strtol(message + 8, NULL, 10);
		if (next == 5001) { /* after the restart below: some were in the old socket */
			assert_in_range(number, 5001, 5001 + 1000);
			next = (int)number;
		}
		assert_int_equal(number, next);
		if (++next == 5001) {
			(void)close(journal);
			(void)usleep(200 * 1000);
			journal = journal_open(&s);
		}
	}
	(void)stage_finish(&s);
	(void)close(journal);
	stage_remove(&s);
}

/* Asked not to wait, it drops instead. */
static void journal_does_not_block(void **state)
{
	struct stage s = { .first = counts,
			   .prepare = own_run,
			   .settings = { "log=journald", "log-mode=non-blocking" } };
	int journal;

	(void)state;
	SKIP_UNLESS_ROOT();
	journal = journal_open(&s); /* and nobody reads it */
	stage_open(&s);
	assert_int_equal(stage_finish(&s).code, 0);
	(void)close(journal);
	stage_remove(&s);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_are_noted_and_passed_on),
		cmocka_unit_test(abstract_manager_is_told),
		cmocka_unit_test(strangers_are_not_believed),
		cmocka_unit_test(descriptors_are_closed),
		cmocka_unit_test(status_is_bounded),
		cmocka_unit_test(lines_come_to_the_journal),
		cmocka_unit_test(journal_may_be_slow),
		cmocka_unit_test(journal_does_not_block),
	};

	if (argc > 1 && strcmp(argv[0], "honu") == 0)
		return stage_play_honu(argv);
	return cmocka_run_group_tests(tests, stage_find_programs, NULL);
}
