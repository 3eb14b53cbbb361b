/* cli/cidfile.h - where a script finds the id of what it started: the option of that name. */
#pragma once

#include "base/err.h"
#include "spec/spec.h"

/* Writes the id to the file, which must not exist: -EEXIST and a hint. No --cidfile is fine. */
int cidfile_write(const struct spec *s, struct err *e);
