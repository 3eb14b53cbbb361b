/* cli/listed.h - containers as 'honu ps' shows them, and which of them are meant. */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "cli/state.h"
#include "cli/words.h"
#include "store/store.h"

struct listed {
	const struct store_entry *entry;
	const struct store_summary *summary; /* of the entry, else from the record */
	const char **labels;		     /* "a=1"; all of them, where a summary has no room */
	size_t n_labels;
	struct state state;
};

/* All of them, newest first. */
int listed_all(const struct store *s, struct arena *a, const struct state_clock *clock,
	       struct listed **ret, size_t *ret_n, struct err *e);

/* The object of docs/json.md. c NULL: one with every key, for format_parse(). */
json_t *listed_json(const struct listed *c, const struct state_clock *clock);

/* "name=web", "label=a=1", …: those of one key are alternatives (but for label), of different keys
 * all have to hold. */
struct listed_filter;

int listed_filter_parse(struct arena *a, const struct word_texts *words, const struct listed *all,
			size_t n, struct listed_filter **ret, struct err *e);
bool listed_filter_holds(const struct listed_filter *f, const struct listed *c);

/* Does it ask for what does not run? */
bool listed_filter_is_of_state(const struct listed_filter *f);
