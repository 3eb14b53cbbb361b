/* cli/format_print.c - see format.h: the pieces of a template are printed. */
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "cli/format.h"
#include "cli/format_parts.h"

const char *format_find_key(const json_t *object, const char *key, size_t n)
{
	const char *near = NULL;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value)
	{
		if (strlen(name) != n)
			continue;
		if (strncmp(name, key, n) == 0)
			return name;
		if (strncasecmp(name, key, n) == 0)
			near = name;
	}
	return near;
}

bool format_is_table(const struct format *f)
{
	return f->is_table;
}

/* Within a range the dot is something else, but then it does no harm to have looked. */
bool format_uses(const struct format *f, const char *key)
{
	for (size_t i = 0; i < f->n; i++) {
		const struct piece *p = &f->pieces[i];
		bool looks = p->kind == PIECE_VALUE || p->kind == PIECE_JSON ||
			     p->kind == PIECE_IF || p->kind == PIECE_RANGE;

		if (looks && (p->n_path == 0 || strcmp(p->path[0], key) == 0))
			return true;
	}
	return false;
}

struct printer {
	const struct format *format;
	struct text *out;
	bool heading; /* of the table: no value is looked at */
};

static const json_t *look_up(const struct piece *p, const json_t *dot)
{
	for (size_t i = 0; i < p->n_path && dot; i++) {
		const json_t *value = json_object_get(dot, p->path[i]);
		const char *name = NULL;

		if (!value && json_is_object(dot))
			name = format_find_key(dot, p->path[i], strlen(p->path[i]));
		dot = name ? json_object_get(dot, name) : value;
	}
	return dot;
}

static void add_json(struct text *t, const json_t *value)
{
	char *json = value ? json_dumps(value,
					JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) :
			     NULL;

	text_add(t, json ? json : "null");
	free(json);
}

static void add_value(struct text *t, const json_t *value)
{
	if (json_is_string(value))
		text_add_bytes(t, json_string_value(value), json_string_length(value));
	else if (value && !json_is_null(value))
		add_json(t, value);
}

static bool is_something(const json_t *value)
{
	if (json_is_string(value))
		return json_string_length(value) > 0;
	if (json_is_integer(value))
		return json_integer_value(value) != 0;
	if (json_is_object(value))
		return json_object_size(value) > 0;
	if (json_is_array(value))
		return json_array_size(value) > 0;
	return json_is_true(value) || json_is_real(value);
}

static size_t print_from(const struct printer *p, size_t i, const json_t *dot);

/* The body of RANGE, for each element. */
static void print_each(const struct printer *p, size_t i, const json_t *list)
{
	size_t n = json_array_size(list);
	const char *key;
	json_t *value;

	for (size_t k = 0; k < n; k++)
		(void)print_from(p, i + 1, json_array_get(list, k));
	json_object_foreach((json_t *)list, key, value)(void) print_from(p, i + 1, value);
}

/* -> the END of the IF or RANGE at i. */
static size_t print_block(const struct printer *p, size_t i, const json_t *dot)
{
	const struct piece *pieces = p->format->pieces;
	const json_t *value = look_up(&pieces[i], dot);
	size_t other = pieces[i].other;

	if (p->heading || (pieces[i].kind == PIECE_IF && is_something(value)))
		(void)print_from(p, i + 1, dot);
	else if (pieces[i].kind == PIECE_RANGE && is_something(value))
		print_each(p, i, value);
	else if (pieces[other].kind == PIECE_ELSE)
		return print_from(p, other + 1, dot);
	return pieces[other].kind == PIECE_ELSE ? pieces[other].other : other;
}

/* -> the ELSE or END that it met, or behind the last piece. */
static size_t print_from(const struct printer *p, size_t i, const json_t *dot)
{
	for (; i < p->format->n; i++) {
		const struct piece *piece = &p->format->pieces[i];

		switch (piece->kind) {
		case PIECE_TEXT:
			text_add(p->out, piece->text);
			break;
		case PIECE_VALUE:
		case PIECE_JSON:
			if (p->heading)
				text_add(p->out, piece->text);
			else if (piece->kind == PIECE_JSON)
				add_json(p->out, look_up(piece, dot));
			else
				add_value(p->out, look_up(piece, dot));
			break;
		case PIECE_IF:
		case PIECE_RANGE:
			i = print_block(p, i, dot);
			break;
		case PIECE_ELSE:
		case PIECE_END:
			return i;
		}
	}
	return i;
}

void format_heading(const struct format *f, struct text *ret)
{
	(void)print_from(&(struct printer){ .format = f, .out = ret, .heading = true }, 0, NULL);
	text_add(ret, "\n");
}

void format_print(const struct format *f, const json_t *value, struct text *ret)
{
	(void)print_from(&(struct printer){ .format = f, .out = ret }, 0, value);
	text_add(ret, "\n");
}
