/* base/rlimit.c - see rlimit.h. */
#include "base/rlimit.h"

#include <assert.h>
#include <stddef.h>
#include <sys/resource.h>

const char *const rlimit_names[RLIMITS] = {
	[RLIMIT_CPU] = "cpu",		[RLIMIT_FSIZE] = "fsize",
	[RLIMIT_DATA] = "data",		[RLIMIT_STACK] = "stack",
	[RLIMIT_CORE] = "core",		[RLIMIT_RSS] = "rss",
	[RLIMIT_NPROC] = "nproc",	[RLIMIT_NOFILE] = "nofile",
	[RLIMIT_MEMLOCK] = "memlock",	[RLIMIT_AS] = "as",
	[RLIMIT_LOCKS] = "locks",	[RLIMIT_SIGPENDING] = "sigpending",
	[RLIMIT_MSGQUEUE] = "msgqueue", [RLIMIT_NICE] = "nice",
	[RLIMIT_RTPRIO] = "rtprio",	[RLIMIT_RTTIME] = "rttime",
};
static_assert(RLIMIT_RTTIME == RLIMITS - 1, "a resource limit lacks its name");

const char *rlimit_name(int resource)
{
	return resource >= 0 && resource < RLIMITS ? rlimit_names[resource] : NULL;
}
