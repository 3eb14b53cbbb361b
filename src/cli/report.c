/* cli/report.c - how errors and notes look. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/verb.h"

static int has_colour(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDERR_FILENO) && !(no && *no);
}

/* What was typed is repeated, but commands for the terminal do not get there. */
static void add_plain(struct text *t, const char *s)
{
	for (; *s; s++)
		text_add_bytes(t, (unsigned char)*s < 0x20 || *s == 0x7f ? "?" : s, 1);
}

static void print(const char *label, const char *colour, const char *context, const char *text)
{
	_cleanup_text_ struct text line = { 0 };
	int coloured = has_colour();

	text_printf(&line, "%s%s:%s ", coloured ? colour : "", label, coloured ? "\033[0m" : "");
	if (context) {
		add_plain(&line, context);
		text_add(&line, ": ");
	}
	add_plain(&line, text);
	text_add(&line, "\n");
	(void)fputs(text_get(&line), stderr);
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
