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
	bool detach;	  /* in the background */
	bool quiet;	  /* no events: honu's own probe, or a container that leaves nothing */
};

#define EXEC_JOB_EMPTY \
	((struct exec_job){ .store = STORE_EMPTY, .container = STORE_CONTAINER_EMPTY })
#define EXEC_JOB_HELP 1

/* From words to a checked plan: options, the container, whether it runs, its record. Changes nothing.
 * EXEC_JOB_HELP when help was asked for. */
int exec_job_read(struct exec_job *j, const struct global *g, int argc, char *const *argv,
		  struct err *e);
void exec_job_done(struct exec_job *j);

/* Among the events, where the container is one whose life is written down: it has started, or ended
 * with that status. number: 0 in the foreground. */
void exec_job_started(const struct exec_job *j, uint32_t number);
void exec_job_ended(const struct exec_job *j, int code, int signal);

/* exec_detached.c: forks a process that walks the plan and executes honu-supervise in place, and
 * waits until the program runs. */
int exec_detached(struct exec_job *j, uint32_t *ret_number, struct err *e);

/* Root inside could get at honu's own executable: see cli/self.h. */
bool exec_job_is_exposed(const struct exec_job *j);
