/* cli/exec_words.h - the command line of honu exec. */
#pragma once

#include "cli/verb.h"
#include "spec/spec.h"

/* As it was typed. The values of options that run has too are read by the same functions. */
struct exec_words {
	const struct global *global;
	bool detach, interactive, privileged, timing;
	bool health;	 /* honu's own: the probe is the program */
	const char *tty; /* "true", "false"; NULL: where there is one */
	const char *user, *workdir;
	struct word_texts env, env_files;
	const char *container;
	const char **argv; /* NULL-terminated */
	size_t n_argv;
};

#define EXEC_OPTIONS 10
extern const struct word exec_options[EXEC_OPTIONS];

/* WORDS_HELP when help was asked for. */
int exec_words_read(struct exec_words *w, struct arena *a, const struct global *g, int argc,
		    char *const *argv, struct err *e);

/* An otherwise empty spec with what was said. */
int exec_words_spec(const struct exec_words *w, struct arena *a, struct spec **ret, struct err *e);
