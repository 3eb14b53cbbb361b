/* cli/words.c - see words.h. */
#include "cli/words.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/duration.h"
#include "base/number.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "cli/verb.h"

#define WORDS_MAX 64

static const struct word *find(const struct verb *v, const char *name, size_t length)
{
	for (size_t i = 0; i < v->n_words; i++)
		if (strncmp(v->words[i].name, name, length) == 0 &&
		    v->words[i].name[length] == '\0')
			return &v->words[i];
	return NULL;
}

static const struct word *find_letter(const struct verb *v, char letter)
{
	for (size_t i = 0; i < v->n_words; i++)
		if (v->words[i].letter == letter)
			return &v->words[i];
	return NULL;
}

static int unknown(const struct verb *v, const char *typed, struct err *e)
{
	const char *names[WORDS_MAX + 1];
	const char *near;
	size_t n = 0;
	int r = err_say(e, -EINVAL, "unknown option '%s'", typed);

	for (size_t i = 0; i < v->n_words && n < WORDS_MAX; i++)
		if (v->words[i].summary)
			names[n++] = v->words[i].name;
	names[n++] = "help";
	near = typed[1] == '-' ? text_nearest(typed + 2, names, n) : NULL;
	if (near)
		return err_hint(e, r, "did you mean '--%s'? See 'honu %s --help'", near, v->name);
	return err_hint(e, r, "see 'honu %s --help'", v->name);
}

static int refuse(const struct verb *v, const struct word *w, const char *value, const char *wanted,
		  struct err *e)
{
	return err_hint(e, err_say(e, -EINVAL, "--%s '%s': expected %s", w->name, value, wanted),
			"see 'honu %s --help'", v->name);
}

static int give(const struct verb *v, const struct word *w, struct arena *a, const char *value,
		void *into, struct err *e)
{
	void *place = (char *)into + w->offset;

	switch (w->kind) {
	case WORD_SWITCH: {
		bool on = strcmp(value, "true") == 0 || strcmp(value, "1") == 0;

		if (!on && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
			return refuse(v, w, value, "true or false", e);
		*(bool *)place = on;
		return 0;
	}
	case WORD_TEXT:
		*(const char **)place = value;
		return 0;
	case WORD_TEXTS: {
		struct word_texts *t = place;

		arena_push(a, t->list, t->n, value);
		return 0;
	}
	case WORD_NUMBER:
		return number_u64(value, place) < 0 ? refuse(v, w, value, "a number", e) : 0;
	case WORD_TIME:
		return duration_parse(value, place) < 0 ?
			       refuse(v, w, value, "a time such as 10, 500ms or 1m30s", e) :
			       0;
	case WORD_SIGNAL:
		return signal_parse(value, place) < 0 ?
			       refuse(v, w, value, "a signal such as TERM, SIGHUP or 9", e) :
			       0;
	}
	return -ENOTRECOVERABLE;
}

struct reading {
	const struct verb *verb;
	struct arena *arena;
	int argc, next;
	char *const *argv;
	void *into;
};

static int give_next(struct reading *o, const struct word *w, const char *typed, struct err *e)
{
	if (o->next >= o->argc)
		return err_hint(e,
				err_say(e, -EINVAL, "option '%s' needs an argument: %s", typed,
					w->argument),
				"see 'honu %s --help'", o->verb->name);
	return give(o->verb, w, o->arena, o->argv[o->next++], o->into, e);
}

static int read_long(struct reading *o, const char *typed, struct err *e)
{
	const char *name = typed + 2;
	size_t length = strcspn(name, "=");
	const struct word *w = find(o->verb, name, length);

	if (!w && strcmp(name, "help") == 0)
		return WORDS_HELP;
	if (!w)
		return unknown(o->verb, typed, e);
	if (name[length])
		return give(o->verb, w, o->arena, name + length + 1, o->into, e);
	if (!w->argument)
		return give(o->verb, w, o->arena, "true", o->into, e);
	return give_next(o, w, typed, e);
}

/* -t, -it, -u USER, -uUSER. */
static int read_short(struct reading *o, const char *typed, struct err *e)
{
	for (const char *p = typed + 1; *p; p++) {
		const struct word *w = find_letter(o->verb, *p);
		int r;

		if (!w && *p == 'h' && p == typed + 1 && p[1] == '\0')
			return WORDS_HELP;
		if (!w)
			return unknown(o->verb, (char[]){ '-', *p, '\0' }, e);
		if (w->argument && p[1])
			return give(o->verb, w, o->arena, p + 1 + (p[1] == '='), o->into, e);
		if (w->argument)
			return give_next(o, w, typed, e);
		if (p[1] == '=')
			return give(o->verb, w, o->arena, p + 2, o->into, e);
		r = give(o->verb, w, o->arena, "true", o->into, e);
		if (r < 0)
			return r;
	}
	return 0;
}

int words_read(const struct verb *v, struct arena *a, int argc, char *const *argv, void *into,
	       struct word_texts *rest, struct err *e)
{
	struct reading o = { .verb = v, .arena = a, .argc = argc, .argv = argv, .into = into };
	bool ended = false;

	*rest = (struct word_texts){ 0 };
	while (o.next < argc) {
		const char *word = argv[o.next++];
		int r;

		if (ended || word[0] != '-' || word[1] == '\0') {
			arena_push(a, rest->list, rest->n, word);
			ended = ended || v->ends_at_first;
			continue;
		}
		if (strcmp(word, "--") == 0) {
			ended = true;
			continue;
		}
		r = word[1] == '-' ? read_long(&o, word, e) : read_short(&o, word, e);
		if (r != 0)
			return r;
	}
	return 0;
}

int words_count(const struct verb *v, const struct word_texts *rest, size_t least, size_t most,
		const char *what, struct err *e)
{
	int r;

	if (rest->n >= least && rest->n <= most)
		return 0;
	if (rest->n < least)
		r = err_say(e, -EINVAL, "which %s?", what);
	else
		r = err_say(e, -EINVAL, "too many words: '%s'", rest->list[most]);
	return err_hint(e, r, "usage: honu %s%s%s", v->name, *v->usage ? " " : "", v->usage);
}
