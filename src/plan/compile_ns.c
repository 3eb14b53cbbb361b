/* plan/compile_ns.c - namespaces, joined and new, and what is set in them. */
#include <errno.h>
#include <linux/sched.h>
#include <stdio.h>

#include "plan/compile.h"

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
	compile_note(
		c, arena_printf(
			   c->arena,
			   "--network host with a user namespace: ports below %u cannot be bound, "
			   "interfaces, routes and raw sockets are out of reach; "
			   "--userns host gives all of it",
			   c->facts->port_start));
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
	/* Until its ids change there is nothing else to keep others off, who are root as well. */
	if (!c->own_userns)
		compile_add(c, ACTOR_HOST, STEP_PROC_HIDE, NULL);
	for (int t = 0; t < _NS_N; t++) {
		if (s->ns[t].mode == NS_PRIVATE && t != NS_TIME &&
		    (t != NS_CGROUP || !compile_has_v1(c->facts)))
			flags |= ns_clone_flag((enum ns_type)t);
	}
	step = compile_add(c, ACTOR_HOST, STEP_NS_CLONE, NULL);
	step->ns_clone = (struct ns_clone_step){ .flags = flags,
						 .with_cgroup = compile_has_v2(c->facts),
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
	if (spec_own_userns(s)) {
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
	if (c->own_userns)
		compile_add(c, ACTOR_INIT, STEP_CRED_ROOT, NULL);
	compile_add(c, ACTOR_INIT, STEP_CRED_BOUND, NULL)->cred_bound =
		(struct cred_bound_step){ .keep = c->spec->capabilities,
					  .last = c->facts->last_capability };
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
					"leave --mountns out, or the setting");
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
