/* run/table.h - joins the kinds of the plan to the code of floor 4. */
#pragma once

#include "plan/plan.h"
#include "run/journal.h"

/* Carries out one step; *op names the call in flight. -> 0 or -errno. */
typedef int apply_fn(const struct step *s, struct slots *slots, const char **op);

extern apply_fn *const step_apply[_STEP_KIND_N];

/* What has to be undone if the step happens; kind UNDO_NOTHING where the namespaces take it with
 * them. */
void step_undo(const struct step *s, struct undo *ret);
