/* copy/place.h - where one end of a copy works: on the host, as a container sees its files, or on a
 * tar archive that is no file at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

enum copy_where { COPY_HOST, COPY_PROCESS, COPY_TREE, COPY_STREAM };

#define COPY_MOUNTS_MAX 64

struct copy_mount {
	int fd;
	const char *target;
};

/* See message.h for what the fields mean. */
struct copy_place {
	enum copy_where where;
	const char *label, *path, *name;
	bool directory, contents;
	pid_t pid;
	int pidfd, tree, userns;
	struct copy_mount mounts[COPY_MOUNTS_MAX];
	size_t n_mounts;
};

/* Takes this process, which has one thread, where the end works: for COPY_PROCESS into the mount and
 * user namespace of that process, for COPY_TREE into new ones; "/" and the working directory are the
 * container's root then, and ids are those inside. There is no way back. Whatever needs a file of
 * the host (libraries, locales) has to be in memory before. */
int copy_place_enter(const struct copy_place *p, struct err *e);

/* Makes a directory of the host (and what is mounted below it) all that this process can reach. */
int copy_place_jail(int directory, struct err *e);
