/* root/changes.h - what has changed in a container's root since it was made. */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "plan/steps_mount.h"
#include "spec/spec.h"

enum change_kind { CHANGE_ADDED, CHANGE_CHANGED, CHANGE_DELETED };

struct change {
	enum change_kind kind;
	const char *path; /* from its root: "/etc/motd" */
};

struct changes {
	struct arena *arena;
	const struct spec *spec; /* whose id map owners on disk go through */
	/* Where mounts go: a place that was made for one, and what leads to it, is no change. */
	const char *const *targets;
	size_t n_targets;
	/* Parents before what lies in them, names in the order of their bytes. */
	struct change *list;
	size_t n;
};

/* root: the top of the container's root, an overlay with an upper directory over `lower`. What lies
 * below a mount on it is not looked at. */
int changes_from_directory(struct changes *c, int root, int lower, struct err *e);

/* root: that of a tmpfs that was filled with these entries. */
int changes_from_entries(struct changes *c, int root, const struct tree_entry *entries, size_t n,
			 struct err *e);
