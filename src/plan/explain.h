/* plan/explain.h - what the parts of plan_explain() share: where the listing stands, and lines.
 *
 * Lines for the host stand at the margin. Lines for the inside are indented by one tab and stand
 * in here-documents (<<-'INSIDE') that feed the shell which ns.clone started. Nothing from a spec
 * gets into the listing but through explain_word(), explain_format() or explain_remark(): a line
 * break in a value must not end a comment, a quoted word or a here-document. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

struct explain {
	const struct plan *p;
	struct text *t;
	enum actor actor; /* of the step being explained */
	bool inside_open; /* a here-document is open */
	bool inside_new;  /* ... and still empty */
	bool cloned;	  /* the first process exists */
	bool own_mounts;  /* ... in a mount namespace of its own */
	bool has_chain;	  /* "$@" holds commands in front of the next unshare */
	bool has_root;	  /* "$root" is set: the new root is not yet / */
	bool has_prefix;  /* "$prefix" is set: a command in front of the program */
	bool has_setpriv; /* "$@" holds options for setpriv */
	bool has_home;	  /* "$home" is set */
	bool has_console; /* the program's standard streams are /dev/console */
	const char *ns_path[_NS_N];
	uint32_t target; /* pid of the first process of a container to be joined; 0: none */
};

/* ---- lines ---- */

/* Starts a line: a tab where it is for the inside. */
void explain_indent(struct explain *x);
/* A whole line, of at most 511 bytes; fmt must not carry anything from a spec. */
void explain_line(struct explain *x, const char *fmt, ...) PRINTF(2, 3);
void explain_end(struct explain *x);

/* "# text", harmless whatever the text is. */
void explain_remark(struct explain *x, const char *text);
/* "# not expressible: …", and "# approximately:" above a command. */
void explain_inexpressible(struct explain *x, const char *fmt, ...) PRINTF(2, 3);
void explain_approximately(struct explain *x);

/* Lines for the host in the middle of a step inside, and back. */
void explain_interrupt(struct explain *x);
void explain_resume(struct explain *x);

/* ---- parts of a line ---- */

/* One word of the shell, whatever s holds. */
void explain_word(struct explain *x, const char *s);
/* The format of a printf that writes s, as one word. */
void explain_format(struct explain *x, const char *s);
/* Where the detached mount of a slot stands in the listing: "$work"/source0. */
void explain_stage(struct explain *x, unsigned slot);
/* A path inside, which is below "$root" until the root is pivoted. */
void explain_inside_path(struct explain *x, const char *path);
/* Text for a comment: control characters as '?'. */
void explain_plain(struct explain *x, const char *s);

/* Starts a line with a command for the mount namespace of the container: on the host, once the
 * container has one of its own, nsenter(1) goes in front. */
void explain_in_mounts(struct explain *x);

/* The group that a step leaves in slot; all NULL: none does. */
struct explain_group {
	const char *mountpoint, *path;
	const char *leaf; /* "$group" holds which of the two it is; NULL: path */
};

struct explain_group explain_find_group(const struct explain *x, unsigned slot);

/* ---- one function for each kind of step: the lines below its comment ---- */

#define X(kind, member, name, why) \
	void explain_##member(struct explain *x, const struct member##_step *s);
STEP_KINDS(X)
#undef X
