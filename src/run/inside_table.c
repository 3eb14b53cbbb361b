/* run/inside_table.c - the steps of the first process; see table.h. Inside: system calls only. */
#include "cgroup/join.h"
#include "cred/inside.h"
#include "mount/inside.h"
#include "net/loopback.h"
#include "ns/inside.h"
#include "proc/inside.h"
#include "root/pivot.h"
#include "run/table.h"

apply_fn *const inside_apply[_STEP_KIND_N] = {
#define X(kind, member, name, why) [STEP_##kind] = member##_apply,
	INSIDE_STEP_KINDS(X)
#undef X
};
