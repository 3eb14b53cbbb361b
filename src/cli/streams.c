/* cli/streams.c - see streams.h. */
#include "cli/streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"

#define BACKLOG 16

static void empty(struct streams *t)
{
	for (size_t i = 0; i < ELEMENTS(t->program); i++)
		t->program[i] = -EBADF;
	for (size_t i = 0; i < ELEMENTS(t->supervisor); i++)
		t->supervisor[i] = -EBADF;
}

void streams_done(struct streams *t)
{
	for (size_t i = 0; i < ELEMENTS(t->program); i++)
		fd_closep(&t->program[i]);
	for (size_t i = 0; i < ELEMENTS(t->supervisor); i++)
		fd_closep(&t->supervisor[i]);
}

/* A pipe belongs to whoever made it, and a program that opens /dev/stdout again opens it anew: root
 * inside has to own it, and hands it on to the user. */
static int give(const struct spec *s, int fd)
{
	if (fchown(fd, spec_uid_outside(s, 0), spec_gid_outside(s, 0)) < 0)
		return -errno;
	return 0;
}

static int make_pipe(const struct spec *s, struct streams *t, int stream)
{
	int ends[2], inner = stream == STDIN_FILENO ? 0 : 1;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	t->program[stream] = ends[inner];
	t->supervisor[HANDOVER_INPUT + stream] = ends[!inner];
	return give(s, ends[inner]);
}

static int make_pipes(const struct spec *s, struct streams *t)
{
	int r = 0;

	if (s->tty == TTY_ON || !s->interactive) {
		t->program[STDIN_FILENO] = open("/dev/null", O_RDWR | O_CLOEXEC);
		if (t->program[STDIN_FILENO] < 0)
			return -errno;
	} else {
		r = make_pipe(s, t, STDIN_FILENO);
	}
	for (int stream = STDOUT_FILENO; r == 0 && stream <= STDERR_FILENO; stream++) {
		if (s->tty != TTY_ON) {
			r = make_pipe(s, t, stream);
			continue;
		}
		t->program[stream] = fcntl(t->program[STDIN_FILENO], F_DUPFD_CLOEXEC, 3);
		if (t->program[stream] < 0)
			return -errno;
	}
	return r;
}

/* In the container's directory, whose path may be longer than a socket's may. */
static int make_socket(const struct store_container *c, const char *name, int type, mode_t mode)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -errno;
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", c->fd,
		       name);
	if (unlinkat(c->fd, name, 0) < 0 && errno != ENOENT)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
	    fchmodat(c->fd, name, mode, 0) < 0)
		return -errno;
	if (type == SOCK_SEQPACKET && listen(fd, BACKLOG) < 0)
		return -errno;
	return take_fd(fd);
}

static int open_log(const struct spec *s, const struct store_container *c)
{
	int fd;

	if (s->log_driver != LOG_FILE)
		return -EBADF;
	if (mkdirat(c->fd, "log", 0700) < 0 && errno != EEXIST)
		return -errno;
	fd = openat(c->fd, "log", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int make(const struct spec *s, const struct store_container *c, struct streams *t,
		const char **what)
{
	int *fd = t->supervisor;
	int r;

	*what = "make the pipes";
	r = make_pipes(s, t);
	if (r < 0)
		return r;
	*what = "make attach.sock";
	fd[HANDOVER_ATTACH] = make_socket(c, "attach.sock", SOCK_SEQPACKET, 0600);
	if (fd[HANDOVER_ATTACH] < 0)
		return fd[HANDOVER_ATTACH];
	*what = "make notify.sock";
	/* Bound into the container, and below 0700 for everybody else. */
	if (s->notify)
		fd[HANDOVER_NOTIFY] = make_socket(c, "notify.sock", SOCK_DGRAM, 0666);
	if (s->notify && fd[HANDOVER_NOTIFY] < 0)
		return fd[HANDOVER_NOTIFY];
	*what = "make the directory of the log";
	fd[HANDOVER_LOG] = open_log(s, c);
	return s->log_driver == LOG_FILE && fd[HANDOVER_LOG] < 0 ? fd[HANDOVER_LOG] : 0;
}

int streams_make(const struct spec *s, const struct store_container *c, struct streams *ret,
		 struct err *e)
{
	struct streams t;
	const char *what = "";
	int r;

	empty(&t);
	r = make(s, c, &t, &what);
	if (r < 0) {
		streams_done(&t);
		return err_set(e, r, "%s of container %s", what, c->id);
	}
	*ret = t;
	return 0;
}

int streams_use(struct streams *t, struct err *e)
{
	for (int fd = 0; fd < 3; fd++) {
		if (dup2(t->program[fd], fd) < 0) /* cloexec: the program's own */
			return err_set(e, -errno, "put the streams in place");
		fd_closep(&t->program[fd]);
	}
	return 0;
}
