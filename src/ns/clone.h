/* ns/clone.h - the first process and its namespaces, host side. */
#pragma once

#include "plan/plan.h"

int ns_target_apply(const struct step *s, struct slots *slots, const char **op);
int ns_open_apply(const struct step *s, struct slots *slots, const char **op);
int ns_enter_apply(const struct step *s, struct slots *slots, const char **op);
int ns_leave_apply(const struct step *s, struct slots *slots, const char **op);
/* Leaves whatever was entered: before anything is undone, since paths mean something else in
 * another mount namespace. */
int ns_leave_all(struct slots *slots);
int ns_time_apply(const struct step *s, struct slots *slots, const char **op);
int ns_map_apply(const struct step *s, struct slots *slots, const char **op);

/* Returns in both processes: slots->pid is 0 in the new one. slots->channel is the end of the host and
 * slots->peer that of the new process, which becomes its slots->channel. */
int ns_clone_apply(const struct step *s, struct slots *slots, const char **op);
