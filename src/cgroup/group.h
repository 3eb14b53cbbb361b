/* cgroup/group.h - control groups, host side: made, written, ended. */
#pragma once

#include <stddef.h>

#include "plan/plan.h"

int cgroup_make_apply(const struct step *s, struct slots *slots, const char **op);
int cgroup_write_apply(const struct step *s, struct slots *slots, const char **op);

/* Ends every process in base/path (cgroup.kill where the kernel has it, else SIGKILL to what
 * cgroup.procs lists, until it is empty), removes the groups below it, itself, and those parents
 * that are left empty, down to the first `kept` characters of path, which were there before. 0 when
 * it is gone or never was. Waits at most 10 s for processes to end. */
int cgroup_end(const char *base, const char *path, size_t kept);
