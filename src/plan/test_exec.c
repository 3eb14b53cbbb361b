/* plan/test_exec.c - the plan of one more process in a container: what it is made of, that
 * plan_check() sees each way in which its order could be wrong, and how it is explained. The plans
 * of whole command lines are in tests/golden. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "facts/facts.h"
#include "plan/test_steps.h"
#include "spec/exec.h"

static const char *container_env[] = { "PATH=/bin",	 "HOME=",	"A=1",
				       "LISTEN_FDS=1",	 "LISTEN_PID=", "LISTEN_FDNAMES=web",
				       "LISTEN_FDSX=no", NULL };
static const char *container_argv[] = { "init", NULL };
static const char *argv[] = { "ls", "-l", NULL };
static const struct facts facts = {
	.kernel = 6018, .last_capability = 40, .capabilities = 0x1, .exec_path = "/honu-exec"
};
static const struct exec_group groups[] = {
	{ "/sys/fs/cgroup/unified", "honu-4f2a", true },
	{ "/sys/fs/cgroup/cpu", "honu-4f2a", false },
	{ "/sys/fs/cgroup/pids", "honu-4f2a", false },
};

static struct spec *new_container(struct arena *a)
{
	struct spec *s = spec_new(a);

	s->id = "4f2a00c0ffee";
	s->argv = container_argv;
	s->n_argv = 1;
	s->env = container_env;
	s->n_env = ELEMENTS(container_env) - 1;
	s->init = true;
	s->listen_fds = 1;
	s->capabilities = 0x21;
	s->hostname = "web";
	s->user = "0";
	s->cwd = "/";
	return s;
}

static struct exec_spec new_exec(void)
{
	return (struct exec_spec){ .pid = 12,
				   .start_time = 3456,
				   .groups = groups,
				   .n_groups = ELEMENTS(groups),
				   .argv = argv,
				   .n_argv = 2 };
}

static struct plan *compile(struct arena *a, const struct spec *s, const struct exec_spec *x)
{
	struct plan *p = NULL;
	struct err e = { 0 };

	assert_int_equal(plan_compile_exec(a, s, x, &facts, &p, &e), 0);
	assert_int_equal(plan_check(p, &e), 0);
	return p;
}

static size_t find(const struct plan *p, enum step_kind kind)
{
	size_t i = 0;

	while (i < p->n && p->steps[i].kind != kind)
		i++;
	return i;
}

/* ---- what it is made of ---- */

static bool has_variable(const struct plan *p, const char *variable)
{
	for (size_t i = 0; i < p->n_env; i++)
		if (strcmp(p->env[i], variable) == 0)
			return true;
	return false;
}

/* Of the container it has everything but what was for its first process alone. */
static void the_rest_is_the_containers(void **state)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	static const char *const none[] = { "LISTEN_FDS=1", "LISTEN_PID=", "LISTEN_FDNAMES=web",
					    "A=1" };
	static const char *const all[] = { "PATH=/bin", "HOME=", "A=2", "B=3", "LISTEN_FDSX=no" };
	const char *env[] = { "A=2", "B=3" };
	struct exec_spec x = new_exec();

	(void)state;
	x.env = env;
	x.n_env = 2;
	struct plan *p = compile(&a, new_container(&a), &x);
	for (size_t i = 0; i < ELEMENTS(none); i++)
		assert_false(has_variable(p, none[i]));
	for (size_t i = 0; i < ELEMENTS(all); i++)
		assert_true(has_variable(p, all[i]));
	assert_int_equal(p->n_env, ELEMENTS(all));
	const struct step *exec = &p->steps[p->n - 1];
	assert_int_equal(exec->exec.n_argv, 2); /* not below honu-init */
	assert_false(exec->exec.init);
	assert_int_equal(p->steps[find(p, STEP_PROC_FDS)].proc_fds.keep, 0);
	assert_int_equal(p->steps[find(p, STEP_CRED_CAPS)].cred_caps.keep, 0x21);
}

/* It is out of its first process's user namespace that root inside gets no rights outside, and
 * where there is none honu-exec stands between. */
static void users_of_the_container_or_of_the_host(void **state)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *s = new_container(&a);
	struct exec_spec x = new_exec();
	struct plan *p = compile(&a, s, &x);

	(void)state;
	assert_true(p->steps[find(p, STEP_NS_JOIN)].ns_join.flags & CLONE_NEWUSER);
	assert_false(p->steps[p->n - 1].exec.by_stub);
	s->ns[NS_USER].mode = NS_HOST;
	p = compile(&a, s, &x);
	assert_false(p->steps[find(p, STEP_NS_JOIN)].ns_join.flags & CLONE_NEWUSER);
	assert_true(p->steps[p->n - 1].exec.by_stub);
	assert_int_equal(find(p, STEP_CRED_ROOT), p->n);
}

/* Every capability that there is to give: in its own user namespace all, in the host's honu's. */
static void privileged_is_what_the_user_namespace_can_give(void **state)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *s = new_container(&a);
	struct exec_spec x = new_exec();

	(void)state;
	x.privileged = true;
	struct plan *p = compile(&a, s, &x);
	assert_int_equal(p->steps[find(p, STEP_CRED_CAPS)].cred_caps.keep, 0x1ffffffffff);
	s->ns[NS_USER].mode = NS_HOST;
	p = compile(&a, s, &x);
	assert_int_equal(p->steps[find(p, STEP_CRED_CAPS)].cred_caps.keep, 0x1);
}

/* Beside "payload" on pure v2, below the group elsewhere. */
static void leaf_of_v2(void **state)
{
	static const struct exec_group pure = { "/sys/fs/cgroup", "a/honu-4f2a/payload", true };
	_cleanup_(arena_done) struct arena a = { 0 };
	struct exec_spec x = new_exec();
	struct plan *p = compile(&a, new_container(&a), &x);

	(void)state;
	assert_string_equal(p->steps[1].cgroup_open.leaf, "honu-4f2a/exec");
	assert_null(p->steps[2].cgroup_open.leaf);
	x.groups = &pure;
	x.n_groups = 1;
	p = compile(&a, new_container(&a), &x);
	assert_string_equal(p->steps[1].cgroup_open.leaf, "a/honu-4f2a/exec");
	assert_int_equal(find(p, STEP_CGROUP_JOIN), p->n);
}

/* ---- what plan_check() proves ---- */

/* Moves the first step of a kind in front of the first one of another. */
static void move_before(struct step *steps, size_t n, enum step_kind kind, enum step_kind other)
{
	size_t from = 0, to = 0;

	while (from < n && steps[from].kind != kind)
		from++;
	while (to < n && steps[to].kind != other)
		to++;
	assert_true(to < from && from < n);
	struct step moved = steps[from];
	memmove(&steps[to + 1], &steps[to], (from - to) * sizeof(*steps));
	steps[to] = moved;
}

static size_t drop(struct step *steps, size_t n, enum step_kind kind)
{
	size_t at = 0;

	while (at < n && steps[at].kind != kind)
		at++;
	assert_true(at < n);
	memmove(&steps[at], &steps[at + 1], (n - at - 1) * sizeof(*steps));
	return n - 1;
}

static void wrong_orders_are_seen(void **state)
{
	static const struct {
		enum step_kind moved, before; /* the same: dropped */
		const char *sentence;
	} rows[] = {
		{ STEP_CGROUP_OPEN, STEP_NS_TARGET, "who is joined is made sure of first" },
		{ STEP_NS_CLONE, STEP_PROC_HIDE, "" },
		{ STEP_PROC_HIDE, STEP_PROC_HIDE, "honu is hidden before it can be seen" },
		{ STEP_NS_JOIN, STEP_CGROUP_JOIN,
		  "the limits hold before the container is entered" },
		{ STEP_CRED_ROOT, STEP_NS_JOIN, "" },
		{ STEP_CRED_ROOT, STEP_CRED_ROOT, "becomes its root" },
		{ STEP_CRED_BOUND, STEP_NS_JOIN, "the container is looked at from inside" },
		{ STEP_PROC_CWD, STEP_NS_JOIN, "the container is looked at from inside" },
		{ STEP_EXEC_RESOLVE, STEP_NS_JOIN, "the container is looked at from inside" },
		{ STEP_CRED_RESOLVE, STEP_NS_JOIN, "the container is looked at from inside" },
		{ STEP_NS_ENTER, STEP_NS_TARGET, "who is joined is made sure of first" },
		{ STEP_NS_TARGET, STEP_NS_TARGET, "" },
		{ STEP_CGROUP_OPEN, STEP_CGROUP_OPEN, "a slot that no earlier step fills" },
		{ STEP_NS_LEAVE, STEP_NS_CLONE, "" },
	};
	_cleanup_(arena_done) struct arena a = { 0 };
	struct exec_spec x = new_exec();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct plan p = *compile(&a, new_container(&a), &x);
		struct step *steps = arena_alloc(&a, p.n * sizeof(*steps));
		struct err e = { 0 };

		memcpy(steps, p.steps, p.n * sizeof(*steps));
		p.steps = steps;
		if (rows[i].moved == rows[i].before)
			p.n = drop(steps, p.n, rows[i].moved);
		else
			move_before(steps, p.n, rows[i].moved, rows[i].before);
		if (plan_check(&p, &e) != -EPROTO || !strstr(e.text, rows[i].sentence))
			fail_msg("row %zu: wanted '%s', got '%s'", i, rows[i].sentence, e.text);
	}
}

/* Nothing is mounted, named or made in a container that runs. */
static void nothing_of_the_container_changes(void **state)
{
	static const enum step_kind kinds[] = { STEP_MOUNT_FS, STEP_CONSOLE_ATTACH,
						STEP_SYSCTL_WRITE, STEP_UTS_NAME };
	_cleanup_(arena_done) struct arena a = { 0 };
	struct exec_spec x = new_exec();

	(void)state;
	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		struct plan p = *compile(&a, new_container(&a), &x);
		struct step *steps = arena_alloc(&a, (p.n + 1) * sizeof(*steps));
		size_t at = find(&p, STEP_PROC_SESSION);
		struct err e = { 0 };

		memcpy(steps, p.steps, at * sizeof(*steps));
		steps[at] = test_step(kinds[i]);
		memcpy(&steps[at + 1], &p.steps[at], (p.n - at) * sizeof(*steps));
		p.steps = steps;
		p.n++;
		assert_int_equal(plan_check(&p, &e), -EPROTO);
		assert_non_null(strstr(e.text, "a container that is joined stays as it is"));
	}
}

/* Only what nobody waits for may be aside. */
static void only_coming_back_is_aside(void **state)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct exec_spec x = new_exec();
	struct plan p = *compile(&a, new_container(&a), &x);
	struct step *steps = arena_alloc(&a, p.n * sizeof(*steps));
	struct err e = { 0 };

	(void)state;
	assert_true(p.steps[find(&p, STEP_NS_LEAVE)].aside);
	memcpy(steps, p.steps, p.n * sizeof(*steps));
	p.steps = steps;
	steps[find(&p, STEP_PROC_HIDE)].aside = true;
	assert_int_equal(plan_check(&p, &e), -EPROTO);
	assert_non_null(strstr(e.text, "beside the inside honu only comes back"));
}

/* ---- how it is explained ---- */

/* Commands go where the first process is, and there is nothing to undo. */
static void a_join_is_of_its_target(void **state)
{
	static const char *const in_order[] = {
		"to join this container, step by step",
		"for the new process, on its way into\n# the container",
		"/proc/12/stat ",
		"then group=/sys/fs/cgroup/unified/honu-4f2a/exec; mkdir -p \"$group\"; else ",
		"\n[ -d /sys/fs/cgroup/cpu/honu-4f2a ]\n",
		"\nset -- \"$@\" nsenter --target 12 --pid --no-fork --\n",
		" sh \"$group\"/cgroup.procs\n",
		"\n\"$@\" unshare --fork bash -eu < ",
		"\necho \"$child\" > /sys/fs/cgroup/cpu/honu-4f2a/tasks\n",
		("\n\texec nsenter --target 12 --user --mount --net --ipc --uts --cgroup "
		 "bash -eu\n"),
		"\nexec 9>&-\nwait\n\n",
	};
	_cleanup_(arena_done) struct arena a = { 0 };
	_cleanup_text_ struct text t = { 0 };
	struct exec_spec x = new_exec();

	(void)state;
	plan_explain(compile(&a, new_container(&a), &x), &t);
	const char *at = text_get(&t);
	for (size_t i = 0; i < ELEMENTS(in_order); i++) {
		const char *found = strstr(at, in_order[i]);

		if (!found)
			fail_msg("not found or out of order: %s\nin:\n%s", in_order[i], at);
		at = found;
	}
	assert_null(strstr(text_get(&t), "# undo"));
	assert_null(strstr(text_get(&t), "rmdir"));
	assert_null(strstr(text_get(&t), "\tmount "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rest_is_the_containers),
		cmocka_unit_test(users_of_the_container_or_of_the_host),
		cmocka_unit_test(privileged_is_what_the_user_namespace_can_give),
		cmocka_unit_test(leaf_of_v2),
		cmocka_unit_test(wrong_orders_are_seen),
		cmocka_unit_test(nothing_of_the_container_changes),
		cmocka_unit_test(only_coming_back_is_aside),
		cmocka_unit_test(a_join_is_of_its_target),
	};

	return cmocka_run_group_tests_name("plan/exec", tests, NULL, NULL);
}
