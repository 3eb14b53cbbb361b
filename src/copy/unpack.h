/* copy/unpack.h - the end of a copy that writes: a tar stream into files. */
#pragma once

#include <signal.h>
#include <stdbool.h>

#include "copy/place.h"
#include "copy/report.h"

struct unpack {
	const struct copy_place *place,
		*from; /* the first one entered already, unless it is the host */
	struct copy_report *report;
	int stream; /* where the archive comes from */
	int ready;  /* where struct copy_ready goes; -EBADF: the archive is from somebody else */
	bool archive;
	const volatile sig_atomic_t *stop; /* set when it is to end */
	pid_t parent;
};

/* -> exit status */
int unpack(const struct unpack *job);
