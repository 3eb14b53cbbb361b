/* plan/compile.h - the compiler's own parts; everybody else includes plan/plan.h.
 *
 * Each function appends the steps of one topic. The order of the whole is written once, in
 * compile.c. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "facts/facts.h"
#include "plan/plan.h"
#include "spec/spec.h"

struct compiler {
	struct arena *arena;
	const struct spec *spec;
	const struct facts *facts;
	struct err *e;

	struct step *steps;
	size_t n;
	const char **notes;
	size_t n_notes;
	const char **slot_names;
	unsigned n_slots;

	const struct spec *before, *changes; /* of an update; NULL: everything is new */
	const struct exec_spec *exec;	     /* one more process; NULL: a container's first */
	bool own_userns; /* a user namespace that is not the host's, new or joined */
	bool maps_ids;	 /* a new one: mounts are id-mapped */
	unsigned root_slot;
	unsigned *source_slot; /* by mount of the spec */
	unsigned *device_slot; /* by device; SLOT_NONE: made in /dev */
};

/* A new step; the pointer is good until the next one. */
struct step *compile_add(struct compiler *c, enum actor actor, enum step_kind kind,
			 const char *origin);
unsigned compile_slot(struct compiler *c, const char *name);
void compile_note(struct compiler *c, const char *note);

/* Before the first topic and after the last. */
int compile_begin(struct compiler *c);
struct plan *compile_end(struct compiler *c);

/* MOUNT_ATTR_* of what was asked for; MS_* of a propagation. */
uint64_t compile_attr(const struct mount_spec *m);
uint64_t compile_propagation(enum propagation p);

/* compile_cgroup.c: control groups. compile_ns.c: joined namespaces, the clone. */
int compile_cgroup2(struct compiler *c); /* host, before the clone */
int compile_cgroups(struct compiler *c); /* host, while the inside mounts */
int compile_join(struct compiler *c);	 /* inside */
/* compile_limits.c: refuses what cannot act; the limits of the container's group in a hierarchy; on v2
 * the controllers that its parents have to enable for them. */
int compile_limits_check(struct compiler *c);
void compile_limits(struct compiler *c, const struct cgroup_hierarchy *h, const char *path);
void compile_limits_enable(struct compiler *c, const struct cgroup_hierarchy *h, const char *path);
int compile_joined(struct compiler *c);
int compile_clone(struct compiler *c);
int compile_enter(struct compiler *c);	  /* inside, first */
int compile_settings(struct compiler *c); /* inside: host name, lo, sysctls */

/* compile_exec.c: what a container that runs has already. */
int compile_target(struct compiler *c);	      /* host: the process that is joined */
int compile_open_groups(struct compiler *c);  /* host: its groups */
int compile_step_in(struct compiler *c);      /* host: the clone */
int compile_ns_join(struct compiler *c);      /* inside: its namespaces */
int compile_exec_console(struct compiler *c); /* inside: user and terminal */

/* compile_root.c: the root and what every container has in it. */
void compile_seal(struct compiler *c, const char *path, unsigned slot, const char *origin);
int compile_root_sources(struct compiler *c); /* host, before the clone */
int compile_root_layers(struct compiler *c);  /* host, when the id map exists */
int compile_root(struct compiler *c);	      /* inside */
int compile_cgroup_view(struct compiler *c);  /* inside, after joining */
int compile_root_finish(struct compiler *c);  /* inside, after the pivot */

/* compile_mount.c: what the user mounts. */
int compile_mount_sources(struct compiler *c);
int compile_mount_layers(struct compiler *c);
int compile_mounts(struct compiler *c);
bool compile_has_v1(const struct facts *f);
bool compile_has_v2(const struct facts *f);
bool compile_has_target(const struct compiler *c, const char *target);

/* compile_tree.c: the small trees of honu's own: /dev, /etc/hosts and the like, secrets, the root
 * of a container without an image, the upper side of an overlay that is thrown away. */
int compile_trees(struct compiler *c);
void compile_upper(struct compiler *c, unsigned slot, const char *origin);

/* compile_process.c: user, capabilities, descriptors, program. */
int compile_console(struct compiler *c);
void compile_user(struct compiler *c);
int compile_process(struct compiler *c);
bool compile_wants_console(const struct compiler *c);
bool compile_wants_stub(const struct compiler *c);
