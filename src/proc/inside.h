/* proc/inside.h - the process itself: session, limits, console, descriptors, program. All of it
 * runs in the first process. */
#pragma once

#include "plan/plan.h"

int proc_session_apply(const struct step *s, struct slots *slots, const char **op);
int proc_limits_apply(const struct step *s, struct slots *slots, const char **op);
int proc_umask_apply(const struct step *s, struct slots *slots, const char **op);
int proc_fds_apply(const struct step *s, struct slots *slots, const char **op);
int proc_cwd_apply(const struct step *s, struct slots *slots, const char **op);
int proc_parent_apply(const struct step *s, struct slots *slots, const char **op);
int console_open_apply(const struct step *s, struct slots *slots, const char **op);
int console_attach_apply(const struct step *s, struct slots *slots, const char **op);
int console_use_apply(const struct step *s, struct slots *slots, const char **op);
int exec_resolve_apply(const struct step *s, struct slots *slots, const char **op);

/* Returns only when it failed. The caller has told the host that the program comes next. */
int exec_apply(const struct step *s, struct slots *slots, const char **op);
