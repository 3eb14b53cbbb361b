/* spec/turtles.h - names for containers that nobody named. Pure. */
#pragma once

#include <stdint.h>

#include "base/arena.h"

/* "calm-leatherback": lower-case letters and one dash, so it can be a name and a host name. Equally
 * likely for equally likely numbers; whether it is taken is for the caller to see. */
const char *turtle_name(struct arena *a, uint64_t random);
