/* plan/names.h - numbers of a plan as the words that mount(8), setpriv(1) and people use.
 *
 * Shared by the two readers of a plan that write text: explain and list. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct plan;

/* MOUNT_ATTR_* as options of mount(8), joined by commas: "ro,nosuid". With clear, the words that
 * take each of them back: "rw,suid". Nothing for 0; bits without a name as one number. */
void names_add_attr(struct text *t, uint64_t attr, bool clear);

/* MS_* of a propagation change: "rprivate". */
const char *names_propagation(uint64_t flags);

/* CLONE_NEW* as words, joined by blanks: "user pid mount". Other bits as one number. */
void names_add_clone(struct text *t, uint64_t flags);

/* What the plan calls a slot: "source0". */
void names_add_slot(struct text *t, const struct plan *p, unsigned slot);

/* A set of capabilities: each name in lower case after prefix, joined by commas ("+chown,+kill");
 * "+all" for every one up to last, the highest capability of the kernel; nothing for none. */
void names_add_capabilities(struct text *t, uint64_t set, uint64_t last, const char *prefix);
