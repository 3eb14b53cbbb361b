/* tests/torture/plan.c - see plan.h. */
#include "torture/plan.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

static _Noreturn void explain(char *const *argv, int output)
{
	size_t n = 0;

	while (argv[n])
		n++;
	char **words = calloc(n + 3, sizeof(*words));
	if (!words || dup2(output, STDOUT_FILENO) < 0)
		_exit(124);
	words[0] = argv[0];
	words[1] = (char *)"explain";
	words[2] = (char *)"--list";
	memcpy((void *)(words + 3), (const void *)(argv + 1), (n - 1) * sizeof(*words));
	(void)execv(words[0], words);
	_exit(124);
}

void plan_lines_read(struct plan_lines *p, char *const *argv)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_file_ FILE *f = NULL;
	size_t room = 0;
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) < 0)
		return;
	pid_t pid = fork();
	if (pid == 0)
		explain(argv, pair[1]);
	(void)close(pair[1]);
	f = fdopen(pair[0], "re");
	while (f && getline(&line, &room, f) > 0) {
		struct plan_line step;
		char actor[8];

		if (sscanf(line, "%7s %31s", actor, step.name) != 2)
			continue;
		step.host = strcmp(actor, "host") == 0;
		struct plan_line *grown = reallocarray(p->step, p->n + 1, sizeof(*grown));
		if (!grown)
			abort();
		p->step = grown;
		p->step[p->n++] = step;
	}
	(void)waitpid(pid, NULL, 0);
}

void plan_lines_done(struct plan_lines *p)
{
	free(p->step);
	*p = (struct plan_lines){ 0 };
}
