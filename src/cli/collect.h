/* cli/collect.h - undoes and removes containers whose honu is gone. */
#pragma once

#include "base/err.h"
#include "store/store.h"

/* ret_n may be NULL. The first error is returned after all were tried. */
int collect(const struct store *s, unsigned *ret_n, struct err *e);
