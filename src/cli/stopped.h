/* cli/stopped.h - the files of a container that does not run, as its programs would see them. */
#pragma once

#include <errno.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "store/store.h"

struct stopped_mount {
	int fd; /* detached */
	const char *target;
};

struct stopped {
	int tree; /* its root, detached; read-only where writing would be lost or is not allowed */
	int userns; /* with its id map; -EBADF: the host's */
	struct stopped_mount *mounts;
	size_t n_mounts;
};

#define STOPPED_EMPTY ((struct stopped){ .tree = -EBADF, .userns = -EBADF })

/* Reads the record and opens what it says. -ESRCH with a hint where nothing is left when it does not
 * run. */
int stopped_open(struct stopped *ret, const struct store_container *c, struct arena *a,
		 struct err *e);
void stopped_done(struct stopped *s);
