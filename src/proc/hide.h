/* proc/hide.h - honu out of sight of those inside. Host side. */
#pragma once

#include "plan/plan.h"

int proc_hide_apply(const struct step *s, struct slots *slots, const char **op);
