/* cgroup/group.h - control groups, host side: made, written, ended. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "plan/plan.h"

/* On a parent that honu made, so that whichever container is the last in it removes it. */
#define CGROUP_OURS "trusted.honu"

int cgroup_make_apply(const struct step *s, struct slots *slots, const char **op);
int cgroup_open_apply(const struct step *s, struct slots *slots, const char **op);
/* The group itself can be joined by nobody: the leaf has to be. */
bool cgroup_leaf_is_needed(const struct cgroup_open_step *o);
/* Which of the two kinds of hierarchy is mounted there. */
bool cgroup_is_v2(const char *mountpoint);
int cgroup_write_apply(const struct step *s, struct slots *slots, const char **op);

/* Removes base/path and those parents that are left empty, down to the first `kept` characters of
 * path, which were there before; of those the ones that are CGROUP_OURS. 0 when it is gone or never
 * was, -EBUSY while somebody lives there. */
int cgroup_remove(const char *base, const char *path, size_t kept);

/* The same, but ends who lives there and removes the groups below it (cgroup.kill where the kernel
 * has it, else SIGKILL to what cgroup.procs lists, until it is empty). Waits at most 10 s. */
int cgroup_end(const char *base, const char *path, size_t kept);

/* SIGKILL to all who live in base/path and below, once: cgroup.kill where the kernel has it, else to
 * what cgroup.procs lists. Does not wait. -ENOENT: there is no such group. */
int cgroup_kill(const char *base, const char *path);
