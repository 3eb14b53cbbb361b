/* supervise/line.c - see line.h. */
#include "supervise/line.h"

#include <string.h>

void line_add_bytes(struct line *l, const char *bytes, size_t n)
{
	size_t room = (size_t)(l->end - l->at);

	if (n > room)
		n = room;
	memcpy(l->at, bytes, n);
	l->at += n;
	*l->at = '\0';
}

void line_add(struct line *l, const char *text)
{
	line_add_bytes(l, text, strlen(text));
}

void line_number(struct line *l, uint64_t n)
{
	char digits[20], *digit = digits + sizeof(digits);

	do
		*--digit = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	line_add_bytes(l, digit, (size_t)(digits + sizeof(digits) - digit));
}
