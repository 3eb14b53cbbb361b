/* plan/compile_exec.c - the order in which one more process joins a container that runs.
 *
 * The host opens what has to be opened with its rights and clones; the new process goes into the
 * groups, so that all it does is limited and counted, then into all other namespaces at once, and then
 * takes the steps of a first process, which compile_process.c has for both. It mounts nothing. */
#include <errno.h>
#include <linux/sched.h>

#include "plan/compile.h"
#include "spec/exec.h"

int compile_target(struct compiler *c)
{
	struct step *s = compile_add(c, ACTOR_HOST, STEP_NS_TARGET, NULL);

	s->ns_target =
		(struct ns_target_step){ .pid = c->exec->pid, .start_time = c->exec->start_time };
	return 0;
}

/* Where nobody can join the group itself: beside "payload", on pure v2, else below. */
static const char *leaf_of(struct compiler *c, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash && strcmp(slash + 1, "payload") == 0)
		return arena_printf(c->arena, "%.*s/exec", (int)(slash - path), path);
	return arena_printf(c->arena, "%s/exec", path);
}

int compile_open_groups(struct compiler *c)
{
	const struct exec_spec *x = c->exec;
	unsigned slot = SLOT_CGROUP;

	for (size_t i = 0; i < x->n_groups; i++) {
		const struct exec_group *g = &x->groups[i];
		struct step *s;

		if (!g->is_v2 && slot == SLOT_SOURCE)
			return err_say(c->e, -E2BIG, "more than %d cgroup v1 hierarchies",
				       SLOT_SOURCE - SLOT_CGROUP);
		s = compile_add(c, ACTOR_HOST, STEP_CGROUP_OPEN, NULL);
		s->cgroup_open = (struct cgroup_open_step){
			.mountpoint = g->mountpoint,
			.path = g->path,
			.leaf = g->is_v2 ? leaf_of(c, g->path) : NULL,
			.is_v2 = g->is_v2,
			.slot = g->is_v2 ? SLOT_CGROUP2 : slot++,
		};
	}
	return 0;
}

static bool has_v2(const struct exec_spec *x)
{
	for (size_t i = 0; i < x->n_groups; i++)
		if (x->groups[i].is_v2)
			return true;
	return false;
}

int compile_step_in(struct compiler *c)
{
	const struct spec *s = c->spec;
	bool own_pids = s->ns[NS_PID].mode != NS_HOST;
	struct step *step;

	if (compile_wants_stub(c))
		compile_seal(c, c->facts->exec_path, SLOT_EXEC, NULL);
	/* From the clone on the process may be seen from inside. */
	compile_add(c, ACTOR_HOST, STEP_PROC_HIDE, NULL);
	if (own_pids) {
		step = compile_add(c, ACTOR_HOST, STEP_NS_ENTER, NULL);
		step->ns_enter = (struct ns_enter_step){ .type = NS_PID, .of_target = true };
	}
	step = compile_add(c, ACTOR_HOST, STEP_NS_CLONE, NULL);
	step->ns_clone.with_cgroup = has_v2(c->exec);
	if (own_pids) {
		step = compile_add(c, ACTOR_HOST, STEP_NS_LEAVE, NULL);
		step->ns_leave.type = NS_PID;
		step->aside = true;
	}
	if (s->oom_score_set)
		compile_add(c, ACTOR_HOST, STEP_PROC_OOM, "--oom-score-adj")->proc_oom.score =
			(int)s->oom_score_adj;
	return 0;
}

static void join_groups(struct compiler *c)
{
	const char **names = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->exec->n_groups; i++)
		if (!c->exec->groups[i].is_v2)
			arena_push(c->arena, names, n, c->exec->groups[i].mountpoint);
	if (n == 0)
		return;
	struct step *s = compile_add(c, ACTOR_INIT, STEP_CGROUP_JOIN, NULL);
	s->cgroup_join = (struct cgroup_join_step){ .first_slot = SLOT_CGROUP,
						    .n_slots = (unsigned)n,
						    .names = names };
}

int compile_ns_join(struct compiler *c)
{
	/* Those that the container shares with the host too: honu may live in others by now. Its own
	 * user namespace nobody can enter once more, and not every kernel has the last kind. */
	uint64_t flags = CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;

	if (c->own_userns)
		flags |= CLONE_NEWUSER;
	if (c->spec->ns[NS_TIME].mode != NS_HOST)
		flags |= CLONE_NEWTIME;
	join_groups(c);
	compile_add(c, ACTOR_INIT, STEP_NS_JOIN, NULL)->ns_join.flags = flags;
	return 0;
}

int compile_exec_console(struct compiler *c)
{
	compile_user(c);
	if (compile_wants_console(c))
		compile_add(c, ACTOR_INIT, STEP_CONSOLE_OPEN, "--tty");
	return 0;
}

int plan_compile_exec(struct arena *a, const struct spec *container, const struct exec_spec *x,
		      const struct facts *f, struct plan **ret, struct err *e)
{
	/* The order of everything. */
	static int (*const topics[])(struct compiler *) = {
		compile_target,	      /* host: first of all who it is */
		compile_open_groups,  /* host: with its rights */
		compile_step_in,      /* host: two processes from here on */
		compile_ns_join,      /* inside: groups, then namespaces */
		compile_enter,	      /* inside: who we are there */
		compile_exec_console, /* inside: once the user is known, for it is his */
		compile_process,      /* inside: what takes rights away, then the program */
	};
	const struct spec *s = spec_of_exec(a, container, x, f);
	struct compiler c = {
		.arena = a,
		.spec = s,
		.exec = x,
		.facts = f,
		.e = e,
		.own_userns = spec_own_userns(s) || s->ns[NS_USER].mode != NS_HOST,
	};
	int r = compile_begin(&c);

	for (size_t i = 0; r >= 0 && i < sizeof(topics) / sizeof(topics[0]); i++)
		r = topics[i](&c);
	if (r < 0)
		return r;
	*ret = compile_end(&c);
	return 0;
}
