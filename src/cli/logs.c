/* cli/logs.c - honu logs: what a container wrote. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cli/follow.h"
#include "cli/help.h"
#include "cli/log_show.h"
#include "cli/verb.h"
#include "cli/when.h"
#include "store/store.h"

struct logs_words {
	bool follow, timestamps, output, error, json;
	const char *since, *until, *tail;
};

struct logs {
	struct store store;
	struct store_container container;
	struct log_show show;
	struct log_file file;
	int dir;
	bool follow;
	uint64_t tail; /* lines; UINT64_MAX: all */
};

static int read_words(const struct logs_words *w, struct logs *l, struct err *e)
{
	int r = when_parse("since", w->since, &l->show.since, e);

	if (r == 0)
		r = when_parse("until", w->until, &l->show.until, e);
	if (r < 0)
		return r;
	if (w->tail && strcmp(w->tail, "all") != 0 && number_u64(w->tail, &l->tail) < 0)
		return err_hint(
			e, err_say(e, -EINVAL, "--tail '%s': expected a number of lines", w->tail),
			"or all, which is the default");
	/* One alone leaves the other out. */
	l->show.output = w->output || !w->error;
	l->show.error = w->error || !w->output;
	l->show.timestamps = w->timestamps;
	l->show.json = w->json;
	l->follow = w->follow;
	return 0;
}

static int is_alive(const struct logs *l, bool *ret, struct err *e)
{
	struct store_status status;
	int r = store_get_status(&l->container, &status, e);

	/* One that removes itself is over as well. */
	*ret = r == 0 && status.alive;
	return r == -ENOENT ? 0 : r;
}

static int open_log(struct logs *l, const char *name, bool alive, struct err *e)
{
	int r;

	l->dir = openat(l->container.fd, "log", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = l->dir < 0 ? -errno : 0;
	if (r == 0 && l->tail == UINT64_MAX)
		r = log_file_oldest(l->dir, !alive, &l->file);
	else if (r == 0)
		r = log_file_newest(l->dir, !alive, &l->file);
	if (r == -ENOENT)
		return err_hint(e, err_say(e, r, "container '%s' has no log", name),
				"one in the foreground writes to its own terminal or pipes; "
				"--log-driver none keeps nothing, and journald gives it to "
				"journalctl(1)");
	return r < 0 ? err_set(e, r, "open the log of '%s'", name) : 0;
}

/* What there is of the file that is open. */
static int show_file(struct logs *l, struct err *e)
{
	struct log_piece p;
	int r;

	while ((r = log_file_piece(&l->file, &p)) == 1) {
		r = log_show_piece(&l->show, &l->file, &p, e);
		if (r < 0)
			return r;
	}
	return r < 0 ? err_set(e, r, "read the log") : log_show_flush(&l->show, &l->file, e);
}

/* All that is there by now, over all files. */
static int show_rest(struct logs *l, struct err *e)
{
	for (;;) {
		struct log_file next = LOG_FILE_EMPTY;
		bool lost = false;
		int r = log_file_next(l->dir, &l->file, &next, &lost);
		/* After looking for the next: it may have been begun only then, and this one gone
		 * on until then. */
		int shown = show_file(l, e);

		if (r <= 0 || shown < 0) {
			log_file_done(&next);
			if (shown < 0 || r == 0 || r == -ENOENT)
				return shown;
			return err_set(e, r, "read the log");
		}
		log_file_done(&l->file);
		l->file = next;
		if (lost)
			report_note("some of the log was rotated away before it was read");
	}
}

/* Those from the end, and then on from there. */
static int show_tail(struct logs *l, struct err *e)
{
	struct log_piece p;
	int r = log_show_tail(&l->show, l->dir, l->tail, &l->file, &p, e);

	if (r <= 0)
		return r;
	log_file_turn(&l->file, &p);
	return log_show_piece(&l->show, &l->file, &p, e);
}

/* Until the container has ended, or --until has passed. */
static int show_what_comes(struct logs *l, struct follow *w, struct err *e)
{
	bool alive = true;
	int r = 0;

	while (r == 0 && alive) {
		int64_t timeout = -1;

		/* First whether, then what: what was written before the end is read after it. */
		r = is_alive(l, &alive, e);
		l->file.ended = !alive;
		if (r == 0)
			r = show_rest(l, e);
		if (r < 0 || !alive)
			break;
		if (l->show.until != UINT64_MAX) {
			uint64_t now = when_now();

			if (now > l->show.until)
				break;
			timeout = (int64_t)((l->show.until - now) / 1000000) + 1;
		}
		r = follow_wait(w, timeout, e);
		r = r < 0 ? r : 0;
	}
	return r;
}

static int show(struct logs *l, const char *name, struct err *e)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	_cleanup_(follow_done) struct follow w = { .inotify = -EBADF };
	struct store_status status;
	bool alive;
	int r = is_alive(l, &alive, e);

	if (r == 0)
		r = open_log(l, name, alive, e);
	if (r == 0 && l->tail != UINT64_MAX)
		r = show_tail(l, e);
	if (r == 0 && l->follow && alive && store_get_status(&l->container, &status, NULL) == 0) {
		follow_open(&w, &a);
		follow_directory(&w, l->dir);
		follow_supervisor(&w, &status);
		r = show_what_comes(l, &w, e);
	} else if (r == 0) {
		r = show_rest(l, e);
	}
	return r < 0 ? r : log_show_end(&l->show, e);
}

static int run(const struct global *g, int argc, char *const *argv);

static const struct word words[] = {
	WORD(struct logs_words, follow, WORD_SWITCH, "follow", 'f', NULL,
	     "go on until the container has ended"),
	WORD(struct logs_words, tail, WORD_TEXT, "tail", 'n', "LINES", "the last so many, or all"),
	WORD(struct logs_words, since, WORD_TEXT, "since", 0, "TIME",
	     "from then on: 2026-11-23T18:07:42Z, 1795457262, 10m"),
	WORD(struct logs_words, until, WORD_TEXT, "until", 0, "TIME", "up to then"),
	WORD(struct logs_words, timestamps, WORD_SWITCH, "timestamps", 't', NULL,
	     "when it was written, before each line"),
	WORD(struct logs_words, output, WORD_SWITCH, "stdout", 0, NULL, "standard output alone"),
	WORD(struct logs_words, error, WORD_SWITCH, "stderr", 0, NULL, "standard error alone"),
	WORD(struct logs_words, json, WORD_SWITCH, "json", 0, NULL,
	     "a JSON object for each line (docs/json.md)"),
};

const struct verb verb_logs = {
	.name = "logs",
	.group = VERBS_SEEING,
	.usage = "[OPTIONS] CONTAINER",
	.summary = "what a container wrote",
	.text = "Prints what the program of a detached container wrote: its standard output on standard\n"
		"output, its standard error on standard error. The log outlives the program, until the\n"
		"container is removed; the oldest part goes when it is larger than --log-opt allowed.\n"
		"\n"
		"TIME is RFC 3339 with or without a zone (that of here then), a date, seconds since 1970,\n"
		"or a length of time before now, such as 10m.",
	.example = "honu logs web\n"
		   "honu logs --tail 20 --timestamps web\n"
		   "honu logs -f --since 10m --stderr web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct logs l = { .store = STORE_EMPTY,
			  .container = STORE_CONTAINER_EMPTY,
			  .show = LOG_SHOW_ALL,
			  .file = LOG_FILE_EMPTY,
			  .dir = -EBADF,
			  .tail = UINT64_MAX };
	struct logs_words w = { 0 };
	struct word_texts rest;
	struct err e = { 0 };
	int r = words_read(&verb_logs, &a, argc, argv, &w, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_logs, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_logs, &rest, 1, 1, "container", &e);
	if (r == 0)
		r = read_words(&w, &l, &e);
	if (r == 0)
		r = store_open(&l.store, g->state, &e);
	if (r == 0)
		r = store_find(&l.store, rest.list[0], &l.container, &e);
	if (r == 0)
		r = show(&l, rest.list[0], &e);
	log_show_done(&l.show);
	log_file_done(&l.file);
	fd_closep(&l.dir);
	store_container_done(&l.container);
	store_done(&l.store);
	return r < 0 ? report("logs", &e) : 0;
}
