/* cli/when.h - moments of --since and --until, as a person writes them, in the time zone of here. */
#pragma once

#include <stdint.h>

#include "base/err.h"

/* CLOCK_REALTIME, ns. */
uint64_t when_now(void);

/* option: "since". text NULL: *ret stays as it is. */
int when_parse(const char *option, const char *text, uint64_t *ret, struct err *e);
