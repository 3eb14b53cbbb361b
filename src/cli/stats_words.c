/* cli/stats_words.c - see stats.h: figures as people read them, in docker's way. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/width.h"
#include "cli/stats.h"

#define ROOM 24

/* Three digits, as docker has for net and blocks; four for memory, in powers of 1024. */
static const char *size_words(uint64_t n, bool binary, char ret[ROOM])
{
	static const char *const decimal[] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" };
	static const char *const two[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double base = binary ? 1024 : 1000, value = (double)n;
	size_t unit = 0;

	if (n == UNKNOWN)
		return "--";
	while (value >= base && unit + 1 < ELEMENTS(two)) {
		value /= base;
		unit++;
	}
	/* 999.6 would be "1e+03": above three digits there is no fraction. */
	(void)snprintf(ret, ROOM,
		       value >= 999.5 ? "%.0f%s" :
		       binary	      ? "%.4g%s" :
					"%.3g%s",
		       value, binary ? two[unit] : decimal[unit]);
	return ret;
}

static void share_words(uint64_t share, char *ret, size_t room)
{
	if (share == UNKNOWN)
		(void)snprintf(ret, room, "--");
	else
		(void)snprintf(ret, room, "%.2f%%", (double)share / 100);
}

static void pair_words(uint64_t a, uint64_t b, bool binary, char *ret, size_t room)
{
	char first[ROOM], second[ROOM];

	(void)snprintf(ret, room, "%s / %s", size_words(a, binary, first),
		       size_words(b, binary, second));
}

/* What it waits for most: "memory 12%". */
static void pressure_words(const struct measured *c, char *ret, size_t room)
{
	static const struct {
		enum metric metric;
		const char *name;
	} kinds[] = {
		{ METRIC_PRESSURE_CPU_SOME_10, "cpu" },
		{ METRIC_PRESSURE_MEMORY_SOME_10, "memory" },
		{ METRIC_PRESSURE_IO_SOME_10, "io" },
	};
	uint64_t most = UNKNOWN;

	(void)snprintf(ret, room, "--");
	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		uint64_t n = measure_value(c, kinds[i].metric);

		if (n == UNKNOWN || (most != UNKNOWN && n <= most))
			continue;
		most = n;
		if (n == 0)
			(void)snprintf(ret, room, "0%%");
		else
			(void)snprintf(ret, room, "%s %.2f%%", kinds[i].name, (double)n / 100);
	}
}

void stats_words(const struct measured *c, struct stats_words *ret)
{
	uint64_t memory = measure_value(c, METRIC_MEMORY_WORKING_SET);
	uint64_t bound = c->is_open ? measure_memory_bound(c) : UNKNOWN;
	uint64_t tasks = measure_value(c, METRIC_PIDS_CURRENT);

	share_words(c->cpu, ret->cpu, sizeof(ret->cpu));
	pair_words(memory, bound, true, ret->memory, sizeof(ret->memory));
	share_words(measure_share(memory, bound), ret->memory_share, sizeof(ret->memory_share));
	pair_words(measure_value(c, METRIC_NET_RECEIVED_BYTES),
		   measure_value(c, METRIC_NET_SENT_BYTES), false, ret->net, sizeof(ret->net));
	pair_words(measure_value(c, METRIC_IO_READ_BYTES),
		   measure_value(c, METRIC_IO_WRITTEN_BYTES), false, ret->io, sizeof(ret->io));
	share_words(c->throttled, ret->throttled, sizeof(ret->throttled));
	pressure_words(c, ret->pressure, sizeof(ret->pressure));
	(void)snprintf(ret->tasks, sizeof(ret->tasks), "--");
	if (tasks != UNKNOWN)
		(void)snprintf(ret->tasks, sizeof(ret->tasks), "%llu", (unsigned long long)tasks);
}

/* ---- the table ---- */

enum column {
	COLUMN_ID,
	COLUMN_NAME,
	COLUMN_CPU,
	COLUMN_MEMORY,
	COLUMN_MEMORY_SHARE,
	COLUMN_NET,
	COLUMN_IO,
	COLUMN_TASKS,
	COLUMN_THROTTLED,
	COLUMN_PRESSURE,
	_COLUMN_N
};

static const char *const headings[_COLUMN_N] = {
	"CONTAINER ID", "NAME",	     "CPU %", "MEM USAGE / LIMIT", "MEM %",
	"NET I/O",	"BLOCK I/O", "PIDS",  "THROTTLED",	   "PRESSURE",
};

/* What a narrow terminal does without, first to last. */
static const enum column spare[] = {
	COLUMN_ID, COLUMN_MEMORY_SHARE, COLUMN_THROTTLED, COLUMN_NET, COLUMN_IO, COLUMN_PRESSURE,
};

static const char *cell(const struct measured *c, const struct stats_words *w, enum column column)
{
	switch (column) {
	case COLUMN_ID:
		return c->id;
	case COLUMN_NAME:
		return *c->name ? c->name : c->id;
	case COLUMN_CPU:
		return w->cpu;
	case COLUMN_MEMORY:
		return w->memory;
	case COLUMN_MEMORY_SHARE:
		return w->memory_share;
	case COLUMN_NET:
		return w->net;
	case COLUMN_IO:
		return w->io;
	case COLUMN_TASKS:
		return w->tasks;
	case COLUMN_THROTTLED:
		return w->throttled;
	case COLUMN_PRESSURE:
		return w->pressure;
	case _COLUMN_N:
		break;
	}
	return "";
}

static void add_row(struct table *t, const struct measured *c, const bool shown[_COLUMN_N])
{
	struct stats_words w;

	if (c)
		stats_words(c, &w);
	for (enum column k = 0; k < _COLUMN_N; k++)
		if (shown[k])
			table_add(t, c ? cell(c, &w, k) : headings[k]);
	table_end_row(t);
}

static void print(const struct measure *m, const bool shown[_COLUMN_N], struct text *ret)
{
	_cleanup_(table_done) struct table t = { 0 };

	add_row(&t, NULL, shown);
	for (size_t i = 0; i < m->n; i++)
		add_row(&t, &m->list[i], shown);
	table_print(&t, 0, ret);
}

static bool fits(const struct text *t, size_t columns)
{
	const char *p = text_get(t);

	while (*p) {
		size_t n = strcspn(p, "\n");

		if (width_text(p, n) > columns)
			return false;
		p += n + (p[n] == '\n');
	}
	return true;
}

/* Nobody is limited, or no kernel counts it: then the column has nothing to say. */
static bool is_known(const struct measure *m, enum column column)
{
	for (size_t i = 0; i < m->n; i++) {
		struct stats_words w;

		stats_words(&m->list[i], &w);
		if (strcmp(cell(&m->list[i], &w, column), "--") != 0)
			return true;
	}
	return false;
}

void stats_table(const struct measure *m, size_t columns, struct text *ret)
{
	bool shown[_COLUMN_N];
	size_t from = ret->length;

	memset(shown, true, sizeof(shown));
	shown[COLUMN_THROTTLED] = is_known(m, COLUMN_THROTTLED);
	shown[COLUMN_PRESSURE] = is_known(m, COLUMN_PRESSURE);
	print(m, shown, ret);
	for (size_t i = 0; columns > 0 && i < ELEMENTS(spare); i++) {
		const struct text part = { .data = ret->data + from, .length = ret->length - from };

		if (fits(&part, columns))
			return;
		shown[spare[i]] = false;
		text_cut(ret, from);
		print(m, shown, ret);
	}
}
