/* cli/collect.h - puts all containers in order whose supervisor is gone. */
#pragma once

#include "base/err.h"
#include "store/store.h"

struct collected {
	unsigned removed; /* were not to be kept */
	unsigned settled; /* were said to live, and are stopped now */
};

/* Settles every container that nobody watches (cli/settle.h), removes those that are not kept and
 * what else has no owner any more. ret may be NULL. The first error is returned after all were
 * tried. */
int collect(const struct store *s, struct collected *ret, struct err *e);
