/* base/rlimit.h - resource limits by the names that prlimit(1) and docker give them. */
#pragma once

#define RLIMITS 16 /* of Linux; the C libraries do not agree on what they call that */

/* By RLIMIT_*: "nofile". */
extern const char *const rlimit_names[RLIMITS];

/* NULL for a number without a name. */
const char *rlimit_name(int resource);
