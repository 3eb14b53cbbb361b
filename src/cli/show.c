/* cli/show.c - see show.h. */
#include "cli/show.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "base/width.h"

static void make_plain(const struct text *t, struct text *ret)
{
	for (size_t i = 0; i < t->length;) {
		int32_t c;
		size_t n = width_decode(t->data + i, t->length - i, &c);

		if (c != '\n' && c != '\t' && (c < 0x20 || (c >= 0x7f && c < 0xa0)))
			text_add(ret, "?");
		else
			text_add_bytes(ret, t->data + i, n);
		i += n;
	}
}

int show_text(const struct text *t, struct err *e)
{
	_cleanup_text_ struct text plain = { 0 };
	size_t done = 0;

	if (isatty(STDOUT_FILENO)) {
		make_plain(t, &plain);
		t = &plain;
	}
	while (done < t->length) {
		ssize_t n = write(STDOUT_FILENO, t->data + done, t->length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, -errno, "write to standard output");
		done += (size_t)n;
	}
	return 0;
}

static size_t columns(void)
{
	struct winsize size;

	return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int show_table(const struct table *t, bool whole, struct err *e)
{
	_cleanup_text_ struct text lines = { 0 };

	table_print(t, whole ? 0 : columns(), &lines);
	return show_text(&lines, e);
}

int show_json(const json_t *value, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };
	char *json = json_dumps(value, JSON_INDENT(2) | JSON_ENCODE_ANY);

	if (!json)
		return err_set(e, -ENOMEM, "write JSON");
	text_add(&t, json);
	text_add(&t, "\n");
	free(json);
	return show_text(&t, e);
}

int show_format(const struct format *f, const json_t *array, struct err *e)
{
	_cleanup_(table_done) struct table table = { 0 };
	_cleanup_text_ struct text t = { 0 };

	if (format_is_table(f))
		format_heading(f, &t);
	for (size_t i = 0; i < json_array_size(array); i++)
		format_print(f, json_array_get(array, i), &t);
	if (!format_is_table(f))
		return show_text(&t, e);
	table_add_lines(&table, text_get(&t));
	return show_table(&table, false, e);
}

json_t *show_string_of(const char *s, size_t n)
{
	_cleanup_text_ struct text t = { 0 };
	json_t *value = json_stringn(s, n);

	if (value)
		return value;
	for (size_t i = 0; i < n;) {
		int32_t character;
		size_t length = width_decode(s + i, n - i, &character);

		if (character < 0)
			text_add(&t, "\xef\xbf\xbd");
		else
			text_add_bytes(&t, s + i, length);
		i += length;
	}
	return json_stringn(text_get(&t), t.length);
}

json_t *show_string(const char *s)
{
	return s && *s ? show_string_of(s, strlen(s)) : json_null();
}

json_t *show_moment(uint64_t moment)
{
	char text[MOMENT_ROOM];

	return moment == 0 ? json_null() : json_string(moment_print(moment, text));
}

int show_read(struct arena *a, bool json, const char *template, const struct format_fields *fields,
	      enum show_kind *ret, struct format **ret_format, struct err *e)
{
	*ret = json ? SHOW_JSON : SHOW_TABLE;
	*ret_format = NULL;
	if (!template)
		return 0;
	if (json && strcmp(template, "json") != 0)
		return err_hint(e, err_say(e, -EINVAL, "--json together with --format"),
				"'--format \"{{json .}}\"' is one line of JSON for each");
	if (strcmp(template, "json") == 0 || strcmp(template, "table") == 0) {
		*ret = template[0] == 'j' ? SHOW_JSON : SHOW_TABLE;
		return 0;
	}
	*ret = SHOW_FORMAT;
	return format_parse(a, template, fields, ret_format, e);
}
