/* cli/protections.h - the protections that a container has unless somebody said otherwise, and how to
 * leave each (docs/security.md). */
#pragma once

#include <jansson.h>

#include "spec/spec.h"

/* [{"name":"seccomp","holds":true,"option":"--security-opt seccomp=unconfined"}, …] */
json_t *protections_json(const struct spec *s);
