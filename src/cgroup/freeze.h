/* cgroup/freeze.h - stops who lives in a control group for a while, and lets them go on. Host side. */
#pragma once

/* What can freeze a group. v1: the controller "freezer" (cgroup-v1/freezer-subsystem.rst); a frozen
 * process does not even end. v2: every group (cgroup.freeze, Linux 5.2; cgroup-v2.rst); SIGKILL
 * works on the frozen. */
enum cgroup_freezer { FREEZER_NONE, FREEZER_V1, FREEZER_V2 };

enum cgroup_freezer cgroup_freezer_of(const char *base, const char *path);

/* Freezes base/path and all groups below it, and waits until every process stands, at most limit
 * ms. -ETIMEDOUT: one cannot be stopped (it hangs in the kernel); they go on. -ENOENT: no such
 * group, -EOPNOTSUPP: nothing freezes it. */
int cgroup_freeze(const char *base, const char *path, long limit);

/* Lets them go on; what is not frozen is left alone. Since a frozen v1 process does not end, this is
 * also the first thing on the way to its end. */
int cgroup_thaw(const char *base, const char *path);

/* 1: it, or a group above it, is frozen. 0: not, or no such group. */
int cgroup_is_frozen(const char *base, const char *path);
