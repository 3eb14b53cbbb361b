/* cgroup/join.h - the inside half of cgroup/. */
#pragma once

#include "plan/plan.h"

int cgroup_join_apply(const struct step *s, struct slots *slots, const char **op);
