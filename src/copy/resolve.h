/* copy/resolve.h - a path that was typed, as a name in a directory that is held by a descriptor.
 *
 * Links on the way are followed as the root and the rights of this process say; from then on nobody
 * can make the name mean something elsewhere. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

struct copy_resolved {
	int parent;		 /* O_PATH */
	char name[NAME_MAX + 1]; /* in it; "." for the root */
	bool exists;
	struct stat st; /* of the name itself, where it exists */
};

/* magic: links of /proc that lead to what a process has open are followed as well; never among a
 * container's files, where they could lead out. follow: where the name is a symbolic link, what it leads to, also if that does not exist. -ENOENT,
 * -ENOTDIR: there is no such parent. -ELOOP, -ENAMETOOLONG. */
int copy_resolve(const char *path, bool magic, bool follow, struct copy_resolved *ret);
