/* plan/list.h - what the parts of plan_list() share: the pieces of a line.
 *
 * Each piece starts with the blank that parts it from what stands before. Words are quoted as a
 * shell would; control characters are '?'. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

struct list {
	const struct plan *p;
	struct text *t; /* the line behind the step's name */
};

/* One word, without a blank in front. */
void list_add_word(struct list *l, const char *s);
/* " key=value"; nothing for NULL. */
void list_add_value(struct list *l, const char *key, const char *value);
void list_add_number(struct list *l, const char *key, int64_t value);
/* " name" where it is set. */
void list_add_flag(struct list *l, const char *name, bool is_set);
/* " key=[a b]" */
void list_add_words(struct list *l, const char *key, const char *const *words, size_t n);
/* " before" and the name of the slot; nothing for SLOT_NONE. */
void list_add_slot(struct list *l, const char *before, unsigned slot);
/* MOUNT_ATTR_* as options of mount(8); nothing for 0. */
void list_add_attr(struct list *l, const char *key, uint64_t attr);
/* MS_*; nothing for 0. */
void list_add_propagation(struct list *l, uint64_t flags);
void list_add_clone(struct list *l, uint64_t flags);
void list_add_capabilities(struct list *l, uint64_t keep, uint64_t last);
void list_add_options(struct list *l, const struct mount_option *options, size_t n);
/* What a tree holds: names, kinds, modes; never content. */
void list_add_entries(struct list *l, const struct tree_entry *entries, size_t n);
void list_add_map(struct list *l, const char *key, const struct id_line *lines, size_t n);

/* ---- one function for each kind of step (plan/list_steps.c) ---- */

#define X(kind, member, name, why) \
	void list_##member(struct list *l, const struct member##_step *s);
STEP_KINDS(X)
#undef X
