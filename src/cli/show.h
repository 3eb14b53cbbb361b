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

/* Objects by a template, one after the other; with a heading, aligned, where it is a table. All zero
 * but for the format: empty. */
struct show_lines {
	const struct format *format;
	struct text text;
};

void show_add(struct show_lines *s, const json_t *object);
int show_end(struct show_lines *s, struct err *e);

/* ---- members of what is shown as JSON ---- */

/* Bytes that are no UTF-8 become U+FFFD. */
json_t *show_string_of(const char *s, size_t n);
json_t *show_string(const char *s);   /* NULL or "": null */
json_t *show_moment(uint64_t moment); /* RFC 3339; 0: null */

/* The same as text. */
void show_put_string(struct text *t, const char *s);
void show_put_number(struct text *t, bool known, uint64_t n); /* or null */
void show_put_moment(struct text *t, uint64_t moment);
void show_put_labels(struct text *t, const char *const *labels, size_t n); /* "a=1": an object */

/* What --format json and --format table ask for; else a template. */
enum show_kind { SHOW_TABLE, SHOW_JSON, SHOW_FORMAT };

/* Reads --json and --format (NULL: not given) of a verb. */
int show_read(struct arena *a, bool json, const char *template, const struct format_fields *fields,
	      enum show_kind *ret, struct format **ret_format, struct err *e);
