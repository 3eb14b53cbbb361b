/* ns/user.h - a user namespace that nobody lives in: for id-mapped mounts, and to be entered. */
#pragma once

#include "spec/spec.h"

/* Makes one with these maps -> its descriptor. *op names the call that failed. */
int ns_make_user(const struct userns_spec *u, const char **op);
