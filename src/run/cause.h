/* run/cause.h - the causes of failed steps by topic; only run/cause*.c include it. */
#pragma once

#include "run/run.h"

struct failure {
	const struct plan *plan;
	const struct step *step;
	const struct slots *slots; /* the host's */
	const char *op;		   /* the call in flight */
	int code;
	struct err *e;
};

/* cause_mount.c: trees, sources, overlays, mount points. */
void cause_of_mount(const struct failure *f);

/* cause_process.c: user and groups, directory, program. */
void cause_of_process(const struct failure *f);
