/* cli/help.h - help and the manual page of honu run, made from the table of settings. */
#pragma once

#include <stdio.h>

/* honu run --help; also what explain takes. At most 100 columns. */
void help_run(FILE *f);

/* honu-run(1) as mdoc. */
void help_man(FILE *f);
