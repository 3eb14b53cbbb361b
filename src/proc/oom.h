/* proc/oom.h - what of the process the host sets. */
#pragma once

#include "plan/plan.h"

int proc_oom_apply(const struct step *s, struct slots *slots, const char **op);
