/* data/json.c - see json.h. */
#include "data/json.h"

#include <stddef.h>
#include <string.h>

/* Bytes of the character at s; 0: it is none. RFC 3629: shortest forms only, no surrogates, up to
 * U+10FFFF. A string that ends too early is seen by its NUL, which continues nothing. */
static size_t utf8_length(const unsigned char *s)
{
	unsigned low = 0x80, high = 0xbf; /* of the second byte */
	size_t n;

	if (s[0] < 0x80)
		return 1;
	if (s[0] < 0xc2 || s[0] > 0xf4)
		return 0;
	n = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < n; i++)
		if (s[i] < 0x80 || s[i] > 0xbf)
			return 0;
	return n;
}

static bool is_utf8(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;

	while (*p) {
		size_t n = utf8_length(p);

		if (n == 0)
			return false;
		p += n;
	}
	return true;
}

void json_put_key(struct text *t, const char *key)
{
	char last = t->length > 0 ? t->data[t->length - 1] : '{';

	if (last != '{' && last != '[')
		text_add_bytes(t, ",", 1);
	if (!key)
		return;
	text_add_bytes(t, "\"", 1);
	text_add(t, key);
	text_add_bytes(t, "\":", 2);
}

static void put_bytes(struct text *t, const char *s)
{
	text_add_bytes(t, "[", 1);
	for (; *s; s++) {
		json_put_key(t, NULL);
		json_put_number(t, (unsigned char)*s);
	}
	text_add_bytes(t, "]", 1);
}

static void put_escaped(struct text *t, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	const char unicode[] = { '\\', 'u', '0', '0', digits[c >> 4], digits[c & 15] };
	const char quoted[] = { '\\', (char)c };

	if (c == '"' || c == '\\')
		text_add_bytes(t, quoted, sizeof(quoted));
	else if (c == '\n')
		text_add_bytes(t, "\\n", 2);
	else if (c == '\t')
		text_add_bytes(t, "\\t", 2);
	else
		text_add_bytes(t, unicode, sizeof(unicode));
}

static bool is_plain(unsigned char c)
{
	return c >= 0x20 && c != '"' && c != '\\' && c != 0x7f;
}

void json_put_string(struct text *t, const char *s)
{
	if (!is_utf8(s)) {
		put_bytes(t, s);
		return;
	}
	text_add_bytes(t, "\"", 1);
	while (*s) {
		size_t n = 0;

		while (s[n] && is_plain((unsigned char)s[n]))
			n++;
		text_add_bytes(t, s, n);
		s += n;
		if (*s)
			put_escaped(t, (unsigned char)*s++);
	}
	text_add_bytes(t, "\"", 1);
}

void json_put_number(struct text *t, uint64_t n)
{
	char digits[20];
	size_t first = sizeof(digits);

	do {
		digits[--first] = (char)('0' + n % 10);
		n /= 10;
	} while (n > 0);
	text_add_bytes(t, digits + first, sizeof(digits) - first);
}

void json_put_signed(struct text *t, int64_t n)
{
	if (n < 0)
		text_add_bytes(t, "-", 1);
	/* Also for the least one, which has no positive counterpart. */
	json_put_number(t, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

void json_put_bool(struct text *t, bool b)
{
	text_add(t, b ? "true" : "false");
}
