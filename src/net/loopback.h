/* net/loopback.h - the interface that every network namespace has. */
#pragma once

#include "plan/plan.h"

int net_loopback_apply(const struct step *s, struct slots *slots, const char **op);
