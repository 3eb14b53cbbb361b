/* cli/stats.c - honu stats: what containers use, once or until it is interrupted. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/help.h"
#include "cli/show.h"
#include "cli/stats.h"
#include "cli/verb.h"

#define INTERVAL 1000	  /* ms */
#define INTERVAL_ONCE 500 /* between the two readings that a share takes */

struct options {
	bool once, all, json, whole, explain, delays;
	uint64_t interval;
	const char *format;
};

struct stats {
	const struct options *options;
	enum show_kind kind;
	struct format *format;
	struct metric_set wanted;
	struct measure measure;
	bool live; /* one screen that is written again and again */
};

/* docker's names. */
static const struct format_name aliases[] = {
	{ "Container", "name" },	{ "CPUPerc", "shown.cpu" },
	{ "MemUsage", "shown.memory" }, { "MemPerc", "shown.memoryPercent" },
	{ "NetIO", "shown.net" },	{ "BlockIO", "shown.io" },
	{ "PIDs", "tasks.current" },	{ NULL, NULL },
};
static const struct format_name headings[] = { { "id", "CONTAINER ID" }, { NULL, NULL } };

/* What the table shows; all where somebody may ask for anything. */
static void choose_figures(struct stats *s)
{
	static const enum metric shown[] = {
		METRIC_CPU_USAGE,
		METRIC_CPU_PERIODS,
		METRIC_CPU_THROTTLED_PERIODS,
		METRIC_MEMORY_WORKING_SET,
		METRIC_MEMORY_TIGHTEST_LIMIT,
		METRIC_NET_RECEIVED_BYTES,
		METRIC_NET_SENT_BYTES,
		METRIC_IO_READ_BYTES,
		METRIC_IO_WRITTEN_BYTES,
		METRIC_PIDS_CURRENT,
		METRIC_PRESSURE_CPU_SOME_10,
		METRIC_PRESSURE_MEMORY_SOME_10,
		METRIC_PRESSURE_IO_SOME_10,
	};

	if (s->kind != SHOW_TABLE || s->options->explain)
		metric_set_all(&s->wanted);
	for (size_t i = 0; i < ELEMENTS(shown); i++)
		s->wanted.has[shown[i]] = true;
}

/* One that does not run has every key. */
static int read_format(struct stats *s, struct arena *a, struct err *e)
{
	static struct measured nobody;
	json_t *example;
	int r;

	for (enum metric i = 0; i < _METRIC_N; i++)
		nobody.metrics.values[i].absence = ABSENT_NO_PROCESS;
	example = stats_json(&nobody);
	const struct format_fields fields = { example, aliases, headings };
	r = show_read(a, s->options->json, s->options->format, &fields, &s->kind, &s->format, e);
	json_decref(example);
	return r;
}

/* ---- printing ---- */

static int write_all(const char *data, size_t n, struct err *e)
{
	for (size_t done = 0; done < n;) {
		ssize_t written = write(STDOUT_FILENO, data + done, n - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set(e, -errno, "write to standard output");
		done += (size_t)written;
	}
	return 0;
}

/* The whole screen in one write, from the upper left corner on: each line is erased only behind its
 * end, so nothing flickers. The cursor waits below. Every second row is bold, as an aid to the eye. */
static int draw(const struct stats *s, struct err *e)
{
	struct winsize size = { .ws_row = 24, .ws_col = 80 };
	_cleanup_text_ struct text table = { 0 }, screen = { 0 };
	bool colours = !getenv("NO_COLOR");
	size_t rows = 0;

	(void)ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	size_t most = size.ws_row > 2 ? size.ws_row - 1U : 23,
	       columns = size.ws_col ? size.ws_col : 80;
	stats_table(&s->measure, columns, &table);
	text_add(&screen, "\033[H");
	for (const char *p = text_get(&table); *p && rows < most; rows++) {
		size_t n = strcspn(p, "\n");
		const char *style = !colours	  ? "" :
				    rows == 0	  ? "\033[7m" :
				    rows % 2 == 0 ? "\033[1m" :
						    "";

		if (rows + 1 == most && s->measure.n + 1 > most)
			text_printf(&screen, "and %zu more", s->measure.n + 2 - most);
		else
			text_printf(&screen, "%s%.*s%s", style, (int)(n > columns ? columns : n), p,
				    *style ? "\033[m" : "");
		text_add(&screen, "\033[K\n");
		p += n + (p[n] == '\n');
	}
	text_add(&screen, "\033[J");
	return write_all(screen.data, screen.length, e);
}

static int print_json(const struct stats *s, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };
	bool once = s->options->once;

	text_add(&t, once ? "[" : "");
	for (size_t i = 0; i < s->measure.n; i++) {
		json_t *object = stats_json(&s->measure.list[i]);
		char *json = json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(10));

		text_add(&t, !once ? "" : i > 0 ? ",\n" : "\n");
		text_add(&t, json ? json : "null");
		text_add(&t, once ? "" : "\n");
		free(json);
		json_decref(object);
	}
	if (once)
		text_add(&t, s->measure.n > 0 ? "\n]\n" : "]\n");
	return show_text(&t, e);
}

static int print_format(const struct stats *s, struct err *e)
{
	struct show_lines lines = { .format = s->format };

	for (size_t i = 0; i < s->measure.n; i++) {
		json_t *object = stats_json(&s->measure.list[i]);

		show_add(&lines, object);
		json_decref(object);
	}
	return show_end(&lines, e);
}

static size_t columns_of_output(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

static int print(const struct stats *s, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };

	if (s->options->explain) {
		stats_explain(&s->measure, &t);
		return show_text(&t, e);
	}
	switch (s->kind) {
	case SHOW_JSON:
		return print_json(s, e);
	case SHOW_FORMAT:
		return print_format(s, e);
	case SHOW_TABLE:
		break;
	}
	if (s->live)
		return draw(s, e);
	stats_table(&s->measure, s->options->whole ? 0 : columns_of_output(), &t);
	return show_text(&t, e);
}

/* ---- reading ---- */

static void pause_for(uint64_t ms)
{
	struct timespec t = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };

	while (nanosleep(&t, &t) < 0 && errno == EINTR)
		;
}

static int show(struct stats *s, struct err *e)
{
	const struct options *o = s->options;
	uint64_t interval = o->interval > 0 ? o->interval : o->once ? INTERVAL_ONCE : INTERVAL;
	int r = measure_read(&s->measure, e);

	if (r == 0 && o->once && !o->explain && s->measure.n > 0) {
		pause_for(interval);
		r = measure_read(&s->measure, e);
	}
	if (r == 0 && s->live)
		r = write_all("\033[2J", 4, e);
	if (r == 0)
		r = print(s, e);
	while (r == 0 && !o->once && !o->explain) {
		pause_for(interval);
		r = measure_read(&s->measure, e);
		if (r == 0)
			r = print(s, e);
	}
	return r;
}

static int switch_delays_on(struct err *e)
{
	int r;

	if (metrics_delays_are_on())
		return 0;
	r = metrics_switch_delays_on();
	if (r < 0)
		return err_hint(e, err_set(e, r, "switch kernel.task_delayacct on"),
				"it takes root, Linux 5.14 and CONFIG_TASK_DELAYACCT");
	report_note("kernel.task_delayacct is on from now on, for the whole machine; 'sysctl "
		    "kernel.task_delayacct=0' switches it off");
	return 0;
}

static const struct word words[] = {
	WORD(struct options, once, WORD_SWITCH, "no-stream", 0, NULL, "once, and end"),
	WORD(struct options, all, WORD_SWITCH, "all", 'a', NULL, "those that do not run too"),
	WORD(struct options, explain, WORD_SWITCH, "explain", 0, NULL,
	     "every figure: its value and where it comes from, or why there is none"),
	WORD(struct options, interval, WORD_TIME, "interval", 0, "TIME",
	     "between two readings (1s; 500ms with --no-stream)"),
	WORD(struct options, delays, WORD_SWITCH, "delayacct", 0, NULL,
	     "switch kernel.task_delayacct on, which io.delay takes"),
	WORD(struct options, whole, WORD_SWITCH, "no-trunc", 0, NULL,
	     "every column, if it fits or not"),
	WORD(struct options, json, WORD_SWITCH, "json", 0, NULL, "as JSON (docs/json.md)"),
	WORD(struct options, format, WORD_TEXT, "format", 0, "TEMPLATE",
	     "such as '{{.name}} {{.memory.anonymous}}'"),
};

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	_cleanup_(arena_done) struct arena a = { 0 };
	struct options o = { 0 };
	struct stats s = { .options = &o, .measure = { .store = &store, .wanted = &s.wanted } };
	struct word_texts rest;
	struct err e = { 0 };
	int r = words_read(&verb_stats, &a, argc, argv, &o, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_stats, stdout);
		return 0;
	}
	s.measure.all = o.all;
	if (r == 0 && o.delays)
		r = switch_delays_on(&e);
	if (r == 0)
		r = read_format(&s, &a, &e);
	if (r == 0)
		r = store_open(&store, g->state, &e);
	if (r == 0)
		r = measure_choose(&s.measure, &a, &rest, &e);
	choose_figures(&s);
	s.live = s.kind == SHOW_TABLE && !o.once && !o.explain && isatty(STDOUT_FILENO);
	if (r == 0)
		r = show(&s, &e);
	measure_done(&s.measure);
	return r < 0 ? report("stats", &e) : 0;
}

const struct verb verb_stats = {
	.name = "stats",
	.group = VERBS_SEEING,
	.usage = "[OPTIONS] [CONTAINER...]",
	.summary = "what containers use: processors, memory, network, devices",
	.text = "Shows what the containers that run use, and goes on until it is interrupted; with names\n"
		"only those. A figure that the kernel does not give is '--', and never 0: --explain says\n"
		"why, and of each other one from which file it is. docs/metrics.md lists all of them.\n"
		"\n"
		"CPU is of one processor: two that are busy are 200 %. MEM USAGE is the working set: what\n"
		"is charged, less the files that were not used of late. LIMIT is the tightest of the\n"
		"container's groups, else the machine's memory. BLOCK I/O is read / written. THROTTLED is\n"
		"the share of periods in which the CPU limit stopped it, and PRESSURE the share of the\n"
		"last 10 s in which a task of it waited for what it waited for most.",
	.example = "honu stats --no-stream\n"
		   "honu stats --explain web\n"
		   "honu stats --no-stream --format '{{.name}} {{.memory.anonymous}}'",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
