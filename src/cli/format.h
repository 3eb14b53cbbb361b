/* cli/format.h - templates of --format, as users of docker and podman know them, over what --json
 * prints.
 *
 *     {{.name}} {{.state.pid}}                a field, in capitals or not
 *     {{index .labels "a.b"}}                 a key that is no word
 *     {{json .}} {{json .labels}}             as JSON
 *     {{if .health}}…{{else}}…{{end}}         where it is there, and neither 0, "" nor false
 *     {{range .mounts}}{{.target}}{{end}}     of each element
 *     table {{.id}}\t{{.name}}                with headings, aligned
 *     \t \n                                   tab and line break
 *
 * Go's text/template, of which this is the part that lists need. */
#pragma once

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

struct format;

/* Other words for a field, as docker has them, and headings. Lists end with a row of NULL. */
struct format_name {
	const char *name;  /* "Names", "State.Status" */
	const char *field; /* "name", "state.pid" */
};

struct format_fields {
	const json_t *example; /* an object with every field: what is not in it is refused. An empty
				* object or array in it, and null, may hold anything */
	const struct format_name *aliases;  /* or NULL */
	const struct format_name *headings; /* of a field, where they are not its words; or NULL */
};

/* fields may go afterwards, what aliases and headings point at has to stay. */
int format_parse(struct arena *a, const char *template, const struct format_fields *fields,
		 struct format **ret, struct err *e);

bool format_is_table(const struct format *f);

/* May it look at that key of what it prints? */
bool format_uses(const struct format *f, const char *key);

/* The heading of a table, or what the template makes of a value; with a line break behind it. */
void format_heading(const struct format *f, struct text *ret);
void format_print(const struct format *f, const json_t *value, struct text *ret);
