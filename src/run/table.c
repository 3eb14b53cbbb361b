/* run/table.c - see table.h. */
#include "run/table.h"

#include <stdio.h>
#include <string.h>

#include "cgroup/group.h"
#include "cgroup/join.h"
#include "cred/inside.h"
#include "mount/inside.h"
#include "mount/prepare.h"
#include "net/loopback.h"
#include "ns/clone.h"
#include "ns/inside.h"
#include "proc/inside.h"
#include "proc/oom.h"
#include "proc/seal.h"
#include "root/pivot.h"

/* ns.clone returns twice and needs the channel: run/walk.c calls it itself. */
static int ns_clone_apply_by_walker(const struct step *s, struct slots *slots, const char **op)
{
	return ns_clone_apply(s, slots, -1, op);
}
#define ns_clone_apply ns_clone_apply_by_walker

/* From the one list of kinds: a kind without its apply function does not compile. */
apply_fn *const step_apply[_STEP_KIND_N] = {
#define X(kind, member, name, why) [STEP_##kind] = member##_apply,
	STEP_KINDS(X)
#undef X
};

void step_undo(const struct step *s, struct undo *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (s->kind != STEP_CGROUP_MAKE)
		return;
	ret->kind = UNDO_CGROUP;
	(void)snprintf(ret->base, sizeof(ret->base), "%s", s->cgroup_make.mountpoint);
	(void)snprintf(ret->name, sizeof(ret->name), "%s", s->cgroup_make.path);
}
