/* spec/fields.h - taking the argument of a setting apart. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Splits text at every separator; empty fields count. -> how many, at least 1. */
size_t fields_split(struct arena *a, const char *text, char separator, const char ***ret);

/* Splits text at the first separator. False where there is none, or nothing before it. */
bool field_pair(struct arena *a, const char *text, char separator, const char **ret_key,
		const char **ret_value);

/* What follows prefix, or NULL where s does not start with it. */
const char *field_after(const char *s, const char *prefix);

/* True when s has at least one byte, and only bytes of the set. */
bool field_consists_of(const char *s, const char *set);

#define FIELD_DIGITS "0123456789"
#define FIELD_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* [a-zA-Z0-9][a-zA-Z0-9_.-]*, at most limit bytes. */
bool field_is_name(const char *s, size_t limit);

/* True for a path that says that it is one: /x, ./x, ../x, "." and "..". */
bool path_is_explicit(const char *path);

/* An explicit (or any other relative) path of the host, made absolute from cwd. ".." is left for
 * the kernel: only it knows what is a symbolic link. cwd NULL: the working directory is gone, and a
 * relative path leads nowhere. -ENOENT */
int path_absolute(struct arena *a, const char *cwd, const char *path, const char **ret,
		  struct err *e);

/* A path inside, without empty and "." components and without a slash at its end, so that equal
 * paths are equal strings. NULL: not absolute, or with "..". */
const char *path_inside(struct arena *a, const char *path);
