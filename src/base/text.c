/* base/text.c - see text.h. */
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void text_reserve(struct text *t, size_t more)
{
	size_t need = t->length + more + 1;

	if (need <= t->room)
		return;
	size_t room = t->room ? t->room * 2 : 256;
	while (room < need)
		room *= 2;
	char *data = realloc(t->data, room);
	if (!data) {
		static const char message[] = "error: out of memory\n";

		(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
		_exit(125);
	}
	t->data = data;
	t->room = room;
}

void text_add_bytes(struct text *t, const void *bytes, size_t n)
{
	text_reserve(t, n);
	memcpy(t->data + t->length, bytes, n);
	t->length += n;
	t->data[t->length] = '\0';
}

void text_add(struct text *t, const char *s)
{
	text_add_bytes(t, s, strlen(s));
}

void text_cut(struct text *t, size_t length)
{
	if (length >= t->length)
		return;
	t->length = length;
	t->data[length] = '\0';
}

void text_printf(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	text_reserve(t, (size_t)n);
	va_start(ap, fmt);
	(void)vsnprintf(t->data + t->length, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->length += (size_t)n;
}

void text_add_quoted(struct text *t, const char *s)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789_-+=:,./@%^";

	if (*s && s[strspn(s, safe)] == '\0') {
		text_add(t, s);
		return;
	}
	text_add(t, "'");
	for (; *s; s++) {
		if (*s == '\'')
			text_add(t, "'\\''");
		else
			text_add_bytes(t, s, 1);
	}
	text_add(t, "'");
}

const char *text_get(const struct text *t)
{
	return t->data ? t->data : "";
}

void text_done(struct text *t)
{
	free(t->data);
	*t = (struct text){ 0 };
}

#define WORD_MAX 48

/* Optimal string alignment distance: insert, delete, replace, swap of neighbours. */
static size_t distance(const char *a, const char *b)
{
	size_t row[3][WORD_MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (size_t j = 0; j <= lb; j++)
		row[0][j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t *now = row[i % 3], *last = row[(i + 2) % 3], *before = row[(i + 1) % 3];

		now[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = last[j - 1] + (a[i - 1] != b[j - 1]);

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
	}
	return row[la % 3][lb];
}

const char *text_nearest(const char *typed, const char *const words[], size_t n)
{
	const char *nearest = NULL;
	size_t best = strlen(typed) / 3 + 1;

	for (size_t i = 0; i < n; i++) {
		size_t d = distance(typed, words[i]);

		if (d <= best && (!nearest || d < best)) {
			best = d;
			nearest = words[i];
		}
	}
	return nearest;
}
