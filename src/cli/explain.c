/* cli/explain.c - honu explain: what a command would do, as commented shell commands. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/help.h"
#include "cli/prepare.h"
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
		"usage: honu explain [--list] run [OPTIONS] [ROOT] [--] PROGRAM [ARGUMENT...]\n\n"
		"Prints every step of that command with its reason and the shell commands that do the\n"
		"same. Nothing is changed. --list prints one line for each step instead.\n",
		f);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(prepare_done) struct prepared p = { 0 };
	_cleanup_text_ struct text t = { 0 };
	struct plan *plan;
	struct err e = { 0 };
	bool list = argc > 0 && strcmp(argv[0], "--list") == 0;
	int r;

	if (list) {
		argc--;
		argv++;
	}
	if (argc > 0 && (strcmp(argv[0], "--help") == 0 || strcmp(argv[0], "-h") == 0)) {
		help(stdout);
		return 0;
	}
	if (argc == 0 || strcmp(argv[0], "run") != 0) {
		(void)err_say(&e, -EINVAL, "explain what? %s",
			      argc ? "only 'run' can be explained so far" : "no command was given");
		(void)err_hint(&e, -EINVAL,
			       "write the command as you would run it: honu explain run -- sh");
		return report(NULL, &e);
	}
	r = prepare(&p, g, argc - 1, argv + 1, &e);
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
	if (r < 0)
		return report("explain", &e);
	if (list)
		plan_list(plan, &t);
	else
		plan_explain(plan, &t);
	(void)fputs(text_get(&t), stdout);
	return 0;
}

const struct verb verb_explain = {
	.name = "explain",
	.group = VERBS_SEEING,
	.usage = "[--list] run …",
	.summary = "print every step of a command with its reason, and change nothing",
	.help = help,
	.run = run,
};
