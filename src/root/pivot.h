/* root/pivot.h - the container's root takes the place of the host's. */
#pragma once

#include "plan/plan.h"

int root_attach_apply(const struct step *s, struct slots *slots, const char **op);
int root_pivot_apply(const struct step *s, struct slots *slots, const char **op);
int root_lock_apply(const struct step *s, struct slots *slots, const char **op);
