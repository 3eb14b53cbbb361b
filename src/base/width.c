/* base/width.c - see width.h. Ranges are of Unicode 15: East Asian Width W and F, and the general
 * categories Mn, Me and Cf as far as they occur in names and log lines. */
#include "base/width.h"

#include <stdbool.h>

#include "base/cleanup.h"

struct characters {
	int32_t first, last;
};

static const struct characters wide[] = {
	{ 0x1100, 0x115f },   { 0x231a, 0x231b },   { 0x2329, 0x232a },	  { 0x23e9, 0x23ec },
	{ 0x23f0, 0x23f0 },   { 0x23f3, 0x23f3 },   { 0x25fd, 0x25fe },	  { 0x2614, 0x2615 },
	{ 0x2648, 0x2653 },   { 0x267f, 0x267f },   { 0x2693, 0x2693 },	  { 0x26a1, 0x26a1 },
	{ 0x26aa, 0x26ab },   { 0x26bd, 0x26be },   { 0x26c4, 0x26c5 },	  { 0x26ce, 0x26ce },
	{ 0x26d4, 0x26d4 },   { 0x26ea, 0x26ea },   { 0x26f2, 0x26f3 },	  { 0x26f5, 0x26f5 },
	{ 0x26fa, 0x26fa },   { 0x26fd, 0x26fd },   { 0x2705, 0x2705 },	  { 0x270a, 0x270b },
	{ 0x2728, 0x2728 },   { 0x274c, 0x274c },   { 0x274e, 0x274e },	  { 0x2753, 0x2755 },
	{ 0x2757, 0x2757 },   { 0x2795, 0x2797 },   { 0x27b0, 0x27b0 },	  { 0x27bf, 0x27bf },
	{ 0x2b1b, 0x2b1c },   { 0x2b50, 0x2b50 },   { 0x2b55, 0x2b55 },	  { 0x2e80, 0x303e },
	{ 0x3041, 0x3247 },   { 0x3250, 0x4dbf },   { 0x4e00, 0xa4cf },	  { 0xa960, 0xa97c },
	{ 0xac00, 0xd7a3 },   { 0xf900, 0xfaff },   { 0xfe10, 0xfe19 },	  { 0xfe30, 0xfe6b },
	{ 0xff01, 0xff60 },   { 0xffe0, 0xffe6 },   { 0x16fe0, 0x18cff }, { 0x1aff0, 0x1b2ff },
	{ 0x1f004, 0x1f004 }, { 0x1f0cf, 0x1f0cf }, { 0x1f18e, 0x1f18e }, { 0x1f191, 0x1f19a },
	{ 0x1f200, 0x1f320 }, { 0x1f32d, 0x1f335 }, { 0x1f337, 0x1f37c }, { 0x1f37e, 0x1f393 },
	{ 0x1f3a0, 0x1f3ca }, { 0x1f3cf, 0x1f3d3 }, { 0x1f3e0, 0x1f3f0 }, { 0x1f3f4, 0x1f3f4 },
	{ 0x1f3f8, 0x1f43e }, { 0x1f440, 0x1f440 }, { 0x1f442, 0x1f4fc }, { 0x1f4ff, 0x1f53d },
	{ 0x1f54b, 0x1f54e }, { 0x1f550, 0x1f567 }, { 0x1f57a, 0x1f57a }, { 0x1f595, 0x1f596 },
	{ 0x1f5a4, 0x1f5a4 }, { 0x1f5fb, 0x1f64f }, { 0x1f680, 0x1f6c5 }, { 0x1f6cc, 0x1f6cc },
	{ 0x1f6d0, 0x1f6d2 }, { 0x1f6d5, 0x1f6df }, { 0x1f6eb, 0x1f6ec }, { 0x1f6f4, 0x1f6fc },
	{ 0x1f7e0, 0x1f7f0 }, { 0x1f90c, 0x1f93a }, { 0x1f93c, 0x1f945 }, { 0x1f947, 0x1f9ff },
	{ 0x1fa70, 0x1faff }, { 0x20000, 0x3fffd },
};

static const struct characters combining[] = {
	{ 0x0300, 0x036f },   { 0x0483, 0x0489 }, { 0x0591, 0x05bd }, { 0x05bf, 0x05bf },
	{ 0x05c1, 0x05c2 },   { 0x05c4, 0x05c5 }, { 0x0610, 0x061a }, { 0x064b, 0x065f },
	{ 0x06d6, 0x06dc },   { 0x06df, 0x06e4 }, { 0x0900, 0x0902 }, { 0x093c, 0x093c },
	{ 0x0941, 0x0948 },   { 0x094d, 0x094d }, { 0x0e31, 0x0e31 }, { 0x0e34, 0x0e3a },
	{ 0x0e47, 0x0e4e },   { 0x1ab0, 0x1ace }, { 0x1dc0, 0x1dff }, { 0x200b, 0x200f },
	{ 0x202a, 0x202e },   { 0x2060, 0x2064 }, { 0x20d0, 0x20f0 }, { 0x302a, 0x302d },
	{ 0x3099, 0x309a },   { 0xfe00, 0xfe0f }, { 0xfe20, 0xfe2f }, { 0xfeff, 0xfeff },
	{ 0xe0001, 0xe01ef },
};

static bool is_among(const struct characters *ranges, size_t n, int32_t character)
{
	size_t from = 0;

	while (from < n) {
		size_t middle = from + (n - from) / 2;

		if (character > ranges[middle].last)
			from = middle + 1;
		else if (character < ranges[middle].first)
			n = middle;
		else
			return true;
	}
	return false;
}

/* How many bytes a character has by its first, and the bits of it there; 0: it starts none. */
static size_t starts(unsigned char first, int32_t *ret_bits)
{
	static const struct {
		unsigned char mask, mark;
	} kinds[] = { { 0x80, 0x00 }, { 0xe0, 0xc0 }, { 0xf0, 0xe0 }, { 0xf8, 0xf0 } };

	for (size_t i = 0; i < ELEMENTS(kinds); i++) {
		if ((first & kinds[i].mask) == kinds[i].mark) {
			*ret_bits = first & (unsigned char)~kinds[i].mask;
			return i + 1;
		}
	}
	return 0;
}

size_t width_decode(const char *s, size_t n, int32_t *ret)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	int32_t character = 0;
	size_t length = starts((unsigned char)*s, &character);

	*ret = -1;
	if (length == 0 || length > n)
		return 1;
	for (size_t i = 1; i < length; i++) {
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return 1;
		character = (character << 6) | (s[i] & 0x3f);
	}
	/* Longer than needed, half of a pair, or behind the last there is. */
	if (character < least[length] || (character >= 0xd800 && character <= 0xdfff) ||
	    character > 0x10ffff)
		return 1;
	*ret = character;
	return length;
}

int width_of(int32_t character)
{
	if (character < 0x300)
		return 1;
	if (is_among(combining, ELEMENTS(combining), character))
		return 0;
	return is_among(wide, ELEMENTS(wide), character) ? 2 : 1;
}

size_t width_text(const char *s, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n;) {
		int32_t character;

		if ((unsigned char)s[i] < 0x80) { /* nearly always */
			columns++;
			i++;
			continue;
		}
		i += width_decode(s + i, n - i, &character);
		columns += (size_t)width_of(character);
	}
	return columns;
}

size_t width_cut(const char *s, size_t n, size_t columns)
{
	size_t used = 0, i = 0;

	while (i < n) {
		int32_t character;
		size_t length = width_decode(s + i, n - i, &character);

		used += (size_t)width_of(character);
		if (used > columns)
			break;
		i += length;
	}
	return i;
}
