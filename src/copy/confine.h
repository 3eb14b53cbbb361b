/* copy/confine.h - what an end of a copy keeps of its rights, once it is where it works. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* Closes every descriptor but the n listed ones, and makes /dev/null of the standard streams that are
 * not among them. Before copy_place_enter(), since it opens a file of the host. */
int confine_descriptors(const int *keep, size_t n, struct err *e);

/* From here on this process, root wherever it is, can read, make, change and remove files below its
 * root, and nothing else: no program or library is executed or loaded, no namespace, mount, socket or
 * process made, no other process signalled. It ends when its parent, process `parent`, does. */
int confine_rights(pid_t parent, struct err *e);
