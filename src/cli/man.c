/* cli/man.c - manual pages as mdoc, made from the same tables as help. */
#include <string.h>

#include "cli/help.h"
#include "cli/verb.h"
#include "spec/settings.h"

/* Text in which nothing is a request: a dash that starts a word stays a dash that can be searched
 * for and copied, a sentence starts a line, as mdoc wants it, and an empty line a paragraph. */
static void man_text(FILE *f, const char *s)
{
	char before = '\n';

	for (; *s; s++) {
		if (*s == '\n' && s[1] == '\n') {
			fputs("\n.Pp", f); /* a paragraph */
			continue;
		}
		if (before == '\n' && (*s == '.' || *s == '\''))
			fputs("\\&", f);
		if (before == '\n' && *s == '\n')
			fputs(".Pp\n", f);
		else if (*s == '\\')
			fputs("\\e", f);
		else if (*s == '-' && (before == '\n' || strchr(" -([=", before)))
			fputs("\\-", f);
		else if (*s == ' ' && (before == '.' || before == ';') && s[1])
			fputc('\n', f);
		else
			fputc(*s, f);
		before = *s == ' ' && (before == '.' || before == ';') ? '\n' : *s;
	}
	fputc('\n', f);
}

/* A word as an argument of a macro: one word, never punctuation or another macro. */
static void man_word(FILE *f, const char *s)
{
	fputs(" \"\\&", f);
	for (; *s; s++) {
		if (*s == '\\')
			fputs("\\e", f);
		else if (*s == '"')
			fputs("\\(dq", f);
		else if (*s == '-')
			fputs("\\-", f);
		else
			fputc(*s, f);
	}
	fputc('"', f);
}

static void man_argument(FILE *f, const struct setting *o)
{
	if (!o->argument)
		return;
	fputs(" Ar", f);
	man_word(f, o->argument);
}

static void man_setting(FILE *f, const struct setting *o)
{
	fputs(".It", f);
	if (o->letter) {
		fprintf(f, " Fl %c", o->letter);
		man_argument(f, o);
		fputs(" , Fl \\-", f);
	} else {
		fputs(" Fl \\-", f);
	}
	fputs(o->name, f);
	man_argument(f, o);
	if (o->alias) {
		fprintf(f, " , Fl \\-%s", o->alias);
		man_argument(f, o);
	}
	fputc('\n', f);
	man_text(f, o->text);
	if (o->repeatable)
		fputs("Can be given several times.\n", f);
	fputs("Default:\n", f);
	fputs(".Em", f);
	man_word(f, o->preset);
	fputs(" .\nExample:\n.Dl", f);
	man_word(f, o->example);
	fputc('\n', f);
}

static void man_group(FILE *f, enum setting_group group)
{
	size_t n;
	const struct setting *all = settings_all(&n);

	fprintf(f, ".Ss %s\n.Bl -tag -width Ds\n", setting_group_title(group));
	for (size_t i = 0; i < n; i++)
		if (all[i].group == group)
			man_setting(f, &all[i]);
	fputs(".El\n", f);
}

static const char man_head[] =
	".\\\" Made by honu from its table of settings: edit src/spec/settings.c instead.\n"
	".Dd July 1, 2025\n"
	".Dt HONU-RUN 1\n"
	".Os\n"
	".Sh NAME\n"
	".Nm honu-run\n"
	".Nd run a program in a container\n"
	".Sh SYNOPSIS\n"
	".Nm honu run\n"
	".Op Ar options\n"
	".Ar root\n"
	".Op Ar program Op Ar argument ...\n"
	".Nm honu run\n"
	".Op Ar options\n"
	".Fl \\-\n"
	".Ar program Op Ar argument ...\n"
	".Sh DESCRIPTION\n"
	".Nm honu run\n"
	"runs\n"
	".Ar program\n"
	"in namespaces and a control group of its own, waits for it and ends with its status.\n"
	".Pp\n"
	".Ar root\n"
	"is the directory that becomes its root.\n"
	"It is written with\n"
	".Pa / ,\n"
	".Pa ./\n"
	"or\n"
	".Pa ../\n"
	"first; other words are names of images, which are not supported yet.\n"
	"A directory does not say what to run, so without\n"
	".Ar program\n"
	"that is\n"
	".Pa /bin/sh .\n"
	"With\n"
	".Fl \\-\n"
	"in its place the program sees the host's own\n"
	".Pa /usr ,\n"
	"read-only, and otherwise nothing of the host's files.\n"
	".Pp\n"
	"The same words after\n"
	".Ic honu explain run\n"
	"show what would be done, and do nothing.\n"
	".Sh OPTIONS\n"
	"Options end at the first word that is none.\n"
	"A value follows as the next word, or after an equals sign.\n"
	"Switches take\n"
	".Cm =true\n"
	"and\n"
	".Cm =false ;\n"
	"short ones can be written together.\n";

static const char man_tail[] =
	".Sh ENVIRONMENT\n"
	".Bl -tag -width Ds\n"
	".It Ev LISTEN_FDS , LISTEN_PID , LISTEN_FDNAMES\n"
	"Sockets handed in by socket activation are passed on to the program.\n"
	".It Ev TERM\n"
	"Passed on to a program that has a terminal.\n"
	".El\n"
	".Sh EXIT STATUS\n"
	".Bl -tag -width Ds\n"
	".It 125\n"
	"honu itself failed.\n"
	".It 126\n"
	"The program cannot be executed.\n"
	".It 127\n"
	"The program was not found.\n"
	".It 128 + n\n"
	"The program was ended by signal n.\n"
	".It other\n"
	"The status of the program.\n"
	".El\n"
	".Sh EXAMPLES\n"
	"A shell that sees the host's programs and nothing else:\n"
	".Dl honu run \\-\\- sh\n"
	".Pp\n"
	"A directory as root, kept as it is, with data that cannot be changed:\n"
	".Dl honu run \\-\\-ephemeral \\-v /srv/data:/data:ro ./debian bash\n"
	".Sh SEE ALSO\n"
	".Xr honu 1 ,\n"
	".Xr capabilities 7 ,\n"
	".Xr namespaces 7\n";

static void man_run(FILE *f)
{
	fputs(man_head, f);
	for (int group = 0; group < _GROUP_N; group++)
		man_group(f, (enum setting_group)group);
	fputs(man_tail, f);
}

static void man_option(FILE *f, const struct word *w)
{
	fputs(".It", f);
	if (w->letter)
		fprintf(f, " Fl %c , Fl \\-%s", w->letter, w->name);
	else
		fprintf(f, " Fl \\-%s", w->name);
	if (w->argument) {
		fputs(" Ar", f);
		man_word(f, w->argument);
	}
	fputc('\n', f);
	man_text(f, w->summary);
}

static void man_examples(FILE *f, const char *lines)
{
	fputs(".Sh EXAMPLES\n.Bd -literal -offset indent\n", f);
	for (; *lines; lines++) {
		if (*lines == '\\')
			fputs("\\e", f);
		else if (*lines == '-')
			fputs("\\-", f);
		else
			fputc(*lines, f);
	}
	fputs("\n.Ed\n", f);
}

void help_man_verbs(FILE *f)
{
	fputs(".Bl -tag -width explain\n", f);
	for (size_t i = 0; i < n_verbs; i++) {
		if (verbs[i]->hidden)
			continue;
		fprintf(f, ".It Cm %s\n", verbs[i]->name);
		man_text(f, verbs[i]->summary);
	}
	fputs(".El\n", f);
}

void help_man(const struct verb *v, FILE *f)
{
	if (strcmp(v->name, "run") == 0) {
		man_run(f);
		return;
	}
	fputs(".\\\" Made by honu from the struct verb of this verb: edit that instead.\n"
	      ".Dd July 1, 2025\n.Dt HONU-",
	      f);
	for (const char *p = v->name; *p; p++)
		fputc(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p, f);
	fprintf(f, " 1\n.Os\n.Sh NAME\n.Nm honu-%s\n.Nd %s\n.Sh SYNOPSIS\n.Nm honu %s\n", v->name,
		v->summary, v->name);
	if (*v->usage) {
		fputs(".Li", f);
		man_word(f, v->usage);
		fputc('\n', f);
	}
	fputs(".Sh DESCRIPTION\n", f);
	if (v->text)
		man_text(f, v->text);
	if (v->n_words > 0) {
		fputs(".Sh OPTIONS\n.Bl -tag -width Ds\n", f);
		for (size_t i = 0; i < v->n_words; i++)
			if (v->words[i].summary)
				man_option(f, &v->words[i]);
		fputs(".El\n", f);
	}
	fputs(".Sh EXIT STATUS\n0, or 125 when honu failed, unless said otherwise above.\n", f);
	if (v->example)
		man_examples(f, v->example);
	fputs(".Sh SEE ALSO\n.Xr honu 1 ,\n.Xr honu-run 1\n", f);
}
