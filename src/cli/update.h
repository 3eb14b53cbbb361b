/* cli/update.h - honu update: what it shares with honu explain update. */
#pragma once

#include "cli/target.h"
#include "facts/facts.h"
#include "plan/plan.h"
#include "spec/spec.h"

struct update_words {
	struct word_texts given[_LIMIT_N]; /* by limit, as written */
};

/* What was asked for, and what one container becomes by it. */
struct update {
	struct spec *changes;
	struct facts *facts;
	struct spec *spec; /* of the container, with the changes */
	struct plan *plan; /* NULL where it has no groups now, or nothing to be written */
	const char *note;  /* or NULL */
};

/* The limits that words name, looked up on this host. */
int update_read(struct update *u, const struct update_words *w, const struct global *g,
		struct arena *a, struct err *e);

/* Computes what to write for one container, from its record; changes nothing. */
int update_compute(struct update *u, struct target *g, struct arena *a, struct err *e);
