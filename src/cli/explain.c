/* cli/explain.c - honu explain: what a command would do, as commented shell commands. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/exec.h"
#include "cli/help.h"
#include "cli/prepare.h"
#include "cli/update.h"
#include "plan/plan.h"

/* Stands for the range that a start would claim: which one is free is known only then. */
static int example_range(struct prepared *p, struct err *e)
{
	if (spec_range_size(p->spec) == 0)
		return 0;
	return spec_set_range(p->spec, STORE_RANGE_FIRST, p->facts->caller_uid,
			      p->facts->caller_gid, e);
}

static void help(FILE *f)
{
	(void)fputs(
		"usage: honu explain [--list] run [OPTIONS] [ROOT] [--] PROGRAM [ARGUMENT...]\n"
		"       honu explain [--list] exec [OPTIONS] CONTAINER PROGRAM [ARGUMENT...]\n"
		"       honu explain [--list] update LIMITS CONTAINER\n\n"
		"Prints every step of that command with its reason and the shell commands that do the\n"
		"same. Nothing is changed. --list prints one line for each step instead.\n",
		f);
}

static int print(const struct plan *plan, bool list)
{
	_cleanup_text_ struct text t = { 0 };

	if (list)
		plan_list(plan, &t);
	else
		plan_explain(plan, &t);
	(void)fputs(text_get(&t), stdout);
	return 0;
}

static int explain_run(const struct global *g, int argc, char *const *argv, bool list)
{
	_cleanup_(prepare_done) struct prepared p = { 0 };
	struct err e = { 0 };
	struct plan *plan;
	int r = prepare(&p, g, argc, argv, &e);

	if (r == PREPARED_HELP) {
		help_run(stdout);
		return 0;
	}
	if (r == 0)
		r = example_range(&p, &e);
	if (r == 0)
		r = plan_compile(&p.arena, p.spec, p.facts, &plan, &e);
	if (r == 0)
		r = plan_check(plan, &e);
	return r < 0 ? report("explain", &e) : print(plan, list);
}

static int explain_exec(const struct global *g, int argc, char *const *argv, bool list)
{
	_cleanup_(exec_job_done) struct exec_job j = EXEC_JOB_EMPTY;
	struct err e = { 0 };
	int r = exec_job_read(&j, g, argc, argv, &e);

	if (r == EXEC_JOB_HELP) {
		help_verb(&verb_exec, stdout);
		return 0;
	}
	return r < 0 ? report("explain", &e) : print(j.plan, list);
}

static int explain_update(const struct global *g, int argc, char *const *argv, bool list)
{
	_cleanup_(targets_done) struct targets t = TARGETS_EMPTY(&verb_update);
	struct update_words w = { 0 };
	struct update u;
	struct err e = { 0 };
	int r;

	if (!targets_read(&t, g, argc, argv, &w, NULL))
		return t.status;
	r = words_count(&verb_update, &t.typed, 1, 1, "container", &e);
	if (r == 0)
		r = update_read(&u, &w, g, &t.arena, &e);
	if (r < 0)
		return report("explain", &e);
	targets_find(&t, false, NULL);
	if (t.n == 0)
		return t.status;
	r = update_compute(&u, &t.list[0], &t.arena, &e);
	if (r < 0)
		return report("explain", &e);
	if (u.plan)
		return print(u.plan, list);
	report_note("it has no control groups now: the record is all that changes");
	return 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	struct err e = { 0 };
	bool list = argc > 0 && strcmp(argv[0], "--list") == 0;

	if (list) {
		argc--;
		argv++;
	}
	if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
		help(stdout);
		return 0;
	}
	if (argc > 0 && strcmp(argv[0], "run") == 0)
		return explain_run(g, argc - 1, argv + 1, list);
	if (argc > 0 && strcmp(argv[0], "exec") == 0)
		return explain_exec(g, argc - 1, argv + 1, list);
	if (argc > 0 && strcmp(argv[0], "update") == 0)
		return explain_update(g, argc - 1, argv + 1, list);
	(void)err_say(&e, -EINVAL, "explain what? %s",
		      argc ? "only 'run', 'exec' and 'update' can be explained" :
			     "no command was given");
	(void)err_hint(&e, -EINVAL,
		       "write the command as you would run it: honu explain run -- sh");
	return report(NULL, &e);
}

const struct verb verb_explain = {
	.name = "explain",
	.group = VERBS_SEEING,
	.usage = "[--list] run|exec|update …",
	.summary = "print every step of a command with its reason, and change nothing",
	.help = help,
	.run = run,
};
