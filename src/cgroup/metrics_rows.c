/* cgroup/metrics_rows.c - the figures, one row each: see metrics.h.
 *
 * OpenMetrics names are those of cAdvisor where it has the figure, since dashboards know them. On v1
 * the "total_" keys of memory.stat and the "_recursive" files of blkio are taken: they hold the groups
 * below as well, as every file of v2 does. */
#include "cgroup/metrics_files.h"

#include <assert.h>

#include "base/cleanup.h"

#define MICROSECOND 1000
#define TICK 10000000 /* USER_HZ is 100 on all that honu runs on (time(7)) */

#define NO_PRESSURE "Linux 4.20 with CONFIG_PSI, not booted with psi=0, and a v2 group"
#define PRESSURE_TIME(file_, kind_, what_, family_, meaning_)                               \
	{                                                                                   \
		.name = "pressure." what_ "." kind_ ".total",                               \
		.openmetrics = "container_pressure_" what_ "_" family_ "_seconds",          \
		.unit = UNIT_TIME, .is_counter = true, .meaning = meaning_,                 \
		.sources = { { file_, kind_ " total", MICROSECOND } }, .lack = NO_PRESSURE, \
	}
#define PRESSURE_SHARE(file_, kind_, what_, seconds_, meaning_)                              \
	{                                                                                    \
		.name = "pressure." what_ "." kind_ ".avg" seconds_,                         \
		.openmetrics = "container_pressure_" what_ "_ratio",                         \
		.labels = "kind=\"" kind_ "\",window=\"" seconds_ "s\"", .unit = UNIT_SHARE, \
		.meaning = meaning_ " as a share of the last " seconds_ " s",                \
		.sources = { { file_, kind_ " avg" seconds_, 1 } }, .lack = NO_PRESSURE,     \
	}
#define PRESSURE_OF(id_, kind_id_, file_, kind_, what_, family_, meaning_)                        \
	[METRIC_PRESSURE_##id_##_##kind_id_##                                                     \
		_TOTAL] = PRESSURE_TIME(file_, kind_, what_, family_, meaning_),                  \
 [METRIC_PRESSURE_##id_##_##kind_id_##_10] = PRESSURE_SHARE(file_, kind_, what_, "10", meaning_), \
 [METRIC_PRESSURE_##id_##_##kind_id_##_60] = PRESSURE_SHARE(file_, kind_, what_, "60", meaning_), \
 [METRIC_PRESSURE_##id_##_##kind_id_##_300] = PRESSURE_SHARE(file_, kind_, what_, "300", meaning_)
#define PRESSURE(id_, what_, for_)                                                      \
	PRESSURE_OF(id_, SOME, FILE_##id_##_PRESSURE, "some", what_, "waiting",         \
		    "how long some task waited for " for_),                             \
		PRESSURE_OF(id_, FULL, FILE_##id_##_PRESSURE, "full", what_, "stalled", \
			    "how long all tasks at once waited for " for_)

const struct metric_row metric_rows[] = {
	[METRIC_CPU_USAGE] = {
		.name = "cpu.usage",
		.openmetrics = "container_cpu_usage_seconds",
		.unit = UNIT_TIME,
		.is_counter = true,
		.meaning = "processor time used",
		.sources = { { FILE_V2_CPU_STAT, "usage_usec", MICROSECOND }, { FILE_V1_CPUACCT_USAGE, NULL, 1 } },
	},
	[METRIC_CPU_USER] = {
		.name = "cpu.user",
		.openmetrics = "container_cpu_user_seconds",
		.unit = UNIT_TIME,
		.is_counter = true,
		.meaning = "of it, in programs",
		.sources = { { FILE_V2_CPU_STAT, "user_usec", MICROSECOND }, { FILE_V1_CPUACCT_STAT, "user", TICK } },
	},
	[METRIC_CPU_SYSTEM] = {
		.name = "cpu.system",
		.openmetrics = "container_cpu_system_seconds",
		.unit = UNIT_TIME,
		.is_counter = true,
		.meaning = "of it, in the kernel",
		.sources = { { FILE_V2_CPU_STAT, "system_usec", MICROSECOND }, { FILE_V1_CPUACCT_STAT, "system", TICK } },
	},
	[METRIC_CPU_PERIODS] = {
		.name = "cpu.periods",
		.openmetrics = "container_cpu_cfs_periods",
		.is_counter = true,
		.meaning = "periods of the CPU limit that have passed while something wanted to run",
		.sources = { { FILE_V2_CPU_STAT, "nr_periods", 1 }, { FILE_V1_CPU_STAT, "nr_periods", 1 } },
		.lack = "v2 counts only where the controller cpu is enabled for the group",
	},
	[METRIC_CPU_THROTTLED_PERIODS] = {
		.name = "cpu.throttledPeriods",
		.openmetrics = "container_cpu_cfs_throttled_periods",
		.is_counter = true,
		.meaning = "of them, those in which the limit stopped the group",
		.sources = { { FILE_V2_CPU_STAT, "nr_throttled", 1 }, { FILE_V1_CPU_STAT, "nr_throttled", 1 } },
		.lack = "v2 counts only where the controller cpu is enabled for the group",
	},
	[METRIC_CPU_THROTTLED_TIME] = {
		.name = "cpu.throttledTime",
		.openmetrics = "container_cpu_cfs_throttled_seconds",
		.unit = UNIT_TIME,
		.is_counter = true,
		.meaning = "how long the limit kept its run queues waiting, added up over processors",
		.sources = { { FILE_V2_CPU_STAT, "throttled_usec", MICROSECOND }, { FILE_V1_CPU_STAT, "throttled_time", 1 } },
		.lack = "v2 counts only where the controller cpu is enabled for the group",
	},
	[METRIC_MEMORY_CURRENT] = {
		.name = "memory.current",
		.openmetrics = "container_memory_usage_bytes",
		.unit = UNIT_BYTES,
		.meaning = "all memory charged to the group: anonymous, file, shared, kernel",
		.sources = { { FILE_V2_MEMORY_CURRENT, NULL, 1 }, { FILE_V1_MEMORY_USAGE, NULL, 1 } },
	},
	[METRIC_MEMORY_WORKING_SET] = {
		.name = "memory.workingSet",
		.openmetrics = "container_memory_working_set_bytes",
		.unit = UNIT_BYTES,
		.meaning = "current less inactiveFile: what cannot be had back without work",
		.terms = { { +1, METRIC_MEMORY_CURRENT, false }, { -1, METRIC_MEMORY_INACTIVE_FILE, false } },
	},
	[METRIC_MEMORY_RESIDENT] = {
		.name = "memory.resident",
		.openmetrics = "container_memory_resident_bytes",
		.unit = UNIT_BYTES,
		.meaning = "anonymous and mapped: what ps calls RSS, each page once",
		.terms = { { +1, METRIC_MEMORY_ANONYMOUS, false }, { +1, METRIC_MEMORY_MAPPED, false } },
	},
	[METRIC_MEMORY_ANONYMOUS] = {
		.name = "memory.anonymous",
		.openmetrics = "container_memory_rss",
		.unit = UNIT_BYTES,
		.meaning = "heaps, stacks and other memory of no file",
		.sources = { { FILE_V2_MEMORY_STAT, "anon", 1 }, { FILE_V1_MEMORY_STAT, "total_rss", 1 } },
	},
	[METRIC_MEMORY_FILE] = {
		.name = "memory.file",
		.openmetrics = "container_memory_file_bytes",
		.unit = UNIT_BYTES,
		.meaning = "page cache of files on disks: cache less shared and swapCached",
		.terms = { { +1, METRIC_MEMORY_CACHE, false }, { -1, METRIC_MEMORY_SHARED, false }, { -1, METRIC_MEMORY_SWAP_CACHED, true } },
	},
	[METRIC_MEMORY_ACTIVE_FILE] = {
		.name = "memory.activeFile",
		.openmetrics = "container_memory_total_active_file_bytes",
		.unit = UNIT_BYTES,
		.meaning = "of file, what was used again of late",
		.sources = { { FILE_V2_MEMORY_STAT, "active_file", 1 }, { FILE_V1_MEMORY_STAT, "total_active_file", 1 } },
	},
	[METRIC_MEMORY_INACTIVE_FILE] = {
		.name = "memory.inactiveFile",
		.openmetrics = "container_memory_total_inactive_file_bytes",
		.unit = UNIT_BYTES,
		.meaning = "of file, what was not, and goes first",
		.sources = { { FILE_V2_MEMORY_STAT, "inactive_file", 1 }, { FILE_V1_MEMORY_STAT, "total_inactive_file", 1 } },
	},
	[METRIC_MEMORY_SHARED] = {
		.name = "memory.shared",
		.openmetrics = "container_memory_shared_bytes",
		.unit = UNIT_BYTES,
		.meaning = "tmpfs, shared memory and memfd",
		.sources = { { FILE_V2_MEMORY_STAT, "shmem", 1 }, { FILE_V1_MEMORY_STAT, "total_shmem", 1 } },
	},
	[METRIC_MEMORY_KERNEL] = {
		.name = "memory.kernel",
		.openmetrics = "container_memory_kernel_usage",
		.unit = UNIT_BYTES,
		.meaning = "what the kernel keeps for the group: stacks, page tables, slabs",
		.sources = { { FILE_V2_MEMORY_STAT, "kernel", 1 }, { FILE_V1_MEMORY_KMEM_USAGE, NULL, 1 } },
		.lack = "v2 since Linux 5.18",
	},
	[METRIC_MEMORY_SWAP] = {
		.name = "memory.swap",
		.openmetrics = "container_memory_swap",
		.unit = UNIT_BYTES,
		.meaning = "what was moved to swap space",
		.sources = { { FILE_V2_MEMORY_SWAP_CURRENT, NULL, 1 }, { FILE_V1_MEMORY_STAT, "total_swap", 1 } },
		.lack = "the kernel counts it only where swap is accounted for",
	},
	[METRIC_MEMORY_CACHE] = {
		.name = "memory.cache",
		.openmetrics = "container_memory_cache",
		.unit = UNIT_BYTES,
		.meaning = "file, shared and swapCached together, as the kernel counts them",
		.sources = { { FILE_V2_MEMORY_STAT, "file", 1 }, { FILE_V1_MEMORY_STAT, "total_cache", 1 } },
	},
	[METRIC_MEMORY_MAPPED] = {
		.name = "memory.mapped",
		.openmetrics = "container_memory_mapped_file",
		.unit = UNIT_BYTES,
		.meaning = "of cache, what is mapped by some process",
		.sources = { { FILE_V2_MEMORY_STAT, "file_mapped", 1 }, { FILE_V1_MEMORY_STAT, "total_mapped_file", 1 } },
	},
	[METRIC_MEMORY_DIRTY] = {
		.name = "memory.dirty",
		.openmetrics = "container_memory_dirty_bytes",
		.unit = UNIT_BYTES,
		.meaning = "of file, what has still to be written to disk",
		.sources = { { FILE_V2_MEMORY_STAT, "file_dirty", 1 }, { FILE_V1_MEMORY_STAT, "total_dirty", 1 } },
	},
	[METRIC_MEMORY_WRITEBACK] = {
		.name = "memory.writeback",
		.openmetrics = "container_memory_writeback_bytes",
		.unit = UNIT_BYTES,
		.meaning = "of file, what is being written to disk",
		.sources = { { FILE_V2_MEMORY_STAT, "file_writeback", 1 }, { FILE_V1_MEMORY_STAT, "total_writeback", 1 } },
	},
	[METRIC_MEMORY_SWAP_CACHED] = {
		.name = "memory.swapCached",
		.openmetrics = "container_memory_swap_cached_bytes",
		.unit = UNIT_BYTES,
		.meaning = "in memory and in swap space too",
		.sources = { { FILE_V2_MEMORY_STAT, "swapcached", 1 }, { FILE_V1_MEMORY_STAT, "total_swapcached", 1 } },
		.lack = "since Linux 5.12",
	},
	[METRIC_MEMORY_PEAK] = {
		.name = "memory.peak",
		.openmetrics = "container_memory_max_usage_bytes",
		.unit = UNIT_BYTES,
		.meaning = "the most that current ever was",
		.sources = { { FILE_V2_MEMORY_PEAK, NULL, 1 }, { FILE_V1_MEMORY_MAX_USAGE, NULL, 1 } },
		.lack = "v2 since Linux 5.19",
	},
	[METRIC_MEMORY_LIMIT] = {
		.name = "memory.limit",
		.openmetrics = "container_spec_memory_limit_bytes",
		.unit = UNIT_BYTES,
		.meaning = "the limit of the group itself",
		.sources = { { FILE_V2_MEMORY_MAX, NULL, 1 }, { FILE_V1_MEMORY_LIMIT, NULL, 1 } },
	},
	[METRIC_MEMORY_TIGHTEST_LIMIT] = {
		.name = "memory.tightestLimit",
		.openmetrics = "container_memory_tightest_limit_bytes",
		.unit = UNIT_BYTES,
		.meaning = "the least limit of the group and of those above it: what counts",
		.sources = { { FILE_V2_MEMORY_MAX_ABOVE, NULL, 1 }, { FILE_V1_MEMORY_STAT, "hierarchical_memory_limit", 1 } },
	},
	[METRIC_MEMORY_LIMIT_HITS] = {
		.name = "memory.limitHits",
		.openmetrics = "container_memory_failcnt",
		.is_counter = true,
		.meaning = "how often the limit was run into",
		.sources = { { FILE_V2_MEMORY_EVENTS, "max", 1 }, { FILE_V1_MEMORY_FAILCNT, NULL, 1 } },
	},
	[METRIC_MEMORY_FAULTS] = {
		.name = "memory.faults",
		.openmetrics = "container_memory_failures",
		.labels = "failure_type=\"pgfault\"",
		.is_counter = true,
		.meaning = "page faults of either kind",
		.sources = { { FILE_V2_MEMORY_STAT, "pgfault", 1 }, { FILE_V1_MEMORY_STAT, "total_pgfault", 1 } },
	},
	[METRIC_MEMORY_MAJOR_FAULTS] = {
		.name = "memory.majorFaults",
		.openmetrics = "container_memory_failures",
		.labels = "failure_type=\"pgmajfault\"",
		.is_counter = true,
		.meaning = "page faults that had to wait for a disk",
		.sources = { { FILE_V2_MEMORY_STAT, "pgmajfault", 1 }, { FILE_V1_MEMORY_STAT, "total_pgmajfault", 1 } },
	},
	[METRIC_MEMORY_PAGED_IN] = {
		.name = "memory.pagedIn",
		.openmetrics = "container_memory_paged_in_pages",
		.unit = UNIT_PAGES,
		.is_counter = true,
		.meaning = "pages charged to the group, whether read or fresh",
		.sources = { { FILE_V1_MEMORY_STAT, "total_pgpgin", 1 } },
		.lack = "v2 does not count it for a group",
	},
	[METRIC_MEMORY_PAGED_OUT] = {
		.name = "memory.pagedOut",
		.openmetrics = "container_memory_paged_out_pages",
		.unit = UNIT_PAGES,
		.is_counter = true,
		.meaning = "pages given back by the group",
		.sources = { { FILE_V1_MEMORY_STAT, "total_pgpgout", 1 } },
		.lack = "v2 does not count it for a group",
	},
	[METRIC_MEMORY_SWAPPED_IN] = {
		.name = "memory.swappedIn",
		.openmetrics = "container_memory_swapped_in_pages",
		.unit = UNIT_PAGES,
		.is_counter = true,
		.meaning = "pages read from swap space",
		.sources = { { FILE_V2_MEMORY_STAT, "pswpin", 1 } },
		.lack = "v2 since Linux 6.14; v1 does not count it for a group",
	},
	[METRIC_MEMORY_SWAPPED_OUT] = {
		.name = "memory.swappedOut",
		.openmetrics = "container_memory_swapped_out_pages",
		.unit = UNIT_PAGES,
		.is_counter = true,
		.meaning = "pages written to swap space",
		.sources = { { FILE_V2_MEMORY_STAT, "pswpout", 1 } },
		.lack = "v2 since Linux 6.14; v1 does not count it for a group",
	},
	[METRIC_MEMORY_REFAULTED_ANONYMOUS] = {
		.name = "memory.refaultedAnonymous",
		.openmetrics = "container_memory_refaulted_pages",
		.labels = "kind=\"anonymous\"",
		.unit = UNIT_PAGES,
		.is_counter = true,
		.meaning = "pages of no file that were evicted too early and came back",
		.sources = { { FILE_V2_MEMORY_STAT, "workingset_refault_anon", 1 }, { FILE_V1_MEMORY_STAT, "total_workingset_refault_anon", 1 } },
		.lack = "since Linux 5.9; v1 since 6.0",
	},
	[METRIC_MEMORY_REFAULTED_FILE] = {
		.name = "memory.refaultedFile",
		.openmetrics = "container_memory_refaulted_pages",
		.labels = "kind=\"file\"",
		.unit = UNIT_PAGES,
		.is_counter = true,
		.meaning = "pages of files that were evicted too early and came back",
		.sources = { { FILE_V2_MEMORY_STAT, "workingset_refault_file", 1 }, { FILE_V1_MEMORY_STAT, "total_workingset_refault_file", 1 } },
		.lack = "since Linux 5.9; v1 since 6.0",
	},
	[METRIC_MEMORY_OOM] = {
		.name = "memory.oom",
		.openmetrics = "container_memory_oom",
		.is_counter = true,
		.meaning = "how often the limit was reached and nothing could be had back",
		.sources = { { FILE_V2_MEMORY_EVENTS, "oom", 1 } },
		.lack = "v1 does not count it",
	},
	[METRIC_MEMORY_OOM_KILLS] = {
		.name = "memory.oomKills",
		.openmetrics = "container_oom_events",
		.is_counter = true,
		.meaning = "processes that the kernel killed for want of memory",
		.sources = { { FILE_V2_MEMORY_EVENTS, "oom_kill", 1 }, { FILE_V1_MEMORY_OOM_CONTROL, "oom_kill", 1 } },
		.lack = "since Linux 4.13",
	},
	[METRIC_PIDS_CURRENT] = {
		.name = "tasks.current",
		.openmetrics = "container_threads",
		.meaning = "processes and threads",
		.sources = { { FILE_PIDS_CURRENT, NULL, 1 } },
	},
	[METRIC_PIDS_PEAK] = {
		.name = "tasks.peak",
		.openmetrics = "container_threads_peak",
		.meaning = "the most that there ever were",
		.sources = { { FILE_PIDS_PEAK, NULL, 1 } },
		.lack = "since Linux 6.6",
	},
	[METRIC_PIDS_LIMIT] = {
		.name = "tasks.limit",
		.openmetrics = "container_threads_max",
		.meaning = "as many as there may be",
		.sources = { { FILE_PIDS_MAX, NULL, 1 } },
	},
	[METRIC_PIDS_LIMIT_HITS] = {
		.name = "tasks.limitHits",
		.openmetrics = "container_threads_limit_hits",
		.is_counter = true,
		.meaning = "how often a fork failed for that limit",
		.sources = { { FILE_PIDS_EVENTS, "max", 1 } },
	},
	PRESSURE(CPU, "cpu", "a processor"),
	PRESSURE(MEMORY, "memory", "memory"),
	PRESSURE(IO, "io", "I/O"),
	[METRIC_IO_DELAY] = {
		.name = "io.delay",
		.openmetrics = "container_io_delay_seconds",
		.unit = UNIT_TIME,
		.meaning = "how long the tasks that live have waited for block I/O",
		.sources = { { FILE_TASK_STAT, "delayacct_blkio_ticks", TICK } },
		.lack = "takes kernel.task_delayacct",
	},
	[METRIC_IO_READ_BYTES] = {
		.name = "io.readBytes",
		.openmetrics = "container_fs_reads_bytes",
		.unit = UNIT_BYTES,
		.is_counter = true,
		.per = PER_DEVICE,
		.meaning = "bytes read",
		.sources = { { FILE_V2_IO_STAT, "rbytes", 1 }, { FILE_V1_THROTTLE_BYTES, "Read", 1 }, { FILE_V1_BFQ_BYTES, "Read", 1 } },
		.lack = "on v1 the kernel counts a device with the scheduler bfq, and one with an I/O limit; others since Linux 6.10 not at all",
	},
	[METRIC_IO_WRITTEN_BYTES] = {
		.name = "io.writtenBytes",
		.openmetrics = "container_fs_writes_bytes",
		.unit = UNIT_BYTES,
		.is_counter = true,
		.per = PER_DEVICE,
		.meaning = "bytes written",
		.sources = { { FILE_V2_IO_STAT, "wbytes", 1 }, { FILE_V1_THROTTLE_BYTES, "Write", 1 }, { FILE_V1_BFQ_BYTES, "Write", 1 } },
		.lack = "on v1 the kernel counts a device with the scheduler bfq, and one with an I/O limit; others since Linux 6.10 not at all",
	},
	[METRIC_IO_DISCARDED_BYTES] = {
		.name = "io.discardedBytes",
		.openmetrics = "container_fs_discards_bytes",
		.unit = UNIT_BYTES,
		.is_counter = true,
		.per = PER_DEVICE,
		.meaning = "bytes discarded",
		.sources = { { FILE_V2_IO_STAT, "dbytes", 1 }, { FILE_V1_THROTTLE_BYTES, "Discard", 1 }, { FILE_V1_BFQ_BYTES, "Discard", 1 } },
		.lack = "on v1 the kernel counts a device with the scheduler bfq, and one with an I/O limit; others since Linux 6.10 not at all",
	},
	[METRIC_IO_READS] = {
		.name = "io.reads",
		.openmetrics = "container_fs_reads",
		.is_counter = true,
		.per = PER_DEVICE,
		.meaning = "reads that were asked for",
		.sources = { { FILE_V2_IO_STAT, "rios", 1 }, { FILE_V1_THROTTLE_SERVICED, "Read", 1 }, { FILE_V1_BFQ_SERVICED, "Read", 1 } },
		.lack = "on v1 the kernel counts a device with the scheduler bfq, and one with an I/O limit; others since Linux 6.10 not at all",
	},
	[METRIC_IO_WRITES] = {
		.name = "io.writes",
		.openmetrics = "container_fs_writes",
		.is_counter = true,
		.per = PER_DEVICE,
		.meaning = "writes that were asked for",
		.sources = { { FILE_V2_IO_STAT, "wios", 1 }, { FILE_V1_THROTTLE_SERVICED, "Write", 1 }, { FILE_V1_BFQ_SERVICED, "Write", 1 } },
		.lack = "on v1 the kernel counts a device with the scheduler bfq, and one with an I/O limit; others since Linux 6.10 not at all",
	},
	[METRIC_IO_DISCARDS] = {
		.name = "io.discards",
		.openmetrics = "container_fs_discards",
		.is_counter = true,
		.per = PER_DEVICE,
		.meaning = "discards that were asked for",
		.sources = { { FILE_V2_IO_STAT, "dios", 1 }, { FILE_V1_THROTTLE_SERVICED, "Discard", 1 }, { FILE_V1_BFQ_SERVICED, "Discard", 1 } },
		.lack = "on v1 the kernel counts a device with the scheduler bfq, and one with an I/O limit; others since Linux 6.10 not at all",
	},
	[METRIC_IO_WAIT_TIME] = {
		.name = "io.waitTime",
		.openmetrics = "container_fs_io_wait_seconds",
		.unit = UNIT_TIME,
		.is_counter = true,
		.per = PER_DEVICE,
		.meaning = "how long requests waited in the queue of the scheduler",
		.sources = { { FILE_V2_IO_STAT, "cost.wait", MICROSECOND }, { FILE_V1_BFQ_WAIT_TIME, "Total", 1 }, { FILE_V1_CFQ_WAIT_TIME, "Total", 1 } },
		.lack = "v2: io.cost with blkcg_debug_stats; v1: bfq with CONFIG_BFQ_CGROUP_DEBUG, or cfq",
	},
	[METRIC_IO_QUEUED] = {
		.name = "io.queued",
		.openmetrics = "container_fs_io_queued",
		.per = PER_DEVICE,
		.meaning = "requests that are in that queue",
		.sources = { { FILE_V1_BFQ_QUEUED, "Total", 1 }, { FILE_V1_CFQ_QUEUED, "Total", 1 } },
		.lack = "v1 only: bfq with CONFIG_BFQ_CGROUP_DEBUG, or cfq",
	},
	[METRIC_IO_IN_FLIGHT_READS] = {
		.name = "io.inFlightReads",
		.openmetrics = "container_device_in_flight",
		.labels = "operation=\"read\"",
		.per = PER_DEVICE,
		.meaning = "reads that the device works on, of all the machine",
		.sources = { { FILE_BLOCK_INFLIGHT, "reads", 1 } },
	},
	[METRIC_IO_IN_FLIGHT_WRITES] = {
		.name = "io.inFlightWrites",
		.openmetrics = "container_device_in_flight",
		.labels = "operation=\"write\"",
		.per = PER_DEVICE,
		.meaning = "writes that the device works on, of all the machine",
		.sources = { { FILE_BLOCK_INFLIGHT, "writes", 1 } },
	},
	[METRIC_NET_RECEIVED_BYTES] = {
		.name = "net.receivedBytes",
		.openmetrics = "container_network_receive_bytes",
		.unit = UNIT_BYTES,
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "bytes received",
		.sources = { { FILE_NET_DEV, "receive bytes", 1 } },
	},
	[METRIC_NET_RECEIVED_PACKETS] = {
		.name = "net.receivedPackets",
		.openmetrics = "container_network_receive_packets",
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "packets received",
		.sources = { { FILE_NET_DEV, "receive packets", 1 } },
	},
	[METRIC_NET_RECEIVE_ERRORS] = {
		.name = "net.receiveErrors",
		.openmetrics = "container_network_receive_errors",
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "packets that were broken",
		.sources = { { FILE_NET_DEV, "receive errs", 1 } },
	},
	[METRIC_NET_RECEIVE_DROPS] = {
		.name = "net.receiveDrops",
		.openmetrics = "container_network_receive_packets_dropped",
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "packets dropped",
		.sources = { { FILE_NET_DEV, "receive drop", 1 } },
	},
	[METRIC_NET_SENT_BYTES] = {
		.name = "net.sentBytes",
		.openmetrics = "container_network_transmit_bytes",
		.unit = UNIT_BYTES,
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "bytes sent",
		.sources = { { FILE_NET_DEV, "transmit bytes", 1 } },
	},
	[METRIC_NET_SENT_PACKETS] = {
		.name = "net.sentPackets",
		.openmetrics = "container_network_transmit_packets",
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "packets sent",
		.sources = { { FILE_NET_DEV, "transmit packets", 1 } },
	},
	[METRIC_NET_SEND_ERRORS] = {
		.name = "net.sendErrors",
		.openmetrics = "container_network_transmit_errors",
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "packets that could not be sent",
		.sources = { { FILE_NET_DEV, "transmit errs", 1 } },
	},
	[METRIC_NET_SEND_DROPS] = {
		.name = "net.sendDrops",
		.openmetrics = "container_network_transmit_packets_dropped",
		.is_counter = true,
		.per = PER_INTERFACE,
		.meaning = "packets dropped",
		.sources = { { FILE_NET_DEV, "transmit drop", 1 } },
	},
};
static_assert(ELEMENTS(metric_rows) == _METRIC_N, "a figure lacks its row");
