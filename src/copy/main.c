/* copy/main.c - honu-copy: copies files between places that cannot see each other.
 *
 * Two processes with a pipe between them: one packs, one unpacks (see message.h for the words). Each
 * goes where it works, gives up all rights but those over files, and never comes back; this one
 * waits. It is dynamically linked, so everything is loaded before a process goes anywhere. */
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <locale.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "copy/confine.h"
#include "copy/pack.h"
#include "copy/unpack.h"

struct copying {
	bool archive, follow;
	struct copy_place from, to;
	pid_t parent;
	int stream[2]; /* reading end, writing end; one of them is a standard stream, or both are
			* a pipe */
	int ready[2];  /* from the end that unpacks; -EBADF where there is only one end */
	struct copy_report report;
};

static volatile sig_atomic_t stop;

static void stop_soon(int signal)
{
	(void)signal;
	stop = 1;
}

/* ---- words ---- */

static int read_switch(const char *value, bool *ret)
{
	*ret = strcmp(value, "1") == 0;
	return *ret ? 0 : -EINVAL;
}

static int read_fd(const char *value, int *ret)
{
	uint32_t fd;
	int r = number_u32(value, &fd);

	if (r < 0 || fd > INT32_MAX || fcntl((int)fd, F_GETFD) < 0)
		return r < 0 ? r : -EBADF;
	*ret = (int)fd;
	return 0;
}

static int read_where(const char *value, enum copy_where *ret)
{
	static const char *const words[] = { [COPY_HOST] = "host",
					     [COPY_PROCESS] = "process",
					     [COPY_TREE] = "tree",
					     [COPY_STREAM] = "stream" };

	for (size_t i = 0; i < ELEMENTS(words); i++) {
		if (strcmp(value, words[i]) == 0) {
			*ret = (enum copy_where)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* "8:/data"; value is ours to cut. */
static int read_mount(char *value, struct copy_place *p)
{
	char *colon = strchr(value, ':');

	if (!colon || p->n_mounts == COPY_MOUNTS_MAX)
		return -EINVAL;
	*colon = '\0';
	p->mounts[p->n_mounts].target = colon + 1;
	return read_fd(value, &p->mounts[p->n_mounts++].fd);
}

static int read_place(struct copy_place *p, const char *name, char *value)
{
	uint32_t pid;
	int r;

	if (strcmp(name, "label") == 0)
		p->label = value;
	else if (strcmp(name, "path") == 0)
		p->path = value;
	else if (strcmp(name, "name") == 0)
		p->name = value;
	else if (strcmp(name, "directory") == 0)
		return read_switch(value, &p->directory);
	else if (strcmp(name, "contents") == 0)
		return read_switch(value, &p->contents);
	else if (strcmp(name, "pidfd") == 0)
		return read_fd(value, &p->pidfd);
	else if (strcmp(name, "tree") == 0)
		return read_fd(value, &p->tree);
	else if (strcmp(name, "userns") == 0)
		return read_fd(value, &p->userns);
	else if (strcmp(name, "mount") == 0)
		return read_mount(value, p);
	else if (strcmp(name, "pid") == 0) {
		r = number_u32(value, &pid);
		p->pid = r < 0 ? 0 : (pid_t)pid;
		return r;
	} else
		return -EINVAL;
	return 0;
}

static int read_word(struct copying *c, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	if (strcmp(word, "report") == 0)
		return read_fd(value, &c->report.fd);
	if (strcmp(word, "archive") == 0)
		return read_switch(value, &c->archive);
	if (strcmp(word, "follow") == 0)
		return read_switch(value, &c->follow);
	if (strcmp(word, "from") == 0)
		return read_where(value, &c->from.where);
	if (strcmp(word, "to") == 0)
		return read_where(value, &c->to.where);
	if (strncmp(word, "from-", 5) == 0)
		return read_place(&c->from, word + 5, value);
	if (strncmp(word, "to-", 3) == 0)
		return read_place(&c->to, word + 3, value);
	return -EINVAL;
}

static bool is_complete(const struct copy_place *p)
{
	if (p->where == COPY_STREAM)
		return true;
	return p->path[0] == '/' && (p->where != COPY_PROCESS || (p->pid > 0 && p->pidfd >= 0)) &&
	       (p->where != COPY_TREE || p->tree >= 0);
}

static int read_words(struct copying *c, int argc, char **argv, struct err *e)
{
	for (int i = 1; i < argc; i++) {
		int r = read_word(c, argv[i]);

		if (r < 0)
			return err_set(e, r, "honu-copy: setting '%s'", argv[i]);
	}
	if (c->report.fd < 0 || !is_complete(&c->from) || !is_complete(&c->to) ||
	    (c->from.where == COPY_STREAM && c->to.where == COPY_STREAM))
		return err_say(e, -EINVAL, "honu-copy: a setting is missing");
	return 0;
}

/* ---- two ends ---- */

/* What the C library would look for in files later: character sets, the time zone, messages. */
static void load_everything(void)
{
	static const char *const converters[][2] = { { "ANSI_X3.4-1968", "UTF-8" },
						     { "UTF-8", "ANSI_X3.4-1968" } };

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	tzset();
	for (size_t i = 0; i < ELEMENTS(converters); i++) {
		iconv_t converter = iconv_open(converters[i][0], converters[i][1]);

		if (converter != (iconv_t)-1) /* NOLINT(performance-no-int-to-ptr) */
			(void)iconv_close(converter);
	}
	(void)strerror(EPERM);
}

static void prepare_signals(void)
{
	const struct sigaction stopping = { .sa_handler = stop_soon }; /* no SA_RESTART */
	const struct sigaction ignored = { .sa_handler = SIG_IGN };

	(void)sigaction(SIGTERM, &stopping, NULL);
	(void)sigaction(SIGINT, &stopping, NULL);
	(void)sigaction(SIGHUP, &stopping, NULL);
	(void)sigaction(SIGPIPE, &ignored, NULL);
}

/* One descriptor for each level of a tree. */
static void raise_limits(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int enter(struct copying *c, const struct copy_place *p, int stream, int ready)
{
	const int kept[] = { stream, c->report.fd, ready, p->pidfd, p->tree, p->userns };
	int keep[ELEMENTS(kept) + COPY_MOUNTS_MAX];
	struct err e = { 0 };
	size_t n = 0;
	int r;

	for (size_t i = 0; i < ELEMENTS(kept); i++)
		if (kept[i] >= 0)
			keep[n++] = kept[i];
	for (size_t i = 0; i < p->n_mounts; i++)
		keep[n++] = p->mounts[i].fd;
	r = confine_descriptors(keep, n, &e);
	if (r == 0)
		r = copy_place_enter(p, &e);
	if (r < 0) {
		copy_report_failed(&c->report, &e);
		return r;
	}
	/* They have done what they were for. */
	for (size_t i = 0; i < n; i++)
		if (keep[i] != stream && keep[i] != c->report.fd && keep[i] != ready)
			(void)close(keep[i]);
	return 0;
}

static _Noreturn void run_pack(struct copying *c)
{
	const struct pack job = { .place = &c->from,
				  .report = &c->report,
				  .stream = c->stream[1],
				  .ready = c->ready[0],
				  .archive = c->archive,
				  .follow = c->follow,
				  .parent = c->parent };

	/* Half an archive is nothing that it would have to clean up. */
	(void)signal(SIGTERM, SIG_DFL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGHUP, SIG_DFL);
	if (enter(c, &c->from, job.stream, job.ready) < 0)
		_exit(1);
	_exit(pack(&job));
}

static _Noreturn void run_unpack(struct copying *c)
{
	const struct unpack job = { .place = &c->to,
				    .from = &c->from,
				    .report = &c->report,
				    .stream = c->stream[0],
				    .ready = c->ready[1],
				    .archive = c->archive,
				    .stop = &stop,
				    .parent = c->parent };

	if (enter(c, &c->to, job.stream, job.ready) < 0)
		_exit(1);
	_exit(unpack(&job));
}

static int open_streams(struct copying *c, struct err *e)
{
	bool archive_in = c->from.where == COPY_STREAM, archive_out = c->to.where == COPY_STREAM;

	c->stream[0] = archive_in ? STDIN_FILENO : -EBADF;
	c->stream[1] = archive_out ? STDOUT_FILENO : -EBADF;
	c->ready[0] = c->ready[1] = -EBADF;
	if (archive_in || archive_out)
		return 0;
	if (pipe2(c->stream, O_CLOEXEC) < 0 || pipe2(c->ready, O_CLOEXEC) < 0)
		return err_set(e, -errno, "make a pipe");
	(void)fcntl(c->stream[1], F_SETPIPE_SZ, 1 << 20);
	return 0;
}

/* -> its exit status; 1 for one that was ended by a signal, which nobody has heard of yet */
static int status_of(struct copying *c, int status)
{
	struct err e = { 0 };

	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	if (!stop) {
		(void)err_say(&e, -ECHILD, "honu-copy was ended by signal %d", WTERMSIG(status));
		copy_report_failed(&c->report, &e);
	}
	return 1;
}

static int start(struct copying *c, struct err *e)
{
	void (*const ends[])(struct copying *) = {
		c->from.where != COPY_STREAM ? run_pack : NULL,
		c->to.where != COPY_STREAM ? run_unpack : NULL,
	};

	for (size_t i = 0; i < ELEMENTS(ends); i++) {
		pid_t pid = ends[i] ? fork() : 1;

		if (pid < 0)
			return err_set(e, -errno, "fork");
		if (pid == 0)
			ends[i](c);
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct copy_place nowhere = { .label = "",
					    .path = "",
					    .name = "",
					    .pidfd = -EBADF,
					    .tree = -EBADF,
					    .userns = -EBADF };
	struct copying c = {
		.from = nowhere, .to = nowhere, .parent = getpid(), .report = { .fd = -EBADF }
	};
	struct err e = { 0 };
	int status, failed = 0;
	int r = read_words(&c, argc, argv, &e);

	/* Without honu nobody hears of it; the ends are told by our own death. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (r == 0)
		r = open_streams(&c, &e);
	if (r == 0) {
		load_everything();
		prepare_signals();
		raise_limits();
		r = start(&c, &e);
	}
	if (r < 0)
		copy_report_failed(&c.report, &e);
	/* What the ends hold of each other they hold alone. */
	for (size_t i = 0; i < 2; i++) {
		fd_closep(&c.stream[i]);
		fd_closep(&c.ready[i]);
	}
	for (;;) {
		if (wait(&status) >= 0)
			failed |= status_of(&c, status);
		else if (errno != EINTR)
			break;
	}
	return r < 0 || failed ? 1 : 0;
}
