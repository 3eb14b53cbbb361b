/* tests/torture/snapshot.h - all that a container could leave on the host, as sorted lines.
 *
 * mount:   every line of mountinfo
 * cgroup:  control groups below the parent that the containers are made in, in every hierarchy
 * link:    network interfaces
 * nft:     tables of the packet filter
 * state:   files of the state directory; its own folders may come and go
 * file:    files of directories that containers have as volumes
 * process: whatever carries the mark in its environment, or lives in such a control group
 * fd:      open descriptors of the caller, and their flags: honu shares their descriptions
 * child:   children of the caller, who has to be a child subreaper */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define SCOPE_PATHS 8

struct scope {
	const char *cgroup; /* a name below the top of each hierarchy */
	const char *state;
	const char *mark;		 /* NAME=VALUE in the environment of honu */
	const char *volume[SCOPE_PATHS]; /* directories; the first NULL ends the list */
};

struct snapshot {
	char **line;
	size_t n;
};

void snapshot_take(const struct scope *s, struct snapshot *ret);
void snapshot_done(struct snapshot *s);

/* Adds "+ line" and "- line" for each line that only one of them has. true: they are equal. */
bool snapshot_compare(const struct snapshot *before, const struct snapshot *now,
		      struct text *differences);

/* Processes alone: reaps what has ended, lists what has not. true: none. only_marked: honu, and what
 * has not become a program of the container yet. */
bool snapshot_processes(const struct scope *s, bool only_marked, struct text *list);

/* SIGKILL to all of them. */
void snapshot_kill(const struct scope *s);
