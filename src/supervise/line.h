/* supervise/line.h - short texts put together in a buffer of the caller's.
 *
 * For honu-supervise: printf(3) would be half of the program. What does not fit is cut. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct line {
	char *at, *end; /* end: where the last '\0' fits */
};

#define LINE_IN(buffer) ((struct line){ (buffer), (buffer) + sizeof(buffer) - 1 })

/* Each leaves the text terminated. */
void line_add(struct line *l, const char *text);
void line_add_bytes(struct line *l, const char *bytes, size_t n);
void line_number(struct line *l, uint64_t n);
