/* plan/compile.c - the order of a container's set-up, written once.
 *
 * docs/order.md says which of the kernel's rules each place in the order comes from; plan/check.c
 * proves them on every plan. */
#include "plan/compile.h"

#include <errno.h>
#include <linux/sched.h>
#include <linux/mount.h>

struct step *compile_add(struct compiler *c, enum actor actor, enum step_kind kind,
			 const char *origin)
{
	arena_push(c->arena, c->steps, c->n,
		   (struct step){
			   .kind = kind, .actor = actor, .origin = origin ? origin : "default" });
	return &c->steps[c->n - 1];
}

unsigned compile_slot(struct compiler *c, const char *name)
{
	const char **names = arena_alloc(c->arena, (c->n_slots + 1) * sizeof(*names));

	if (c->n_slots > 0)
		memcpy((void *)names, (const void *)c->slot_names, c->n_slots * sizeof(*names));
	names[c->n_slots] = name;
	c->slot_names = names;
	return c->n_slots++;
}

void compile_note(struct compiler *c, const char *note)
{
	arena_push(c->arena, c->notes, c->n_notes, note);
}

uint64_t compile_attr(const struct mount_spec *m)
{
	return (m->readonly || m->readonly_recursive ? MOUNT_ATTR_RDONLY : 0) |
	       (m->noexec ? MOUNT_ATTR_NOEXEC : 0) | (m->nosuid ? MOUNT_ATTR_NOSUID : 0) |
	       (m->nodev ? MOUNT_ATTR_NODEV : 0) | (m->noatime ? MOUNT_ATTR_NOATIME : 0);
}

uint64_t compile_propagation(enum propagation p)
{
	static const uint64_t flags[] = {
		[PROPAGATION_PRIVATE] = MS_PRIVATE,
		[PROPAGATION_RPRIVATE] = MS_PRIVATE | MS_REC,
		[PROPAGATION_SHARED] = MS_SHARED,
		[PROPAGATION_RSHARED] = MS_SHARED | MS_REC,
		[PROPAGATION_SLAVE] = MS_SLAVE,
		[PROPAGATION_RSLAVE] = MS_SLAVE | MS_REC,
		[PROPAGATION_UNBINDABLE] = MS_UNBINDABLE,
		[PROPAGATION_RUNBINDABLE] = MS_UNBINDABLE | MS_REC,
	};
	_Static_assert(sizeof(flags) / sizeof(flags[0]) == _PROPAGATION_N,
		       "a propagation lacks its flags");

	return flags[p];
}

static const char *const fixed_slots[SLOT_SOURCE] = {
	[SLOT_NONE] = "none",	  [SLOT_ROOT] = "root",		[SLOT_PROC] = "proc",
	[SLOT_DEV] = "dev",	  [SLOT_FILES] = "files",	[SLOT_SECRETS] = "secrets",
	[SLOT_MASK] = "mask",	  [SLOT_INIT] = "init",		[SLOT_USERNS] = "userns",
	[SLOT_EXEC] = "exec",	  [SLOT_PIDFD] = "pidfd",	[SLOT_CGROUP2] = "cgroup-v2",
	[SLOT_PTY] = "pty",	  [SLOT_PTY_PEER] = "pty-peer", [SLOT_OWN_CWD] = "own-cwd",
	[SLOT_TARGET] = "target",
};

static void name_slots(struct compiler *c)
{
	const char **names = arena_alloc(c->arena, SLOT_SOURCE * sizeof(*names));

	for (unsigned i = 0; i < SLOT_SOURCE; i++) {
		names[i] = fixed_slots[i];
		if (i >= SLOT_NS && i < SLOT_NS + _NS_N)
			names[i] = arena_printf(c->arena, "ns-%s",
						ns_name((enum ns_type)(i - SLOT_NS)));
		if (i >= SLOT_OWN_NS && i < SLOT_OWN_NS + _NS_N)
			names[i] = arena_printf(c->arena, "own-%s",
						ns_name((enum ns_type)(i - SLOT_OWN_NS)));
		if (i >= SLOT_CGROUP)
			names[i] = arena_printf(c->arena, "cgroup%u", i - SLOT_CGROUP);
	}
	c->slot_names = names;
	c->n_slots = SLOT_SOURCE;
}

int compile_begin(struct compiler *c)
{
	unsigned kernel = c->facts->kernel;

	name_slots(c);
	if (kernel >= 5012)
		return 0;
	return err_hint(c->e,
			err_say(c->e, -EOPNOTSUPP,
				"Linux %s has no mount_setattr(2): honu needs 5.12 or later",
				c->facts->release),
			"run a newer kernel");
}

struct plan *compile_end(struct compiler *c)
{
	struct plan *p = arena_new(c->arena, struct plan);

	*p = (struct plan){
		.steps = c->steps,
		.n = c->n,
		.slot_names = c->slot_names,
		.n_slots = c->n_slots,
		.notes = c->notes,
		.n_notes = c->n_notes,
		.env = c->spec->env,
		.n_env = c->spec->n_env,
	};
	return p;
}

int plan_compile(struct arena *a, const struct spec *s, const struct facts *f, struct plan **ret,
		 struct err *e)
{
	/* The order of everything. */
	static int (*const topics[])(struct compiler *) = {
		compile_cgroup2,       /* host: the child is born into it */
		compile_joined,	       /* host: nothing is visible to anybody yet */
		compile_root_sources,  /* host */
		compile_mount_sources, /* host */
		compile_trees,	       /* host */
		compile_clone,	       /* host: two processes from here on */
		compile_root_layers,   /* host: they need the id map */
		compile_mount_layers,  /* host */
		compile_enter,	       /* inside: who we are there */
		compile_root,	       /* inside */
		compile_settings,      /* inside: through /proc, before it is covered */
		compile_cgroups,       /* host, while the inside mounts */
		compile_join,	       /* inside: before anything of the user's */
		compile_cgroup_view,   /* inside */
		compile_mounts,	       /* inside */
		compile_console,       /* inside: once the user is known, for it is his */
		compile_root_finish,   /* inside: pivot, then what covers /proc and /sys */
		compile_process,       /* inside: what takes rights away, then the program */
	};
	struct compiler c = {
		.arena = a,
		.spec = s,
		.facts = f,
		.e = e,
		.own_userns = spec_own_userns(s) || s->ns[NS_USER].mode != NS_HOST,
		.maps_ids = s->ns[NS_USER].mode != NS_HOST,
		.root_slot = SLOT_ROOT,
	};
	int r = compile_begin(&c);

	for (size_t i = 0; r >= 0 && i < sizeof(topics) / sizeof(topics[0]); i++)
		r = topics[i](&c);
	if (r < 0)
		return r;
	*ret = compile_end(&c);
	return 0;
}
