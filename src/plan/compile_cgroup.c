/* plan/compile_cgroup.c - the control groups of a container. */
#include <errno.h>
#include <linux/sched.h>
#include <stdio.h>

#include "plan/compile.h"

bool compile_has_v1(const struct facts *f)
{
	return f->cgroup_layout == CGROUP_V1 || f->cgroup_layout == CGROUP_HYBRID;
}

bool compile_has_v2(const struct facts *f)
{
	return f->cgroup_layout == CGROUP_V2 || f->cgroup_layout == CGROUP_HYBRID;
}

/* What a v1 devices group starts with: making a node is harmless, opening one is what counts. */
static const char *const device_rules[] = {
	"c *:* m",   "b *:* m",	  "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",   "c 1:8 rwm",
	"c 1:9 rwm", "c 5:0 rwm", "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm", "c 10:200 rwm",
};

static void add_write(struct compiler *c, const struct cgroup_hierarchy *h, const char *path,
		      const char *file, const char *const *values, size_t n, bool parents)
{
	struct step *s = compile_add(c, ACTOR_HOST, STEP_CGROUP_WRITE, NULL);

	s->cgroup_write = (struct cgroup_write_step){ .mountpoint = h->mountpoint,
						      .path = path,
						      .file = file,
						      .values = values,
						      .n_values = n,
						      .with_parents = parents };
}

static const char *const *one_value(struct compiler *c, const char *value)
{
	const char **values = arena_alloc(c->arena, sizeof(*values));

	values[0] = value;
	return values;
}

static void add_device_rules(struct compiler *c, const struct cgroup_hierarchy *h, const char *path)
{
	const char **allow = NULL;
	size_t n = 0;

	if (c->spec->privileged)
		return;
	for (size_t i = 0; i < sizeof(device_rules) / sizeof(device_rules[0]); i++)
		arena_push(c->arena, allow, n, device_rules[i]);
	for (size_t i = 0; i < c->spec->n_devices; i++) {
		const struct device_spec *d = &c->spec->devices[i];

		arena_push(c->arena, allow, n,
			   arena_printf(c->arena, "%c %u:%u %s", d->type == 0060000 ? 'b' : 'c',
					d->major, d->minor, d->access));
	}
	add_write(c, h, path, "devices.deny", one_value(c, "a"), 1, false);
	add_write(c, h, path, "devices.allow", allow, n, false);
}

static bool is_controller(const struct cgroup_hierarchy *h, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = h->controllers; *p; p += strcspn(p, ","), p += *p == ',') {
		if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	}
	return false;
}

/* Beside the others unless a parent is named: a parent of our own would have to be made and
 * removed in every hierarchy with each container. */
static const char *group_path(struct compiler *c)
{
	const struct spec *s = c->spec;

	if (s->cgroup_parent)
		return arena_printf(c->arena, "%s/honu-%s", s->cgroup_parent, s->id);
	return arena_printf(c->arena, "honu-%s", s->id);
}

static int add_group(struct compiler *c, const struct cgroup_hierarchy *h, const char *path,
		     unsigned slot)
{
	if (strlen(path) >= UNDO_NAME_MAX || strlen(h->mountpoint) >= UNDO_BASE_MAX)
		return err_hint(c->e,
				err_say(c->e, -ENAMETOOLONG,
					"control group %s/%s: the path is too long", h->mountpoint,
					path),
				"at most %d characters below the mount point: use a shorter "
				"--cgroup-parent",
				UNDO_NAME_MAX - 1);
	struct step *make = compile_add(c, ACTOR_HOST, STEP_CGROUP_MAKE, NULL);
	make->cgroup_make = (struct cgroup_make_step){ .controllers = h->controllers,
						       .mountpoint = h->mountpoint,
						       .path = path,
						       .is_v2 = h->is_v2,
						       .slot = slot };
	return 0;
}

/* Cgroup v2 has no files for it. */
static void note_device_access(struct compiler *c)
{
	for (size_t i = 0; i < c->spec->n_devices && !facts_cgroup(c->facts, "devices"); i++) {
		const struct device_spec *d = &c->spec->devices[i];

		if (strcmp(d->access, "rwm") != 0)
			compile_note(c, arena_printf(c->arena,
						     "%s: '%s' does not limit anything: that takes "
						     "the cgroup v1 controller 'devices'",
						     d->origin, d->access));
	}
}

int compile_cgroup2(struct compiler *c)
{
	const struct facts *f = c->facts;
	const char *group = group_path(c), *path = group;
	int r = compile_limits_check(c);

	if (r < 0)
		return r;
	/* On pure v2 a group with processes may not have children that control anything: exec-N
	 * will stand beside payload. */
	if (f->cgroup_layout == CGROUP_V2)
		path = arena_printf(c->arena, "%s/payload", path);
	note_device_access(c);
	if (f->cgroup_layout == CGROUP_NONE)
		compile_note(c,
			     "no cgroup hierarchy that honu may write to: nothing can be limited, "
			     "counted or ended as a group");
	for (size_t i = 0; i < f->n_cgroups; i++) {
		const struct cgroup_hierarchy *h = &f->cgroups[i];

		if (!h->is_v2)
			continue;
		r = add_group(c, h, path, SLOT_CGROUP2);
		if (r < 0)
			return r;
		/* On the whole container: payload and whoever comes in later. */
		compile_limits_enable(c, h, group);
		compile_limits(c, h, group);
		break;
	}
	return 0;
}

int compile_cgroups(struct compiler *c)
{
	const struct facts *f = c->facts;
	const char *path = group_path(c);
	unsigned slot = SLOT_CGROUP;
	size_t first = c->n;

	for (size_t i = 0; i < f->n_cgroups; i++) {
		const struct cgroup_hierarchy *h = &f->cgroups[i];
		int r;

		if (h->is_v2)
			continue;
		if (slot == SLOT_SOURCE)
			return err_say(c->e, -E2BIG, "more than %d cgroup v1 hierarchies",
				       SLOT_SOURCE - SLOT_CGROUP);
		r = add_group(c, h, path, slot++);
		if (r < 0)
			return r;
		/* An empty cpuset takes no process. */
		if (is_controller(h, "cpuset") && f->cpuset_cpus && f->cpuset_mems) {
			add_write(c, h, path, "cpuset.cpus", one_value(c, f->cpuset_cpus), 1, true);
			add_write(c, h, path, "cpuset.mems", one_value(c, f->cpuset_mems), 1, true);
		}
		if (is_controller(h, "devices"))
			add_device_rules(c, h, path);
		compile_limits(c, h, path);
	}
	/* They need nothing of what the inside does meanwhile. */
	for (size_t i = first; i < c->n; i++)
		c->steps[i].early = true;
	return 0;
}

int compile_join(struct compiler *c)
{
	const struct facts *f = c->facts;
	const char **names = NULL;
	size_t n = 0;

	for (size_t i = 0; i < f->n_cgroups; i++) {
		if (!f->cgroups[i].is_v2)
			arena_push(c->arena, names, n, f->cgroups[i].controllers);
	}
	if (n > 0) {
		struct step *s = compile_add(c, ACTOR_INIT, STEP_CGROUP_JOIN, NULL);

		s->cgroup_join = (struct cgroup_join_step){ .first_slot = SLOT_CGROUP,
							    .n_slots = (unsigned)n,
							    .names = names };
	}
	/* Its root is the group that we are in at this moment. */
	if (c->spec->ns[NS_CGROUP].mode == NS_PRIVATE && compile_has_v1(f)) {
		struct step *s =
			compile_add(c, ACTOR_INIT, STEP_NS_UNSHARE, c->spec->ns[NS_CGROUP].origin);

		s->ns_unshare.flags = CLONE_NEWCGROUP;
	}
	return 0;
}
