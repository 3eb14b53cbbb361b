/* supervise/test_stage.h - for the tests: a supervisor in a process of its own, on a terminal or on
 * pipes, with a function as the container's first process. */
#pragma once

#include <errno.h>
#include <fcntl.h>
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
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include <cmocka.h>

#include "supervise/foreground.h"
#include "sys/process.h"

struct stage {
	bool console;	/* the first process has a pty */
	bool terminal;	/* honu runs on a terminal, else on a pair of sockets */
	bool namespace; /* the first process is pid 1 of its pid namespace */
	int (*first)(void);

	pid_t honu;
	int fd;	    /* what a person types into and reads from */
	int result; /* where honu says how it ended */
};

static _Noreturn void stage_die(const char *what)
{
	perror(what);
	_exit(99);
}

static void stage_first(const struct stage *s, int peer)
{
	sigset_t none;

	for (int signal_number = 1; signal_number < NSIG; signal_number++)
		(void)signal(signal_number, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	if (s->console && login_tty(peer) < 0)
		stage_die("login_tty");
	if (!s->console)
		(void)setsid();
	_exit(s->first());
}

static _Noreturn void stage_honu(struct stage *s, int fd, int result)
{
	struct supervise supervise = { .pty = -EBADF, .namespace_init = s->namespace };
	struct supervise_result r = { .code = -1 };
	int peer = -EBADF;

	if (s->terminal && login_tty(fd) < 0)
		stage_die("login_tty");
	if (!s->terminal && (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0))
		stage_die("dup2");
	supervise_block_signals(NULL);
	if (s->console && openpty(&supervise.pty, &peer, NULL, NULL, NULL) < 0)
		stage_die("openpty");
	if (s->console) /* a reader must not outlive its writers because a sibling holds them */
		(void)fcntl(supervise.pty, F_SETFD, FD_CLOEXEC);
	supervise.pid = sys_clone3(s->namespace ? CLONE_NEWPID : 0, &supervise.pidfd, SIGCHLD, -1);
	if (supervise.pid < 0)
		stage_die("clone3");
	if (supervise.pid == 0)
		stage_first(s, peer);
	if (s->console)
		(void)close(peer);
	if (supervise_foreground(&supervise, &r) < 0 || write(result, &r, sizeof(r)) != sizeof(r))
		_exit(98);
	_exit(0);
}

static void stage_open(struct stage *s)
{
	struct winsize size = { .ws_row = 40, .ws_col = 100 };
	int ends[2], result[2];

	if (s->terminal)
		assert_return_code(openpty(&ends[0], &ends[1], NULL, NULL, &size), errno);
	else
		assert_return_code(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), errno);
	assert_return_code(pipe(result), errno);
	s->honu = fork();
	assert_return_code(s->honu, errno);
	if (s->honu == 0) {
		(void)close(ends[0]);
		(void)close(result[0]);
		stage_honu(s, ends[1], result[1]);
	}
	(void)close(result[1]);
	if (!s->terminal)
		(void)close(ends[1]);
	/* A terminal stays open here: its settings are looked at after honu's end. */
	s->fd = ends[0];
	s->result = result[0];
}

/* Waits for honu's end and returns what it reported. */
static struct supervise_result stage_close(struct stage *s)
{
	struct supervise_result r = { .code = -1 };
	int status;

	assert_int_equal(waitpid(s->honu, &status, 0), s->honu);
	assert_int_equal(status, 0);
	assert_int_equal(read(s->result, &r, sizeof(r)), sizeof(r));
	(void)close(s->result);
	(void)close(s->fd);
	return r;
}

/* Reads until `text` has come, at most ten seconds. Reads byte by byte: what follows stays. */
static inline void stage_expect(const struct stage *s, const char *text)
{
	char seen[4096] = "";
	size_t length = 0;

	while (!strstr(seen, text)) {
		struct pollfd p = { s->fd, POLLIN, 0 };

		if (length == sizeof(seen) - 1 || poll(&p, 1, 10000) != 1 ||
		    read(s->fd, seen + length, 1) != 1)
			fail_msg("waited for \"%s\", got \"%s\"", text, seen);
		seen[++length] = '\0';
	}
}

static inline void stage_type(const struct stage *s, const char *text)
{
	assert_int_equal(write(s->fd, text, strlen(text)), strlen(text));
}

static inline void stage_say(const char *text)
{
	(void)!write(STDOUT_FILENO, text, strlen(text));
}

/* Says why before it skips, so that the reason stands in the output. */
#define SKIP_UNLESS_ROOT()                                                           \
	do {                                                                         \
		if (geteuid() != 0) {                                                \
			print_message("skipped: a pid namespace needs root here\n"); \
			skip();                                                      \
		}                                                                    \
	} while (0)
