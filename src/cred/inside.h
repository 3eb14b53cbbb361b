/* cred/inside.h - who the process is and what it may do. All of it runs in the first process. */
#pragma once

#include "plan/plan.h"

int cred_root_apply(const struct step *s, struct slots *slots, const char **op);
int cred_keyring_apply(const struct step *s, struct slots *slots, const char **op);
int cred_resolve_apply(const struct step *s, struct slots *slots, const char **op);
int cred_bound_apply(const struct step *s, struct slots *slots, const char **op);
int cred_switch_apply(const struct step *s, struct slots *slots, const char **op);
int cred_caps_apply(const struct step *s, struct slots *slots, const char **op);
int cred_no_new_privs_apply(const struct step *s, struct slots *slots, const char **op);
int cred_seccomp_apply(const struct step *s, struct slots *slots, const char **op);
