/* cli/report.c - how errors and notes look. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/verb.h"

static int has_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDERR_FILENO) && !(no && *no);
}

static void print(const char *label, const char *colour, const char *context, const char *text)
{
	int coloured = has_colour();

	(void)fprintf(stderr, "%s%s:%s %s%s%s\n", coloured ? colour : "", label,
		      coloured ? "\033[0m" : "", context ? context : "", context ? ": " : "", text);
}

int report(const char *context, const struct err *e)
{
	print("error", "\033[1;31m", context, e->text);
	if (e->hint[0])
		print("hint", "\033[1;36m", NULL, e->hint);
	return e->exit ? e->exit : EXIT_ENGINE;
}

void report_note(const char *note)
{
	print("note", "\033[1;33m", NULL, note);
}
