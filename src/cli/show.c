/* cli/show.c - see show.h. */
#include "cli/show.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "base/width.h"
#include "data/json.h"

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

void show_add(struct show_lines *s, const json_t *object)
{
	if (s->text.length == 0 && format_is_table(s->format))
		format_heading(s->format, &s->text);
	format_print(s->format, object, &s->text);
}

int show_end(struct show_lines *s, struct err *e)
{
	_cleanup_(table_done) struct table table = { 0 };
	_cleanup_text_ struct text t = s->text;

	s->text = (struct text){ 0 };

	if (!format_is_table(s->format))
		return show_text(&t, e);
	if (t.length == 0)
		format_heading(s->format, &t);
	table_add_lines(&table, text_get(&t));
	return show_table(&table, false, e);
}

/* True where nothing had to be replaced, then ret stays empty. */
static bool mend_string(const char *s, size_t n, struct text *ret)
{
	size_t copied = 0;

	for (size_t i = 0; i < n;) {
		int32_t character = 0;
		size_t length = (unsigned char)s[i] < 0x80 ? 1 :
							     width_decode(s + i, n - i, &character);

		if (character < 0) {
			text_add_bytes(ret, s + copied, i - copied);
			text_add(ret, "\xef\xbf\xbd");
			copied = i + length;
		}
		i += length;
	}
	if (copied == 0)
		return true;
	text_add_bytes(ret, s + copied, n - copied);
	return false;
}

json_t *show_string_of(const char *s, size_t n)
{
	_cleanup_text_ struct text t = { 0 };

	return mend_string(s, n, &t) ? json_stringn(s, n) : json_stringn(text_get(&t), t.length);
}

json_t *show_string(const char *s)
{
	return s && *s ? show_string_of(s, strlen(s)) : json_null();
}

void show_put_string(struct text *t, const char *s)
{
	_cleanup_text_ struct text mended = { 0 };

	if (!s || !*s)
		text_add(t, "null");
	else
		json_put_string(t, mend_string(s, strlen(s), &mended) ? s : text_get(&mended));
}

void show_put_number(struct text *t, bool known, uint64_t n)
{
	if (known)
		json_put_number(t, n);
	else
		text_add(t, "null");
}

void show_put_moment(struct text *t, uint64_t moment)
{
	char text[MOMENT_ROOM];

	show_put_string(t, moment > 0 ? moment_print(moment, text) : NULL);
}

void show_put_labels(struct text *t, const char *const *labels, size_t n)
{
	text_add(t, "{");
	for (size_t i = 0; i < n; i++) {
		_cleanup_text_ struct text key = { 0 };
		size_t length = strcspn(labels[i], "=");

		text_add_bytes(&key, labels[i], length);
		json_put_key(t, NULL);
		show_put_string(t, text_get(&key));
		text_add(t, ":");
		if (labels[i][length] == '=' && labels[i][length + 1])
			show_put_string(t, labels[i] + length + 1);
		else
			text_add(t, "\"\"");
	}
	text_add(t, "}");
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
