/* cgroup/metrics_files.h - the files that figures come from, and how their text is taken apart.
 *
 * Only metrics_*.c include it. Formats: cgroup-v2.rst "Interface Files", cgroup-v1/memory.rst,
 * cgroup-v1/blkio-controller.rst, accounting/psi.rst, proc_net(5). */
#pragma once

#include "cgroup/metrics.h"

enum metric_file {
	FILE_NONE,
	FILE_V2_CPU_STAT,
	FILE_V1_CPU_STAT,
	FILE_V1_CPUACCT_USAGE,
	FILE_V1_CPUACCT_STAT,
	FILE_V2_MEMORY_STAT,
	FILE_V1_MEMORY_STAT,
	FILE_V2_MEMORY_CURRENT,
	FILE_V1_MEMORY_USAGE,
	FILE_V2_MEMORY_PEAK,
	FILE_V1_MEMORY_MAX_USAGE,
	FILE_V2_MEMORY_MAX,
	FILE_V1_MEMORY_LIMIT,
	FILE_V2_MEMORY_MAX_ABOVE, /* of the group and of all above it: the least */
	FILE_V2_MEMORY_EVENTS,
	FILE_V1_MEMORY_FAILCNT,
	FILE_V1_MEMORY_OOM_CONTROL,
	FILE_V2_MEMORY_SWAP_CURRENT,
	FILE_V1_MEMORY_KMEM_USAGE,
	FILE_PIDS_CURRENT,
	FILE_PIDS_PEAK,
	FILE_PIDS_MAX,
	FILE_PIDS_EVENTS,
	FILE_CPU_PRESSURE,
	FILE_MEMORY_PRESSURE,
	FILE_IO_PRESSURE,
	FILE_V2_IO_STAT,
	FILE_V1_THROTTLE_BYTES,
	FILE_V1_THROTTLE_SERVICED,
	FILE_V1_BFQ_BYTES,
	FILE_V1_BFQ_SERVICED,
	FILE_V1_BFQ_WAIT_TIME,
	FILE_V1_BFQ_QUEUED,
	FILE_V1_CFQ_WAIT_TIME,
	FILE_V1_CFQ_QUEUED,
	FILE_TASK_STAT,
	FILE_BLOCK_INFLIGHT,
	FILE_NET_DEV,
	_FILE_N
};

enum metric_format {
	FORMAT_NUMBER,	 /* "123" or "max" */
	FORMAT_KEYED,	 /* "key 123" */
	FORMAT_PRESSURE, /* "some avg10=0.00 … total=123" */
	FORMAT_IO_STAT,	 /* "8:0 rbytes=1 wbytes=2 …" */
	FORMAT_BLKIO,	 /* "8:0 Read 123" */
	FORMAT_NET_DEV,	 /* "  eth0: 1 2 3 …" */
	FORMAT_ELSEWHERE /* not read like the others */
};

struct metric_file_row {
	const char *name; /* in the group; with a '/' in front: elsewhere */
	const char *v1;	  /* the v1 controller that has it; NULL: none */
	bool v2;
	enum metric_format format;
};
extern const struct metric_file_row metric_files[_FILE_N];

/* Called for every number of a text. One from a line that belongs to a device, an interface or a kind
 * of pressure comes with its name ("8:0", "eth0", "some"); else NULL. Fractions are in hundredths.
 * Words do not end where their length says. */
struct metric_word {
	const char *text;
	size_t length;
};
bool metric_word_is(const struct metric_word *w, const char *s);
typedef void metric_found_fn(void *data, const struct metric_word *owner,
			     const struct metric_word *key, uint64_t n, bool unlimited);

/* Takes the text apart; lines that are not as the format says are passed over, as the kernel adds
 * other ones over time. text ends with a 0. */
void metric_parse(enum metric_format format, const char *text, metric_found_fn *found, void *data);
