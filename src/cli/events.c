/* cli/events.c - honu events: what happened to containers. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/help.h"
#include "cli/show.h"
#include "cli/verb.h"
#include "cli/when.h"
#include "store/events.h"
#include "store/store.h"

struct events_words {
	bool follow, json;
	const char *since, *until, *format;
	struct word_texts filters;
};

struct events {
	const struct events_words *words;
	enum show_kind kind;
	struct format *format;
	uint64_t since, until;
	struct event_reader reader;
	struct text ready; /* printed before waiting */
};

/* docker's names. */
static const struct format_name aliases[] = { { "Status", "action" },
					      { "Actor.ID", "id" },
					      { "Actor.Attributes", "attributes" },
					      { NULL, NULL } };

/* One with every key, in the order of docs/json.md. */
static json_t *example(void)
{
	return json_pack("{s:s,s:i,s:s,s:s,s:s,s:{},s:b}", "time", "", "timeNano", 0, "action", "",
			 "id", "", "name", "", "attributes", "cut", 0);
}

/* ---- which of them ---- */

enum key { KEY_EVENT, KEY_CONTAINER, KEY_NAME, _KEY_N };
static const char *const keys[] = { "event", "container", "name" };

static int check_event(const char *word, const char *value, struct err *e)
{
	const char *near;
	int r;

	for (size_t i = 0; i < n_event_actions; i++)
		if (strcmp(event_actions[i], value) == 0)
			return 0;
	near = text_nearest(value, event_actions, n_event_actions);
	r = err_say(e, -EINVAL, "--filter '%s': there is no such event", word);
	return near ? err_hint(e, r, "did you mean 'event=%s'?", near) :
		      err_hint(e, r, "'honu help events' lists them");
}

static int find_key(const char *word, enum key *ret)
{
	size_t n = strcspn(word, "=");

	for (size_t i = 0; i < _KEY_N && word[n] == '='; i++) {
		if (strncmp(keys[i], word, n) == 0 && keys[i][n] == '\0') {
			*ret = (enum key)i;
			return 0;
		}
	}
	return -EINVAL;
}

static int check_filters(const struct events_words *w, struct err *e)
{
	for (size_t i = 0; i < w->filters.n; i++) {
		const char *word = w->filters.list[i];
		enum key key;
		int r = find_key(word, &key);

		if (r < 0)
			return err_hint(e,
					err_say(e, r, "--filter '%s': there is no such key", word),
					"event=, container= (a name or id) and name=");
		if (key == KEY_EVENT)
			r = check_event(word, strchr(word, '=') + 1, e);
		if (r < 0)
			return r;
	}
	return 0;
}

static bool holds(enum key key, const char *value, const json_t *event)
{
	const char *action = json_string_value(json_object_get(event, "action"));
	const char *id = json_string_value(json_object_get(event, "id"));
	const char *name = json_string_value(json_object_get(event, "name"));
	bool is_name = name && strcmp(name, value) == 0;
	size_t n = strlen(value);

	switch (key) {
	case KEY_EVENT:
		return action && strcmp(action, value) == 0;
	case KEY_CONTAINER:
		return is_name || (id && n >= 4 && strncmp(id, value, n) == 0);
	case KEY_NAME:
		return is_name;
	case _KEY_N:
		break;
	}
	return false;
}

/* Those of one key are alternatives, of different keys all have to hold. */
static bool is_wanted(const struct events_words *w, const json_t *event)
{
	unsigned asked = 0, held = 0;

	for (size_t i = 0; i < w->filters.n; i++) {
		const char *word = w->filters.list[i];
		enum key key;

		if (find_key(word, &key) < 0)
			continue;
		asked |= 1u << key;
		held |= holds(key, strchr(word, '=') + 1, event) ? 1u << key : 0;
	}
	return asked == held;
}

/* ---- printing ---- */

static void add_words(struct text *t, json_t *event)
{
	const char *name = json_string_value(json_object_get(event, "name"));
	const char *key;
	json_t *value;

	text_printf(t, "%s  %-13s  %s%s%s%s", json_string_value(json_object_get(event, "time")),
		    json_string_value(json_object_get(event, "action")), name ? name : "",
		    name ? " (" : "", json_string_value(json_object_get(event, "id")),
		    name ? ")" : "");
	json_object_foreach(json_object_get(event, "attributes"), key, value)
	{
		text_printf(t, " %s=", key);
		text_add_quoted(t, json_is_string(value) ? json_string_value(value) : "");
	}
	text_add(t, "\n");
}

static void add_event(struct events *v, json_t *event)
{
	char *json;

	switch (v->kind) {
	case SHOW_TABLE:
		add_words(&v->ready, event);
		break;
	case SHOW_FORMAT:
		format_print(v->format, event, &v->ready);
		break;
	case SHOW_JSON:
		json = json_dumps(event, JSON_COMPACT);
		text_add(&v->ready, json ? json : "null");
		text_add(&v->ready, "\n");
		free(json);
		break;
	}
}

/* A line of the file, with every key. NULL: it is damaged. */
static json_t *parse(const char *line)
{
	json_t *event = json_loads(line, 0, NULL), *all = example();
	static const char *const texts[] = { "time", "action", "id" };

	for (size_t i = 0; i < ELEMENTS(texts); i++) {
		if (!json_is_string(json_object_get(event, texts[i]))) {
			json_decref(event);
			json_decref(all);
			return NULL;
		}
	}
	(void)json_object_set_new(all, "name", json_null());
	(void)json_object_update(all, event);
	json_decref(event);
	return all;
}

static int print_ready(struct events *v, struct err *e)
{
	int r = show_text(&v->ready, e);

	v->ready.length = 0;
	return r;
}

/* All that are there by now. */
static int show_there(struct events *v, struct err *e)
{
	const char *line;
	int r;

	while ((r = event_reader_next(&v->reader, &line)) == 1) {
		json_t *event = parse(line);

		if (event && is_wanted(v->words, event))
			add_event(v, event);
		json_decref(event);
		if (v->ready.length > 65536 && print_ready(v, e) < 0)
			return e->code;
	}
	return r < 0 ? err_set(e, r, "read the events") : print_ready(v, e);
}

/* -> 1: there may be more; 0: --until has passed. */
static int wait_for_more(const struct events *v, int watch, struct err *e)
{
	struct pollfd polled = { .fd = watch, .events = POLLIN };
	char dropped[4096];
	int timeout = -1, n;

	if (v->until != UINT64_MAX) {
		uint64_t now = when_now(), left = v->until > now ? v->until - now : 0;

		if (left == 0)
			return 0;
		timeout = left > 3600000000000 ? 3600000 : (int)(left / 1000000) + 1;
	}
	n = poll(&polled, 1, timeout);
	if (n < 0 && errno != EINTR)
		return err_set(e, -errno, "wait for events");
	if (n > 0)
		(void)!read(watch, dropped, sizeof(dropped));
	return 1;
}

static int show(struct events *v, const struct store *s, struct err *e)
{
	_cleanup_close_ int watch = -EBADF;
	int r = 0;

	if (v->words->follow) {
		watch = event_watch(s->fd);
		if (watch < 0)
			return err_hint(e, err_set(e, watch, "watch %s", s->path),
					"every user has only fs.inotify.max_user_instances");
	}
	r = event_reader_open(&v->reader, s->fd, v->since, v->until);
	if (r < 0)
		return err_set(e, r, "read the events in %s", s->path);
	if (v->kind == SHOW_FORMAT && format_is_table(v->format))
		format_heading(v->format, &v->ready);
	do
		r = show_there(v, e);
	while (r == 0 && watch >= 0 && (r = wait_for_more(v, watch, e)) > 0);
	return r;
}

static int read_words(struct events *v, struct arena *a, struct err *e)
{
	const struct events_words *w = v->words;
	json_t *every = example();
	const struct format_fields fields = { every, aliases, NULL };
	int r = show_read(a, w->json, w->format, &fields, &v->kind, &v->format, e);

	json_decref(every);
	if (r == 0)
		r = when_parse("since", w->since, &v->since, e);
	if (r == 0)
		r = when_parse("until", w->until, &v->until, e);
	return r < 0 ? r : check_filters(w, e);
}

static const struct word words[] = {
	WORD(struct events_words, follow, WORD_SWITCH, "follow", 'f', NULL,
	     "go on with what happens from now on"),
	WORD(struct events_words, since, WORD_TEXT, "since", 0, "TIME",
	     "from then on: 2026-11-23T18:07:42Z, 1795457262, 10m"),
	WORD(struct events_words, until, WORD_TEXT, "until", 0, "TIME", "up to then"),
	WORD(struct events_words, filters, WORD_TEXTS, "filter", 0, "KEY=VALUE",
	     "only those of that event, container or name"),
	WORD(struct events_words, json, WORD_SWITCH, "json", 0, NULL,
	     "a JSON object for each (docs/json.md)"),
	WORD(struct events_words, format, WORD_TEXT, "format", 0, "TEMPLATE",
	     "such as '{{.time}} {{.action}} {{.name}}'"),
};

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct events_words w = { 0 };
	struct events v = { .words = &w, .until = UINT64_MAX, .reader = { .fd = -EBADF } };
	struct word_texts rest;
	struct err e = { 0 };
	int r = words_read(&verb_events, &a, argc, argv, &w, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_events, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_events, &rest, 0, 0, "", &e);
	if (r == 0)
		r = read_words(&v, &a, &e);
	if (r == 0)
		r = store_open(&s, g->state, &e);
	if (r == 0)
		r = show(&v, &s, &e);
	event_reader_done(&v.reader);
	text_done(&v.ready);
	return r < 0 ? report("events", &e) : 0;
}

const struct verb verb_events = {
	.name = "events",
	.group = VERBS_SEEING,
	.usage = "[OPTIONS]",
	.summary = "what happened to containers",
	.text = "Prints what happened to containers, oldest first: create, start, die, oom, stop, kill,\n"
		"pause, resume, rename, remove, restart, exec_start, exec_die, health_status, attach and\n"
		"detach. One or two megabytes of it are kept, also of containers that are gone.\n"
		"\n"
		"TIME is as for honu logs. Keys of --filter: event, container (a name, an id or its\n"
		"beginning) and name; the same key twice is either.",
	.example =
		"honu events --since 1h\n"
		"honu events -f --filter event=die --format '{{.name}} {{.attributes.exitCode}}'",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
