/* run/host_table.c - the steps of the host, and what undoes them; see table.h. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup/group.h"
#include "mount/prepare.h"
#include "ns/clone.h"
#include "proc/hide.h"
#include "proc/oom.h"
#include "proc/seal.h"
#include "run/table.h"

/* From the one list of kinds: a kind without its apply function does not compile. */
apply_fn *const host_apply[_STEP_KIND_N] = {
#define X(kind, member, name, why) [STEP_##kind] = member##_apply,
	HOST_STEP_KINDS(X)
#undef X
};

/* How much of a group's path is there already: somebody's groups, which stay. */
static size_t existing(const char *mountpoint, const char *path)
{
	char group[PATH_MAX];
	size_t kept = 0;

	for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		int n = snprintf(group, sizeof(group), "%s/%.*s", mountpoint, (int)(p - path),
				 path);

		if (n < 0 || (size_t)n >= sizeof(group) || access(group, F_OK) < 0)
			break;
		kept = (size_t)(p - path);
	}
	return kept;
}

static void undo_group(const char *mountpoint, const char *path, struct undo *ret)
{
	ret->kind = UNDO_CGROUP;
	(void)snprintf(ret->base, sizeof(ret->base), "%s", mountpoint);
	(void)snprintf(ret->name, sizeof(ret->name), "%s", path);
	ret->kept = existing(mountpoint, path);
}

void step_undo(const struct step *s, struct undo *ret)
{
	const struct cgroup_open_step *o = &s->cgroup_open;

	memset(ret, 0, sizeof(*ret));
	if (s->kind == STEP_CGROUP_MAKE)
		undo_group(s->cgroup_make.mountpoint, s->cgroup_make.path, ret);
	else if (s->kind == STEP_CGROUP_OPEN && cgroup_leaf_is_needed(o))
		undo_group(o->mountpoint, o->leaf, ret);
}
