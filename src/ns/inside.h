/* ns/inside.h - what ns/ does in the first process. */
#pragma once

#include "plan/plan.h"

int ns_join_apply(const struct step *s, struct slots *slots, const char **op);
int ns_unshare_apply(const struct step *s, struct slots *slots, const char **op);
int uts_name_apply(const struct step *s, struct slots *slots, const char **op);
int sysctl_write_apply(const struct step *s, struct slots *slots, const char **op);
