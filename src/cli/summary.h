/* cli/summary.h - what a list shows of a container, from its spec. */
#pragma once

#include "spec/spec.h"
#include "store/store.h"

void summary_of(const struct spec *s, struct store_summary *ret);
