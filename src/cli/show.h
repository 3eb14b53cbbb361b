/* cli/show.h - what a verb that shows prints on standard output. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "cli/format.h"
#include "cli/table.h"

/* Writes all of it; on a terminal what would control it becomes '?'. An error is that of write(2). */
int show_text(const struct text *t, struct err *e);

/* Cut where the terminal ends, unless whole; in a pipe nothing is. */
int show_table(const struct table *t, bool whole, struct err *e);

/* Indented. */
int show_json(const json_t *value, struct err *e);

/* Each element of the array by the template. */
int show_format(const struct format *f, const json_t *array, struct err *e);

/* ---- members of what is shown as JSON ---- */

/* Bytes that are no UTF-8 become U+FFFD. */
json_t *show_string_of(const char *s, size_t n);
json_t *show_string(const char *s);   /* NULL or "": null */
json_t *show_moment(uint64_t moment); /* RFC 3339; 0: null */

/* What --format json and --format table ask for; else a template. */
enum show_kind { SHOW_TABLE, SHOW_JSON, SHOW_FORMAT };

/* Reads --json and --format (NULL: not given) of a verb. */
int show_read(struct arena *a, bool json, const char *template, const struct format_fields *fields,
	      enum show_kind *ret, struct format **ret_format, struct err *e);
