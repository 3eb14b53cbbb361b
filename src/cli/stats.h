/* cli/stats.h - the parts of 'honu stats'. */
#pragma once

#include <jansson.h>

#include "cli/measure.h"
#include "cli/table.h"

/* What a table has of one container, in words: "--" is what nobody knows. */
struct stats_words {
	char cpu[24], memory[64], memory_share[24], net[64], io[64], tasks[24], throttled[24],
		pressure[32];
};
void stats_words(const struct measured *c, struct stats_words *ret);

/* As JSON (docs/json.md), also for templates. */
json_t *stats_json(const struct measured *c);

/* The table; columns > 0: what does not fit in so many is left out, column by column. */
void stats_table(const struct measure *m, size_t columns, struct text *ret);

/* Where each figure comes from, and why others are absent. */
void stats_explain(const struct measure *m, struct text *ret);
