/* plan/list.c - the plan as one line a step, stable, for golden tests.
 *
 *   host  mount.open         source=/srv attr=ro recursive -> source0
 *
 * Who, step, then key=value for what the payload says and is not empty, flags as bare words, lists
 * in brackets; after an arrow the slot that the step fills. Words are quoted as a shell would,
 * line breaks and other control characters are '?'. The content of files is never here. */
#include "plan/list.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "plan/names.h"

void list_add_word(struct list *l, const char *s)
{
	_cleanup_text_ struct text plain = { 0 };

	for (; *s; s++)
		text_add_bytes(&plain, (unsigned char)*s < 0x20 || *s == 0x7f ? "?" : s, 1);
	text_add_quoted(l->t, text_get(&plain));
}

void list_add_value(struct list *l, const char *key, const char *value)
{
	if (!value)
		return;
	text_printf(l->t, " %s=", key);
	list_add_word(l, value);
}

void list_add_number(struct list *l, const char *key, int64_t value)
{
	text_printf(l->t, " %s=%" PRId64, key, value);
}

void list_add_flag(struct list *l, const char *name, bool is_set)
{
	if (is_set)
		text_printf(l->t, " %s", name);
}

void list_add_words(struct list *l, const char *key, const char *const *words, size_t n)
{
	text_printf(l->t, " %s=[", key);
	for (size_t i = 0; i < n; i++) {
		text_add(l->t, i ? " " : "");
		list_add_word(l, words[i]);
	}
	text_add(l->t, "]");
}

void list_add_slot(struct list *l, const char *before, unsigned slot)
{
	if (slot == SLOT_NONE)
		return;
	text_printf(l->t, " %s", before);
	names_add_slot(l->t, l->p, slot);
}

void list_add_attr(struct list *l, const char *key, uint64_t attr)
{
	if (!attr)
		return;
	text_printf(l->t, " %s=", key);
	names_add_attr(l->t, attr, false);
}

void list_add_propagation(struct list *l, uint64_t flags)
{
	if (flags)
		list_add_value(l, "propagation", names_propagation(flags));
}

void list_add_clone(struct list *l, uint64_t flags)
{
	text_add(l->t, " flags=[");
	names_add_clone(l->t, flags);
	text_add(l->t, "]");
}

void list_add_capabilities(struct list *l, uint64_t keep, uint64_t last)
{
	text_add(l->t, " keep=[");
	names_add_capabilities(l->t, keep, last, "");
	text_add(l->t, "]");
}

void list_add_options(struct list *l, const struct mount_option *options, size_t n)
{
	if (n == 0)
		return;
	text_add(l->t, " options=[");
	for (size_t i = 0; i < n; i++) {
		text_add(l->t, i ? " " : "");
		list_add_word(l, options[i].key);
		if (!options[i].value)
			continue;
		text_add(l->t, "=");
		list_add_word(l, options[i].value);
	}
	text_add(l->t, "]");
}

static void add_entry(struct list *l, const struct tree_entry *e)
{
	list_add_word(l, e->path);
	switch (e->kind) {
	case TREE_DIRECTORY:
		text_add(l->t, "/");
		break;
	case TREE_LINK:
		text_add(l->t, "->");
		list_add_word(l, e->text);
		return;
	case TREE_FILE:
		break;
	case TREE_NODE:
		text_printf(l->t, "=%c%" PRIu32 ":%" PRIu32, S_ISBLK(e->mode) ? 'b' : 'c', e->major,
			    e->minor);
		break;
	case TREE_COPY:
		text_add(l->t, "<-");
		list_add_word(l, e->text);
		break;
	}
	text_printf(l->t, ":%04" PRIo32, e->mode & 07777);
	if (e->uid || e->gid)
		text_printf(l->t, ":%" PRIu32 ":%" PRIu32, e->uid, e->gid);
}

void list_add_entries(struct list *l, const struct tree_entry *entries, size_t n)
{
	if (n == 0)
		return;
	text_add(l->t, " entries=[");
	for (size_t i = 0; i < n; i++) {
		text_add(l->t, i ? " " : "");
		add_entry(l, &entries[i]);
	}
	text_add(l->t, "]");
}

void list_add_map(struct list *l, const char *key, const struct id_line *lines, size_t n)
{
	text_printf(l->t, " %s=[", key);
	for (size_t i = 0; i < n; i++)
		text_printf(l->t, "%s%" PRIu32 ":%" PRIu32 ":%" PRIu32, i ? " " : "",
			    lines[i].inside, lines[i].outside, lines[i].count);
	text_add(l->t, "]");
}

static void list_step(struct list *l, const struct step *s)
{
	switch (s->kind) {
#define X(kind, member, name, why)            \
	case STEP_##kind:                     \
		list_##member(l, &s->member); \
		return;
		STEP_KINDS(X)
#undef X
	case _STEP_KIND_N:
		return;
	}
}

void plan_list(const struct plan *p, struct text *t)
{
	struct list l = { .p = p, .t = t };

	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->steps[i];
		_cleanup_text_ struct text rest = { 0 };

		l.t = &rest;
		list_step(&l, s);
		/* No blanks at the end of a line where the name says all. */
		text_printf(t, "%-5s ", s->actor == ACTOR_HOST ? "host" : "init");
		if (rest.length)
			text_printf(t, "%-18s%s\n", step_name(s->kind), text_get(&rest));
		else
			text_printf(t, "%s\n", step_name(s->kind));
	}
}
