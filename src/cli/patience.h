/* cli/patience.h - what a person sees who waits, and Ctrl-C meanwhile. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CLOCK_MONOTONIC in ms. */
int64_t patience_now(void);

/* From here on Ctrl-C is only noted (unless our parent made us ignore it). */
void patience_begin(void);
bool patience_is_over(void);

/* On a terminal, from the third second on: "waiting for web: 8 s left", in place, once a second.
 * n: how many are waited for, name: the first of them; until: INT64_MAX for no limit. */
void patience_show(const char *name, size_t n, int64_t until);

/* Clears that line; Ctrl-C is what it was. */
void patience_hide(void);
void patience_end(void);
