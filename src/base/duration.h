/* base/duration.h - lengths of time as people write them. */
#pragma once

#include <stdint.h>

/* "1m30s", "500ms", "2h", "1.5" (seconds, where no unit is written): units d h m s ms. Strict: the
 * whole string. -> milliseconds; -EINVAL, -ERANGE. */
int duration_parse(const char *text, uint64_t *ret_ms);
