/* plan/explain_tree.c - the small trees that honu fills itself (/dev, files, secrets). */
#include "plan/explain.h"

#include <inttypes.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "plan/explain_tree.h"

static void add_path(struct explain *x, const struct tree_place *place, const char *path)
{
	_cleanup_text_ struct text below = { 0 };

	if (place->target) {
		text_printf(&below, "%s/%s", place->target, path);
		explain_inside_path(x, text_get(&below));
		return;
	}
	explain_stage(x, place->slot);
	if (*path) {
		text_add(x->t, "/");
		explain_word(x, path);
	}
}

static void add_content(struct explain *x, const struct tree_place *place,
			const struct tree_entry *e)
{
	if (!place->target && place->slot == SLOT_SECRETS) {
		explain_remark(x, "a secret: what goes into the file is not shown");
		explain_indent(x);
		text_add(x->t, ": > ");
	} else {
		explain_indent(x);
		text_add(x->t, "printf ");
		explain_format(x, e->text ? e->text : "");
		text_add(x->t, " > ");
	}
	add_path(x, place, e->path);
	explain_end(x);
}

static void add_mode(struct explain *x, const struct tree_place *place, const struct tree_entry *e)
{
	explain_indent(x);
	text_printf(x->t, "chmod %04" PRIo32 " ", e->mode & 07777);
	add_path(x, place, e->path);
	explain_end(x);
}

static void add_entry(struct explain *x, const struct tree_place *place, const struct tree_entry *e)
{
	switch (e->kind) {
	case TREE_DIRECTORY:
		explain_indent(x);
		text_printf(x->t, "mkdir -m %04" PRIo32 " ", e->mode & 07777);
		add_path(x, place, e->path);
		explain_end(x);
		return;
	case TREE_LINK:
		explain_indent(x);
		text_add(x->t, "ln -s ");
		explain_word(x, e->text);
		text_add(x->t, " ");
		add_path(x, place, e->path);
		explain_end(x);
		return;
	case TREE_FILE:
		add_content(x, place, e);
		add_mode(x, place, e);
		return;
	case TREE_NODE:
		explain_indent(x);
		text_printf(x->t, "mknod -m %04" PRIo32 " ", e->mode & 07777);
		add_path(x, place, e->path);
		text_printf(x->t, " %c %" PRIu32 " %" PRIu32 "\n", S_ISBLK(e->mode) ? 'b' : 'c',
			    e->major, e->minor);
		return;
	case TREE_COPY:
		explain_indent(x);
		text_add(x->t, "cp ");
		explain_word(x, e->text);
		text_add(x->t, " ");
		add_path(x, place, e->path);
		explain_end(x);
		add_mode(x, place, e);
		return;
	}
}

static void add_owner(struct explain *x, const struct tree_place *place, const struct tree_entry *e,
		      const char *option)
{
	explain_indent(x);
	text_printf(x->t, "chown -h%s %" PRIu32 ":%" PRIu32 " ", option, e->uid, e->gid);
	add_path(x, place, *option ? "" : e->path);
	explain_end(x);
}

void explain_tree_entries(struct explain *x, const struct tree_place *place,
			  const struct tree_entry *entries, size_t n)
{
	bool same = true;

	for (size_t i = 0; i < n; i++) {
		add_entry(x, place, &entries[i]);
		same &= entries[i].uid == entries[0].uid && entries[i].gid == entries[0].gid;
	}
	if (n > 0 && same && (entries[0].uid || entries[0].gid)) {
		add_owner(x, place, &entries[0], "R");
		return;
	}
	for (size_t i = 0; i < n && !same; i++)
		if (entries[i].uid || entries[i].gid)
			add_owner(x, place, &entries[i], "");
}
