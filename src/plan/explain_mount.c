/* plan/explain_mount.c - mounts and the root file system as shell commands.
 *
 * A detached mount of honu's stands below "$work" here. It is attached with --rbind, not --move: in
 * a user namespace of its own a process may not move what it got from the host. */
#include "plan/explain.h"

#include <inttypes.h>
#include <linux/mount.h>
#include <string.h>

#include "base/cleanup.h"
#include "plan/explain_tree.h"
#include "plan/names.h"

/* " -o a,b=c,ro" as one word; nothing where there are none. */
static void add_options(struct explain *x, const struct mount_option *options, size_t n,
			uint64_t attr)
{
	_cleanup_text_ struct text list = { 0 }, flags = { 0 };

	for (size_t i = 0; i < n; i++) {
		text_printf(&list, "%s%s", list.length ? "," : "", options[i].key);
		if (options[i].value)
			text_printf(&list, "=%s", options[i].value);
	}
	names_add_attr(&flags, attr, false);
	if (flags.length)
		text_printf(&list, "%s%s", list.length ? "," : "", text_get(&flags));
	if (!list.length)
		return;
	text_add(x->t, " -o ");
	explain_word(x, text_get(&list));
}

static void add_make_stage(struct explain *x, unsigned slot)
{
	explain_indent(x);
	text_add(x->t, "mkdir -p ");
	explain_stage(x, slot);
	explain_end(x);
}

void explain_tree_make(struct explain *x, const struct tree_make_step *s)
{
	const struct tree_place place = { .slot = s->slot };

	explain_inexpressible(x, "fsmount(2): a tmpfs that is attached nowhere");
	explain_approximately(x);
	add_make_stage(x, s->slot);
	explain_in_mounts(x);
	text_add(x->t, "mount -t tmpfs");
	/* Read-only only once it is filled. */
	add_options(x, s->options, s->n_options, s->attr & ~(uint64_t)MOUNT_ATTR_RDONLY);
	text_add(x->t, " tmpfs ");
	explain_stage(x, s->slot);
	explain_end(x);
	explain_tree_entries(x, &place, s->entries, s->n_entries);
	if (!(s->attr & MOUNT_ATTR_RDONLY))
		return;
	explain_in_mounts(x);
	text_add(x->t, "mount -o remount,bind");
	_cleanup_text_ struct text flags = { 0 };
	names_add_attr(&flags, s->attr, false);
	text_printf(x->t, ",%s ", text_get(&flags));
	explain_stage(x, s->slot);
	explain_end(x);
}

/* What the copy is mounted on has to be of the same kind. */
static void add_open_stage(struct explain *x, const struct mount_open_step *s)
{
	if (s->directory || s->parent_of_file) {
		add_make_stage(x, s->slot);
		return;
	}
	explain_indent(x);
	text_add(x->t, "if [ -d ");
	explain_word(x, s->source);
	text_add(x->t, " ]; then mkdir -p ");
	explain_stage(x, s->slot);
	text_add(x->t, "; else : > ");
	explain_stage(x, s->slot);
	text_add(x->t, "; fi\n");
}

static void add_open_mount(struct explain *x, const struct mount_open_step *s)
{
	explain_in_mounts(x);
	text_add(x->t, s->recursive ? "mount --rbind" : "mount --bind");
	add_options(x, NULL, 0, s->attr);
	text_add(x->t, " ");
	if (s->parent_of_file)
		text_add(x->t, "\"$source\"");
	else
		explain_word(x, s->source);
	text_add(x->t, " ");
	explain_stage(x, s->slot);
	explain_end(x);
}

void explain_mount_open(struct explain *x, const struct mount_open_step *s)
{
	explain_inexpressible(
		x, "open_tree(2) with OPEN_TREE_CLONE: a bind that is attached nowhere%s",
		s->recursive && s->attr ? "; mount_setattr(2) changes all below it too" : "");
	if (s->needs_peer) {
		explain_remark(
			x, "it must lie on a shared mount, of which the container gets a slave");
		explain_indent(x);
		text_add(x->t, "findmnt -n -o PROPAGATION -T ");
		explain_word(x, s->source);
		text_add(x->t, " | grep -q shared\n");
	}
	explain_approximately(x);
	if (s->parent_of_file) {
		explain_indent(x);
		text_add(x->t, "source=");
		explain_word(x, s->source);
		text_add(x->t, "; [ -d \"$source\" ] || source=$(dirname \"$source\")\n");
	}
	if (s->optional) {
		explain_indent(x);
		text_add(x->t, "if [ -e ");
		explain_word(x, s->source);
		text_add(x->t, " ]; then\n");
	}
	add_open_stage(x, s);
	add_open_mount(x, s);
	if (s->optional)
		explain_line(x, "fi");
}

void explain_mount_idmap(struct explain *x, const struct mount_idmap_step *s)
{
	explain_inexpressible(x,
			      "mount_setattr(2) with MOUNT_ATTR_IDMAP%s and the container's user "
			      "namespace",
			      s->recursive ? ", recursively," : "");
	explain_indent(x);
	text_add(
		x->t,
		"# util-linux 2.39 and later can: mount --bind -o X-mount.idmap=/proc/PID/ns/user");
	explain_end(x);
}

/* In the options of an overlay a comma ends the option and a colon the directory. */
static void add_overlay_path(struct explain *x, const char *path)
{
	_cleanup_text_ struct text escaped = { 0 };

	for (const char *c = path; *c; c++) {
		if (strchr(",:\\", *c))
			text_add(&escaped, "\\");
		text_add_bytes(&escaped, c, 1);
	}
	explain_word(x, text_get(&escaped));
}

static void add_upper(struct explain *x, const struct mount_overlay_step *s)
{
	if (s->upper_slot != SLOT_NONE) {
		text_add(x->t, ",upperdir=");
		explain_stage(x, s->upper_slot);
		text_add(x->t, "/upper,workdir=");
		explain_stage(x, s->upper_slot);
		text_add(x->t, "/work");
	} else if (s->upper && s->work) {
		text_add(x->t, ",upperdir=");
		add_overlay_path(x, s->upper);
		text_add(x->t, ",workdir=");
		add_overlay_path(x, s->work);
	} else {
		text_add(x->t, ":\"$work\"/empty");
	}
}

/* Where the source may be a file, mount.open has left the directory that holds it. */
static bool is_one_file(const struct explain *x, unsigned slot)
{
	for (size_t i = 0; i < x->p->n; i++) {
		const struct step *s = &x->p->steps[i];

		if (s->kind == STEP_MOUNT_OPEN && s->mount_open.slot == slot)
			return s->mount_open.parent_of_file;
	}
	return false;
}

void explain_mount_overlay(struct explain *x, const struct mount_overlay_step *s)
{
	_cleanup_text_ struct text flags = { 0 };

	explain_inexpressible(x, "built from descriptors by fsconfig(2), attached nowhere");
	if (s->upper_slot == SLOT_NONE && !s->upper)
		explain_remark(
			x, "over an empty directory and without an upper one: nobody can make it "
			   "writable");
	if (is_one_file(x, s->lower_slot))
		explain_remark(
			x, "where the source is a file, only this file of it is attached later");
	explain_approximately(x);
	explain_indent(x);
	text_add(x->t, "mkdir -p \"$work\"/empty ");
	explain_stage(x, s->slot);
	explain_end(x);
	explain_in_mounts(x);
	text_add(x->t, "mount -t overlay -o lowerdir=");
	explain_stage(x, s->lower_slot);
	add_upper(x, s);
	names_add_attr(&flags, s->attr, false);
	text_printf(x->t, "%s%s overlay ", flags.length ? "," : "", text_get(&flags));
	explain_stage(x, s->slot);
	explain_end(x);
}

/* ---- inside ---- */

static void add_mount_on(struct explain *x, const char *options, const char *target)
{
	explain_indent(x);
	text_printf(x->t, "mount %s ", options);
	explain_inside_path(x, target);
	explain_end(x);
}

static void add_propagation(struct explain *x, uint64_t flags, const char *target)
{
	_cleanup_text_ struct text option = { 0 };

	text_printf(&option, "--make-%s", names_propagation(flags));
	add_mount_on(x, text_get(&option), target);
}

void explain_mount_propagation(struct explain *x, const struct mount_propagation_step *s)
{
	explain_line(x, "mount --make-%s /", names_propagation(s->flags));
}

/* bind,remount takes each flag that it does not name away, so what is set and what is cleared go
 * into one call. */
static void add_attr(struct explain *x, const struct mount_attach_step *s)
{
	_cleanup_text_ struct text options = { 0 };

	if (!s->attr_set && !s->attr_clear)
		return;
	text_add(&options, "-o remount,bind");
	if (s->attr_set) {
		text_add(&options, ",");
		names_add_attr(&options, s->attr_set, false);
	}
	if (s->attr_clear & ~s->attr_set) {
		_cleanup_text_ struct text clear = { 0 };

		names_add_attr(&clear, s->attr_clear & ~s->attr_set, true);
		text_printf(&options, ",%s", text_get(&clear));
	}
	add_mount_on(x, text_get(&options), s->target);
}

/* What is prepared, as it stands below "$work". */
static void add_prepared(struct explain *x, const struct mount_attach_step *s)
{
	explain_stage(x, s->slot);
	if (s->file) {
		text_add(x->t, "/");
		explain_word(x, s->file);
	}
}

/* The place for it, where it is missing. */
static void add_target(struct explain *x, const struct mount_attach_step *s)
{
	explain_indent(x);
	text_add(x->t, "[ -e ");
	explain_inside_path(x, s->target);
	text_add(x->t, " ] || if [ -d ");
	add_prepared(x, s);
	text_add(x->t, " ]; then mkdir -p ");
	explain_inside_path(x, s->target);
	text_add(x->t, "; else install -D /dev/null ");
	explain_inside_path(x, s->target);
	text_add(x->t, "; fi\n");
}

static void add_attach(struct explain *x, const struct mount_attach_step *s)
{
	add_target(x, s);
	explain_indent(x);
	text_add(x->t, "mount --rbind ");
	add_prepared(x, s);
	text_add(x->t, " ");
	explain_inside_path(x, s->target);
	explain_end(x);
	if (s->own_files) {
		explain_indent(x);
		text_add(x->t, "chown -R \"$uid:$gid\" ");
		explain_inside_path(x, s->target);
		explain_end(x);
	}
	add_attr(x, s);
	if (s->propagation)
		add_propagation(x, s->propagation, s->target);
}

void explain_mount_attach(struct explain *x, const struct mount_attach_step *s)
{
	explain_inexpressible(x,
			      "move_mount(2) onto a descriptor from openat2(2): no link inside can "
			      "lead it elsewhere");
	if (s->attr_set || s->attr_clear || s->propagation)
		explain_remark(x, s->recursive_attr ?
					  "flags are set before attaching, on all below too" :
					  "flags are set before attaching");
	explain_approximately(x);
	if (s->optional) {
		explain_indent(x);
		text_add(x->t, "if [ -e ");
		explain_stage(x, s->slot);
		text_add(x->t, " ]; then\n");
	}
	add_attach(x, s);
	if (s->optional)
		explain_line(x, "fi");
}

void explain_mount_fs(struct explain *x, const struct mount_fs_step *s)
{
	const struct tree_place place = { .target = s->target };
	bool is_filled = s->copy_up || s->n_entries > 0;

	explain_indent(x);
	text_add(x->t, "mkdir -p ");
	explain_inside_path(x, s->target);
	explain_end(x);
	if (s->copy_up) {
		explain_indent(x);
		text_add(x->t, "copy=$(mktemp -d); cp -a ");
		explain_inside_path(x, s->target);
		text_add(x->t, "/. \"$copy\"\n");
	}
	explain_indent(x);
	text_add(x->t, "mount -t ");
	explain_word(x, s->type);
	/* Read-only only once it is filled. */
	add_options(x, s->options, s->n_options,
		    is_filled ? s->attr & ~(uint64_t)MOUNT_ATTR_RDONLY : s->attr);
	text_add(x->t, " ");
	explain_word(x, s->type);
	text_add(x->t, " ");
	explain_inside_path(x, s->target);
	explain_end(x);
	if (s->copy_up) {
		explain_indent(x);
		text_add(x->t, "cp -a \"$copy\"/. ");
		explain_inside_path(x, s->target);
		text_add(x->t, "; rm -r \"$copy\"\n");
	}
	explain_tree_entries(x, &place, s->entries, s->n_entries);
	if (!is_filled || !(s->attr & MOUNT_ATTR_RDONLY))
		return;
	explain_indent(x);
	text_add(x->t, "mount -o remount,bind,");
	_cleanup_text_ struct text flags = { 0 };
	names_add_attr(&flags, s->attr, false);
	text_printf(x->t, "%s ", text_get(&flags));
	explain_inside_path(x, s->target);
	explain_end(x);
}

void explain_mount_mask(struct explain *x, const struct mount_mask_step *s)
{
	explain_indent(x);
	text_add(x->t, "if [ -d ");
	explain_inside_path(x, s->path);
	text_add(x->t, " ]; then mount -t tmpfs -o ro tmpfs ");
	explain_inside_path(x, s->path);
	explain_end(x);
	explain_indent(x);
	text_add(x->t, "elif [ -e ");
	explain_inside_path(x, s->path);
	text_add(x->t, " ]; then mount --bind /dev/null ");
	explain_inside_path(x, s->path);
	text_add(x->t, "; fi\n");
}

void explain_mount_readonly(struct explain *x, const struct mount_readonly_step *s)
{
	explain_indent(x);
	text_add(x->t, "if [ -e ");
	explain_inside_path(x, s->path);
	text_add(x->t, " ]; then mount --rbind -o ro ");
	explain_inside_path(x, s->path);
	text_add(x->t, " ");
	explain_inside_path(x, s->path);
	text_add(x->t, "; fi\n");
}

/* ---- the root ---- */

void explain_root_attach(struct explain *x, const struct root_attach_step *s)
{
	if (s->slot == SLOT_NONE) {
		explain_remark(
			x, "the root of the mount namespace that was entered: nothing to attach");
		return;
	}
	explain_inexpressible(x, "move_mount(2) on top of /");
	explain_approximately(x);
	explain_indent(x);
	text_add(x->t, "export root=");
	explain_stage(x, s->slot);
	explain_end(x);
	explain_line(x, "mount --rbind \"$root\" \"$root\"");
	x->has_root = true;
	if (s->propagation)
		add_propagation(x, s->propagation, "/");
}

void explain_root_pivot(struct explain *x, const struct root_pivot_step *s)
{
	(void)s;
	explain_remark(x,
		       "new root and old root in one directory: the old one lies on top, and goes");
	explain_line(x, "cd %s", x->has_root ? "\"$root\"" : "/");
	explain_line(x, "pivot_root . .");
	explain_line(x, "umount -l .");
	x->has_root = false;
}

void explain_root_lock(struct explain *x, const struct root_lock_step *s)
{
	(void)s;
	add_mount_on(x, "-o remount,bind,ro", "/");
}
