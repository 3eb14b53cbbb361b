/* cli/rm.h - removing a container for another verb. */
#pragma once

#include "base/err.h"

/* As 'honu rm --force NAME' in that state directory, without a word. One that is not there is fine. */
int rm_for_replacement(const char *state, const char *name, struct err *e);
