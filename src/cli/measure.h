/* cli/measure.h - what containers use, read again and again: containers come and go meanwhile. */
#pragma once

#include "cgroup/metrics.h"
#include "cli/words.h"
#include "store/store.h"

#define UNKNOWN UINT64_MAX

struct measured {
	char id[STORE_ID_LENGTH + 1];
	char name[64]; /* "" */
	char phase[16];
	pid_t pid;
	uint64_t start_time; /* of that process: another one has other groups */
	bool is_open, seen;
	struct metrics metrics; /* every value absent where it does not run */

	/* Since the reading before; UNKNOWN: there was none. Hundredths of a percent; more than 100 % of
	 * the processor where several work. */
	uint64_t cpu, throttled;
	uint64_t last_time, last_usage, last_periods, last_throttled;
};

struct measure {
	const struct store *store;
	const struct metric_set *wanted;
	const char **ids; /* only those; NULL: all */
	size_t n_ids;
	bool all;	       /* those that do not run too */
	struct measured *list; /* newest first */
	size_t n, room;
};

/* Only the containers of those names. */
int measure_choose(struct measure *m, struct arena *a, const struct word_texts *names,
		   struct err *e);

/* Reads all of them anew. */
int measure_read(struct measure *m, struct err *e);
void measure_done(struct measure *m);

/* The limit that counts: of a group, else what the machine has; UNKNOWN. */
uint64_t measure_memory_bound(const struct measured *c);

/* n / of in hundredths of a percent. UNKNOWN where either is. */
uint64_t measure_share(uint64_t n, uint64_t of);

/* A value of it, UNKNOWN where absent. */
uint64_t measure_value(const struct measured *c, enum metric metric);
