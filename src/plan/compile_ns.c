/* plan/compile_ns.c - control groups, namespaces and what is set in them. */
#include <errno.h>
#include <linux/sched.h>
#include <stdio.h>

#include "plan/compile.h"

/* ---- control groups ---- */

/* What a v1 devices group starts with: making a node is harmless, opening one is what counts. */
static const char *const device_rules[] = {
	"c *:* m",   "b *:* m",	   "c 1:3 rwm", "c 1:5 rwm",   "c 1:7 rwm",
	"c 1:8 rwm", "c 1:9 rwm",  "c 5:0 rwm", "c 5:1 rwm",   "c 5:2 rwm",
	"c 136:* rwm", "c 10:200 rwm",
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

int compile_cgroups(struct compiler *c)
{
	const struct spec *s = c->spec;
	const struct facts *f = c->facts;
	/* Beside the others unless a parent is named: a parent of our own would have to be made
	 * and removed in every hierarchy with each container. */
	const char *group = s->cgroup_parent ?
				    arena_printf(c->arena, "%s/honu-%s", s->cgroup_parent, s->id) :
				    arena_printf(c->arena, "honu-%s", s->id);
	unsigned slot = SLOT_CGROUP;

	for (size_t i = 0; i < f->n_cgroups; i++) {
		const struct cgroup_hierarchy *h = &f->cgroups[i];
		const char *path = group;

		/* On pure v2 a group with processes may not have children that control
		 * anything: exec-N will stand beside payload. */
		if (f->cgroup_layout == CGROUP_V2)
			path = arena_printf(c->arena, "%s/payload", group);
		if (strlen(path) >= 128 || strlen(h->mountpoint) >= 96)
			return err_say(c->e, -ENAMETOOLONG, "--cgroup-parent '%s': too long",
				       s->cgroup_parent);
		if (!h->is_v2 && slot == SLOT_SOURCE)
			return err_say(c->e, -E2BIG, "more than %d cgroup v1 hierarchies",
				       SLOT_SOURCE - SLOT_CGROUP);
		struct step *make = compile_add(c, ACTOR_HOST, STEP_CGROUP_MAKE, NULL);

		make->cgroup_make = (struct cgroup_make_step){ .controllers = h->controllers,
							       .mountpoint = h->mountpoint,
							       .path = path,
							       .is_v2 = h->is_v2,
							       .slot = h->is_v2 ? SLOT_CGROUP2 : slot };
		if (h->is_v2)
			continue;
		slot++;
		/* An empty cpuset takes no process. */
		if (is_controller(h, "cpuset") && f->cpuset_cpus && f->cpuset_mems) {
			add_write(c, h, path, "cpuset.cpus", one_value(c, f->cpuset_cpus), 1, true);
			add_write(c, h, path, "cpuset.mems", one_value(c, f->cpuset_mems), 1, true);
		}
		if (is_controller(h, "devices"))
			add_device_rules(c, h, path);
	}
	if (f->cgroup_layout == CGROUP_NONE)
		compile_note(c, "no cgroup hierarchy that honu may write to: nothing can be limited, "
				"counted or ended as a group");
	return 0;
}

/* ---- namespaces ---- */

static bool is_joined(const struct spec *s, enum ns_type type)
{
	return s->ns[type].mode == NS_PATH || s->ns[type].mode == NS_CONTAINER;
}

int compile_joined(struct compiler *c)
{
	for (int t = 0; t < _NS_N; t++) {
		const struct ns_spec *ns = &c->spec->ns[t];

		if (!is_joined(c->spec, (enum ns_type)t))
			continue;
		struct step *s = compile_add(c, ACTOR_HOST, STEP_NS_OPEN, ns->origin);

		s->ns_open = (struct ns_open_step){ .type = (enum ns_type)t,
						    .path = ns->target,
						    .pid = ns->pid,
						    .start_time = ns->start_time };
	}
	return 0;
}

static void note_host_network(struct compiler *c)
{
	if (c->spec->ns[NS_NET].mode != NS_HOST || !c->own_userns)
		return;
	compile_note(c, arena_printf(c->arena,
				     "--network host with a user namespace: ports below %u cannot be bound, "
				     "interfaces, routes and raw sockets are out of reach; "
				     "--userns host gives all of it",
				     c->facts->port_start));
}

static bool has_v1(const struct facts *f)
{
	return f->cgroup_layout == CGROUP_V1 || f->cgroup_layout == CGROUP_HYBRID;
}

static bool has_v2(const struct facts *f)
{
	return f->cgroup_layout == CGROUP_V2 || f->cgroup_layout == CGROUP_HYBRID;
}

int compile_clone(struct compiler *c)
{
	const struct spec *s = c->spec;
	uint64_t flags = 0;
	struct step *step;

	if (s->ns[NS_TIME].mode == NS_PRIVATE) {
		step = compile_add(c, ACTOR_HOST, STEP_NS_TIME, s->ns[NS_TIME].origin);
		step->ns_time = (struct ns_time_step){ .monotonic = s->time_monotonic,
						       .boottime = s->time_boottime };
	}
	/* Honu steps into what is joined, so that the child is born there: once in a user
	 * namespace of its own it would not be allowed to. The mount namespace comes last,
	 * because paths mean something else there. */
	for (int t = _NS_N - 1; t >= 0; t--) {
		if (t == NS_USER || t == NS_MOUNT || !is_joined(s, (enum ns_type)t))
			continue;
		step = compile_add(c, ACTOR_HOST, STEP_NS_ENTER, s->ns[t].origin);
		step->ns_enter.type = (enum ns_type)t;
	}
	if (is_joined(s, NS_MOUNT)) {
		step = compile_add(c, ACTOR_HOST, STEP_NS_ENTER, s->ns[NS_MOUNT].origin);
		step->ns_enter.type = NS_MOUNT;
	}
	for (int t = 0; t < _NS_N; t++) {
		if (s->ns[t].mode == NS_PRIVATE && t != NS_TIME &&
		    (t != NS_CGROUP || !has_v1(c->facts)))
			flags |= ns_clone_flag((enum ns_type)t);
	}
	step = compile_add(c, ACTOR_HOST, STEP_NS_CLONE, NULL);
	step->ns_clone = (struct ns_clone_step){ .flags = flags,
						 .with_cgroup = has_v2(c->facts),
						 .join_user = is_joined(s, NS_USER) };
	if (is_joined(s, NS_MOUNT)) {
		step = compile_add(c, ACTOR_HOST, STEP_NS_LEAVE, s->ns[NS_MOUNT].origin);
		step->ns_leave.type = NS_MOUNT;
	}
	for (int t = 0; t < _NS_N; t++) {
		bool is_time = t == NS_TIME && s->ns[t].mode == NS_PRIVATE;

		if (t == NS_USER || t == NS_MOUNT || !(is_joined(s, (enum ns_type)t) || is_time))
			continue;
		step = compile_add(c, ACTOR_HOST, STEP_NS_LEAVE, s->ns[t].origin);
		step->ns_leave.type = (enum ns_type)t;
	}
	if (c->maps_ids) {
		step = compile_add(c, ACTOR_HOST, STEP_NS_MAP, s->ns[NS_USER].origin);
		step->ns_map = (struct ns_map_step){ .uid = s->userns.uid,
						     .n_uid = s->userns.n_uid,
						     .gid = s->userns.gid,
						     .n_gid = s->userns.n_gid };
	}
	if (s->oom_score_set)
		compile_add(c, ACTOR_HOST, STEP_PROC_OOM, "--oom-score-adj")->proc_oom.score =
			(int)s->oom_score_adj;
	note_host_network(c);
	return 0;
}

int compile_enter(struct compiler *c)
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
	if (c->spec->ns[NS_CGROUP].mode == NS_PRIVATE && has_v1(f)) {
		struct step *s = compile_add(c, ACTOR_INIT, STEP_NS_UNSHARE,
					     c->spec->ns[NS_CGROUP].origin);

		s->ns_unshare.flags = CLONE_NEWCGROUP;
	}
	if (c->own_userns)
		compile_add(c, ACTOR_INIT, STEP_CRED_ROOT, NULL);
	compile_add(c, ACTOR_INIT, STEP_CRED_KEYRING, NULL)->cred_keyring.name =
		arena_printf(c->arena, "_ses.%s", c->spec->id);
	compile_add(c, ACTOR_INIT, STEP_PROC_SESSION, NULL);
	return 0;
}

int compile_settings(struct compiler *c)
{
	const struct spec *s = c->spec;

	if (s->ns[NS_UTS].mode == NS_PRIVATE)
		compile_add(c, ACTOR_INIT, STEP_UTS_NAME, NULL)->uts_name.hostname = s->hostname;
	if (s->ns[NS_NET].mode == NS_PRIVATE)
		compile_add(c, ACTOR_INIT, STEP_NET_LOOPBACK, NULL);
	for (size_t i = 0; i < s->n_sysctls; i++) {
		char *path = arena_strdup(c->arena, s->sysctls[i].key);
		struct step *step;

		if (s->root_kind == ROOT_SHARED)
			return err_hint(c->e,
					err_say(c->e, -EOPNOTSUPP,
						"%s: needs a /proc of the container's own",
						s->sysctls[i].origin),
					"leave --mountns private, or leave the setting out");
		/* As sysctl(8) has it: '/' in a dotted key stands for a dot in a name. */
		for (char *p = path; *p; p++) {
			if (*p == '.')
				*p = '/';
			else if (*p == '/')
				*p = '.';
		}
		step = compile_add(c, ACTOR_INIT, STEP_SYSCTL_WRITE, s->sysctls[i].origin);
		step->sysctl_write.path = path;
		step->sysctl_write.value = s->sysctls[i].value;
	}
	return 0;
}
