/* base/text.h - a string that grows, and quoting.
 *
 * Ends the process when memory runs out, as the arena does. */
#pragma once

#include <stddef.h>

#include "base/err.h"

struct text {
	char *data; /* NUL-terminated; NULL while empty */
	size_t length;
	size_t room;
};

void text_add(struct text *t, const char *s);
void text_add_bytes(struct text *t, const void *bytes, size_t n);
void text_printf(struct text *t, const char *fmt, ...) PRINTF(2, 3);

/* Makes room for that many more bytes at once. */
void text_reserve(struct text *t, size_t more);

/* Takes back what stands behind the first length bytes. */
void text_cut(struct text *t, size_t length);

/* Adds s as one word of a POSIX shell: bare if it is safe, else in single quotes. */
void text_add_quoted(struct text *t, const char *s);

/* The string so far; "" while empty. */
const char *text_get(const struct text *t);

void text_done(struct text *t);
#define _cleanup_text_ _cleanup_(text_done)

/* The nearest of n words to what was typed (Damerau-Levenshtein), or NULL when none is near
 * enough to be meant: at most a third of the letters differ. */
const char *text_nearest(const char *typed, const char *const words[], size_t n);
