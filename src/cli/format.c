/* cli/format.c - see format.h: a template is read into pieces. */
#include "cli/format.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "cli/format_parts.h"

#define NAMES_MAX 64
#define DEPTH_MAX 16

/* What is open while the template is read. */
struct block {
	size_t piece;	   /* the IF, RANGE or ELSE that waits for its end */
	const json_t *dot; /* outside of it */
};

struct reader {
	struct arena *arena;
	const struct format_fields *fields;
	struct format *format;
	const json_t *dot; /* the example of what "." is here; NULL: anything */
	struct block blocks[DEPTH_MAX];
	size_t depth;
	struct err *e;
};

static int refuse(struct reader *o, const char *what, size_t n, const char *why)
{
	return err_hint(
		o->e, err_say(o->e, -EINVAL, "--format: '%.*s' %s", (int)n, what, why),
		"fields as in {{.name}} or {{.state.pid}}, {{json .}}, {{index .labels \"key\"}}, "
		"{{if .x}}…{{else}}…{{end}}, {{range .x}}…{{end}}; 'table ' first for headings");
}

/* ---- fields ---- */

/* False where the example does not say what can be in it. */
static bool is_closed(const json_t *example)
{
	return example && !json_is_null(example) &&
	       !(json_is_object(example) && json_object_size(example) == 0) &&
	       !(json_is_array(example) && json_array_size(example) == 0);
}

static char *lower(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_strndup(a, s, n);

	for (char *p = copy; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

static int unknown_field(struct reader *o, const json_t *example, const char *key, size_t n)
{
	const char *names[NAMES_MAX], *words[NAMES_MAX];
	_cleanup_text_ struct text all = { 0 };
	const char *name, *near;
	size_t n_names = 0;
	json_t *value;
	int r = err_say(o->e, -EINVAL, "--format: there is no field '.%.*s'", (int)n, key);

	json_object_foreach((json_t *)example, name, value)
	{
		if (n_names == NAMES_MAX)
			break;
		names[n_names] = name;
		words[n_names++] = lower(o->arena, name, strlen(name));
		text_printf(&all, "%s.%s", all.length > 0 ? " " : "", name);
	}
	near = text_nearest(lower(o->arena, key, n), words, n_names);
	for (size_t i = 0; near && i < n_names; i++) {
		if (words[i] == near)
			return err_hint(o->e, r, "did you mean '.%s'? There are: %s", names[i],
					text_get(&all));
	}
	return err_hint(o->e, r, "there are: %s", text_get(&all));
}

static const char *find_name(const struct format_name *list, const char *name, size_t n)
{
	for (; list && list->name; list++)
		if (strlen(list->name) == n && strncasecmp(list->name, name, n) == 0)
			return list->field;
	return NULL;
}

/* One key, looked up in *example, which is then the example of its value. */
static int add_key(struct reader *o, struct piece *p, const json_t **example, const char *key,
		   size_t n)
{
	const char *name = NULL;

	if (is_closed(*example)) {
		if (!json_is_object(*example))
			return refuse(o, key, n, "is looked for in what has no fields");
		name = format_find_key(*example, key, n);
		if (!name)
			return unknown_field(o, *example, key, n);
	}
	*example = name ? json_object_get(*example, name) : NULL;
	arena_push(o->arena, p->path, p->n_path, arena_strndup(o->arena, name ? name : key, n));
	return 0;
}

/* "exitCode" -> "EXIT CODE" */
static const char *heading_of(struct reader *o, const struct piece *p)
{
	_cleanup_text_ struct text t = { 0 };
	const char *key = p->n_path > 0 ? p->path[p->n_path - 1] : "";
	const char *given = find_name(o->fields->headings, key, strlen(key));

	if (given)
		return given;
	for (; *key; key++) {
		if (isupper((unsigned char)*key) && t.length > 0)
			text_add(&t, " ");
		text_add_bytes(&t, (char[]){ (char)toupper((unsigned char)*key) }, 1);
	}
	return arena_strdup(o->arena, text_get(&t));
}

/* ---- reading ---- */

static const char *skip_blanks(const char *p, const char *end)
{
	while (p && p < end && (*p == ' ' || *p == '\t'))
		p++;
	return p;
}

static size_t word_length(const char *p, const char *end)
{
	size_t n = 0;

	while (p + n < end && (isalnum((unsigned char)p[n]) || p[n] == '_'))
		n++;
	return n;
}

/* The field that the keys from p on begin with another word for; *p is then behind that word. */
static const char *take_alias(const struct reader *o, const char **p, const char *end)
{
	const struct format_name *found = NULL;

	/* Within a range the dot is not what they are words for. */
	for (const struct format_name *a = o->fields->aliases; a && a->name; a++) {
		size_t n = strlen(a->name);

		if (o->dot == o->fields->example && n <= (size_t)(end - *p) &&
		    strncasecmp(a->name, *p, n) == 0 && (*p + n == end || (*p)[n] == '.') &&
		    (!found || n > strlen(found->name)))
			found = a;
	}
	if (!found)
		return NULL;
	*p += strlen(found->name);
	*p += *p < end;
	return found->field;
}

static int read_keys_from(struct reader *o, const char *p, const char *end, struct piece *piece,
			  const json_t **example)
{
	const char *all = p;

	while (p < end) {
		size_t n = word_length(p, end);
		int r = n == 0 || p + n + 1 == end ?
				refuse(o, all - 1, (size_t)(end - all) + 1, "is no field") :
				add_key(o, piece, example, p, n);

		if (r < 0)
			return r;
		p += n + 1;
	}
	return 0;
}

/* "A.B" up to end. */
static int read_keys(struct reader *o, const char *p, const char *end, struct piece *piece,
		     const json_t **example)
{
	const char *field = take_alias(o, &p, end);
	int r = field ? read_keys_from(o, field, field + strlen(field), piece, example) : 0;

	return r < 0 ? r : read_keys_from(o, p, end, piece, example);
}

/* ".", ".A.B", and then strings in quotes, which are keys too: .Label "x", index .labels "x". */
static int read_path(struct reader *o, const char *p, const char *end, struct piece *piece,
		     const json_t **ret_example)
{
	const char *keys = p + 1;
	int r;

	*ret_example = o->dot;
	if (p == end || *p != '.')
		return refuse(o, p, (size_t)(end - p), "is no field");
	for (p++; p < end && (*p == '.' || word_length(p, end) > 0); p++)
		;
	if (p > keys || (p < end && *p != ' ' && *p != '\t')) {
		r = read_keys(o, keys, p, piece, ret_example);
		if (r < 0)
			return r;
	}
	for (p = skip_blanks(p, end); p < end; p = skip_blanks(p, end)) {
		const char *close = *p == '"' ? memchr(p + 1, '"', (size_t)(end - p - 1)) : NULL;

		r = !close ? refuse(o, p, (size_t)(end - p), "is not understood") :
			     add_key(o, piece, ret_example, p + 1, (size_t)(close - p - 1));
		if (r < 0)
			return r;
		p = close + 1;
	}
	return 0;
}

static struct piece *add_piece(struct reader *o, enum piece_kind kind)
{
	struct piece piece = { .kind = kind };

	arena_push(o->arena, o->format->pieces, o->format->n, piece);
	return &o->format->pieces[o->format->n - 1];
}

static const json_t *example_of_element(const json_t *example)
{
	if (json_is_array(example))
		return json_array_get(example, 0);
	return json_is_object(example) ?
		       json_object_iter_value(json_object_iter((json_t *)example)) :
		       NULL;
}

static int read_begin(struct reader *o, enum piece_kind kind, const char *p, const char *end)
{
	struct piece *piece = add_piece(o, kind);
	const json_t *example;
	int r = read_path(o, p, end, piece, &example);

	if (r < 0)
		return r;
	if (o->depth == DEPTH_MAX)
		return refuse(o, p, (size_t)(end - p), "is nested too deeply");
	o->blocks[o->depth++] = (struct block){ .piece = o->format->n - 1, .dot = o->dot };
	if (kind == PIECE_RANGE)
		o->dot = example_of_element(example);
	return 0;
}

/* The {{else}} or {{end}} of what is open. */
static int read_border(struct reader *o, enum piece_kind kind, const char *word, size_t n)
{
	struct block *block = o->depth > 0 ? &o->blocks[o->depth - 1] : NULL;

	if (!block || (kind == PIECE_ELSE && o->format->pieces[block->piece].kind == PIECE_ELSE))
		return refuse(o, word, n, "has nothing to belong to");
	(void)add_piece(o, kind);
	o->format->pieces[block->piece].other = o->format->n - 1;
	o->dot = block->dot;
	block->piece = o->format->n - 1;
	if (kind == PIECE_END)
		o->depth--;
	return 0;
}

static int read_value(struct reader *o, enum piece_kind kind, const char *p, const char *end)
{
	struct piece *piece = add_piece(o, kind);
	const json_t *example;
	int r = read_path(o, p, end, piece, &example);

	if (r == 0)
		piece->text = heading_of(o, piece);
	return r;
}

/* What stands between "{{" and "}}". */
static int read_action(struct reader *o, const char *p, const char *end)
{
	static const struct {
		const char *word;
		enum piece_kind kind;
	} words[] = {
		{ "if", PIECE_IF },   { "range", PIECE_RANGE }, { "else", PIECE_ELSE },
		{ "end", PIECE_END }, { "json", PIECE_JSON },	{ "index", PIECE_VALUE },
	};
	size_t n;

	p = skip_blanks(p, end);
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	n = word_length(p, end);
	if (n == 0)
		return read_value(o, PIECE_VALUE, p, end);
	for (size_t i = 0; i < ELEMENTS(words); i++) {
		const char *rest = skip_blanks(p + n, end);

		if (strlen(words[i].word) != n || strncmp(words[i].word, p, n) != 0)
			continue;
		if (words[i].kind == PIECE_IF || words[i].kind == PIECE_RANGE)
			return read_begin(o, words[i].kind, rest, end);
		if (words[i].kind == PIECE_JSON || words[i].kind == PIECE_VALUE)
			return read_value(o, words[i].kind, rest, end);
		if (rest < end)
			return refuse(o, rest, (size_t)(end - rest), "is not understood");
		return read_border(o, words[i].kind, p, n);
	}
	return refuse(o, p, (size_t)(end - p), "is not understood");
}

/* Text between actions, with \t and \n for what they stand for. */
static void add_text(struct reader *o, const char *p, size_t n)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < n; i++) {
		bool escape = p[i] == '\\' && i + 1 < n && (p[i + 1] == 't' || p[i + 1] == 'n');

		text_add_bytes(&t, !escape ? p + i : p[i + 1] == 't' ? "\t" : "\n", 1);
		i += escape;
	}
	if (t.length > 0)
		add_piece(o, PIECE_TEXT)->text = arena_strdup(o->arena, text_get(&t));
}

int format_parse(struct arena *a, const char *template, const struct format_fields *fields,
		 struct format **ret, struct err *e)
{
	struct format *f = arena_new(a, struct format);
	struct reader o = {
		.arena = a, .fields = fields, .format = f, .dot = fields->example, .e = e
	};
	const char *p = template;

	f->is_table = strncmp(p, "table ", 6) == 0;
	p += f->is_table ? 6 : 0;
	while (*p) {
		const char *open = strstr(p, "{{");
		const char *close = open ? strstr(open, "}}") : NULL;
		int r;

		add_text(&o, p, open ? (size_t)(open - p) : strlen(p));
		if (!open)
			break;
		if (!close)
			return refuse(&o, open, strlen(open), "has no end: '}}'");
		r = read_action(&o, open + 2, close);
		if (r < 0)
			return r;
		p = close + 2;
	}
	if (o.depth > 0)
		return refuse(&o, template, strlen(template), "has no {{end}}");
	*ret = f;
	return 0;
}
