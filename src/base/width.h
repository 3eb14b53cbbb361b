/* base/width.h - how many columns of a terminal a text takes, by its UTF-8. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The character at s, which has n bytes left, and how many bytes it has; -1 with one byte for what is
 * no UTF-8. n is at least 1. */
size_t width_decode(const char *s, size_t n, int32_t *ret);

/* 0 for what combines with the character before, 2 for what is wide in every font, else 1. Those
 * that control the terminal count as the one '?' that stands for them. */
int width_of(int32_t character);

/* Columns of n bytes. */
size_t width_text(const char *s, size_t n);

/* The bytes from s on that fit in so many columns: whole characters. */
size_t width_cut(const char *s, size_t n, size_t columns);
