/* data/json.h - values as JSON text, straight into a struct text.
 *
 * What is read is jansson's (strict, with positions). What is written on the way of a start is a
 * few hundred values, for which a tree of small allocations costs more than the text itself. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

/* The comma before a member of an object or an element of an array, unless it is the first one,
 * and then its key ("key":); an element has none: NULL. Keys are ours, so nothing is escaped. */
void json_put_key(struct text *t, const char *key);

/* Paths and arguments are bytes; what is no UTF-8 (RFC 3629) becomes a list of numbers, as in the
 * JSON of journalctl(1). */
void json_put_string(struct text *t, const char *s);

void json_put_number(struct text *t, uint64_t n);
void json_put_signed(struct text *t, int64_t n);
void json_put_bool(struct text *t, bool b);
