/* golden/golden.c - prints the plan of a command line on one of the hosts of golden/hosts.h; an
 * error follows where the record of the container does not lead to the same plan.
 *
 * usage: golden HOST [NAME=VALUE...] run [OPTIONS] …       as one would type it on that host
 *        golden HOST [NAME=VALUE...] exec [OPTIONS] -- PROGRAM… in run [OPTIONS] …
 *                                                         one more process in such a container */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "golden/compute.h"
#include "golden/hosts.h"

static void print_command(const char *host, int argc, char *const *argv)
{
	_cleanup_text_ struct text t = { 0 };
	bool named = false;

	for (int i = 0; i < argc; i++) {
		text_add(&t, i ? " " : "");
		if (!named && (strcmp(argv[i], "run") == 0 || strcmp(argv[i], "exec") == 0)) {
			text_add(&t, "honu ");
			named = true;
		}
		text_add_quoted(&t, argv[i]);
	}
	printf("# on %s: %s\n", host, text_get(&t));
}

static void print_plan(const struct plan *p)
{
	_cleanup_text_ struct text t = { 0 };

	plan_list(p, &t);
	(void)fputs(text_get(&t), stdout);
	for (size_t i = 0; i < p->n_notes; i++)
		printf("note: %s\n", p->notes[i]);
}

/* The place of the word, or -1. */
static int find(int argc, char *const *argv, int from, const char *word)
{
	while (from < argc && strcmp(argv[from], word) != 0)
		from++;
	return from < argc ? from : -1;
}

int main(int argc, char **argv)
{
	struct facts facts;
	struct computed c;
	struct err e = { 0 };
	int exec = find(argc, argv, 2, "exec"), in = find(argc, argv, 2, "in"), run;

	if (exec < 0 || in < exec || find(argc, argv, 2, "run") < exec)
		exec = in = -1; /* a word of a command for run */
	run = find(argc, argv, exec < 0 ? 2 : in, "run");
	if (run < 0 || host_describe(argv[1], &facts) < 0) {
		(void)fputs("usage: golden HOST [NAME=VALUE...] [exec … in] run …\n", stderr);
		return 2;
	}
	print_command(argv[1], argc - 2, argv + 2);
	argv[exec < 0 ? run : exec] = NULL; /* what stands before it is the environment */
	int r = compute(&c, &facts, argv + 2, argc - run - 1, argv + run + 1, &e);
	if (r == 0 && exec > 0)
		r = compute_exec(&c, &facts, argv + 2, in - exec - 1, argv + exec + 1, &e);
	if (r == 0) {
		print_plan(c.plan);
		r = exec > 0 ? 0 : compute_again(&c, &facts, &e);
	}
	if (r != 0)
		printf("error: %s\n", e.text);
	if (r != 0 && e.hint[0])
		printf("hint: %s\n", e.hint);
	computed_done(&c);
	return 0;
}
