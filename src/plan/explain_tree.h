/* plan/explain_tree.h - the commands that fill a tree, for tree.make and mount.fs. */
#pragma once

#include "plan/explain.h"

struct tree_place {
	unsigned slot;	    /* a detached mount ... */
	const char *target; /* ... unless this is a path inside */
};

/* One or two commands for each entry. The content of secrets (SLOT_SECRETS) is not shown. */
void explain_tree_entries(struct explain *x, const struct tree_place *place,
			  const struct tree_entry *entries, size_t n);
