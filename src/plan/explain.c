/* plan/explain.c - the plan as commented shell commands, for people who want to learn from it.
 *
 * This file holds the frame: header, one comment for each step, the here-documents, quoting. The
 * commands of each kind of step are in explain_ns.c, explain_mount.c, explain_tree.c and
 * explain_proc.c. The commands are those of Debian 12 (util-linux 2.38, iproute2, coreutils,
 * dash and bash). */
#include "plan/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "plan/names.h"

static const char header[] =
	"#!/bin/sh\n"
	"# What honu does to %s, step by step, with the shell commands that come\n"
	"# nearest. Written to be read and to be tried out by hand; honu runs none of these commands.\n"
	"#\n"
	"# Commands at the margin are for the host. Indented commands are for %s\n"
	"# the container: they are piped, in the same order, to the shell that ns.clone starts.\n"
	"# A step shows: number, who does it, step, object, the option that asked for it, and why.\n"
	"#\n"
	"#   # not expressible:  what honu does by a system call that no command makes\n"
	"#   # approximately:    the nearest command; the difference is what the line above it says\n";

static const char header_mounts[] =
	"#\n"
	"# honu mounts nothing in the host's mount namespace: it prepares detached mounts, which have\n"
	"# no path, and attaches them inside. Commands need paths, so the mounts stand below $work\n"
	"# here: run this with 'unshare --mount', and the host does not see them either.\n";

static const char header_update[] =
	"#!/bin/sh\n"
	"# What honu writes to change the limits of this container.\n"
	"# A step shows: number, who does it, step, object, the option that asked for it, and why.\n"
	"\n"
	"set -eu\n";

static const char header_end[] =
	"\n"
	"set -eu\n"
	"work=$(mktemp -d)\n"
	"chmod 711 \"$work\"  # the root of another user namespace passes through it\n"
	"export work\n";

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

void explain_indent(struct explain *x)
{
	if (x->actor == ACTOR_INIT)
		text_add(x->t, "\t");
}

void explain_end(struct explain *x)
{
	text_add(x->t, "\n");
}

static void PRINTF(2, 0) add_formatted(struct explain *x, const char *fmt, va_list ap)
{
	char line[512];

	(void)vsnprintf(line, sizeof(line), fmt, ap);
	explain_plain(x, line);
	explain_end(x);
}

void explain_line(struct explain *x, const char *fmt, ...)
{
	va_list ap;

	explain_indent(x);
	va_start(ap, fmt);
	add_formatted(x, fmt, ap);
	va_end(ap);
}

void explain_plain(struct explain *x, const char *s)
{
	for (; *s; s++)
		text_add_bytes(x->t, is_control(*s) ? "?" : s, 1);
}

void explain_remark(struct explain *x, const char *text)
{
	explain_indent(x);
	text_add(x->t, "# ");
	explain_plain(x, text);
	explain_end(x);
}

void explain_inexpressible(struct explain *x, const char *fmt, ...)
{
	va_list ap;

	explain_indent(x);
	text_add(x->t, "# not expressible: ");
	va_start(ap, fmt);
	add_formatted(x, fmt, ap);
	va_end(ap);
}

void explain_approximately(struct explain *x)
{
	explain_line(x, "# approximately:");
}

/* One character as printf(1) and $'' both read it. Octal always has three digits, so that a digit
 * after it stays a digit. */
static void add_escaped(struct text *t, char c)
{
	if (c == '\\')
		text_add(t, "\\\\");
	else if (c == '\n')
		text_add(t, "\\n");
	else if (c == '\t')
		text_add(t, "\\t");
	else if (is_control(c))
		text_printf(t, "\\%03o", (unsigned)c);
	else
		text_add_bytes(t, &c, 1);
}

void explain_format(struct explain *x, const char *s)
{
	text_add(x->t, "'");
	for (size_t i = 0; s[i]; i++) {
		if (i == 0 && s[i] == '-')
			text_add(x->t, "\\055"); /* else it would be an option */
		else if (s[i] == '%')
			text_add(x->t, "%%");
		else if (s[i] == '\'')
			text_add(x->t, "'\\''");
		else
			add_escaped(x->t, s[i]);
	}
	text_add(x->t, "'");
}

/* A raw line break could end the here-document around it, and a raw escape sequence would act on
 * the terminal. The shell inside is bash, which has $''; the host's, which may be dash, loses line
 * breaks at the end of a value, where no path and no setting has one. */
void explain_word(struct explain *x, const char *s)
{
	size_t i = 0;

	while (s[i] && !is_control(s[i]))
		i++;
	if (!s[i]) {
		text_add_quoted(x->t, s);
		return;
	}
	if (x->actor == ACTOR_HOST) {
		text_add(x->t, "\"$(printf ");
		explain_format(x, s);
		text_add(x->t, ")\"");
		return;
	}
	text_add(x->t, "$'");
	for (i = 0; s[i]; i++) {
		if (s[i] == '\'')
			text_add(x->t, "\\047");
		else
			add_escaped(x->t, s[i]);
	}
	text_add(x->t, "'");
}

void explain_stage(struct explain *x, unsigned slot)
{
	_cleanup_text_ struct text name = { 0 };

	names_add_slot(&name, x->p, slot);
	/* Some slots have the name of a path; a stage has no directories above it. */
	for (char *c = name.data; *c; c++)
		if (*c == '/')
			*c = '-';
	text_add(x->t, "\"$work\"/");
	explain_word(x, name.data + strspn(name.data, "-"));
}

void explain_inside_path(struct explain *x, const char *path)
{
	if (!x->has_root) {
		explain_word(x, path);
		return;
	}
	text_add(x->t, "\"$root\"");
	if (strcmp(path, "/") != 0)
		explain_word(x, path);
}

void explain_in_mounts(struct explain *x)
{
	explain_indent(x);
	if (x->actor == ACTOR_HOST && x->own_mounts)
		text_add(x->t, "nsenter --target \"$child\" --mount ");
}

struct explain_group explain_find_group(const struct explain *x, unsigned slot)
{
	for (size_t i = 0; i < x->p->n; i++) {
		const struct step *s = &x->p->steps[i];

		if (s->kind == STEP_CGROUP_MAKE && s->cgroup_make.slot == slot)
			return (struct explain_group){ s->cgroup_make.mountpoint,
						       s->cgroup_make.path, NULL };
		if (s->kind == STEP_CGROUP_OPEN && s->cgroup_open.slot == slot)
			return (struct explain_group){ s->cgroup_open.mountpoint,
						       s->cgroup_open.path, s->cgroup_open.leaf };
	}
	return (struct explain_group){ 0 };
}

static void explain_close(struct explain *x)
{
	if (x->inside_open)
		text_add(x->t, "INSIDE\n");
	x->inside_open = x->inside_new = false;
}

/* Hands over where the actor changes. */
static void explain_turn(struct explain *x, enum actor actor)
{
	x->actor = actor;
	if (actor == ACTOR_HOST) {
		explain_close(x);
		return;
	}
	if (x->inside_open)
		return;
	text_add(x->t, "\ncat >&9 <<-'INSIDE'\n");
	x->inside_open = true;
	x->inside_new = true;
}

void explain_interrupt(struct explain *x)
{
	explain_turn(x, ACTOR_HOST);
}

void explain_resume(struct explain *x)
{
	explain_turn(x, ACTOR_INIT);
}

static void explain_comment(struct explain *x, size_t number, const struct step *s)
{
	const char *object = step_object(x->p, s);

	if (!x->inside_new)
		explain_end(x);
	x->inside_new = false;
	explain_indent(x);
	text_printf(x->t, "# %zu. %s: %s", number, s->actor == ACTOR_HOST ? "host" : "inside",
		    step_name(s->kind));
	if (*object) {
		text_add(x->t, " ");
		explain_plain(x, object);
	}
	if (s->origin && strcmp(s->origin, "default") != 0) {
		text_add(x->t, " (from ");
		explain_plain(x, s->origin);
		text_add(x->t, ")");
	}
	explain_end(x);
	if (x->target && s->kind == STEP_NS_CLONE)
		explain_line(x, "#    the new process; what it starts is one of the container's");
	else
		explain_line(x, "#    %s", step_why(s->kind));
}

static void explain_step(struct explain *x, const struct step *s)
{
	switch (s->kind) {
#define X(kind, member, name, why)               \
	case STEP_##kind:                        \
		explain_##member(x, &s->member); \
		return;
		STEP_KINDS(X)
#undef X
	case _STEP_KIND_N:
		return;
	}
}

/* What outlives the container's processes, as honu's journal has it. */
static void explain_undo(struct explain *x)
{
	if (x->target == 0)
		explain_line(x, "# undo, newest first; all else went with the namespaces");
	for (size_t i = x->p->n; i-- > 0;) {
		const struct step *s = &x->p->steps[i];

		if (s->kind != STEP_CGROUP_MAKE)
			continue;
		text_add(x->t, "rmdir ");
		explain_word(x, s->cgroup_make.mountpoint);
		text_add(x->t, "/");
		explain_word(x, s->cgroup_make.path);
		explain_end(x);
	}
}

static void explain_header(struct explain *x)
{
	bool joins = x->p->n > 0 && x->p->steps[0].kind == STEP_NS_TARGET;

	if (x->p->n > 0 && x->p->steps[0].kind == STEP_CGROUP_WRITE) {
		text_add(x->t, header_update);
		return;
	}
	if (joins)
		text_printf(x->t, header, "join this container",
			    "the new process, on its way into");
	else
		text_printf(x->t, header, "start this container", "the first process inside");
	if (!joins)
		text_add(x->t, header_mounts);
	text_add(x->t, header_end);
}

void plan_explain(const struct plan *p, struct text *t)
{
	struct explain x = { .p = p, .t = t, .actor = ACTOR_HOST };

	explain_header(&x);
	for (size_t i = 0; i < p->n; i++) {
		explain_turn(&x, p->steps[i].actor);
		explain_comment(&x, i + 1, &p->steps[i]);
		explain_step(&x, &p->steps[i]);
	}
	explain_turn(&x, ACTOR_HOST);
	if (x.cloned) {
		text_add(t, "\nexec 9>&-\nwait\n\n");
		explain_undo(&x);
	}
	if (p->n_notes > 0)
		explain_end(&x);
	for (size_t i = 0; i < p->n_notes; i++) {
		text_add(t, "# note: ");
		explain_plain(&x, p->notes[i]);
		explain_end(&x);
	}
}
