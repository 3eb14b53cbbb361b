/* spec/record_fields.h - the one table of what a record holds: writer and reader walk it, so that
 * they cannot drift apart.
 *
 * A field says where it lies in its struct. What has the value of an empty description
 * (spec_preset()) is left out, unless it is needed. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Counts changes that a reader has to know of. */
#define RECORD_VERSION 2

enum record_kind {
	RECORD_TEXT,  /* const char *; NULL: left out */
	RECORD_TEXTS, /* const char **, and how many; NULL-terminated when read */
	RECORD_BOOL,
	RECORD_NUMBER,	     /* unsigned, of .size bytes; .text: what the largest is called */
	RECORD_SIGNED,	     /* int64_t */
	RECORD_WORD,	     /* bool, int or enum, by .words */
	RECORD_SIGNAL,	     /* int, as SIGTERM */
	RECORD_NODE,	     /* S_IFCHR or S_IFBLK */
	RECORD_CAPABILITIES, /* a set; ["ALL"] is every bit */
	RECORD_OBJECT,	     /* a struct within, or members of the struct itself under one key */
	RECORD_OBJECTS,	     /* an array of structs, and how many */
	RECORD_NOTHING,	     /* not in the record */
};

struct record_field {
	const char *key;
	enum record_kind kind;
	bool needed;		  /* always written; a record without it is refused */
	uint16_t offset;	  /* in the struct */
	uint16_t size;		  /* of the member */
	uint16_t n_offset;	  /* of the size_t that counts */
	const char *const *words; /* by value */
	uint16_t n_words;
	const struct record_table *table;
	const char *text;
};

struct record_table {
	const char *name; /* of the struct */
	size_t size;
	const struct record_field *fields;
	size_t n;
};

extern const struct record_table record_spec;
