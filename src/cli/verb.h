/* cli/verb.h - one const struct verb per verb file; main.c joins them. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "cli/words.h"

#define EXIT_ENGINE 125 /* docker's: honu itself failed */

struct global {
	const char *state; /* --state DIR; NULL: $HONU_STATE or /var/lib/honu */
	char *const *environment;
	char *const *argv; /* the whole command line, for executing it again */
};

enum verb_group { VERBS_LIFE, VERBS_INSIDE, VERBS_SEEING, VERBS_HOUSE, _VERBS_N };

struct verb {
	const char *name;
	const char *alias; /* another name that people type; NULL: none */
	enum verb_group group;
	const char *usage;   /* "[OPTIONS] CONTAINER..." */
	const char *summary; /* one line */
	const char *text;    /* what it does, in a paragraph or more of at most 88 columns */
	const char *example; /* complete command lines, one a line; the tests run them */
	const struct word *words;
	size_t n_words;
	bool ends_at_first; /* options end at the first word that is none (exec) */
	bool hidden;	    /* honu's own: not in any list */
	/* Instead of what the fields above give: run and explain, whose options are settings. */
	void (*help)(FILE *);
	/* argv starts after the verb. -> exit status */
	int (*run)(const struct global *g, int argc, char *const *argv);
};

/* Kept one a line, so that two people can add theirs at once. */
extern const struct verb verb_attach;
extern const struct verb verb_cp;
extern const struct verb verb_create;
extern const struct verb verb_diff;
extern const struct verb verb_events;
extern const struct verb verb_exec;
extern const struct verb verb_explain;
extern const struct verb verb_finish;
extern const struct verb verb_fsck;
extern const struct verb verb_gc;
extern const struct verb verb_help;
extern const struct verb verb_inspect;
extern const struct verb verb_kill;
extern const struct verb verb_logs;
extern const struct verb verb_pause;
extern const struct verb verb_ps;
extern const struct verb verb_rename;
extern const struct verb verb_restart;
extern const struct verb verb_resume;
extern const struct verb verb_rm;
extern const struct verb verb_run;
extern const struct verb verb_start;
extern const struct verb verb_stats;
extern const struct verb verb_stop;
extern const struct verb verb_update;
extern const struct verb verb_version;
extern const struct verb verb_wait;
extern const struct verb verb_why;

extern const struct verb *const verbs[];
extern const size_t n_verbs;
const struct verb *verb_find(const char *name);

/* "error: CONTEXT: text" and "hint: …" on standard error; -> the exit status for it. context may be
 * NULL. */
int report(const char *context, const struct err *e);
/* "note: …" on standard error. */
void report_note(const char *note);
