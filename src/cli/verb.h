/* cli/verb.h - one const struct verb per verb file; main.c joins them. */
#pragma once

#include <stdio.h>

#include "base/err.h"

#define EXIT_ENGINE 125 /* docker's: honu itself failed */

struct global {
	const char *state; /* --state DIR; NULL: $HONU_STATE or /run/honu */
	char *const *environment;
	char *const *argv; /* the whole command line, for executing it again */
};

struct verb {
	const char *name;
	const char *usage;   /* "[OPTIONS] [ROOT] [--] PROGRAM [ARGUMENT...]" */
	const char *summary; /* one line */
	void (*help)(FILE *);
	/* argv starts after the verb. -> exit status */
	int (*run)(const struct global *g, int argc, char *const *argv);
};

extern const struct verb verb_explain, verb_gc, verb_help, verb_run, verb_version;

extern const struct verb *const verbs[];
extern const size_t n_verbs;
const struct verb *verb_find(const char *name);

/* "error: CONTEXT: text" and "hint: …" on standard error; -> the exit status for it. context may be
 * NULL. */
int report(const char *context, const struct err *e);
/* "note: …" on standard error. */
void report_note(const char *note);
