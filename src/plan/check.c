/* plan/check.c - proves the order of a plan. Each function is one invariant, a sentence; what
 * breaks it is a bug of the compiler. Fuzzed against random specs (fuzz/plan.c). */
#include <errno.h>
#include <stdbool.h>
#include <linux/mount.h>
#include <linux/sched.h>

#include "plan/plan.h"

struct checker {
	const struct plan *p;
	struct err *e;
};

static int broken(struct checker *c, size_t i, const char *sentence)
{
	return err_say(c->e, -EPROTO, "step %zu of %zu (%s) breaks the order: %s", i + 1, c->p->n,
		       step_name(c->p->steps[i].kind), sentence);
}

static size_t first(const struct plan *p, enum step_kind kind)
{
	size_t i = 0;

	while (i < p->n && p->steps[i].kind != kind)
		i++;
	return i;
}

static bool is_mount_inside(enum step_kind k)
{
	return k == STEP_MOUNT_ATTACH || k == STEP_MOUNT_FS || k == STEP_MOUNT_MASK ||
	       k == STEP_MOUNT_READONLY || k == STEP_ROOT_ATTACH || k == STEP_CONSOLE_ATTACH;
}

static int each_step_where_it_may_be(struct checker *c)
{
	size_t clone = first(c->p, STEP_NS_CLONE);

	for (size_t i = 0; i < c->p->n; i++) {
		const struct step *s = &c->p->steps[i];

		if (s->actor != step_actor(s->kind))
			return broken(c, i, "the other process must carry it out");
		if (s->actor == ACTOR_INIT && i < clone)
			return broken(c, i, "nothing can run inside before the clone");
	}
	return 0;
}

static int one_clone_one_exec_last(struct checker *c)
{
	size_t clones = 0, execs = 0;

	for (size_t i = 0; i < c->p->n; i++) {
		clones += c->p->steps[i].kind == STEP_NS_CLONE;
		execs += c->p->steps[i].kind == STEP_EXEC;
	}
	if (clones != 1 || execs != 1 || c->p->steps[c->p->n - 1].kind != STEP_EXEC)
		return broken(c, c->p->n - 1, "a plan has one clone and ends with its one exec");
	return 0;
}

/* What a container does and has is in its groups before it is its own: before the cgroup
 * namespace, whose root is the group we are in, and before anything of the user's. */
static int cgroups_joined_in_time(struct checker *c)
{
	size_t join = first(c->p, STEP_CGROUP_JOIN), unshare = first(c->p, STEP_NS_UNSHARE);
	size_t pivot = first(c->p, STEP_ROOT_PIVOT), resolve = first(c->p, STEP_CRED_RESOLVE);

	if (join == c->p->n)
		return 0;
	if (unshare < join)
		return broken(c, unshare, "the cgroup namespace comes after joining");
	if (join > pivot || join > resolve)
		return broken(c, join,
			      "the control groups are joined before the tree is looked at");
	return 0;
}

/* Who does not wait may need nothing from inside: only control groups are made so. */
static int early_steps_need_nothing(struct checker *c)
{
	for (size_t i = 0; i < c->p->n; i++) {
		const struct step *s = &c->p->steps[i];

		if (s->early && s->kind != STEP_CGROUP_MAKE && s->kind != STEP_CGROUP_WRITE)
			return broken(c, i, "only control groups are made while the inside works");
	}
	return 0;
}

/* The clone comes with what it inherited: only what it does not need may go on beside it. */
static int only_leaving_is_aside(struct checker *c)
{
	for (size_t i = 0; i < c->p->n; i++) {
		const struct step *s = &c->p->steps[i];

		if (s->aside && (s->kind != STEP_NS_LEAVE || i == 0 ||
				 (s[-1].kind != STEP_NS_CLONE && !s[-1].aside)))
			return broken(c, i, "beside the inside honu only comes back");
	}
	return 0;
}

/* In a user namespace of its own the first process becomes somebody whom nobody outside is; in the
 * host's another container that sees it is root just as it is. */
static int hidden_among_equals(struct checker *c)
{
	size_t clone = first(c->p, STEP_NS_CLONE), join = first(c->p, STEP_NS_JOIN);
	const struct ns_clone_step *s = &c->p->steps[clone].ns_clone;

	if (s->flags & CLONE_NEWUSER || s->join_user ||
	    (join < c->p->n && c->p->steps[join].ns_join.flags & CLONE_NEWUSER))
		return 0;
	return first(c->p, STEP_PROC_HIDE) < clone ?
		       0 :
		       broken(c, clone,
			      "in the host's user namespace honu is hidden from its equals");
}

static bool touches_container(enum step_kind k)
{
	return k == STEP_CRED_RESOLVE || k == STEP_CONSOLE_OPEN || k == STEP_PROC_CWD ||
	       k == STEP_EXEC_RESOLVE || k == STEP_CRED_ROOT || k == STEP_CRED_KEYRING ||
	       k == STEP_CRED_BOUND;
}

/* Who joins a container is known, hidden from it, and held by its limits before he is there; and
 * changes nothing of it. */
static int joins_hidden_and_limited(struct checker *c)
{
	size_t join = first(c->p, STEP_NS_JOIN), clone = first(c->p, STEP_NS_CLONE);
	size_t hide = first(c->p, STEP_PROC_HIDE), group = first(c->p, STEP_CGROUP_JOIN);

	if (join == c->p->n)
		return 0;
	if (first(c->p, STEP_NS_TARGET) != 0)
		return broken(c, 0, "who is joined is made sure of first");
	if (hide > clone)
		return broken(c, clone, "honu is hidden before it can be seen");
	if (group < c->p->n && group > join)
		return broken(c, group, "the limits hold before the container is entered");
	for (size_t i = 0; i < c->p->n; i++) {
		const struct step *s = &c->p->steps[i];

		if (is_mount_inside(s->kind) || s->kind == STEP_SYSCTL_WRITE ||
		    s->kind == STEP_UTS_NAME || s->kind == STEP_CGROUP_MAKE)
			return broken(c, i, "a container that is joined stays as it is");
		if (touches_container(s->kind) && i < join)
			return broken(c, i, "the container is looked at from inside");
	}
	return 0;
}

static int root_of_the_userns_before_mounts(struct checker *c)
{
	size_t root = first(c->p, STEP_CRED_ROOT), clone = first(c->p, STEP_NS_CLONE);
	const struct ns_clone_step *s = &c->p->steps[clone].ns_clone;

	if (s->flags & CLONE_NEWUSER && first(c->p, STEP_NS_MAP) == c->p->n)
		return broken(c, clone, "a new user namespace gets an id map");
	size_t join = first(c->p, STEP_NS_JOIN);
	if (join < c->p->n && c->p->steps[join].ns_join.flags & CLONE_NEWUSER &&
	    (root == c->p->n || root < join))
		return broken(c, join, "who has joined a user namespace becomes its root");
	if ((s->flags & CLONE_NEWUSER || s->join_user) && root == c->p->n)
		return broken(c, clone, "in a user namespace the first process becomes its root");
	for (size_t i = 0; root < c->p->n && i < root; i++) {
		if (is_mount_inside(c->p->steps[i].kind))
			return broken(c, i, "nothing is mounted before we are root inside");
	}
	return 0;
}

static int propagation_private_before_the_first_mount(struct checker *c)
{
	size_t alone = first(c->p, STEP_MOUNT_PROPAGATION);

	if (first(c->p, STEP_ROOT_PIVOT) == c->p->n)
		return 0;
	if (alone < c->p->n && c->p->steps[alone].mount_propagation.after_pivot)
		alone = c->p->n;
	for (size_t i = 0; i < c->p->n; i++) {
		if (is_mount_inside(c->p->steps[i].kind) && i < alone)
			return broken(c, i, "propagation is private before the first mount");
	}
	return 0;
}

/* proc and sysfs can only be made while the host's are in sight; masks only once nothing can be
 * mounted over them from the old root; a writable root takes the mount points. */
static int pivot_in_its_place(struct checker *c)
{
	size_t pivot = first(c->p, STEP_ROOT_PIVOT);
	size_t lock = first(c->p, STEP_ROOT_LOCK);

	for (size_t i = 0; i < c->p->n; i++) {
		enum step_kind k = c->p->steps[i].kind;

		if ((k == STEP_MOUNT_FS || k == STEP_MOUNT_ATTACH || k == STEP_ROOT_ATTACH ||
		     k == STEP_CONSOLE_ATTACH) &&
		    i > pivot)
			return broken(c, i, "everything is mounted before the pivot");
		if ((k == STEP_MOUNT_MASK || k == STEP_MOUNT_READONLY) &&
		    (i < pivot || pivot == c->p->n))
			return broken(c, i, "paths are covered after the pivot");
		if (k == STEP_SYSCTL_WRITE && i > pivot)
			return broken(c, i, "kernel settings are written before /proc is covered");
		if (is_mount_inside(k) && i > lock)
			return broken(c, i, "the root is locked after the last mount");
	}
	return 0;
}

static int rights_go_last_and_in_order(struct checker *c)
{
	static const enum step_kind order[] = { STEP_CRED_BOUND, STEP_CRED_SWITCH, STEP_CRED_CAPS,
						STEP_PROC_PARENT, STEP_CRED_NO_NEW_PRIVS };
	size_t last = 0, seccomp = first(c->p, STEP_CRED_SECCOMP);
	size_t nnp = first(c->p, STEP_CRED_NO_NEW_PRIVS), caps = first(c->p, STEP_CRED_CAPS);

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		size_t at = first(c->p, order[i]);

		if (at == c->p->n)
			continue;
		if (at < last)
			return broken(c, at,
				      "bounding set, ids, capabilities, parent, no_new_privs");
		last = at;
	}
	if (seccomp < c->p->n && nnp < c->p->n && seccomp != c->p->n - 2)
		return broken(c, seccomp, "the filter is the last step before exec");
	if (seccomp < c->p->n && nnp == c->p->n && seccomp > caps)
		return broken(c, seccomp, "without no_new_privs the filter needs the capabilities");
	if (caps == c->p->n || first(c->p, STEP_CRED_BOUND) == c->p->n)
		return broken(c, c->p->n - 1, "no program starts with capabilities nobody chose");
	return 0;
}

static int descriptors_close_before_the_program(struct checker *c)
{
	size_t fds = first(c->p, STEP_PROC_FDS);

	if (fds == c->p->n)
		return broken(c, c->p->n - 1, "every other descriptor closes at exec");
	for (size_t i = fds; i < c->p->n; i++) {
		if (c->p->steps[i].kind == STEP_CONSOLE_OPEN)
			return broken(c, i, "no descriptor is opened after the rest was closed");
	}
	return 0;
}

/* ---- every slot is filled before it is used ---- */

static bool is_optional_open(const struct step *s, unsigned slot)
{
	return s->kind == STEP_MOUNT_OPEN && s->mount_open.optional && s->mount_open.slot == slot;
}

static bool fills(const struct step *s, unsigned slot)
{
	switch ((int)s->kind) {
	case STEP_CGROUP_MAKE:
		return s->cgroup_make.slot == slot;
	case STEP_CGROUP_OPEN:
		return s->cgroup_open.slot == slot;
	case STEP_NS_TARGET:
		return slot == SLOT_TARGET;
	case STEP_NS_JOIN:
		return slot == SLOT_ROOT;
	case STEP_TREE_MAKE:
		return s->tree_make.slot == slot;
	case STEP_MOUNT_OPEN:
		return s->mount_open.slot == slot;
	case STEP_MOUNT_OVERLAY:
		return s->mount_overlay.slot == slot;
	case STEP_PROC_SEAL:
		return s->proc_seal.slot == slot;
	case STEP_NS_OPEN:
		return SLOT_NS + s->ns_open.type == slot ||
		       (s->ns_open.type == NS_USER && slot == SLOT_USERNS);
	case STEP_NS_ENTER:
		return SLOT_OWN_NS + s->ns_enter.type == slot;
	case STEP_NS_TIME:
		return SLOT_OWN_NS + NS_TIME == slot;
	case STEP_NS_MAP:
		return slot == SLOT_USERNS;
	case STEP_ROOT_ATTACH:
		return slot == SLOT_ROOT;
	case STEP_MOUNT_FS:
		return s->mount_fs.slot == slot;
	case STEP_CONSOLE_OPEN:
		return slot == SLOT_PTY || slot == SLOT_PTY_PEER;
	default:
		return false;
	}
}

#define USES_MAX 3

static size_t uses(const struct step *s, unsigned slot[USES_MAX])
{
	size_t n = 0;

	switch ((int)s->kind) {
	case STEP_MOUNT_IDMAP:
		slot[n++] = s->mount_idmap.slot;
		slot[n++] = SLOT_USERNS;
		break;
	case STEP_MOUNT_OVERLAY:
		slot[n++] = s->mount_overlay.lower_slot;
		if (s->mount_overlay.upper_slot != SLOT_NONE)
			slot[n++] = s->mount_overlay.upper_slot;
		break;
	case STEP_MOUNT_ATTACH:
		slot[n++] = SLOT_ROOT;
		slot[n++] = s->mount_attach.slot;
		break;
	case STEP_ROOT_ATTACH:
		if (s->root_attach.slot != SLOT_NONE)
			slot[n++] = s->root_attach.slot;
		break;
	case STEP_NS_ENTER:
		slot[n++] = s->ns_enter.of_target ? SLOT_TARGET : SLOT_NS + s->ns_enter.type;
		break;
	case STEP_NS_JOIN:
		slot[n++] = SLOT_TARGET;
		break;
	case STEP_NS_LEAVE:
		slot[n++] = SLOT_OWN_NS + s->ns_leave.type;
		break;
	case STEP_NS_CLONE:
		if (s->ns_clone.with_cgroup)
			slot[n++] = SLOT_CGROUP2;
		if (s->ns_clone.join_user)
			slot[n++] = SLOT_NS + NS_USER;
		break;
	case STEP_CGROUP_JOIN:
		slot[n++] = s->cgroup_join.first_slot;
		slot[n++] = s->cgroup_join.first_slot + s->cgroup_join.n_slots - 1;
		break;
	case STEP_MOUNT_FS:
	case STEP_MOUNT_MASK:
	case STEP_MOUNT_READONLY:
	case STEP_ROOT_PIVOT:
	case STEP_ROOT_LOCK:
	case STEP_CRED_RESOLVE:
	case STEP_CONSOLE_OPEN:
		slot[n++] = SLOT_ROOT;
		break;
	case STEP_CONSOLE_ATTACH:
	case STEP_CONSOLE_USE:
		slot[n++] = SLOT_PTY_PEER;
		break;
	case STEP_SYSCTL_WRITE:
		slot[n++] = SLOT_PROC;
		break;
	case STEP_EXEC:
		if (s->exec.init)
			slot[n++] = SLOT_INIT;
		if (s->exec.by_stub)
			slot[n++] = SLOT_EXEC;
		break;
	default:
		break;
	}
	return n;
}

static int every_slot_filled_before_use(struct checker *c)
{
	unsigned slot[USES_MAX];

	for (size_t i = 0; i < c->p->n; i++) {
		size_t n = uses(&c->p->steps[i], slot);

		for (size_t k = 0; k < n; k++) {
			bool filled = false;

			if (slot[k] == SLOT_NONE || slot[k] >= c->p->n_slots)
				return broken(c, i, "it uses a slot that does not exist");
			for (size_t before = 0; before < i && !filled; before++) {
				const struct step *s = &c->p->steps[before];

				filled = fills(s, slot[k]);
				if (is_optional_open(s, slot[k]) &&
				    !(c->p->steps[i].kind == STEP_MOUNT_ATTACH &&
				      c->p->steps[i].mount_attach.optional))
					filled = false;
			}
			if (!filled)
				return broken(c, i, "it uses a slot that no earlier step fills");
		}
	}
	return 0;
}

/* An update leaves everything of a container as it is but its limits. */
static int only_writes(struct checker *c)
{
	for (size_t i = 0; i < c->p->n; i++)
		if (c->p->steps[i].kind != STEP_CGROUP_WRITE)
			return broken(c, i, "an update only writes to the groups that there are");
	return 0;
}

int plan_check(const struct plan *p, struct err *e)
{
	static int (*const invariants[])(struct checker *) = {
		one_clone_one_exec_last,
		each_step_where_it_may_be,
		cgroups_joined_in_time,
		early_steps_need_nothing,
		only_leaving_is_aside,
		hidden_among_equals,
		joins_hidden_and_limited,
		root_of_the_userns_before_mounts,
		propagation_private_before_the_first_mount,
		pivot_in_its_place,
		rights_go_last_and_in_order,
		descriptors_close_before_the_program,
		every_slot_filled_before_use,
	};
	struct checker c = { .p = p, .e = e };

	if (p->n == 0)
		return err_say(e, -EPROTO, "a plan without steps");
	if (p->steps[0].kind == STEP_CGROUP_WRITE)
		return only_writes(&c);
	for (size_t i = 0; i < sizeof(invariants) / sizeof(invariants[0]); i++) {
		int r = invariants[i](&c);

		if (r < 0)
			return r;
	}
	return 0;
}
