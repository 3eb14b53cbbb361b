/* spec/record.c - writes a spec as JSON, field by field as record_fields.c lists them. */
#include "spec/record.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/capability.h"
#include "base/cleanup.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "data/json.h"
#include "spec/record_fields.h"

/* What most records need, so that the text is not moved as it grows. */
#define ROOM 4096

struct writer {
	struct text text;
	const char *nameless; /* key of a value that the table has no word for: a bug of honu's */
};

static size_t count_of(const struct record_field *f, const char *base)
{
	return *(const size_t *)(const void *)(base + f->n_offset);
}

static const void *pointer_of(const struct record_field *f, const char *base)
{
	return *(const void *const *)(const void *)(base + f->offset);
}

static uint64_t number_of(const struct record_field *f, const char *base)
{
	const void *p = base + f->offset;

	if (f->size == sizeof(uint8_t))
		return *(const uint8_t *)p;
	return f->size == sizeof(uint32_t) ? *(const uint32_t *)p : *(const uint64_t *)p;
}

static bool is_preset_text(const char *text, const char *preset)
{
	return text == preset || (text && preset && strcmp(text, preset) == 0);
}

/* preset NULL: all zero. Objects are asked member by member, and no list is preset. */
static bool is_preset(const struct record_field *f, const char *base, const char *preset)
{
	switch (f->kind) {
	case RECORD_TEXT:
		return is_preset_text(pointer_of(f, base), preset ? pointer_of(f, preset) : NULL);
	case RECORD_TEXTS:
	case RECORD_OBJECTS:
		return count_of(f, base) == 0;
	case RECORD_BOOL:
	case RECORD_NUMBER:
	case RECORD_SIGNED:
	case RECORD_WORD:
	case RECORD_SIGNAL:
	case RECORD_NODE:
	case RECORD_CAPABILITIES:
		return number_of(f, base) == (preset ? number_of(f, preset) : 0);
	case RECORD_NOTHING:
		return true;
	case RECORD_OBJECT:
		break;
	}
	return false;
}

/* Values that a record cannot say are bugs: the first one is kept for the error. */
static void put_word(struct writer *w, const struct record_field *f, const char *word)
{
	if (word)
		json_put_string(&w->text, word);
	else
		w->nameless = f->key;
}

/* Numbers of JSON are read as signed ones by most. */
static void put_number(struct writer *w, const struct record_field *f, uint64_t n)
{
	if (f->text && n == (f->size == sizeof(uint32_t) ? UINT32_MAX : UINT64_MAX)) {
		json_put_string(&w->text, f->text);
		return;
	}
	if (n > INT64_MAX)
		text_add(&w->text, "\"");
	json_put_number(&w->text, n);
	if (n > INT64_MAX)
		text_add(&w->text, "\"");
}

static void put_texts(struct writer *w, const char *const *list, size_t n)
{
	text_add(&w->text, "[");
	for (size_t i = 0; i < n; i++) {
		json_put_key(&w->text, NULL);
		json_put_string(&w->text, list[i]);
	}
	text_add(&w->text, "]");
}

/* A bit that has no name yet is its number. */
static void put_capabilities(struct writer *w, uint64_t set)
{
	text_add(&w->text, "[");
	if (set == UINT64_MAX)
		json_put_string(&w->text, "ALL");
	for (unsigned i = 0; i < 64 && set != UINT64_MAX; i++) {
		if (!(set & UINT64_C(1) << i))
			continue;
		json_put_key(&w->text, NULL);
		if (capability_name(i))
			json_put_string(&w->text, capability_name(i));
		else
			json_put_number(&w->text, i);
	}
	text_add(&w->text, "]");
}

static void put_signal(struct writer *w, int signal)
{
	if (signal_name(signal))
		json_put_string(&w->text, signal_name(signal));
	else
		json_put_signed(&w->text, signal);
}

static void put_text(struct writer *w, const struct record_field *f, const char *text)
{
	if (!text && !f->needed)
		text_add(&w->text, "null"); /* what is preset is not NULL */
	else
		put_word(w, f, text);
}

static void put_table(struct writer *w, const struct record_table *t, const char *base,
		      const char *preset);

static void put_objects(struct writer *w, const struct record_field *f, const char *base)
{
	const char *item = pointer_of(f, base);

	text_add(&w->text, "[");
	for (size_t n = count_of(f, base); n > 0; n--, item += f->table->size) {
		json_put_key(&w->text, NULL);
		text_add(&w->text, "{");
		put_table(w, f->table, item, NULL);
		text_add(&w->text, "}");
	}
	text_add(&w->text, "]");
}

/* One without any member is not there at all. */
static void put_object(struct writer *w, const struct record_field *f, const char *base,
		       const char *preset)
{
	size_t before = w->text.length, empty;

	json_put_key(&w->text, f->key);
	text_add(&w->text, "{");
	empty = w->text.length;
	put_table(w, f->table, base + f->offset, preset ? preset + f->offset : NULL);
	if (w->text.length > empty || f->needed)
		text_add(&w->text, "}");
	else
		text_cut(&w->text, before);
}

static void put_value(struct writer *w, const struct record_field *f, const char *base)
{
	uint64_t n;

	switch (f->kind) {
	case RECORD_TEXT:
		put_text(w, f, pointer_of(f, base));
		break;
	case RECORD_TEXTS:
		put_texts(w, pointer_of(f, base), count_of(f, base));
		break;
	case RECORD_BOOL:
		json_put_bool(&w->text, number_of(f, base) != 0);
		break;
	case RECORD_NUMBER:
		put_number(w, f, number_of(f, base));
		break;
	case RECORD_SIGNED:
		json_put_signed(&w->text, (int64_t)number_of(f, base));
		break;
	case RECORD_WORD:
		n = number_of(f, base);
		put_word(w, f, n < f->n_words ? f->words[n] : NULL);
		break;
	case RECORD_SIGNAL:
		put_signal(w, (int)number_of(f, base));
		break;
	case RECORD_NODE:
		n = number_of(f, base);
		put_word(w, f, n == S_IFCHR ? "character" : n == S_IFBLK ? "block" : NULL);
		break;
	case RECORD_CAPABILITIES:
		put_capabilities(w, number_of(f, base));
		break;
	case RECORD_OBJECTS:
		put_objects(w, f, base);
		break;
	case RECORD_OBJECT:
	case RECORD_NOTHING:
		break;
	}
}

static void put_table(struct writer *w, const struct record_table *t, const char *base,
		      const char *preset)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct record_field *f = &t->fields[i];

		if (f->kind == RECORD_OBJECT) {
			put_object(w, f, base, preset);
			continue;
		}
		if (f->kind == RECORD_NOTHING || (!f->needed && is_preset(f, base, preset)))
			continue;
		json_put_key(&w->text, f->key);
		put_value(w, f, base);
	}
}

int spec_record(const struct spec *s, char **ret, struct err *e)
{
	struct writer w = { 0 };

	text_reserve(&w.text, ROOM);
	text_add(&w.text, "{");
	json_put_key(&w.text, "version");
	json_put_number(&w.text, RECORD_VERSION);
	put_table(&w, &record_spec, (const char *)s, (const char *)&spec_preset);
	text_add(&w.text, "}");
	if (w.nameless) {
		text_done(&w.text);
		return err_say(e, -ENOTRECOVERABLE, "write the record: no word for '%s'",
			       w.nameless);
	}
	*ret = w.text.data;
	return 0;
}
