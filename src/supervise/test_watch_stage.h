/* supervise/test_watch_stage.h - for the tests: honu-supervise as the finished program, beside a
 * function that plays the container's first process, with this very test as the honu that is
 * executed at the end. build/libexec/honu/honu-supervise, or what HONU_SUPERVISE names. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "store/exit.h"
#include "supervise/handover.h"
#include "sys/process.h"

#define WATCH_ID "0123456789ab"
#define SETTINGS_MAX 16

static char watch_program[PATH_MAX], watch_self[PATH_MAX];

/* The one that is being launched: for its first process and for what it prepares. */
static const struct stage *stage_now;

struct stage {
	/* What a test asks for. */
	int (*first)(void);
	const char *settings[SETTINGS_MAX]; /* beside pid and state */
	bool tty;
	uint64_t flags;	       /* of clone3, for the first process */
	void (*prepare)(void); /* in honu-supervise, before it is executed */
	bool no_pid;	       /* leaves out what wait= and bad settings do not need */

	char directory[64]; /* the state; WATCH_ID in it is the container */
	int container;
	pid_t supervisor, pid;
	int ready;    /* READY's other end */
	int listener; /* attach.sock, where a test was in a hurry; 0: none yet */
};

static _Noreturn void stage_die(const char *what)
{
	perror(what);
	_exit(99);
}

/* ---- honu-supervise and the first process ---- */

static void stage_to(int fd, int number)
{
	if (fd >= 0 && dup2(fd, number) < 0)
		stage_die("dup2");
}

static _Noreturn void stage_first(const struct stage *s, int in, int out, int error)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (s->tty) {
		if (login_tty(in) < 0)
			stage_die("login_tty");
	} else {
		(void)setsid();
		stage_to(in, STDIN_FILENO);
		stage_to(out, STDOUT_FILENO);
		stage_to(error, STDERR_FILENO);
	}
	(void)syscall(SYS_close_range, 3, ~0U, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	_exit(s->first());
}

/* Descriptors as handover.h has them; all at numbers above those first. */
static _Noreturn void stage_execute(const struct stage *s, const int handed[], const char *pid)
{
	static char state[128],
		*argv[SETTINGS_MAX + 5] = { (char *)"honu-supervise", (char *)WATCH_ID };
	int n = 2;

	for (int fd = HANDOVER_CONTAINER; fd < _HANDOVER_END; fd++)
		if (handed[fd] < 0)
			(void)close(fd);
		else
			stage_to(handed[fd], fd);
	(void)snprintf(state, sizeof(state), "state=%s", s->directory);
	argv[n++] = state;
	if (!s->no_pid)
		argv[n++] = (char *)pid;
	if (s->tty)
		argv[n++] = (char *)"tty=1";
	for (int i = 0; i < SETTINGS_MAX && s->settings[i]; i++)
		argv[n++] = (char *)s->settings[i];
	if (s->prepare)
		s->prepare();
	execv(watch_program, argv);
	stage_die(watch_program);
}

static int stage_high(int fd)
{
	int high = fd < 0 ? fd : fcntl(fd, F_DUPFD, 100); /* cloexec: the program's own, later */

	if (fd >= 0) {
		if (high < 0)
			stage_die("fcntl");
		(void)close(fd);
	}
	return high;
}

static int stage_open_at(const struct stage *s, const char *name, int flags)
{
	int fd = openat(s->container, name, flags | O_CLOEXEC, 0600);

	if (fd < 0)
		stage_die(name);
	return fd;
}

static int stage_listen(const struct stage *s, const char *name, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	const int on = 1;

	if (snprintf(address.sun_path, sizeof(address.sun_path), "%s/" WATCH_ID "/%s", s->directory,
		     name) >= (int)sizeof(address.sun_path))
		stage_die("path");
	(void)unlink(address.sun_path);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)) < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    (type == SOCK_SEQPACKET && listen(fd, 100) < 0))
		stage_die(name);
	return fd;
}

/* In the process that becomes honu-supervise. */
static _Noreturn void stage_become(struct stage *s, int attach, int notify, int ready, int tell)
{
	int handed[_HANDOVER_END], in[2], out[2], error[2], pidfd;
	static char pid_text[32];
	pid_t pid;

	if (s->tty) {
		struct winsize size = { .ws_row = 24, .ws_col = 80 };

		if (openpty(&in[1], &in[0], NULL, NULL, &size) < 0)
			stage_die("openpty");
		out[0] = out[1] = error[0] = error[1] = -EBADF;
	} else if (pipe(in) < 0 || pipe(out) < 0 ||
		   pipe(error) < 0) { /* cloexec: see stage_first */
		stage_die("pipe");
	}
	pid = sys_clone3(s->flags, &pidfd, SIGCHLD, -1);
	if (pid == 0)
		stage_first(s, in[0], out[1], error[1]);
	if (pid < 0 || write(tell, &pid, sizeof(pid)) != sizeof(pid))
		stage_die("clone3");
	(void)close(in[0]);
	if (!s->tty) {
		(void)close(out[1]);
		(void)close(error[1]);
	}
	(void)snprintf(pid_text, sizeof(pid_text), "pid=%d", pid);
	for (int fd = 0; fd < _HANDOVER_END; fd++)
		handed[fd] = -EBADF;
	handed[HANDOVER_CONTAINER] = stage_high(stage_open_at(s, ".", O_RDONLY | O_DIRECTORY));
	handed[HANDOVER_ALIVE] = stage_high(stage_open_at(s, "alive", O_RDWR | O_CREAT));
	if (flock(handed[HANDOVER_ALIVE], LOCK_EX) < 0)
		stage_die("flock");
	handed[HANDOVER_STATE] = stage_high(open(s->directory, O_RDONLY | O_DIRECTORY));
	handed[HANDOVER_HONU] = stage_high(open(watch_self, O_PATH));
	handed[HANDOVER_READY] = stage_high(ready);
	handed[HANDOVER_PIDFD] = stage_high(pidfd);
	handed[HANDOVER_INPUT] = stage_high(in[1]);
	handed[HANDOVER_OUTPUT] = stage_high(out[0]);
	handed[HANDOVER_ERROR] = stage_high(error[0]);
	handed[HANDOVER_ATTACH] = stage_high(attach);
	handed[HANDOVER_NOTIFY] = stage_high(notify);
	handed[HANDOVER_LOG] = stage_high(stage_open_at(s, "log", O_RDONLY | O_DIRECTORY));
	stage_execute(s, handed, pid_text);
}

static void stage_directory(struct stage *s)
{
	char path[128];

	(void)snprintf(s->directory, sizeof(s->directory), "/tmp/test-watch-XXXXXX");
	assert_non_null(mkdtemp(s->directory));
	(void)snprintf(path, sizeof(path), "%s/" WATCH_ID, s->directory);
	assert_return_code(mkdir(path, 0700), errno);
	s->container = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_return_code(s->container, errno);
	assert_return_code(mkdirat(s->container, "log", 0700), errno);
	assert_return_code(mkdirat(s->container, "exec", 0700), errno);
}

/* For clients that are there before anybody else. */
static inline void stage_listen_early(struct stage *s)
{
	stage_directory(s);
	s->listener = stage_listen(s, "attach.sock", SOCK_SEQPACKET);
}

/* Starts both. What READY said is left to be read. A directory that is there is used again. */
static void stage_launch(struct stage *s)
{
	int ready[2], tell[2], attach, notify;

	if (!s->directory[0])
		stage_directory(s);
	attach = s->listener ? s->listener : stage_listen(s, "attach.sock", SOCK_SEQPACKET);
	s->listener = 0;
	notify = stage_listen(s, "notify.sock", SOCK_DGRAM);
	assert_return_code(pipe2(ready, O_CLOEXEC), errno);
	assert_return_code(pipe2(tell, O_CLOEXEC), errno);
	stage_now = s;
	s->supervisor = fork();
	assert_return_code(s->supervisor, errno);
	if (s->supervisor == 0) {
		/* A test that fails leaves nobody behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		stage_become(s, attach, notify, ready[1], tell[1]);
	}
	(void)close(attach);
	(void)close(notify);
	(void)close(ready[1]);
	(void)close(tell[1]);
	assert_int_equal(read(tell[0], &s->pid, sizeof(s->pid)), sizeof(s->pid));
	(void)close(tell[0]);
	s->ready = ready[0];
}

/* All that READY says; "" when it was only closed. */
static void stage_ready(struct stage *s, char *text, size_t room)
{
	size_t length = 0;
	ssize_t n;

	while ((n = read(s->ready, text + length, room - 1 - length)) > 0)
		length += (size_t)n;
	text[length] = '\0';
	(void)close(s->ready);
}

static inline void stage_open(struct stage *s)
{
	char text[512];

	stage_launch(s);
	stage_ready(s, text, sizeof(text));
	assert_string_equal(text, "");
}

static int stage_wait(struct stage *s)
{
	int status;

	for (int tries = 0; tries < 3000; tries++) {
		pid_t pid = waitpid(s->supervisor, &status, WNOHANG);

		assert_return_code(pid, errno);
		if (pid == s->supervisor)
			return status;
		(void)usleep(10 * 1000);
	}
	(void)kill(s->supervisor, SIGKILL);
	(void)waitpid(s->supervisor, &status, 0);
	fail_msg("honu-supervise does not end");
	return -1;
}

/* Waits for "honu finish", which exits with 77, and returns the record. */
static inline struct exit_record stage_finish(struct stage *s)
{
	struct exit_record x;
	int status = stage_wait(s);

	assert_int_equal(status, 77 << 8);
	assert_int_equal(exit_get(s->container, &x), 0);
	return x;
}

static inline void stage_remove(struct stage *s)
{
	char command[128];
	pid_t pid = fork();

	(void)close(s->container);
	(void)snprintf(command, sizeof(command), "%s", s->directory);
	if (pid == 0) {
		execlp("rm", "rm", "-rf", command, NULL);
		_exit(127);
	}
	(void)waitpid(pid, NULL, 0);
	s->directory[0] = '\0';
}

/* The whole of a small file below the container's directory. */
static inline char *stage_file(const struct stage *s, const char *name)
{
	static char text[16384];
	_cleanup_close_ int fd = openat(s->container, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (n < 0)
		fail_msg("%s: %s", name, strerror(errno));
	text[n < 0 ? 0 : n] = '\0';
	return text;
}

static inline char *stage_link(const struct stage *s, const char *name)
{
	static char text[4096];
	ssize_t n = readlinkat(s->container, name, text, sizeof(text) - 1);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* The first process says that it has come so far, by a file of that name; waits for one. */
static inline void stage_await(const struct stage *s, const char *name)
{
	for (int tries = 0; tries < 1000; tries++) {
		struct stat st;

		if (fstatat(s->container, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			return;
		(void)usleep(10 * 1000);
	}
	fail_msg("%s does not come", name);
}

/* ---- clients of attach.sock ---- */

struct frame {
	uint32_t kind, size;
	char data[ATTACH_FRAME_MAX + 1]; /* terminated */
};

static inline int client_connect(const struct stage *s)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_return_code(fd, errno);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s/" WATCH_ID "/attach.sock",
		       s->directory);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		fail_msg("connect: %s", strerror(errno));
	return fd;
}

static inline void client_send(int fd, enum attach_kind kind, const void *data, size_t n)
{
	struct frame f = { .kind = kind, .size = (uint32_t)n };

	memcpy(f.data, data, n);
	assert_int_equal(send(fd, &f, 8 + n, MSG_NOSIGNAL), 8 + n);
}

static inline int client_open(const struct stage *s, uint32_t wants)
{
	struct attach_hello hello = { .version = 1, .wants = wants };
	int fd = client_connect(s);

	client_send(fd, ATTACH_HELLO, &hello, sizeof(hello));
	return fd;
}

/* -> the kind of the next frame, 0 at the end. */
static inline uint32_t client_read(int fd, struct frame *f)
{
	struct pollfd p = { fd, POLLIN, 0 };
	ssize_t n;

	if (poll(&p, 1, 10000) != 1)
		fail_msg("no frame comes");
	n = recv(fd, f, sizeof(*f), 0);
	if (n == 0 || (n < 0 && errno == ECONNRESET)) /* it has not read all that we sent */
		return 0;
	assert_true(n >= 8);
	assert_int_equal(f->size, n - 8);
	f->data[f->size] = '\0';
	return f->kind;
}

/* Reads output and errors until both have come to `text`. */
static inline void client_expect(int fd, const char *text)
{
	static char seen[65536];
	struct frame f;
	size_t length = 0;

	seen[0] = '\0';
	while (!strstr(seen, text)) {
		uint32_t kind = client_read(fd, &f);

		if ((kind != ATTACH_OUTPUT && kind != ATTACH_ERROR) ||
		    length + f.size >= sizeof(seen))
			fail_msg("waited for \"%s\", got \"%s\" and a frame %u", text, seen, kind);
		memcpy(seen + length, f.data, f.size + 1);
		length += f.size;
	}
}

/* ---- what first processes do ---- */

static inline void say(int fd, const char *text)
{
	(void)!write(fd, text, strlen(text));
}

static inline void write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t written = write(fd, data, n);

		if (written <= 0)
			_exit(98);
		data += written;
		n -= (size_t)written;
	}
}

static inline int sleeps(void)
{
	for (;;)
		(void)pause();
	return 0;
}

/* ---- the honu at the end ---- */

static inline void stage_tell_status(FILE *f)
{
	char line[256];
	FILE *from = fopen("/proc/self/status", "re");

	while (from && fgets(line, sizeof(line), from)) {
		if (strncmp(line, "SigBlk:\t", 8) == 0)
			(void)fprintf(f, "blocked %s", line + 8);
		if (strncmp(line, "SigIgn:\t", 8) == 0)
			(void)fprintf(f, "ignored %s", line + 8);
	}
	if (from)
		(void)fclose(from);
	from = fopen("/proc/self/oom_score_adj", "re");
	if (from && fgets(line, sizeof(line), from))
		(void)fprintf(f, "score %s", line);
	if (from)
		(void)fclose(from);
}

/* honu exec --health: the file `answer` of the container's directory says what comes of it: a status,
 * or "hang"; and how much it says. */
static inline int stage_play_probe(const char *state, const char *id)
{
	char path[256], answer[16] = "";
	unsigned size = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s/answer", state, id);
	f = fopen(path, "re");
	if (!f || fscanf(f, "%15s %u", answer, &size) < 1)
		return 99;
	(void)fclose(f);
	(void)printf("%s says\n", answer);
	(void)fflush(stdout);
	for (unsigned n = 0; n < size; n++)
		(void)fputc('x', stderr);
	if (strcmp(answer, "hang") == 0) {
		/* A child of its own that would outlive it. */
		if (fork() == 0)
			(void)signal(SIGTERM, SIG_IGN);
		(void)pause();
	}
	return (int)strtol(answer, NULL, 10);
}

/* Leaves what it was given in the file `finished`, and exits with 77. */
static inline int stage_play_honu(char **argv)
{
	FILE *f;

	if (argv[3] && strcmp(argv[3], "exec") == 0 && argv[4] && argv[5])
		return strcmp(argv[4], "--health") == 0 ? stage_play_probe(argv[2], argv[5]) : 99;
	int fd = openat(HANDOVER_CONTAINER, "finished", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	f = fd < 0 ? NULL : fdopen(fd, "we");
	if (!f)
		_exit(98);
	for (char **a = argv; *a; a++)
		(void)fprintf(f, "arg %s\n", *a);
	for (char **e = environ; *e; e++)
		(void)fprintf(f, "env %s\n", *e);
	for (int n = 0; n < 1000; n++) {
		char path[64], target[PATH_MAX];
		ssize_t length;

		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", n);
		length = n == fd ? -1 : readlink(path, target, sizeof(target) - 1);
		if (length >= 0)
			(void)fprintf(f, "fd %d %.*s\n", n, (int)length, target);
	}
	stage_tell_status(f);
	(void)fclose(f);
	return 77;
}

static inline int stage_find_programs(void **state)
{
	const char *named = getenv("HONU_SUPERVISE");
	ssize_t n = readlink("/proc/self/exe", watch_self, sizeof(watch_self) - 1);
	char *slash;

	(void)state;
	if (n < 0)
		return -1;
	watch_self[n] = '\0';
	slash = strrchr(watch_self, '/');
	n = named ? snprintf(watch_program, sizeof(watch_program), "%s", named) :
		    snprintf(watch_program, sizeof(watch_program),
			     "%.*s/../libexec/honu/honu-supervise", (int)(slash - watch_self),
			     watch_self);
	if (n >= (ssize_t)sizeof(watch_program) || access(watch_program, X_OK) < 0) {
		print_message("%s: not built\n", watch_program);
		return -1;
	}
	return 0;
}
