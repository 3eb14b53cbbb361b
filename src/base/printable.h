/* base/printable.h - which bytes of a foreign text may be shown, stored on one line, put in JSON. */
#pragma once

#include <stddef.h>

/* Bytes of the character at s, 1 to 4: valid UTF-8 (RFC 3629, section 4) and no control character
 * (C0, DEL, C1). 0: it is none, also at the end of the string. */
size_t printable_length(const char *s);
