/* cli/table.c - see table.h. */
#include "cli/table.h"

#include <string.h>

#include "base/width.h"

#define GAP 2
#define COLUMNS_MAX 32

static int controls(int32_t character)
{
	return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

static void add_plain(struct text *t, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		int32_t character;
		size_t length = 0;

		while (i + length < n && s[i + length] >= 0x20 && s[i + length] < 0x7f)
			length++;
		if (length > 0) { /* nearly always all of it */
			text_add_bytes(t, s + i, length);
			i += length;
			continue;
		}
		length = width_decode(s + i, n - i, &character);
		if (controls(character))
			text_add(t, "?");
		else
			text_add_bytes(t, s + i, length);
		i += length;
	}
}

void table_add(struct table *t, const char *cell)
{
	add_plain(&t->cells, cell, strlen(cell));
	text_add(&t->cells, "\t");
}

void table_end_row(struct table *t)
{
	text_add(&t->cells, "\n");
}

void table_add_lines(struct table *t, const char *lines)
{
	while (*lines) {
		size_t n = strcspn(lines, "\t\n");

		add_plain(&t->cells, lines, n);
		text_add(&t->cells, "\t");
		lines += n;
		if (*lines != '\t')
			table_end_row(t);
		lines += *lines != '\0';
	}
}

/* The next cell of a row; NULL at its end, *p is then at the next row. */
static const char *next_cell(const char **p, size_t *ret_n)
{
	const char *cell = *p;

	if (*cell == '\n' || *cell == '\0') {
		*p += *cell == '\n';
		return NULL;
	}
	*ret_n = strcspn(cell, "\t");
	*p += *ret_n + 1;
	return cell;
}

static void measure(const struct table *t, size_t widths[COLUMNS_MAX])
{
	const char *p = text_get(&t->cells);

	while (*p) {
		const char *cell;
		size_t n;

		for (size_t i = 0; (cell = next_cell(&p, &n)); i++) {
			size_t width = width_text(cell, n);

			if (i < COLUMNS_MAX && width > widths[i])
				widths[i] = width;
		}
	}
}

static void add_blanks(struct text *t, size_t n)
{
	while (n-- > 0)
		text_add_bytes(t, " ", 1);
}

static void cut_line(struct text *t, size_t from, size_t most)
{
	size_t n = t->length - from;

	if (most == 0 || width_text(t->data + from, n) <= most)
		return;
	t->length = from + width_cut(t->data + from, n, most - 1);
	text_add(t, "…");
}

void table_print(const struct table *t, size_t most, struct text *ret)
{
	const char *p = text_get(&t->cells);
	size_t widths[COLUMNS_MAX] = { 0 };

	measure(t, widths);
	while (*p) {
		size_t from = ret->length, blanks = 0, n;
		const char *cell;

		for (size_t i = 0; (cell = next_cell(&p, &n)); i++) {
			size_t width = width_text(cell, n);

			add_blanks(ret, n > 0 ? blanks : 0);
			text_add_bytes(ret, cell, n);
			blanks = n > 0 ? GAP : blanks + GAP;
			if (i < COLUMNS_MAX && width < widths[i])
				blanks += widths[i] - width;
		}
		if (ret->length > from)
			cut_line(ret, from, most);
		text_add(ret, "\n");
	}
}

void table_done(struct table *t)
{
	text_done(&t->cells);
}
