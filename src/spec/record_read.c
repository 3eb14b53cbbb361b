/* spec/record_read.c - reads a record back, field by field as record_fields.c lists them. */
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <sys/stat.h>

#include "base/capability.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "spec/record.h"
#include "spec/record_fields.h"

/* Where a value stands, for errors: "mounts[2].type". */
struct place {
	const struct place *outer;
	const char *key; /* NULL: an element */
	size_t index;
};

struct reader {
	struct arena *arena;
	struct err *e;
};

static void add_place(struct text *t, const struct place *at)
{
	if (at->outer)
		add_place(t, at->outer);
	if (at->key)
		text_printf(t, "%s%s", t->length > 0 ? "." : "", at->key);
	else
		text_printf(t, "[%zu]", at->index);
}

static int refuse(const struct reader *o, const struct place *at, const char *fmt, ...)
	PRINTF(3, 4);

static int refuse(const struct reader *o, const struct place *at, const char *fmt, ...)
{
	_cleanup_text_ struct text where = { 0 };
	char why[160];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	add_place(&where, at);
	return err_hint(o->e, err_say(o->e, -EPROTO, "record.json: %s: %s", text_get(&where), why),
			"nobody but honu writes it, and it never changes: make the container anew");
}

static void set_number(const struct record_field *f, char *base, uint64_t n)
{
	void *p = base + f->offset;

	if (f->size == sizeof(uint8_t))
		*(uint8_t *)p = (uint8_t)n;
	else if (f->size == sizeof(uint32_t))
		*(uint32_t *)p = (uint32_t)n;
	else
		*(uint64_t *)p = n;
}

static void set_list(const struct record_field *f, char *base, const void *list, size_t n)
{
	*(const void **)(void *)(base + f->offset) = list;
	*(size_t *)(void *)(base + f->n_offset) = n;
}

/* A string, or a list of bytes that are no UTF-8. NULL: neither. */
static const char *text_of(const struct reader *o, const json_t *value)
{
	size_t n = json_array_size(value);
	char *bytes;

	if (json_is_string(value))
		return arena_strdup(o->arena, json_string_value(value));
	if (n == 0)
		return NULL;
	bytes = arena_alloc(o->arena, n + 1);
	for (size_t i = 0; i < n; i++) {
		const json_t *byte = json_array_get(value, i);

		if (!json_is_integer(byte) || json_integer_value(byte) < 1 ||
		    json_integer_value(byte) > 255)
			return NULL;
		bytes[i] = (char)json_integer_value(byte);
	}
	return bytes;
}

static int read_text(const struct reader *o, const struct record_field *f, const json_t *value,
		     char *base, const struct place *at)
{
	const char *text = text_of(o, value);

	if (!text && (f->needed || !json_is_null(value)))
		return refuse(o, at, "expected a string");
	*(const char **)(void *)(base + f->offset) = text;
	return 0;
}

static int read_texts(const struct reader *o, const struct record_field *f, const json_t *value,
		      char *base, const struct place *at)
{
	size_t n = json_array_size(value);
	const char **list;

	if (!json_is_array(value))
		return refuse(o, at, "expected a list of strings");
	list = arena_alloc(o->arena, (n + 1) * sizeof(*list));
	for (size_t i = 0; i < n; i++) {
		const struct place item = { .outer = at, .index = i };

		list[i] = text_of(o, json_array_get(value, i));
		if (!list[i])
			return refuse(o, &item, "expected a string");
	}
	set_list(f, base, (void *)list, n);
	return 0;
}

static int read_number(const struct reader *o, const struct record_field *f, const json_t *value,
		       char *base, const struct place *at)
{
	uint64_t largest = f->size == sizeof(uint32_t) ? UINT32_MAX : UINT64_MAX, n;
	const char *word = json_string_value(value);

	if (word && f->text && strcmp(word, f->text) == 0)
		n = largest;
	else if (word && number_u64(word, &n) == 0 && n > INT64_MAX)
		;
	else if (json_is_integer(value) && json_integer_value(value) >= 0)
		n = (uint64_t)json_integer_value(value);
	else
		return refuse(o, at, "expected a number%s%s", f->text ? " or " : "",
			      f->text ? f->text : "");
	if (n > largest)
		return refuse(o, at, "the number is too large");
	set_number(f, base, n);
	return 0;
}

static int read_word(const struct reader *o, const struct record_field *f, const json_t *value,
		     char *base, const struct place *at)
{
	const char *word = json_string_value(value);

	for (uint64_t n = 0; word && n < f->n_words; n++) {
		if (f->words[n] && strcmp(f->words[n], word) == 0) {
			set_number(f, base, n);
			return 0;
		}
	}
	return refuse(o, at, "expected a word such as %s", f->words[0]);
}

/* Below 65; -1: it is no such number. */
static int small_number(const json_t *value)
{
	json_int_t n = json_integer_value(value);

	return json_is_integer(value) && n >= 0 && n <= 64 ? (int)n : -1;
}

static int read_signal(const struct reader *o, const struct record_field *f, const json_t *value,
		       char *base, const struct place *at)
{
	const char *word = json_string_value(value);
	int signal = small_number(value);

	if (word && signal_parse(word, &signal) < 0)
		signal = 0;
	if (signal < 1)
		return refuse(o, at, "expected a signal");
	set_number(f, base, (uint64_t)signal);
	return 0;
}

static int read_node(const struct reader *o, const struct record_field *f, const json_t *value,
		     char *base, const struct place *at)
{
	const char *word = json_string_value(value);

	if (!word || (strcmp(word, "character") != 0 && strcmp(word, "block") != 0))
		return refuse(o, at, "expected character or block");
	set_number(f, base, word[0] == 'b' ? S_IFBLK : S_IFCHR);
	return 0;
}

static int read_capabilities(const struct reader *o, const struct record_field *f,
			     const json_t *value, char *base, const struct place *at)
{
	uint64_t set = 0;

	if (!json_is_array(value))
		return refuse(o, at, "expected a list of capabilities");
	for (size_t i = 0; i < json_array_size(value); i++) {
		const struct place item = { .outer = at, .index = i };
		const json_t *one = json_array_get(value, i);
		const char *word = json_string_value(one);
		int number = word ? capability_number(word) : small_number(one);

		if (word && strcmp(word, "ALL") == 0)
			set = UINT64_MAX;
		else if (number >= 0 && number < 64)
			set |= UINT64_C(1) << number;
		else
			return refuse(o, &item, "expected a capability");
	}
	set_number(f, base, set);
	return 0;
}

static int read_table(const struct reader *o, const struct record_table *t, json_t *object,
		      size_t others, char *base, const struct place *at);

static int read_objects(const struct reader *o, const struct record_field *f, const json_t *value,
			char *base, const struct place *at)
{
	size_t n = json_array_size(value);
	char *list;
	int r = 0;

	if (!json_is_array(value))
		return refuse(o, at, "expected a list of objects");
	list = n > 0 ? arena_alloc(o->arena, n * f->table->size) : NULL;
	for (size_t i = 0; r == 0 && i < n; i++) {
		const struct place item = { .outer = at, .index = i };

		r = read_table(o, f->table, json_array_get(value, i), 0, list + i * f->table->size,
			       &item);
	}
	set_list(f, base, list, n);
	return r;
}

static int read_value(const struct reader *o, const struct record_field *f, json_t *value,
		      char *base, const struct place *at)
{
	switch (f->kind) {
	case RECORD_TEXT:
		return read_text(o, f, value, base, at);
	case RECORD_TEXTS:
		return read_texts(o, f, value, base, at);
	case RECORD_BOOL:
		if (!json_is_boolean(value))
			return refuse(o, at, "expected true or false");
		set_number(f, base, json_is_true(value));
		return 0;
	case RECORD_NUMBER:
		return read_number(o, f, value, base, at);
	case RECORD_SIGNED:
		if (!json_is_integer(value))
			return refuse(o, at, "expected a number");
		set_number(f, base, (uint64_t)json_integer_value(value));
		return 0;
	case RECORD_WORD:
		return read_word(o, f, value, base, at);
	case RECORD_SIGNAL:
		return read_signal(o, f, value, base, at);
	case RECORD_NODE:
		return read_node(o, f, value, base, at);
	case RECORD_CAPABILITIES:
		return read_capabilities(o, f, value, base, at);
	case RECORD_OBJECT:
		return read_table(o, f->table, value, 0, base + f->offset, at);
	case RECORD_OBJECTS:
		return read_objects(o, f, value, base, at);
	case RECORD_NOTHING:
		break;
	}
	return 0;
}

static bool has_key(const struct record_table *t, const char *key)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].key && strcmp(t->fields[i].key, key) == 0)
			return true;
	return false;
}

/* The key that is in none of our rows, which a newer honu may have written. */
static int refuse_unknown(const struct reader *o, const struct record_table *t, json_t *object,
			  const struct place *at)
{
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		const struct place unknown = { .outer = at, .key = key };

		if (!has_key(t, key) && (at || strcmp(key, "version") != 0))
			return refuse(o, &unknown, "this honu does not know the key");
	}
	return err_say(o->e, -ENOTRECOVERABLE, "record.json: keys were miscounted");
}

/* others: keys of the object that are not in the table. */
static int read_table(const struct reader *o, const struct record_table *t, json_t *object,
		      size_t others, char *base, const struct place *at)
{
	size_t known = others;

	if (!json_is_object(object))
		return refuse(o, at, "expected an object");
	for (size_t i = 0; i < t->n; i++) {
		const struct record_field *f = &t->fields[i];
		const struct place here = { .outer = at, .key = f->key };
		json_t *value = f->key ? json_object_get(object, f->key) : NULL;
		int r = 0;

		if (value)
			r = read_value(o, f, value, base, &here);
		else if (f->needed)
			r = refuse(o, &here, "is missing");
		if (r < 0)
			return r;
		known += value != NULL;
	}
	return known == json_object_size(object) ? 0 : refuse_unknown(o, t, object, at);
}

static int check_version(const struct reader *o, const json_t *record)
{
	const struct place at = { .key = "version" };
	const json_t *version = json_object_get(record, "version");

	if (!json_is_integer(version))
		return refuse(o, &at, "expected a number");
	if (json_integer_value(version) == RECORD_VERSION)
		return 0;
	return err_hint(o->e,
			err_say(o->e, -EPROTONOSUPPORT,
				"record.json: version: %lld; this honu knows %d",
				(long long)json_integer_value(version), RECORD_VERSION),
			"use the honu that made the container, or make it anew");
}

static int read_record(const struct reader *o, json_t *record, struct spec *s)
{
	const struct place argv = { .key = "process.argv" };
	int r;

	if (!json_is_object(record))
		return err_say(o->e, -EPROTO, "record.json: expected an object");
	r = check_version(o, record);
	if (r == 0)
		r = read_table(o, &record_spec, record, 1, (char *)s, NULL);
	if (r == 0 && s->n_argv == 0)
		r = refuse(o, &argv, "expected a program");
	return r;
}

/* jansson takes a few hundred small pieces of memory; from an arena, which is dropped at once, they
 * cost a third of what malloc() makes of them. */
static struct arena *pieces;

static void *take_piece(size_t size)
{
	return arena_alloc(pieces, size);
}

static void leave_piece(void *piece)
{
	(void)piece;
}

int spec_read_record(struct arena *a, const char *json, struct spec **ret, struct err *e)
{
	const struct reader o = { .arena = a, .e = e };
	_cleanup_(arena_done) struct arena tree = { 0 };
	struct spec *s = spec_new(a);
	json_error_t where;
	json_t *record;
	json_malloc_t old_malloc;
	json_free_t old_free;
	int r;

	pieces = &tree;
	json_get_alloc_funcs(&old_malloc, &old_free);
	json_set_alloc_funcs(take_piece, leave_piece);
	json_object_seed(1); /* nobody chooses our keys: no need to ask the kernel for a seed */
	record = json_loads(json, JSON_REJECT_DUPLICATES, &where);
	json_set_alloc_funcs(old_malloc, old_free);
	pieces = NULL;
	if (!record)
		return err_hint(e,
				err_say(e, -EPROTO, "record.json: byte %d: %s", where.position,
					where.text),
				"nobody but honu writes it, and it never changes: make the "
				"container anew");
	r = read_record(&o, record, s);
	if (r == 0)
		*ret = s;
	return r;
}
