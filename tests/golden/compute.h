/* golden/compute.h - from a command line to a checked plan, without kernel, root or containers: the
 * way of cli/prepare.c and cli/run.c over facts that are given. */
#pragma once

#include "base/arena.h"
#include "facts/facts.h"
#include "plan/plan.h"
#include "spec/spec.h"

struct computed {
	struct arena arena;
	struct spec *spec;
	struct plan *plan; /* NULL where the words were refused */
	bool privileged;   /* the words of exec asked for it */
};

#define COMPUTED_HELP 1 /* --help was among the options */

/* The words after "run". Every container that is named runs as process 4242; those whose name
 * starts with "host" share the host's user namespace. Devices are looked up in a small table. *c
 * is overwritten, and needs computed_done() whatever the result. */
int compute(struct computed *c, const struct facts *f, char *const *environment, int argc,
	    char *const *argv, struct err *e);
/* As 'honu start' comes to it: the spec is recorded, read back and compiled on the same host. -EPROTO
 * where that is another plan, or the record of what was read another record. */
int compute_again(const struct computed *c, const struct facts *f, struct err *e);

/* The words after "exec", without the container, which is the record of the one that was computed
 * before: its plan gives way to that of the process. */
int compute_exec(struct computed *c, const struct facts *f, char *const *environment, int argc,
		 char *const *argv, struct err *e);
void computed_done(struct computed *c);
