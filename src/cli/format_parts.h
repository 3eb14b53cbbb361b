/* cli/format_parts.h - what a template is read into; only format.c and format_print.c include it. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum piece_kind {
	PIECE_TEXT,
	PIECE_VALUE,
	PIECE_JSON,
	PIECE_IF,
	PIECE_RANGE,
	PIECE_ELSE,
	PIECE_END
};

struct piece {
	enum piece_kind kind;
	const char *text;  /* PIECE_TEXT; of a value: its heading */
	const char **path; /* keys from the dot on */
	size_t n_path;
	size_t other; /* IF, RANGE: its ELSE or END; ELSE: its END */
};

struct format {
	bool is_table;
	struct piece *pieces;
	size_t n;
};

/* The key of the object that was meant: in capitals or not. {{.ID}} is the field id. NULL: none. */
const char *format_find_key(const json_t *object, const char *key, size_t n);
