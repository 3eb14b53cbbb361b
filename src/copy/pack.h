/* copy/pack.h - the end of a copy that reads: files into a tar stream. */
#pragma once

#include <stdbool.h>

#include "copy/place.h"
#include "copy/report.h"

/* Between two ends of honu-copy the source is called so, whatever its name is. */
#define COPY_TOP "top"

/* What the end that unpacks says once it has made the top of the copy: the end that packs waits for
 * it, and does not go in there, or a copy into itself would never end. */
struct copy_ready {
	uint64_t device, inode;
};

struct pack {
	const struct copy_place *place; /* entered already */
	struct copy_report *report;
	int stream; /* where the archive goes */
	int ready; /* where struct copy_ready comes from; -EBADF: the archive is for somebody else */
	bool archive, follow;
	pid_t parent;
};

/* -> exit status */
int pack(const struct pack *job);
