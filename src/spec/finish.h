/* spec/finish.h - the parts of spec_finish(), one for each topic.
 *
 * Each puts the defaults of its topic in, then refuses what cannot work; they run in the order
 * in which they stand here. */
#pragma once

#include <stdint.h>

#include "base/err.h"

struct spec;
struct facts;

int finish_life(struct spec *s, const struct facts *f, struct err *e);
int finish_namespaces(struct spec *s, const struct facts *f, struct err *e);
int finish_files(struct spec *s, const struct facts *f, struct err *e);
int finish_security(struct spec *s, const struct facts *f, struct err *e);
int finish_limits(struct spec *s, const struct facts *f, struct err *e);
int finish_group(struct spec *s, const struct facts *f, struct err *e);
int finish_process(struct spec *s, const struct facts *f, struct err *e);

/* The capabilities that honu can give in the container's user namespace. */
uint64_t finish_givable(const struct spec *s, const struct facts *f);
