/* cli/table.h - rows of cells, aligned by what a terminal shows of them. */
#pragma once

#include <stddef.h>

#include "base/text.h"

/* Cells in the order of rows, each ended by a tab, each row by a line break. All zero: empty. */
struct table {
	struct text cells;
};

/* What would control the terminal, a tab and a line break among it, becomes '?'. */
void table_add(struct table *t, const char *cell);
void table_end_row(struct table *t);

/* Lines of text: tabs part the cells that a template printed. */
void table_add_lines(struct table *t, const char *lines);

/* Columns two blanks apart; none behind the last cell. most > 0: lines are cut there, with "…". */
void table_print(const struct table *t, size_t most, struct text *ret);

void table_done(struct table *t);
