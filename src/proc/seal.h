/* proc/seal.h - honu's small programs, as files that nobody can change. Host side. */
#pragma once

#include "plan/plan.h"

int proc_seal_apply(const struct step *s, struct slots *slots, const char **op);
