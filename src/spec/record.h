/* spec/record.h - a finished spec as JSON, and back: the record of a container.
 *
 * It holds the whole of it, so that start, exec and finish need nothing else; documented in
 * docs/record.md. Of secrets it has names and sources, never what is in them. */
#pragma once

#include "base/err.h"
#include "spec/spec.h"

/* One line of JSON. *ret is the caller's, for free(). */
int spec_record(const struct spec *s, char **ret, struct err *e);

/* The spec as it was when it was recorded, in memory of a. Strict: a version or key that is not
 * known, a value of the wrong type or a key that lacks is refused, with its path ("mounts[2].type").
 * -EPROTO; -EPROTONOSUPPORT: another version. */
int spec_read_record(struct arena *a, const char *json, struct spec **ret, struct err *e);
