/* cgroup/group.h - control groups, host side: made, written, ended. */
#pragma once

#include <stdint.h>

#include "plan/plan.h"

int cgroup_make_apply(const struct step *s, struct slots *slots, const char **op);
int cgroup_write_apply(const struct step *s, struct slots *slots, const char **op);

/* Ends every process in base/path (cgroup.kill where the kernel has it, else SIGKILL to what
 * cgroup.procs lists, until it is empty), removes the groups below it and itself, then those of
 * its parents that are left empty. Identity: the directory's inode, 0 if unknown; another one is not ours and
 * stays. 0 when it is gone or never was. Waits at most 10 s for processes to end. */
int cgroup_end(const char *base, const char *path, uint64_t identity);
