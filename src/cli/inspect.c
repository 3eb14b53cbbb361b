/* cli/inspect.c - honu inspect: all that is known of containers. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "cli/help.h"
#include "cli/inspect_json.h"
#include "cli/show.h"
#include "cli/verb.h"
#include "store/store.h"

struct inspect_words {
	bool json;
	const char *format;
};

/* docker's names, as its scripts have them. */
static const struct format_name aliases[] = {
	{ "State.Status", "state.phase" },
	{ "RestartCount", "state.restartCount" },
	{ "Image", "root" },
	{ "Mounts", "config.mounts" },
	{ "Config.Labels", "labels" },
	{ "Config.Env", "config.process.env" },
	{ "Config.Cmd", "config.process.argv" },
	{ "Config.User", "config.process.user" },
	{ "Config.WorkingDir", "config.process.cwd" },
	{ "Config.StopSignal", "config.life.stopSignal" },
	{ "HostConfig.RestartPolicy.Name", "restart" },
	{ NULL, NULL },
};

static int add_one(const struct store *s, const char *name, json_t *array, struct err *e)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	json_t *object;
	int r = store_find(s, name, &c, e);

	if (r == 0)
		r = inspect_json(&c, &a, &object, e);
	if (r == 0)
		(void)json_array_append_new(array, object);
	return r;
}

static int print(enum show_kind kind, const struct format *format, const json_t *array,
		 struct err *e)
{
	struct show_lines lines = { .format = format };

	if (kind != SHOW_FORMAT)
		return show_json(array, e);
	for (size_t i = 0; i < json_array_size(array); i++)
		show_add(&lines, json_array_get(array, i));
	return show_end(&lines, e);
}

/* Those that are found are shown, whatever is wrong with others. -> exit status */
static int inspect(const struct store *s, const struct word_texts *names, enum show_kind kind,
		   const struct format *format)
{
	json_t *array = json_array();
	int status = 0;

	for (size_t i = 0; i < names->n; i++) {
		struct err e = { 0 };

		if (add_one(s, names->list[i], array, &e) < 0)
			status = report("inspect", &e);
	}
	if (json_array_size(array) > 0 || kind != SHOW_FORMAT) {
		struct err e = { 0 };

		if (print(kind, format, array, &e) < 0)
			status = report("inspect", &e);
	}
	json_decref(array);
	return status;
}

static int read_format(const struct inspect_words *w, struct arena *a, enum show_kind *ret,
		       struct format **ret_format, struct err *e)
{
	json_t *example = inspect_example();
	const struct format_fields fields = { example, aliases, NULL };
	int r = show_read(a, w->json, w->format, &fields, ret, ret_format, e);

	json_decref(example);
	return r;
}

static const struct word words[] = {
	WORD(struct inspect_words, json, WORD_SWITCH, "json", 0, NULL,
	     "as JSON (docs/json.md), which is the default"),
	WORD(struct inspect_words, format, WORD_TEXT, "format", 'f', "TEMPLATE",
	     "such as '{{.state.pid}}' or '{{json .config.mounts}}'"),
};

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store s = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct inspect_words w = { 0 };
	struct format *format = NULL;
	enum show_kind kind = SHOW_JSON;
	struct word_texts rest;
	struct err e = { 0 };
	int r = words_read(&verb_inspect, &a, argc, argv, &w, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_inspect, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_inspect, &rest, 1, SIZE_MAX, "container", &e);
	if (r == 0)
		r = read_format(&w, &a, &kind, &format, &e);
	if (r == 0)
		r = store_open(&s, g->state, &e);
	return r < 0 ? report("inspect", &e) : inspect(&s, &rest, kind, format);
}

const struct verb verb_inspect = {
	.name = "inspect",
	.group = VERBS_SEEING,
	.usage = "[OPTIONS] CONTAINER...",
	.summary = "all that is known of a container",
	.text = "Prints, for each container, how it is or how it ended, who asked for that, which\n"
		"namespaces and control groups it has, what it was made of, and which of the default\n"
		"protections hold, each with the option that leaves it.",
	.example =
		"honu inspect web\n"
		"honu inspect --format '{{.state.pid}} {{.namespaces.net}}' web\n"
		"honu inspect -f '{{range .defaults}}{{if .holds}}{{else}}{{.name}} {{end}}{{end}}' web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
