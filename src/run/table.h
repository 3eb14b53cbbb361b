/* run/table.h - joins the kinds of the plan to the code of floor 4: one table for each process, so
 * that nothing of the host's can be reached from inside (tools/check-purity follows them). */
#pragma once

#include "plan/plan.h"
#include "run/journal.h"

/* Carries out one step; *op names the call in flight. -> 0 or -errno. */
typedef int apply_fn(const struct step *s, struct slots *slots, const char **op);

/* By kind; NULL: the other process carries it out. */
extern apply_fn *const host_apply[_STEP_KIND_N];
extern apply_fn *const inside_apply[_STEP_KIND_N];

/* What has to be undone if the step happens; kind UNDO_NOTHING where the namespaces take it with
 * them. Host side. */
void step_undo(const struct step *s, struct undo *ret);
