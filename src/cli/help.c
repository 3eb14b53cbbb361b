/* cli/help.c - what a person sees of the tables: settings for run, words for every other verb. */
#include "cli/help.h"

#include <string.h>

#include "cli/verb.h"
#include "spec/settings.h"

/* Where the summaries start; an option that is longer has a line to itself. */
#define COLUMN 38

static int print_option(FILE *f, const struct setting *o)
{
	int width;

	if (o->letter)
		width = fprintf(f, "  -%c, --%s", o->letter, o->name);
	else
		width = fprintf(f, "      --%s", o->name);
	/* Whose namespace: the same long list of words each time, explained below the options. */
	if (o->argument && !strstr(o->argument, "private|"))
		width += fprintf(f, " %s", o->argument);
	else if (o->argument)
		width += fprintf(f, " MODE");
	return width;
}

static void print_group(FILE *f, enum setting_group group)
{
	size_t n;
	const struct setting *all = settings_all(&n);

	fprintf(f, "\n%s:\n", setting_group_title(group));
	for (size_t i = 0; i < n; i++) {
		int width;

		if (all[i].group != group)
			continue;
		width = print_option(f, &all[i]);
		if (width >= COLUMN - 1) {
			fputc('\n', f);
			width = 0;
		}
		fprintf(f, "%*s%s\n", COLUMN - width, "", all[i].summary);
	}
}

void help_run(FILE *f)
{
	fputs("usage: honu run [OPTIONS] ROOT [PROGRAM [ARGUMENT...]]\n"
	      "       honu run [OPTIONS] -- PROGRAM [ARGUMENT...]\n"
	      "\n"
	      "Runs PROGRAM in a container. ROOT is a directory, written with / or . first; without\n"
	      "PROGRAM its /bin/sh runs. With -- in the place of ROOT the program sees the host's own\n"
	      "/usr, read-only. 'honu explain run' with the same words shows what would be done.\n"
	      "\n"
	      "  honu run -- sh -c 'echo hello from pid $$ on $(hostname)'\n"
	      "  honu run --name web -v ./site:/srv:ro ./debian python3 -m http.server\n"
	      "  honu run --read-only --tmpfs /tmp --user 1000 ./debian make\n",
	      f);
	for (int group = 0; group < _GROUP_N; group++)
		print_group(f, (enum setting_group)group);
	fputs("\nNAMESPACE MODEs: private, host, path:FILE, container:NAME. Words after an option can be\n"
	      "attached with '='. Everything at length, with defaults: man honu-run\n",
	      f);
}

static void print_word(FILE *f, const struct word *w)
{
	int width;

	if (w->letter)
		width = fprintf(f, "  -%c, --%s", w->letter, w->name);
	else
		width = fprintf(f, "      --%s", w->name);
	if (w->argument)
		width += fprintf(f, " %s", w->argument);
	if (width >= COLUMN - 1) {
		fputc('\n', f);
		width = 0;
	}
	fprintf(f, "%*s%s\n", COLUMN - width, "", w->summary);
}

void help_verb(const struct verb *v, FILE *f)
{
	if (v->help) {
		v->help(f);
		return;
	}
	fprintf(f, "usage: honu %s%s%s\n\n%s\n", v->name, *v->usage ? " " : "", v->usage, v->text);
	if (v->n_words > 0)
		fputs("\nOptions:\n", f);
	for (size_t i = 0; i < v->n_words; i++)
		if (v->words[i].summary)
			print_word(f, &v->words[i]);
	if (!v->example)
		return;
	fputs("\nFor example:\n", f);
	for (const char *line = v->example; *line;) {
		size_t n = strcspn(line, "\n");

		fprintf(f, "  %.*s\n", (int)n, line);
		line += n + (line[n] == '\n');
	}
}
