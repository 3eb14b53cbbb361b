/* cli/fsck.h - what the files of honu fsck share.
 *
 * Everything is looked at twice, a moment apart, and only what was found both times is said:
 * others work meanwhile, and what they are just making or removing looks broken. Mending happens
 * the second time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "store/check.h"
#include "store/store.h"

struct finding {
	const char *where; /* below the state directory, or the path of a control group */
	const char *id;	   /* of the container, or NULL */
	const char *name;  /* its name, or NULL */
	const char *what;
	const char *cure;
	bool mended;
	bool is_note;	     /* may be as it should: no reason for a status of 1 */
	const char *failure; /* why mending failed, or NULL */
};

struct fsck_link {
	const char *name; /* of a container, or the base of a range */
	char id[STORE_ID_LENGTH + 1];
};

struct fsck {
	const struct store *store;
	struct arena *arena;
	bool repair, groups; /* --repair, --groups */
	bool second;	     /* the pass that counts */
	bool noting;	     /* what is found now may be as it should be */

	struct finding *list, *first;
	size_t n, n_first;

	/* Of this pass: links that lead to a container. */
	struct fsck_link *names, *ids;
	size_t n_names, n_ids;
	size_t n_containers;
};

/* Notes a finding; id may be NULL. -> it, if it is to be mended now; else NULL. */
struct finding *fsck_find(struct fsck *f, const char *id, const char *where, const char *cure,
			  const char *what, ...) __attribute__((format(printf, 5, 6)));

/* r: what mending has returned; e: its text, if it has one (code 0: strerror). */
void fsck_mended(struct fsck *f, struct finding *x, int r, const struct err *e);

/* The first name of a container in names/, the one that counts if there are several; or "". */
const char *fsck_name(const struct fsck *f, const char *id);

/* Each looks at its part; an error is what kept it from looking. */
int fsck_links(struct fsck *f, struct err *e);
int fsck_container(struct fsck *f, const char *id, struct err *e);
int fsck_groups(struct fsck *f, struct err *e);

/* log/ of a container. may_mend: its lock is held. */
void fsck_log(struct fsck *f, struct store_container *c, bool may_mend);
