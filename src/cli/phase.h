/* cli/phase.h - running to paused and back: the one change of phase that is not the supervisor's. */
#pragma once

#include "cli/target.h"

/* Freezes it and waits until it stands. The phase is written before, and taken back when that fails:
 * one that is said to be running does run. */
int phase_pause(struct target *g, struct err *e);

/* Lets it go on; the phase is written after. */
int phase_resume(struct target *g, struct err *e);

/* For whoever ends it: lets it go on if it is paused and nobody pauses or resumes it right now (then
 * another try has to follow). What goes wrong is not told. */
void phase_let_go(struct target *g);
