/* base/arena.h - memory that is taken while planning and released all at once.
 *
 * All memory of a spec and of a plan comes from an arena; the executor takes none. When memory
 * runs out the process ends with a message: there is nothing to undo while planning. */
#pragma once

#include <stddef.h>
#include <string.h> /* arena_push() copies */

#include "base/err.h"

struct arena_block;

struct arena {
	struct arena_block *last; /* all zero: empty */
};

/* Zeroed memory, aligned for any type; lives until arena_done(). Never NULL. */
void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2)));
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_printf(struct arena *a, const char *fmt, ...) PRINTF(2, 3);
void arena_done(struct arena *a);

#define arena_new(a, type) ((type *)arena_alloc((a), sizeof(type)))

/* Room for one more element of an array that doubles: returns the array (moved or not). */
void *arena_grow(struct arena *a, void *array, size_t n, size_t size);

/* Appends value to array (a pointer lvalue) of n (a size_t lvalue) elements. */
#define arena_push(a, array, n, ...)                                               \
	do {                                                                       \
		(array) = arena_grow((a), (void *)(array), (n), sizeof(*(array))); \
		__typeof__(*(array)) value_ = __VA_ARGS__;                         \
		memcpy((void *)&(array)[(n)++], &value_, sizeof(value_));          \
	} while (0)
