/* cli/words.h - the options of a verb: one table serves reading, help, man page and completion.
 *
 * What describes a container (run, create) is the table of settings in spec/; everything else a verb
 * can be told is a row here, with the place in the verb's own struct where the value goes. */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

enum word_kind {
	WORD_SWITCH, /* bool */
	WORD_TEXT,   /* const char * */
	WORD_TEXTS,  /* struct word_texts: each use adds */
	WORD_NUMBER, /* uint64_t */
	WORD_TIME,   /* uint64_t, milliseconds; "10", "1m30s" */
	WORD_SIGNAL, /* int */
};

struct word_texts {
	const char **list;
	size_t n;
};

struct word {
	const char *name;     /* long option, without its dashes */
	char letter;	      /* short option, or 0 */
	const char *argument; /* "SECONDS"; NULL: a switch */
	enum word_kind kind;
	size_t offset;	     /* in the verb's struct */
	const char *summary; /* a line of help; NULL: honu's own, in no list */
};

#define WORD(type, member, kind_, name_, letter_, argument_, summary_)                  \
	{                                                                               \
		.name = name_, .letter = letter_, .argument = argument_, .kind = kind_, \
		.offset = offsetof(type, member), .summary = summary_                   \
	}

struct verb;

/* Reads options into the verb's struct at into, which holds the defaults already. What is no
 * option goes to *rest, in order; with verb->ends_at_first options end at the first of them.
 * WORDS_HELP when help was asked for. */
#define WORDS_HELP 1
int words_read(const struct verb *v, struct arena *a, int argc, char *const *argv, void *into,
	       struct word_texts *rest, struct err *e);

/* Refuses unless least <= n <= most (SIZE_MAX: any number). what: "container". */
int words_count(const struct verb *v, const struct word_texts *rest, size_t least, size_t most,
		const char *what, struct err *e);
