/* cli/ending.h - what is left to do when a container has ended: evidence, exit file, undo, and whether
 * it stays. */
#pragma once

#include "cli/launch.h"
#include "store/exit.h"

/* Adds what the control groups of the journal tell; before it is undone. SIGKILL together with an
 * out-of-memory kill makes the cause that. */
void ending_evidence(struct journal *j, struct exit_record *x);

/* Undoes the journal, writes x and leaves the container stopped if it is kept; removes it
 * otherwise. Its lock is held. Reports what goes wrong: what cannot be undone here and now stays
 * recorded for 'honu gc'. */
void ending_finish(struct launch *l, struct exit_record *x);

/* The events of an end: "oom" where it was that, then "die". */
void ending_events(const struct launch *l, const struct exit_record *x);
