/* golden/golden.c - prints the plan of a command line on one of the hosts of golden/hosts.h; an
 * error follows where the record of the container does not lead to the same plan.
 *
 * usage: golden HOST [NAME=VALUE...] run [OPTIONS] …       as one would type it on that host */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "golden/compute.h"
#include "golden/hosts.h"

static void print_command(const char *host, int argc, char *const *argv)
{
	_cleanup_text_ struct text t = { 0 };

	for (int i = 0; i < argc; i++) {
		text_add(&t, i ? " " : "");
		if (strcmp(argv[i], "run") == 0)
			text_add(&t, "honu ");
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

int main(int argc, char **argv)
{
	struct facts facts;
	struct computed c;
	struct err e = { 0 };
	int verb = 2;

	while (verb < argc && strcmp(argv[verb], "run") != 0)
		verb++;
	if (verb >= argc || host_describe(argv[1], &facts) < 0) {
		(void)fputs("usage: golden HOST [NAME=VALUE...] run …\n", stderr);
		return 2;
	}
	print_command(argv[1], argc - 2, argv + 2);
	argv[verb] = NULL; /* what stands before it is the environment */
	int r = compute(&c, &facts, argv + 2, argc - verb - 1, argv + verb + 1, &e);
	if (r == 0) {
		print_plan(c.plan);
		r = compute_again(&c, &facts, &e);
	}
	if (r != 0)
		printf("error: %s\n", e.text);
	if (r != 0 && e.hint[0])
		printf("hint: %s\n", e.hint);
	computed_done(&c);
	return 0;
}
