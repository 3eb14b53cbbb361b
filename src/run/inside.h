/* run/inside.h - the first process walks its part of the plan. */
#pragma once

#include "run/run.h"

/* Walks the steps from first on that are ACTOR_INIT's and ends in the program. Whatever fails is
 * reported over the channel and ends the process. System calls only. */
_Noreturn void run_inside(struct run *r, size_t first);
