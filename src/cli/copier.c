/* cli/copier.c - see copier.h. */
#include "cli/copier.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/verb.h"
#include "copy/message.h"
#include "facts/facts.h"

#define NOTES_MAX 16

struct copying {
	struct copier *copier;
	struct err *e;
	pid_t pid; /* of honu-copy, and of its process group */
	int report, signals;
	bool shows, shown; /* progress; there is some on the line */
	bool failed;	   /* e says why */
	bool cut;	   /* an end stopped because the other one did */
	unsigned notes;
};

void copier_word(struct copier *c, const char *fmt, ...)
{
	char word[8192];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(word, sizeof(word), fmt, ap);
	va_end(ap);
	const char *copy = arena_strdup(c->arena, word);
	arena_push(c->arena, c->words, c->n_words, copy);
}

void copier_fd(struct copier *c, const char *name, int fd)
{
	copier_word(c, "%s=%d", name, fd);
	arena_push(c->arena, c->fds, c->n_fds, fd);
}

void copier_mount(struct copier *c, const char *name, int fd, const char *target)
{
	copier_word(c, "%s=%d:%s", name, fd, target);
	arena_push(c->arena, c->fds, c->n_fds, fd);
}

static _Noreturn void execute(const struct copier *c, const char *program, const sigset_t *mask)
{
	char *const no_environment[] = { NULL };

	/* Of its own, so that a key of the terminal stops honu, which then ends it in order. */
	(void)setpgid(0, 0);
	for (size_t i = 0; i < c->n_fds; i++)
		(void)fcntl(c->fds[i], F_SETFD, 0);
	(void)sigprocmask(SIG_SETMASK, mask, NULL);
	(void)execve(program, (char *const *)c->words, no_environment);
	_exit(127);
}

static int start(struct copying *g, const sigset_t *mask)
{
	struct copier *c = g->copier;
	const char *program = facts_find_program(c->arena, "honu-copy");
	_cleanup_close_ int theirs = -EBADF;
	int ends[2];

	if (!program)
		return err_hint(g->e, err_say(g->e, -ENOENT, "honu-copy is not there"),
				"it belongs beside honu, in libexec/honu");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return err_set(g->e, -errno, "make a pair of sockets");
	g->report = ends[0];
	theirs = ends[1];
	copier_fd(c, "report", theirs);
	arena_push(c->arena, c->words, c->n_words, NULL);
	g->pid = fork();
	if (g->pid < 0)
		return err_set(g->e, -errno, "fork");
	if (g->pid == 0)
		execute(c, program, mask);
	(void)setpgid(g->pid, g->pid);
	return 0;
}

/* ---- what is shown ---- */

static void clear_line(struct copying *g)
{
	if (g->shown)
		(void)fputs("\r\033[K", stderr);
	g->shown = false;
}

static void show_progress(struct copying *g)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double size = (double)g->copier->bytes;
	size_t unit = 0;

	if (!g->shows)
		return;
	for (; size >= 1024 && unit + 1 < ELEMENTS(units); unit++)
		size /= 1024;
	clear_line(g);
	(void)fprintf(stderr, "%llu files, %.*f %s", g->copier->files, unit ? 1 : 0, size,
		      units[unit]);
	g->shown = true;
}

/* ---- what it says ---- */

/* It may come from among a container's files: nothing of it is believed. */
static void take_message(struct copying *g, struct copy_message *m)
{
	m->error.text[sizeof(m->error.text) - 1] = '\0';
	m->error.hint[sizeof(m->error.hint) - 1] = '\0';
	switch (m->kind) {
	case COPY_PROGRESS:
		g->copier->files = m->files;
		g->copier->bytes = m->bytes;
		show_progress(g);
		break;
	case COPY_NOTE:
		clear_line(g);
		if (g->notes++ < NOTES_MAX)
			report_note(m->error.text);
		break;
	case COPY_FAILED:
		if (!g->failed)
			*g->e = m->error;
		g->e->code = g->e->code < 0 ? g->e->code : -EIO;
		g->e->exit = 0;
		g->failed = true;
		break;
	case COPY_CUT:
		g->cut = true;
		break;
	default:
		break;
	}
}

/* False at the end. */
static bool take_messages(struct copying *g)
{
	struct copy_message m;
	ssize_t n = recv(g->report, &m, sizeof(m), 0);

	if (n == (ssize_t)sizeof(m))
		take_message(g, &m);
	return n > 0 || (n < 0 && errno == EINTR);
}

static void take_signal(struct copying *g)
{
	struct signalfd_siginfo info;

	if (read(g->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return;
	if (g->copier->interrupted == 0)
		g->copier->interrupted = (int)info.ssi_signo;
	(void)kill(-g->pid, SIGTERM);
}

static int judge(struct copying *g, int status)
{
	if (g->copier->interrupted)
		return err_say(g->e, -EINTR,
			       "interrupted: what was complete by then has been copied");
	if (g->failed)
		return g->e->code;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (g->cut)
		return err_say(g->e, -EPIPE, "nobody reads the archive any more");
	if (WIFEXITED(status))
		return err_say(g->e, -ECHILD, "honu-copy ended with %d", WEXITSTATUS(status));
	return err_say(g->e, -ECHILD, "honu-copy was ended by signal %d", WTERMSIG(status));
}

static int listen_to(struct copying *g)
{
	struct pollfd fds[] = { { .fd = g->report, .events = POLLIN },
				{ .fd = g->signals, .events = POLLIN } };
	int status = 0;

	for (;;) {
		if (poll(fds, ELEMENTS(fds), -1) < 0 && errno != EINTR)
			break;
		if (fds[1].revents)
			take_signal(g);
		if (fds[0].revents && !take_messages(g))
			break;
	}
	while (waitpid(g->pid, &status, 0) < 0 && errno == EINTR)
		;
	clear_line(g);
	return judge(g, status);
}

int copier_run(struct copier *c, struct err *e)
{
	_cleanup_close_ int report = -EBADF;
	_cleanup_close_ int signals = -EBADF;
	struct copying g = { .copier = c, .e = e, .report = -EBADF };
	sigset_t taken, old;
	int r;

	(void)sigemptyset(&taken);
	(void)sigaddset(&taken, SIGINT);
	(void)sigaddset(&taken, SIGTERM);
	(void)sigaddset(&taken, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &taken, &old);
	signals = signalfd(-1, &taken, SFD_CLOEXEC);
	if (signals < 0)
		return err_set(e, -errno, "signalfd");
	g.signals = signals;
	g.shows = !c->quiet && isatty(STDERR_FILENO);
	r = start(&g, &old);
	report = g.report;
	if (r == 0)
		r = listen_to(&g);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return r;
}
