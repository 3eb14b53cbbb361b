/* cli/target.h - the containers that a verb was told to act on: found, one after the other, going on
 * after an error. */
#pragma once

#include "base/arena.h"
#include "cli/verb.h"
#include "run/journal.h"
#include "store/store.h"

struct target {
	const char *typed; /* as a person wrote it; with --all its name, or its id without one */
	struct store_container container;
	bool done; /* the verb has nothing more to do with it */
};

struct targets {
	const struct verb *verb;
	bool may_be_gone; /* one that is not there is a note, no error */
	bool quiet;	  /* nobody asked for their names */
	struct arena arena;
	struct store store;
	struct word_texts typed;
	struct target *list;
	size_t n;
	int status; /* to end with: that of the first error */
};

#define TARGETS_EMPTY(verb_) ((struct targets){ .verb = (verb_), .store = STORE_EMPTY })

/* Reads the verb's options into `into` (its defaults are there), and names; opens the store. all: a
 * member of *into, for which names are left out. Otherwise there has to be one at least. false:
 * help was printed or an error reported; end with t->status. */
bool targets_read(struct targets *t, const struct global *g, int argc, char *const *argv,
		  void *into, const bool *all);

/* Finds them; with all, those whose status fits. */
typedef bool target_fits(const struct store_status *s);
void targets_find(struct targets *t, bool all, target_fits *fits);
void targets_done(struct targets *t);

/* Living: somebody supervises it, so that it runs, is paused, or waits to run again. */
bool target_lives(const struct store_status *s);

/* Its status says that it runs, but not its program yet. Frozen or signalled now, the start would fail
 * or hang. */
bool target_is_starting(const struct store_status *s);

/* Reads its status. One that is being made or started gets up to 10 s for it. */
int target_status(const struct target *g, struct store_status *ret, struct err *e);

/* Reports the error of one of them. */
void targets_fail(struct targets *t, const struct err *e);

/* It went well, as docker says it: prints what was typed. */
void targets_say(const struct targets *t, const struct target *g);

/* Its first process, or its supervisor, as a pidfd. -ESRCH, without a text: it has ended. */
int target_open_process(const struct store_status *s);
int target_open_supervisor(const struct store_status *s);

/* "container 'web' is not running", and what to do. -> -ESRCH */
int target_not_running(const struct target *g, const struct store_status *s, struct err *e);

/* Its journal, which somebody else writes. */
struct journal target_journal(const struct target *g);
