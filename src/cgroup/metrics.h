/* cgroup/metrics.h - what a control group has used: one row per figure, one reader for all layouts.
 *
 * The rows serve 'honu stats', its JSON and --explain, OpenMetrics, the screen and docs/metrics.md.
 * Names and meanings are the same on v1, v2 and hybrid hosts. A figure that the kernel does not give
 * is absent, and says why; it is never 0. Times are nanoseconds, shares hundredths of a percent. */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/text.h"

/* In the order in which they are shown; those of one OpenMetrics family stand together. */
enum metric {
	METRIC_CPU_USAGE,
	METRIC_CPU_USER,
	METRIC_CPU_SYSTEM,
	METRIC_CPU_PERIODS,
	METRIC_CPU_THROTTLED_PERIODS,
	METRIC_CPU_THROTTLED_TIME,

	METRIC_MEMORY_CURRENT,
	METRIC_MEMORY_WORKING_SET,
	METRIC_MEMORY_RESIDENT,
	METRIC_MEMORY_ANONYMOUS,
	METRIC_MEMORY_FILE,
	METRIC_MEMORY_ACTIVE_FILE,
	METRIC_MEMORY_INACTIVE_FILE,
	METRIC_MEMORY_SHARED,
	METRIC_MEMORY_KERNEL,
	METRIC_MEMORY_SWAP,
	METRIC_MEMORY_CACHE,
	METRIC_MEMORY_MAPPED,
	METRIC_MEMORY_DIRTY,
	METRIC_MEMORY_WRITEBACK,
	METRIC_MEMORY_SWAP_CACHED,
	METRIC_MEMORY_PEAK,
	METRIC_MEMORY_LIMIT,
	METRIC_MEMORY_TIGHTEST_LIMIT,
	METRIC_MEMORY_LIMIT_HITS,
	METRIC_MEMORY_FAULTS,
	METRIC_MEMORY_MAJOR_FAULTS,
	METRIC_MEMORY_PAGED_IN,
	METRIC_MEMORY_PAGED_OUT,
	METRIC_MEMORY_SWAPPED_IN,
	METRIC_MEMORY_SWAPPED_OUT,
	METRIC_MEMORY_REFAULTED_ANONYMOUS,
	METRIC_MEMORY_REFAULTED_FILE,
	METRIC_MEMORY_OOM,
	METRIC_MEMORY_OOM_KILLS,

	METRIC_PIDS_CURRENT,
	METRIC_PIDS_PEAK,
	METRIC_PIDS_LIMIT,
	METRIC_PIDS_LIMIT_HITS,

	METRIC_PRESSURE_CPU_SOME_TOTAL,
	METRIC_PRESSURE_CPU_FULL_TOTAL,
	METRIC_PRESSURE_CPU_SOME_10,
	METRIC_PRESSURE_CPU_SOME_60,
	METRIC_PRESSURE_CPU_SOME_300,
	METRIC_PRESSURE_CPU_FULL_10,
	METRIC_PRESSURE_CPU_FULL_60,
	METRIC_PRESSURE_CPU_FULL_300,
	METRIC_PRESSURE_MEMORY_SOME_TOTAL,
	METRIC_PRESSURE_MEMORY_FULL_TOTAL,
	METRIC_PRESSURE_MEMORY_SOME_10,
	METRIC_PRESSURE_MEMORY_SOME_60,
	METRIC_PRESSURE_MEMORY_SOME_300,
	METRIC_PRESSURE_MEMORY_FULL_10,
	METRIC_PRESSURE_MEMORY_FULL_60,
	METRIC_PRESSURE_MEMORY_FULL_300,
	METRIC_PRESSURE_IO_SOME_TOTAL,
	METRIC_PRESSURE_IO_FULL_TOTAL,
	METRIC_PRESSURE_IO_SOME_10,
	METRIC_PRESSURE_IO_SOME_60,
	METRIC_PRESSURE_IO_SOME_300,
	METRIC_PRESSURE_IO_FULL_10,
	METRIC_PRESSURE_IO_FULL_60,
	METRIC_PRESSURE_IO_FULL_300,

	METRIC_IO_DELAY,

	_METRIC_DEVICE_FIRST, /* of each block device, and their sum */
	METRIC_IO_READ_BYTES = _METRIC_DEVICE_FIRST,
	METRIC_IO_WRITTEN_BYTES,
	METRIC_IO_DISCARDED_BYTES,
	METRIC_IO_READS,
	METRIC_IO_WRITES,
	METRIC_IO_DISCARDS,
	METRIC_IO_WAIT_TIME,
	METRIC_IO_QUEUED,
	METRIC_IO_IN_FLIGHT_READS,
	METRIC_IO_IN_FLIGHT_WRITES,

	_METRIC_INTERFACE_FIRST, /* of each network interface, and the sum of all but lo */
	METRIC_NET_RECEIVED_BYTES = _METRIC_INTERFACE_FIRST,
	METRIC_NET_RECEIVED_PACKETS,
	METRIC_NET_RECEIVE_ERRORS,
	METRIC_NET_RECEIVE_DROPS,
	METRIC_NET_SENT_BYTES,
	METRIC_NET_SENT_PACKETS,
	METRIC_NET_SEND_ERRORS,
	METRIC_NET_SEND_DROPS,
	_METRIC_N
};

#define METRIC_DEVICE_N (_METRIC_INTERFACE_FIRST - _METRIC_DEVICE_FIRST)
#define METRIC_INTERFACE_N (_METRIC_N - _METRIC_INTERFACE_FIRST)

enum metric_unit { UNIT_COUNT, UNIT_TIME, UNIT_BYTES, UNIT_PAGES, UNIT_SHARE };
enum metric_per { PER_GROUP, PER_DEVICE, PER_INTERFACE };

/* Where a figure comes from. The first source that has it on this host is taken. */
struct metric_source {
	uint8_t file;	 /* enum metric_file; 0: no such source */
	const char *key; /* in that file; NULL: its only number */
	uint64_t scale;
};
#define METRIC_SOURCES 3

/* A figure made of others: they are added and taken away. */
struct metric_term {
	int sign; /* 0: none */
	enum metric metric;
	bool optional; /* not every kernel has it, and then it is in none of the others either */
};

struct metric_row {
	const char *name;	 /* "memory.workingSet": JSON, template, documentation */
	const char *openmetrics; /* family, without the "_total" of a counter */
	const char *labels;	 /* those that tell rows of one family apart; NULL: none */
	enum metric_unit unit;
	bool is_counter; /* only ever grows; else a gauge */
	enum metric_per per;
	const char *meaning;
	struct metric_source sources[METRIC_SOURCES];
	struct metric_term terms[METRIC_SOURCES];
	const char *lack; /* why a kernel or a layout may not have it; NULL: all do */
};

extern const struct metric_row metric_rows[_METRIC_N];

enum metric_absence {
	PRESENT,
	ABSENT_UNWANTED,   /* nobody asked for it */
	ABSENT_NO_GROUP,   /* the container is in no hierarchy that could have it */
	ABSENT_NO_FILE,	   /* the group lacks the file */
	ABSENT_NO_KEY,	   /* the file lacks the line */
	ABSENT_UNREADABLE, /* it was there, and could not be read */
	ABSENT_UNLIMITED,  /* a limit that nobody set */
	ABSENT_UNCOUNTED,  /* no device whose I/O is counted */
	ABSENT_TERM,	   /* one of the figures it is made of is absent */
	ABSENT_NO_PROCESS, /* nobody lives whose network could be looked at */
	ABSENT_SHARED_NET, /* the network is that of the host */
	ABSENT_NOT_ASKED,  /* delay accounting is off */
	_ABSENT_YET,	   /* while reading */
};

struct metric_value {
	uint64_t n;
	uint8_t absence; /* enum metric_absence; PRESENT: n holds */
	uint8_t source;	 /* which one of the row it is from */
};

struct metric_device {
	unsigned major, minor;
	char name[32];				     /* "vda"; "8:0" where /sys does not tell */
	struct metric_value values[METRIC_DEVICE_N]; /* [metric - _METRIC_DEVICE_FIRST] */
	bool seen;
};

struct metric_interface {
	char name[IFNAMSIZ];
	struct metric_value values[METRIC_INTERFACE_N];
};

/* A group in one hierarchy. */
struct metric_place {
	const char *base; /* mount point */
	const char *path; /* below it; "" or "/": the top */
	bool is_v2;
};
#define METRIC_PLACES 32

struct metric_set {
	bool has[_METRIC_N];
};
void metric_set_all(struct metric_set *s);

/* ---- the reader of one group ---- */

struct metric_files; /* its descriptors */

struct metrics {
	struct metric_value values[_METRIC_N]; /* of the last metrics_read() */
	struct metric_device *devices;
	size_t n_devices;
	struct metric_interface *interfaces;
	size_t n_interfaces;
	uint64_t time; /* CLOCK_MONOTONIC, ns: when they were read */
	struct metric_files *files;
};
#define METRICS_EMPTY ((struct metrics){ .files = NULL })

/* Opens what the wanted figures need, and nothing else. The places are copied. Where descriptors run
 * out, files are opened at each reading instead. pid: a process whose network namespace is the
 * group's, 0: none. -ESRCH: the group is in none of the places. */
int metrics_open(struct metrics *m, const struct metric_place *places, size_t n, pid_t pid,
		 const struct metric_set *wanted);

/* Reads all of it anew. Takes no memory unless there are more devices or interfaces than before.
 * -ESRCH: the group has gone, and values are those from before. */
int metrics_read(struct metrics *m);
void metrics_done(struct metrics *m);

/* What it is for a figure that is there: a file and a key, or the sum of others. */
void metrics_explain_source(const struct metrics *m, enum metric metric, struct text *ret);
/* Why it is absent, as a sentence without a full stop. */
void metrics_explain_absence(const struct metrics *m, enum metric metric, struct text *ret);

/* ---- delay accounting (kernel.task_delayacct), which METRIC_IO_DELAY takes ---- */

bool metrics_delays_are_on(void);
/* For the whole machine, until somebody switches it off again. */
int metrics_switch_delays_on(void);
