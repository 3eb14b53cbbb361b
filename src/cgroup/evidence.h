/* cgroup/evidence.h - what a control group tells about the end of who lived in it. Host side. */
#pragma once

#include <stdint.h>

struct cgroup_evidence {
	uint64_t oom_kills;    /* processes the kernel ended since memory ran out */
	uint64_t memory_peak;  /* bytes */
	uint64_t memory_limit; /* bytes */
};

/* All UINT64_MAX: not known. */
struct cgroup_evidence cgroup_evidence_new(void);

/* Adds what the files of base/path say, where it is a group with the memory controller: v1
 * memory.oom_control, memory.max_usage_in_bytes, memory.limit_in_bytes (cgroup-v1/memory.rst); v2
 * memory.events, memory.peak, memory.max (cgroup-v2.rst). Any other group adds nothing. */
void cgroup_read_evidence(const char *base, const char *path, struct cgroup_evidence *e);
