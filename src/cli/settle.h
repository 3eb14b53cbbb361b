/* cli/settle.h - puts in order what a killed supervisor, or a power cut, has left of a container. */
#pragma once

#include "base/err.h"
#include "store/store.h"

/* For a container that nobody watches: takes its lock (unless c holds it) and keeps it. Where the
 * phase says that somebody lives, undoes the journal; writes how it ended, `lost` or `boot`, unless
 * its supervisor had written it before it was killed; then the phase is "stopped". One that is not
 * kept is removed. Wherever this is killed, the next one goes on. -EBUSY: somebody watches it,
 * -ENOENT: it is gone. */
enum settled {
	SETTLED_BEFORE, /* there was nothing to do */
	SETTLED_NOW,	/* it was said to live, and is stopped now */
	SETTLED_GONE,	/* removed: it is not kept */
};
int settle(struct store_container *c, struct err *e);

/* The same for whoever holds the lock and removes it himself: SETTLED_GONE means that it has to
 * go. */
int settle_locked(struct store_container *c, struct err *e);
