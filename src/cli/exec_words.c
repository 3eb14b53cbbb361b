/* cli/exec_words.c - see exec_words.h. The names are docker's; what their values may be is in the table
 * of settings, as for run. */
#include "cli/exec_words.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "spec/options.h"

#define ROW(member, kind, name, letter, argument, summary) \
	WORD(struct exec_words, member, kind, name, letter, argument, summary)

const struct word exec_options[EXEC_OPTIONS] = {
	ROW(detach, WORD_SWITCH, "detach", 'd', NULL,
	    "leave it in the background, and print its number"),
	ROW(env, WORD_TEXTS, "env", 'e', "NAME[=VALUE]",
	    "set a variable; without a value, pass on honu's own"),
	ROW(env_files, WORD_TEXTS, "env-file", 0, "FILE", "read variables from a file, one a line"),
	ROW(interactive, WORD_SWITCH, "interactive", 'i', NULL,
	    "connect standard input; without -i and -t it is empty"),
	ROW(privileged, WORD_SWITCH, "privileged", 0, NULL,
	    "give every capability of the container's user namespace"),
	ROW(timing, WORD_SWITCH, "timing", 0, NULL, "show how long each step took"),
	ROW(tty, WORD_TEXT, "tty", 't', NULL,
	    "give it a terminal; --tty=false: not even where honu has one"),
	ROW(user, WORD_TEXT, "user", 'u', "USER[:GROUP]", "who it runs as: names or ids"),
	ROW(workdir, WORD_TEXT, "workdir", 'w', "DIRECTORY", "where it starts"),
	ROW(health, WORD_SWITCH, "health", 0, NULL, NULL),
};

int exec_words_read(struct exec_words *w, struct arena *a, const struct global *g, int argc,
		    char *const *argv, struct err *e)
{
	struct word_texts rest;
	int r = words_read(&verb_exec, a, argc, argv, w, &rest, e);

	if (r != 0)
		return r;
	w->global = g;
	r = words_count(&verb_exec, &rest, 1, SIZE_MAX, "container", e);
	if (r == 0)
		r = w->health ? words_count(&verb_exec, &rest, 1, 1, "container", e) :
				words_count(&verb_exec, &rest, 2, SIZE_MAX, "program", e);
	if (r < 0)
		return r;
	w->container = rest.list[0];
	w->n_argv = rest.n - 1;
	arena_push(a, rest.list, rest.n, NULL);
	w->argv = rest.list + 1;
	if (!w->health && w->argv[0][0] == '\0')
		return err_hint(e, err_say(e, -EINVAL, "the name of the program is empty"),
				"for example: honu exec %s sh", w->container);
	return 0;
}

static int give_texts(struct spec *s, const struct options_from *from, const char *name,
		      const struct word_texts *t, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->n; i++)
		r = options_give(s, from, name, t->list[i], e);
	return r;
}

static int give(struct spec *s, const struct options_from *from, const char *name,
		const char *value, struct err *e)
{
	return value ? options_give(s, from, name, value, e) : 0;
}

int exec_words_spec(const struct exec_words *w, struct arena *a, struct spec **ret, struct err *e)
{
	char cwd[PATH_MAX] = "/";
	struct options_from from = { .cwd = cwd, .environment = w->global->environment };
	struct spec *s = spec_new(a);
	const char *term = getenv("TERM");
	int r;

	if (w->env_files.n > 0 && !getcwd(cwd, sizeof(cwd)))
		return err_set(e, -errno, "read the working directory");
	r = give_texts(s, &from, "env", &w->env, e);
	if (r == 0)
		r = give_texts(s, &from, "env-file", &w->env_files, e);
	if (r == 0)
		r = give(s, &from, "tty", w->tty, e);
	if (r == 0)
		r = give(s, &from, "user", w->user, e);
	if (r == 0)
		r = give(s, &from, "workdir", w->workdir, e);
	if (r < 0)
		return r;
	s->privileged = w->privileged;
	s->timing = w->timing;
	s->term = term && *term ? term : NULL;
	s->argv = w->argv;
	s->n_argv = w->n_argv;
	*ret = s;
	return 0;
}
