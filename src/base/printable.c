/* base/printable.c - see printable.h. */
#include "base/printable.h"

size_t printable_length(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	unsigned char least = 0x80, most = 0xbf; /* of the second byte */
	size_t length;

	if (p[0] < 0x80)
		return p[0] >= ' ' && p[0] != 0x7f;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		length = 2;
		least = p[0] == 0xc2 ? 0xa0 : least; /* C1 */
	} else if ((p[0] & 0xf0) == 0xe0) {
		length = 3;
		least = p[0] == 0xe0 ? 0xa0 : least; /* could be shorter */
		most = p[0] == 0xed ? 0x9f : most;   /* surrogates */
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		length = 4;
		least = p[0] == 0xf0 ? 0x90 : least;
		most = p[0] == 0xf4 ? 0x8f : most; /* beyond U+10FFFF */
	} else {
		return 0;
	}
	if (p[1] < least || p[1] > most)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return length;
}
