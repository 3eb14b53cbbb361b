/* plan/steps_mount.h - payloads of the steps that mount/ and root/ carry out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum tree_kind { TREE_DIRECTORY, TREE_LINK, TREE_FILE, TREE_NODE, TREE_COPY };

/* One name in a tree that honu makes. Entries come parents first. */
struct tree_entry {
	enum tree_kind kind;
	const char *path;  /* relative to the tree */
	const char *text;  /* link: its target; file: content; copy: host path to read */
	uint32_t mode;	   /* permission bits; node: with S_IFCHR or S_IFBLK */
	uint32_t uid, gid; /* ids outside */
	uint32_t major, minor;
};

struct mount_option {
	const char *key;
	const char *value; /* NULL: a flag */
};

/* Host. A detached tmpfs, filled with entries -> slot. */
struct tree_make_step {
	unsigned slot;
	const char *label; /* "/dev": what it will be inside */
	const struct mount_option *options;
	size_t n_options;
	uint64_t attr; /* MOUNT_ATTR_* */
	const struct tree_entry *entries;
	size_t n_entries;
};

/* Host. open_tree(source, OPEN_TREE_CLONE) -> slot. Attr is set on the copy at once. Needs_peer:
 * the source must lie on a shared mount (of which a slave can be made), else -EINVAL. */
struct mount_open_step {
	const char *source;
	unsigned slot;
	bool recursive;
	bool needs_peer;
	bool directory;	     /* it must be one */
	bool parent_of_file; /* where the source is a file: the directory that holds it */
	bool optional;	     /* the source may be missing: the slot stays empty, attach skips it */
	uint64_t attr;
};

/* Host. Id-maps the detached mount in slot with SLOT_USERNS. */
struct mount_idmap_step {
	unsigned slot;
	bool recursive;
	const char *source; /* for messages */
};

/* Host. An overlay from descriptors -> slot. Without upper it is read-only (its superblock is, so
 * nobody inside can change that): lower over an empty directory. With upper the directories
 * "upper" and "work" are taken from upper_slot, or upper and work are host paths. */
struct mount_overlay_step {
	unsigned slot;
	unsigned lower_slot;
	unsigned upper_slot; /* SLOT_NONE: read-only, or the paths below */
	const char *upper;
	const char *work;
	const char *source; /* host path; where it is a file, lower is its directory (mount.open
			     * with parent_of_file) and only this file of the overlay is taken */
	uint64_t attr;
};

/* Init. Whole tree. flags: MS_PRIVATE, MS_SLAVE, MS_SHARED, with MS_REC. */
struct mount_propagation_step {
	uint64_t flags;
	bool after_pivot;
};

/* Init. Moves the detached mount in slot to target, below SLOT_ROOT. */
struct mount_attach_step {
	unsigned slot;
	const char *target;
	const char *file;  /* the mount is a directory: attach only this name in it, or NULL */
	uint64_t attr_set; /* MOUNT_ATTR_*, before attaching */
	uint64_t attr_clear;
	bool recursive_attr;
	uint64_t propagation; /* MS_*: 0 leaves what it was born with */
	bool own_files;	      /* its files are given to the container's user (secrets) */
	bool optional;	      /* an empty slot is skipped */
};

/* Init. fsopen(type) with options, at target below SLOT_ROOT; the mount stays open in slot unless
 * that is SLOT_NONE. */
struct mount_fs_step {
	const char *type;
	const char *target;
	const struct mount_option *options;
	size_t n_options;
	uint64_t attr;
	bool copy_up; /* starts with what the directory under it holds */
	unsigned slot;
	const struct tree_entry *entries; /* directories and links made in it (cgroup view) */
	size_t n_entries;
};

/* Init. A file gets /dev/null over it, a directory the empty read-only tmpfs of SLOT_MASK. A path that
 * does not exist is skipped. */
struct mount_mask_step {
	const char *path;
};

/* Init. A read-only bind of path over itself, recursively. A path that does not exist is
 * skipped. */
struct mount_readonly_step {
	const char *path;
};

/* Init. Attaches the detached mount in slot on top of / and leaves it in SLOT_ROOT. */
struct root_attach_step {
	unsigned slot;
	uint64_t propagation; /* 0: leave */
};

/* Init. pivot_root into SLOT_ROOT, detach the old root. */
struct root_pivot_step {
	char unused;
};

/* Init. SLOT_ROOT read-only (not its sub-mounts). */
struct root_lock_step {
	char unused;
};
