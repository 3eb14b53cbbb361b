/* tests/torture/plan.h - the steps of a command, as 'honu explain --list' has them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct plan_line {
	bool host; /* honu itself carries it out */
	char name[32];
};

struct plan_lines {
	struct plan_line *step;
	size_t n;
};

/* argv: honu and the words of the command. No step where the command cannot be explained. */
void plan_lines_read(struct plan_lines *p, char *const *argv);
void plan_lines_done(struct plan_lines *p);
