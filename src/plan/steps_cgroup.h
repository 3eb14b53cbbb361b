/* plan/steps_cgroup.h - payloads of the steps that cgroup/ carries out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Room for both in a record of the journal (run/journal.h). */
#define UNDO_BASE_MAX 96
#define UNDO_NAME_MAX 128

/* Host. mkdir path below mountpoint (and its parents, which go when they are empty); leaves
 * "tasks" (v1) or the directory (v2) open in slot. Undo: end what lives there, rmdir. */
struct cgroup_make_step {
	const char *controllers; /* "cpu"; "" for v2 */
	const char *mountpoint;	 /* "/sys/fs/cgroup/cpu" */
	const char *path;	 /* relative to mountpoint: "honu/4f2a" */
	bool is_v2;
	unsigned slot;
};

/* Host. Writes each value with one write(2). With_parents: the parent groups that honu made as
 * well, outermost first, where they are still empty (cpuset.cpus, cpuset.mems of v1). */
struct cgroup_write_step {
	const char *mountpoint;
	const char *path;
	const char *file; /* "devices.allow" */
	const char *const *values;
	size_t n_values;
	bool with_parents;
};

/* Host. Opens "tasks" (v1) or the directory (v2) of a group that exists -> slot. A v2 group that has
 * controllers enabled for its children can be joined by nobody (cgroups(7), "no internal
 * processes"): then leaf is made, where it is missing, and taken instead. Undo: as cgroup.make, of
 * the leaf. */
struct cgroup_open_step {
	const char *mountpoint;
	const char *path;
	const char *leaf; /* v2: "honu-4f2a/exec" */
	bool is_v2;
	unsigned slot;
};

/* Init. Writes "0" to each inherited "tasks" file. */
struct cgroup_join_step {
	unsigned first_slot;
	unsigned n_slots;
	const char *const *names; /* for messages */
};
