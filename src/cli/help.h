/* cli/help.h - help and manual pages, made from the tables of options. */
#pragma once

#include <stdio.h>

struct verb;

/* honu run --help; also what explain and create take. At most 100 columns. */
void help_run(FILE *f);

/* honu VERB --help. */
void help_verb(const struct verb *v, FILE *f);

/* honu-VERB(1) as mdoc. */
void help_man(const struct verb *v, FILE *f);

/* The list of verbs for honu(1). */
void help_man_verbs(FILE *f);
