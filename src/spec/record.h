/* spec/record.h - a finished spec as JSON: the record of a container. */
#pragma once

#include "base/err.h"
#include "spec/spec.h"

/* What was resolved: namespaces, id map, root, mounts, process, rights; secrets by name only.
 * Documented in docs/record.md. *ret is the caller's, for free(). */
int spec_record(const struct spec *s, char **ret, struct err *e);
