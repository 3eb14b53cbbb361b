/* cli/exec.h - one more process in a container that runs: what exec and explain share. */
#pragma once

#include "cli/verb.h"
#include "facts/facts.h"
#include "plan/plan.h"
#include "run/journal.h"
#include "spec/exec.h"
#include "store/store.h"

struct exec_job {
	struct arena arena;
	struct store store;
	struct store_container container;
	const char *name;   /* as a person calls it */
	struct spec *spec;  /* of the container */
	struct exec_spec x; /* of the process */
	struct facts *facts;
	struct plan *plan;
	bool interactive; /* standard input is connected */
};

#define EXEC_JOB_EMPTY \
	((struct exec_job){ .store = STORE_EMPTY, .container = STORE_CONTAINER_EMPTY })
#define EXEC_JOB_HELP 1

/* From words to a checked plan: options, the container, whether it runs, its record. Changes nothing.
 * EXEC_JOB_HELP when help was asked for. */
int exec_job_read(struct exec_job *j, const struct global *g, int argc, char *const *argv,
		  struct err *e);
void exec_job_done(struct exec_job *j);

/* Root inside could get at honu's own executable: see cli/self.h. */
bool exec_job_is_exposed(const struct exec_job *j);
