/* cli/detached.c - see detached.h. */
#include "cli/detached.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/streams.h"
#include "cli/supervisor.h"
#include "cli/verb.h"
#include "sys/process.h"

void detached_fail(int ready, const struct err *e)
{
	(void)!write(ready, e, sizeof(*e)); /* below PIPE_BUF: whole or not at all */
}

/* The words of honu-supervise itself come as text. */
int detached_await(int ready, struct err *e)
{
	char text[sizeof(struct err)];
	size_t length = 0;
	ssize_t n;

	while (length < sizeof(text)) {
		n = read(ready, text + length, sizeof(text) - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		length += (size_t)n;
	}
	if (length == 0)
		return 0;
	if (length == sizeof(*e)) {
		memcpy(e, text, sizeof(*e));
		return e->code;
	}
	return err_say(e, -ECHILD, "honu-supervise: %.*s", (int)length, text);
}

static int write_pidfile(const struct spec *s, pid_t pid, struct err *e)
{
	_cleanup_file_ FILE *f = NULL;

	if (!s->pidfile)
		return 0;
	f = fopen(s->pidfile, "we");
	if (!f || fprintf(f, "%d\n", (int)pid) < 0 || fflush(f) != 0)
		return err_set(e, -errno, "--pidfile: write %s", s->pidfile);
	return 0;
}

/* Walks the plan with the streams in place, so that the program inherits them. */
static int start_here(struct launch *l, struct streams *t, struct err *e)
{
	const struct spec *spec = l->prepared->spec;
	int r = streams_use(t, e);

	if (r == 0)
		r = launch_walk(l, e);
	if (r < 0)
		return r;
	if (spec->tty == TTY_ON)
		t->supervisor[HANDOVER_INPUT] = take_fd(l->run.slots->fd[SLOT_PTY]);
	t->supervisor[HANDOVER_PIDFD] = take_fd(l->run.slots->fd[SLOT_PIDFD]);
	r = write_pidfile(spec, l->run.slots->pid, e);
	if (r == 0)
		r = supervisor_execute(l, t, e);
	(void)sys_pidfd_send_signal(t->supervisor[HANDOVER_PIDFD], SIGKILL);
	(void)waitpid(l->run.slots->pid, NULL, __WALL);
	return r;
}

static _Noreturn void child(struct launch *l, struct streams *t)
{
	int ready = t->supervisor[HANDOVER_READY];
	struct err e = { 0 };

	(void)setsid();
	(void)start_here(l, t, &e);
	detached_fail(ready, &e);
	_exit(EXIT_ENGINE);
}

/* -> the end of the pipe from which its failure comes */
static int fork_supervisor(struct launch *l, struct streams *t, pid_t *ret_pid, struct err *e)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, -errno, "make a pipe");
	t->supervisor[HANDOVER_READY] = ends[1];
	pid = fork();
	if (pid < 0) {
		int r = err_set(e, -errno, "fork the supervisor");

		(void)close(ends[0]);
		return r;
	}
	if (pid == 0)
		child(l, t);
	*ret_pid = pid;
	return ends[0];
}

static int start_forked(struct launch *l, struct streams *t, struct err *e)
{
	_cleanup_close_ int ready = -EBADF;
	pid_t pid = 0;
	int r;

	ready = fork_supervisor(l, t, &pid, e);
	streams_done(t);
	if (ready < 0)
		return ready;
	r = detached_await(ready, e);
	if (r == 0)
		return 0;
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return r;
}

int detached_start(struct launch *l, const struct attach_options *attach, int *ret_socket,
		   struct err *e)
{
	_cleanup_close_ int socket = -EBADF;
	struct streams t;
	int r = streams_make(l->prepared->spec, &l->container, &t, e);

	if (r == 0 && attach) {
		socket = attach_connect(&l->container, l->prepared->spec, attach, e);
		r = socket < 0 ? socket : 0;
		if (r < 0)
			streams_done(&t);
	}
	if (r == 0)
		r = start_forked(l, &t, e);
	if (r < 0) {
		launch_fail(l, e);
		return r;
	}
	if (attach)
		*ret_socket = take_fd(socket);
	return 0;
}

int detached_become(struct launch *l, struct err *e)
{
	struct streams t;
	int r = streams_make(l->prepared->spec, &l->container, &t, e);

	if (r == 0)
		r = start_here(l, &t, e);
	launch_fail(l, e);
	return r;
}
