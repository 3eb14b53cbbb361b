/* cli/joined.h - the id map of a user namespace that exists already. */
#pragma once

#include "base/err.h"
#include "spec/spec.h"

/* Enters in spec how the ids of the user namespace in the file of ns[NS_USER] (NS_PATH) are called
 * here: files that are made for the container belong to its own root then, and mounts are id-mapped.
 * A file that is none is left to the step that opens it. */
int joined_map(struct spec *s, struct err *e);
