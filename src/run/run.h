/* run/run.h - walks a plan: executes it, journals it, undoes it.
 *
 * Should: append the undo of a host step to the journal before the step acts; undo everything on
 * any failure; word the error from the plan, since the child only sends numbers.
 * Must not: choose anything (plan_compile did), print, or allocate after the clone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "plan/plan.h"
#include "run/journal.h"

/* HONU_FAULT=<step>:<before|after|kill>: step is a number from 1, or a name (its first). */
enum fault_when { FAULT_NEVER, FAULT_BEFORE, FAULT_AFTER, FAULT_KILL };

/* Shared by both processes (one anonymous MAP_SHARED page set): where each step stands. */
struct run_progress {
	uint32_t current;    /* index of the step the inside process is at */
	uint32_t timed;	     /* take times */
	uint32_t at_program; /* the end of the channel is the program now, no death */
	struct {
		uint64_t start, end; /* CLOCK_MONOTONIC, ns; 0: not reached */
	} step[];
};

struct run {
	const struct plan *plan;
	struct slots *slots;
	struct undo *undo;	 /* room for what each step would leave */
	bool *handed_over;	 /* by slot number: the inside has that descriptor */
	struct journal *journal; /* NULL: nothing is journalled (tests) */
	struct run_progress *progress;
	size_t fault_step; /* index */
	enum fault_when fault;
	bool lost; /* the walk failed and honu is stuck in a joined namespace: undo nothing */
};

/* Takes all memory that executing p needs; reads HONU_FAULT. */
int run_new(struct run *r, const struct plan *p, struct journal *j, bool timing, struct err *e);

/* Closes all descriptors. The memory stays until the process ends, which is soon: to unmap a page
 * interrupts the other processors, which takes longer than to have used it. */
void run_done(struct run *r);

/* Executes every host step. When it returns, the inside process goes on by itself: r->slots->pid and
 * SLOT_PIDFD are valid. Otherwise that process is gone and reaped, and the journal holds what has to
 * be undone (the caller calls journal_undo_all). On a failure inside, e says step, call and path. */
int run_walk(struct run *r, struct err *e);

/* Executes a plan of host steps alone, which use no slots: an update. What was done before a step that
 * fails stays. */
int run_host(const struct plan *p, struct err *e);

/* Waits until the program has been executed: what the caller does between run_walk() and this
 * costs no time. Closes what only the walk needed: SLOT_PIDFD and, with a console, SLOT_PTY are valid
 * then. Fails as run_walk() does. */
int run_confirm(struct run *r, struct err *e);

/* Ends and reaps the first process, whatever state it is in. */
void run_end(struct run *r);

/* The steps with what each took, in microseconds. */
void run_timing(const struct run *r, struct text *t);

/* Finds the likely cause of a failed step and sets the hint of e. Host side, after the fact;
 * defined in run/cause.c. */
void run_cause(const struct run *r, const struct step *s, const char *op, int code, struct err *e);
