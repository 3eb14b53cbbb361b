/* cli/cp.c - honu cp: files into and out of containers.
 *
 * What is copied where is decided by honu-copy, which sees both sides; here the words become a process
 * or a directory to work in. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/copier.h"
#include "cli/help.h"
#include "cli/stopped.h"
#include "cli/verb.h"
#include "copy/landing.h"
#include "store/store.h"
#include "sys/identity.h"

struct cp {
	bool archive, follow, quiet;
};

/* One of the two words. */
struct end {
	const char *typed;
	const char *container; /* NULL: a path of the host, or an archive */
	bool stream;
	struct copy_path path;
	int pidfd; /* of the container's first process, where it runs */
	pid_t pid;
	struct stopped stopped; /* else */
};

/* docker's rule: what starts with '/' or '.' is a path whatever follows. */
static int read_end(struct end *d, struct arena *a, const char *cwd, const char *typed,
		    struct err *e)
{
	const char *colon = strchr(typed, ':');
	const char *path = typed;
	int r;

	*d = (struct end){ .typed = typed, .pidfd = -EBADF, .stopped = STOPPED_EMPTY };
	d->stream = strcmp(typed, "-") == 0;
	if (d->stream)
		return 0;
	if (colon && typed[0] != '/' && typed[0] != '.') {
		d->container = arena_strndup(a, typed, (size_t)(colon - typed));
		path = colon + 1;
		cwd = "/";
	}
	r = copy_path_read(&d->path, cwd, path);
	if (r == -EINVAL)
		return err_hint(
			e, err_say(e, r, "'%s' has no path", typed),
			"write CONTAINER:/PATH, a path of the host, or - for a tar archive");
	return r < 0 ? err_set(e, r, "%s", typed) : 0;
}

static int check_ends(const struct end *from, const struct end *to, struct err *e)
{
	if (!from->container && !to->container)
		return err_hint(e,
				err_say(e, -EINVAL, "neither '%s' nor '%s' is in a container",
					from->typed, to->typed),
				"write one of them as CONTAINER:/PATH");
	if (from->stream && isatty(STDIN_FILENO))
		return err_hint(e, err_say(e, -ENOTTY, "no archive is typed by hand"),
				"write it into a pipe: tar -c FILES | honu cp - %s", to->typed);
	if (to->stream && isatty(STDOUT_FILENO))
		return err_hint(e, err_say(e, -ENOTTY, "an archive is nothing for a terminal"),
				"read it from a pipe: honu cp %s - | tar -t", from->typed);
	return 0;
}

/* Where it runs, its first process; else what is left of it. */
static int find_container(struct end *d, const struct store *store, struct arena *a, struct err *e)
{
	struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_status status;
	int r = store_find(store, d->container, &c, e);

	if (r == -ENOENT && access(d->typed, F_OK) == 0)
		return err_hint(e, r, "the file of that name is meant by './%s'", d->typed);
	if (r < 0)
		return r;
	r = store_get_status(&c, &status, e);
	if (r == 0 && status.alive && status.pid > 0) {
		d->pid = status.pid;
		d->pidfd = sys_pidfd_open_started(status.pid, status.start_time);
		if (d->pidfd < 0 && d->pidfd != -ESRCH)
			r = err_set(e, d->pidfd, "open process %d", (int)status.pid);
	}
	if (r == 0 && d->pidfd < 0)
		r = stopped_open(&d->stopped, &c, a, e);
	store_container_done(&c);
	return r;
}

static void add_end(struct copier *c, const char *side, const struct end *d)
{
	const char *name = copy_path_name(&d->path);
	const struct stopped *s = &d->stopped;

	if (d->stream) {
		copier_word(c, "%s=stream", side);
		return;
	}
	copier_word(c, "%s-path=%s", side, d->path.text);
	copier_word(c, "%s-name=%s", side, name);
	if (d->path.directory)
		copier_word(c, "%s-directory=1", side);
	if (d->path.contents)
		copier_word(c, "%s-contents=1", side);
	if (d->container)
		copier_word(c, "%s-label=%s:", side, d->container);
	if (!d->container) {
		copier_word(c, "%s=host", side);
	} else if (d->pidfd >= 0) {
		copier_word(c, "%s=process", side);
		copier_word(c, "%s-pid=%d", side, (int)d->pid);
		copier_fd(c, arena_printf(c->arena, "%s-pidfd", side), d->pidfd);
	} else {
		copier_word(c, "%s=tree", side);
		copier_fd(c, arena_printf(c->arena, "%s-tree", side), s->tree);
		if (s->userns >= 0)
			copier_fd(c, arena_printf(c->arena, "%s-userns", side), s->userns);
		for (size_t i = 0; i < s->n_mounts; i++)
			copier_mount(c, arena_printf(c->arena, "%s-mount", side), s->mounts[i].fd,
				     s->mounts[i].target);
	}
}

static int copy(const struct global *g, const struct cp *cp, struct arena *a, struct end ends[2],
		struct err *e)
{
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	struct copier c = { .arena = a, .quiet = cp->quiet };
	int r = store_open(&store, g->state, e);

	for (int i = 0; r == 0 && i < 2; i++)
		if (ends[i].container)
			r = find_container(&ends[i], &store, a, e);
	if (r < 0)
		return r;
	copier_word(&c, "honu-copy");
	if (cp->archive)
		copier_word(&c, "archive=1");
	if (cp->follow)
		copier_word(&c, "follow=1");
	add_end(&c, "from", &ends[0]);
	add_end(&c, "to", &ends[1]);
	r = copier_run(&c, e);
	return r == -EINTR ? err_exit(e, r, 128 + c.interrupted) : r;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct word_texts rest;
	struct cp cp = { 0 };
	struct end ends[2];
	struct err e = { 0 };
	char cwd[PATH_MAX];
	int r = words_read(&verb_cp, &a, argc, argv, &cp, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_cp, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_cp, &rest, 2, 2, "source and destination", &e);
	if (r == 0 && !getcwd(cwd, sizeof(cwd)))
		cwd[0] = '\0';
	for (size_t i = 0; r == 0 && i < 2; i++)
		r = read_end(&ends[i], &a, cwd, rest.list[i], &e);
	if (r == 0)
		r = check_ends(&ends[0], &ends[1], &e);
	if (r < 0)
		return report("cp", &e);
	r = copy(g, &cp, &a, ends, &e);
	for (size_t i = 0; i < 2; i++) {
		fd_closep(&ends[i].pidfd);
		stopped_done(&ends[i].stopped);
	}
	return r < 0 ? report("cp", &e) : 0;
}

static const struct word words[] = {
	WORD(struct cp, archive, WORD_SWITCH, "archive", 'a', NULL,
	     "keep owners, access control lists and device nodes"),
	WORD(struct cp, follow, WORD_SWITCH, "follow-link", 'L', NULL,
	     "copy what SOURCE leads to, where it is a symbolic link"),
	WORD(struct cp, quiet, WORD_SWITCH, "quiet", 'q', NULL, "no progress on a terminal"),
};

const struct verb verb_cp = {
	.name = "cp",
	.group = VERBS_INSIDE,
	.usage = "[OPTIONS] SOURCE DESTINATION",
	.summary = "copy files into a container, out of it, or from one to another",
	.text = "SOURCE and DESTINATION are CONTAINER:PATH, a path of the host, or - for a tar archive on\n"
		"standard input or output. Paths in a container start at its root, and are what its\n"
		"programs see: volumes and tmpfs are copied as well. A path of the host that has a colon\n"
		"starts with / or ./ .\n"
		"\n"
		"A directory is copied with all that is in it, into DESTINATION if that is a directory,\n"
		"else as DESTINATION; DIRECTORY/. means only what is in it. A file replaces a file. A\n"
		"directory never replaces a file, nor a file a directory. Only the last component of\n"
		"DESTINATION may be missing.\n"
		"\n"
		"Files copied in belong to root inside, files copied out to you. Modes, times, links,\n"
		"holes and extended attributes are kept; set-user-id bits only with --archive, or where\n"
		"the owner is root on both sides and the file comes from the host.\n"
		"\n"
		"A container that does not run is copied from and to as well if its root is a directory.",
	.example = "honu cp ./site web:/srv/www\n"
		   "honu cp web:/var/log/app/. ./logs\n"
		   "honu cp web:/etc - | tar -tv",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
