/* cli/why.c - honu why: why a container ended, failed to start, or is as it is. */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/signal_name.h"
#include "cli/help.h"
#include "cli/log_show.h"
#include "cli/show.h"
#include "cli/verb.h"
#include "cli/when.h"
#include "cli/why_explain.h"
#include "spec/record.h"
#include "store/events.h"
#include "store/store.h"

#define LOG_LINES 10
#define LOG_ROOM ((size_t)64 * 1024)
#define ENDS_MAX 3
#define OUTPUT_ROOM 1024

struct why_words {
	bool json;
};

struct asking {
	struct arena arena;
	struct store store;
	struct store_container container;
	struct store_status status;
	struct why_facts facts;
	struct why_end ends[ENDS_MAX];
	char id[STORE_ID_LENGTH + 1]; /* also of one that is gone */
	struct text log;
};

/* ---- what is known ---- */

static void read_spec(struct asking *o)
{
	struct why_facts *f = &o->facts;
	struct store_summary summary;
	struct spec *s;
	char *json;

	f->stop_timeout = UINT64_MAX;
	if (store_get_summary(&o->container, &summary, NULL) == 0)
		f->restart = arena_strdup(&o->arena, summary.restart);
	if (store_get_record(&o->container, &o->arena, &json, NULL) < 0 ||
	    spec_read_record(&o->arena, json, &s, NULL) < 0)
		return;
	f->program = s->n_argv > 0 ? s->argv[0] : NULL;
	f->has_init = s->init;
	f->stop_timeout = s->stop_timeout == UINT32_MAX ? UINT64_MAX : s->stop_timeout;
	f->stop_signal = signal_name(s->stop_signal) ?
				 arena_strdup(&o->arena, signal_name(s->stop_signal)) :
				 NULL;
}

/* The first line of what the last probe said. */
static void read_probe(struct asking *o)
{
	_cleanup_close_ int fd =
		openat(o->container.fd, "health.log", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char text[OUTPUT_ROOM];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
	size_t start = 0, end;

	while (n > 0 && start < (size_t)n && strchr(" \r\n", text[start]))
		start++;
	for (end = start; n > 0 && end < (size_t)n && text[end] != '\n' && text[end] != '\r'; end++)
		;
	if (end > start)
		o->facts.health_output = arena_strndup(&o->arena, text + start, end - start);
}

static void read_who(struct asking *o)
{
	struct why_facts *f = &o->facts;
	const struct passwd *p = NULL;

	(void)store_get_intent(&o->container, &f->intent, NULL);
	if (f->intent.wish != WISH_NOTHING)
		p = getpwuid(f->intent.uid);
	f->who = p ? arena_strdup(&o->arena, p->pw_name) : NULL;
}

/* The last lines, as they came. */
static void read_log(struct asking *o)
{
	_cleanup_close_ int dir =
		openat(o->container.fd, "log", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct log_show show = LOG_SHOW_ALL;
	struct log_file file = LOG_FILE_EMPTY, next;
	struct log_piece piece;
	bool lost;
	int r;

	show.capture = &o->log;
	if (dir < 0 || log_file_newest(dir, !o->facts.state.lives, &file) < 0)
		return;
	r = log_show_tail(&show, dir, LOG_LINES, &file, &piece, NULL);
	if (r == 1) {
		log_file_turn(&file, &piece);
		r = log_show_piece(&show, &file, &piece, NULL);
	}
	while (r >= 0 && o->log.length < LOG_ROOM) {
		while ((r = log_file_piece(&file, &piece)) == 1 && o->log.length < LOG_ROOM)
			(void)log_show_piece(&show, &file, &piece, NULL);
		(void)log_show_flush(&show, &file, NULL);
		if (r < 0 || log_file_next(dir, &file, &next, &lost) <= 0)
			break;
		log_file_done(&file);
		file = next;
	}
	log_file_done(&file);
	log_show_done(&show);
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

/* An end, newest first; the oldest of those that are shown goes. */
static void add_end(struct asking *o, const json_t *event)
{
	const json_t *attributes = json_object_get(event, "attributes");
	struct why_end end = {
		.time = (uint64_t)json_integer_value(json_object_get(event, "timeNano")),
		.cause = arena_strdup(&o->arena, text_of(attributes, "cause")),
	};
	uint32_t code = 0;

	(void)number_u32(text_of(attributes, "exitCode"), &code);
	end.code = (int)code;
	if (!end.cause[0])
		end.cause = NULL;
	memmove(o->ends + 1, o->ends, sizeof(o->ends) - sizeof(o->ends[0]));
	o->ends[0] = end;
	if (o->facts.n_ends < ENDS_MAX)
		o->facts.n_ends++;
}

/* name: NULL where the id is known. -> 0, -ENOENT: there is no event of it. */
static int read_events(struct asking *o, const char *name)
{
	_cleanup_(event_reader_done) struct event_reader reader = { .fd = -EBADF };
	const char *line;

	if (event_reader_open(&reader, o->store.fd, 0, UINT64_MAX) < 0)
		return -ENOENT;
	while (event_reader_next(&reader, &line) == 1) {
		json_t *event;

		if (!strstr(line, name ? name : o->id))
			continue; /* most of them are about others */
		event = json_loads(line, 0, NULL);
		if (name &&
		    (strcmp(text_of(event, "name"), name) == 0 ||
		     (strlen(name) >= 4 && strncmp(text_of(event, "id"), name, strlen(name)) == 0)))
			(void)snprintf(o->id, sizeof(o->id), "%s", text_of(event, "id"));
		if (!name && strcmp(text_of(event, "id"), o->id) == 0) {
			if (strcmp(text_of(event, "action"), "die") == 0)
				add_end(o, event);
			if (strcmp(text_of(event, "action"), "remove") == 0)
				o->facts.removed = (uint64_t)json_integer_value(
					json_object_get(event, "timeNano"));
		}
		json_decref(event);
	}
	o->facts.ends = o->ends;
	return o->id[0] ? 0 : -ENOENT;
}

/* The last one is what is explained at length. */
static void take_last_end(struct asking *o)
{
	struct why_facts *f = &o->facts;

	if (f->n_ends == 0)
		return;
	f->n_ends--;
	f->ends++;
}

static enum exit_cause cause_of(const char *word)
{
	for (int cause = 0; word && cause < _EXIT_CAUSE_N; cause++)
		if (strcmp(exit_cause_name((enum exit_cause)cause), word) == 0)
			return (enum exit_cause)cause;
	return EXIT_BY_CODE;
}

/* One that was removed: the events still know something. e says already that it is not there. */
static int read_gone(struct asking *o, const char *name)
{
	struct why_facts *f = &o->facts;
	struct exit_record *x = &f->state.exit;

	if (read_events(o, name) < 0 || read_events(o, NULL) < 0 || f->n_ends == 0)
		return -ENOENT;
	f->gone = true;
	f->state.phase = "stopped";
	f->state.has_exit = true;
	f->stop_timeout = UINT64_MAX;
	*x = exit_record_new();
	x->cause = cause_of(o->ends[0].cause);
	x->code = o->ends[0].code;
	x->ended = o->ends[0].time;
	if (x->cause == EXIT_BY_SIGNAL && x->code > 128)
		x->signal = x->code - 128;
	take_last_end(o);
	return 0;
}

static int read_facts(struct asking *o, const char *name, struct err *e)
{
	const struct state_clock clock = state_clock_now();
	struct why_facts *f = &o->facts;
	int r = store_find(&o->store, name, &o->container, e);

	f->name = name;
	f->now = clock.now;
	if (r == -ENOENT && read_gone(o, name) == 0)
		return 0;
	if (r == 0)
		r = store_get_status(&o->container, &o->status, e);
	if (r < 0)
		return r;
	memcpy(o->id, o->container.id, sizeof(o->id));
	state_begin(&o->status, &f->state);
	state_look(o->container.fd, "", &o->status, &clock, &f->state);
	(void)store_get_restarts(&o->container, &f->restarts, NULL);
	read_spec(o);
	read_probe(o);
	read_who(o);
	read_log(o);
	(void)read_events(o, NULL);
	if (!f->state.lives || strcmp(f->state.phase, "restarting") == 0)
		take_last_end(o);
	return 0;
}

/* ---- how it is shown ---- */

static void add_wrapped(struct text *t, const char *about, const char *text)
{
	text_printf(t, "  %-8s  %s\n", about, text);
}

static int print_words(const struct asking *o, const struct why *why, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };

	text_printf(&t, "%s\n", why->verdict);
	if (why->n_evidence > 0)
		text_add(&t, "\n");
	for (size_t i = 0; i < why->n_evidence; i++)
		add_wrapped(&t, why->evidence[i].about, why->evidence[i].text);
	if (why->n_advice > 0)
		text_add(&t, "\nwhat to do:\n");
	for (size_t i = 0; i < why->n_advice; i++)
		text_printf(&t, "  %s\n", why->advice[i]);
	if (o->log.length > 0) {
		text_add(&t, "\nlast lines that it wrote:\n");
		for (const char *line = text_get(&o->log); *line;) {
			size_t n = strcspn(line, "\n");

			text_add(&t, "  ");
			text_add_bytes(&t, line, n);
			text_add(&t, "\n");
			line += n + (line[n] == '\n');
		}
	}
	return show_text(&t, e);
}

static json_t *log_json(const struct asking *o)
{
	json_t *list = json_array();

	for (const char *line = text_get(&o->log); *line;) {
		size_t n = strcspn(line, "\n");

		(void)json_array_append_new(list, show_string_of(line, n));
		line += n + (line[n] == '\n');
	}
	return list;
}

static int print_json(const struct asking *o, const struct why *why, struct err *e)
{
	const struct state *s = &o->facts.state;
	json_t *object = json_object(), *evidence = json_array(), *advice = json_array();
	int r;

	for (size_t i = 0; i < why->n_evidence; i++)
		(void)json_array_append_new(evidence,
					    json_pack("{s:s,s:o}", "about", why->evidence[i].about,
						      "text", show_string(why->evidence[i].text)));
	for (size_t i = 0; i < why->n_advice; i++)
		(void)json_array_append_new(advice, show_string(why->advice[i]));
	(void)json_object_set_new(object, "id", show_string(o->id));
	(void)json_object_set_new(object, "name", show_string(o->container.name));
	(void)json_object_set_new(object, "gone", json_boolean(o->facts.gone));
	(void)json_object_set_new(object, "phase", show_string(s->phase));
	(void)json_object_set_new(object, "cause",
				  s->has_exit ? json_string(exit_cause_name(s->exit.cause)) :
						json_null());
	(void)json_object_set_new(object, "exitCode",
				  state_has_code(s) ? json_integer(s->exit.code) : json_null());
	(void)json_object_set_new(object, "verdict", show_string(why->verdict));
	(void)json_object_set_new(object, "evidence", evidence);
	(void)json_object_set_new(object, "advice", advice);
	(void)json_object_set_new(object, "log", log_json(o));
	r = show_json(object, e);
	json_decref(object);
	return r;
}

static const struct word words[] = {
	WORD(struct why_words, json, WORD_SWITCH, "json", 0, NULL, "as JSON (docs/json.md)"),
};

static int run(const struct global *g, int argc, char *const *argv)
{
	struct asking o = { .store = STORE_EMPTY, .container = STORE_CONTAINER_EMPTY };
	struct why_words w = { 0 };
	struct word_texts rest;
	struct err e = { 0 };
	struct why why;
	int r = words_read(&verb_why, &o.arena, argc, argv, &w, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_why, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_why, &rest, 1, 1, "container", &e);
	if (r == 0)
		r = store_open(&o.store, g->state, &e);
	if (r == 0)
		r = read_facts(&o, rest.list[0], &e);
	if (r == 0) {
		why_explain(&o.arena, &o.facts, &why);
		r = w.json ? print_json(&o, &why, &e) : print_words(&o, &why, &e);
	}
	text_done(&o.log);
	store_container_done(&o.container);
	store_done(&o.store);
	arena_done(&o.arena);
	return r < 0 ? report("why", &e) : 0;
}

const struct verb verb_why = {
	.name = "why",
	.group = VERBS_SEEING,
	.usage = "[OPTIONS] CONTAINER",
	.summary = "why a container ended, failed to start, or is as it is",
	.text = "Tells in words why a container ended: by itself, by a signal and who asked for it, for want\n"
		"of memory, because it did not stop in time, because it was unhealthy, or because it could\n"
		"not be started at all; what proves that; what to do; and the last lines that it wrote. Of\n"
		"one that runs it tells since when, how it is, and how it ended before. Also of one that is\n"
		"gone, as far as its events are still kept (honu events).",
	.example = "honu why web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
