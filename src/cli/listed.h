/* cli/listed.h - containers as 'honu ps' shows them, and which of them are meant.
 *
 * Of a thousand containers few may be shown, so only what a list has anyway is read at once;
 * listed_look() reads the rest of one. */
#pragma once

#include <jansson.h>

#include "base/arena.h"
#include "cli/format.h"
#include "cli/state.h"
#include "cli/words.h"
#include "store/store.h"

struct listed {
	const struct store_entry *entry;
	const struct store_summary *summary; /* of the entry, else from the record */
	struct state state;
	bool looked;

	const char **labels; /* "a=1"; after listed_labels() */
	size_t n_labels;
	bool has_labels;
};

struct listing {
	const struct store *store;
	struct arena *arena;
	struct state_clock clock;
	struct listed **all; /* newest first */
	size_t n;
};

int listing_read(struct listing *l, const struct store *s, struct arena *a, struct err *e);

/* How it ended, or how it is. */
void listed_look(const struct listing *l, struct listed *c);

/* All labels, from the record where a summary has no room for them. */
void listed_labels(const struct listing *l, struct listed *c);

/* ---- as JSON (docs/json.md) ---- */

void listed_put_json(const struct listing *l, struct listed *c, struct text *ret);

/* The object, as far as the template asks for it; f NULL: all of it. */
json_t *listed_json(const struct listing *l, struct listed *c, const struct format *f);

/* One with every key, for format_parse(). */
json_t *listed_example(void);

/* ---- which of them ---- */

/* "name=web", "label=a=1", …: those of one key are alternatives (but for label), of different keys
 * all have to hold. */
struct listed_filter;

int listed_filter_parse(const struct listing *l, const struct word_texts *words,
			struct listed_filter **ret, struct err *e);
bool listed_filter_holds(const struct listed_filter *f, const struct listing *l, struct listed *c);

/* Does it ask for what does not run? */
bool listed_filter_is_of_state(const struct listed_filter *f);
