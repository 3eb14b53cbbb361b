/* spec/limits.c - see limits.h. Files and ranges: Documentation/admin-guide/cgroup-v1 and
 * cgroup-v2.rst of the kernel. */
#include "spec/limits.h"

#include <assert.h>
#include <string.h>

#include "base/cleanup.h"
#include "spec/spec.h"

#define MIB (UINT64_C(1024) * 1024)
#define BYTES_MAX (UINT64_C(1) << 62)
#define PERIOD_MAX 1000000

/* Fixed arity: a row that lacks a field does not compile. */
#define ROW(type_, name_, form_, subject_, endless_, least_, most_, v1_, v2_) \
	[LIMIT_##type_] = { .name = name_,                                    \
			    .form = LIMIT_##form_,                            \
			    .subject = SUBJECT_##subject_,                    \
			    .endless = endless_,                              \
			    .least = least_,                                  \
			    .most = most_,                                    \
			    .v1 = v1_,                                        \
			    .v2 = v2_ }
#define IN(controller_, file_, writing_)                                              \
	{                                                                             \
		.controller = controller_, .file = file_, .writing = WRITE_##writing_ \
	}
#define IO_MAX(key_)                                                                       \
	{                                                                                  \
		.controller = "io", .file = "io.max", .writing = WRITE_IO_MAX, .key = key_ \
	}
#define NOT_THERE                  \
	{                          \
		.controller = NULL \
	}

#define ENDLESS true
#define BOUNDED false

/* clang-format off */
const struct limit_row limit_rows[_LIMIT_N] = {
	/* Less than this and hardly a program gets as far as its first line. */
	ROW(MEMORY, "memory", BYTES, NONE, ENDLESS, MIB / 2, BYTES_MAX,
	    IN("memory", "memory.limit_in_bytes", VALUE), IN("memory", "memory.max", VALUE)),
	ROW(MEMORY_SWAP, "memory-swap", BYTES, NONE, ENDLESS, 1, BYTES_MAX,
	    IN("memory", "memory.memsw.limit_in_bytes", VALUE),
	    IN("memory", "memory.swap.max", SWAP)),
	ROW(MEMORY_RESERVATION, "memory-reservation", BYTES, NONE, ENDLESS, 1, BYTES_MAX,
	    IN("memory", "memory.soft_limit_in_bytes", VALUE), IN("memory", "memory.low", VALUE)),
	ROW(MEMORY_HIGH, "memory-high", BYTES, NONE, ENDLESS, 1, BYTES_MAX,
	    NOT_THERE, IN("memory", "memory.high", VALUE)),
	ROW(MEMORY_LOW, "memory-low", BYTES, NONE, ENDLESS, 0, BYTES_MAX,
	    NOT_THERE, IN("memory", "memory.low", VALUE)),
	ROW(MEMORY_MIN, "memory-min", BYTES, NONE, ENDLESS, 0, BYTES_MAX,
	    NOT_THERE, IN("memory", "memory.min", VALUE)),
	ROW(MEMORY_SWAPPINESS, "memory-swappiness", COUNT, NONE, BOUNDED, 0, 100,
	    IN("memory", "memory.swappiness", VALUE), NOT_THERE),
	ROW(OOM_KILL_DISABLE, "oom-kill-disable", SWITCH, NONE, BOUNDED, 0, 1,
	    IN("memory", "memory.oom_control", VALUE), NOT_THERE),
	ROW(OOM_GROUP, "oom-group", SWITCH, NONE, BOUNDED, 0, 1,
	    NOT_THERE, IN("memory", "memory.oom.group", VALUE)),

	ROW(CPU_SHARES, "cpu-shares", COUNT, NONE, BOUNDED, 2, 262144,
	    IN("cpu", "cpu.shares", VALUE), IN("cpu", "cpu.weight", TO_WEIGHT)),
	ROW(CPU_WEIGHT, "cpu-weight", COUNT, NONE, BOUNDED, 1, 10000,
	    IN("cpu", "cpu.shares", TO_SHARES), IN("cpu", "cpu.weight", VALUE)),
	ROW(CPU_IDLE, "cpu-idle", SWITCH, NONE, BOUNDED, 0, 1,
	    IN("cpu", "cpu.idle", VALUE), IN("cpu", "cpu.idle", VALUE)),
	ROW(CPUS, "cpus", CPU_COUNT, NONE, ENDLESS, LIMIT_CPU_UNIT / 100, 8192 * LIMIT_CPU_UNIT,
	    IN("cpu", "cpu.cfs_quota_us", CFS), IN("cpu", "cpu.max", CPU_MAX)),
	ROW(CPU_PERIOD, "cpu-period", COUNT, NONE, BOUNDED, 1000, PERIOD_MAX,
	    IN("cpu", "cpu.cfs_period_us", VALUE), IN("cpu", "cpu.max", CPU_MAX)),
	ROW(CPU_QUOTA, "cpu-quota", COUNT, NONE, ENDLESS, 1000, UINT64_C(8192) * PERIOD_MAX,
	    IN("cpu", "cpu.cfs_quota_us", VALUE), IN("cpu", "cpu.max", CPU_MAX)),
	ROW(CPU_BURST, "cpu-burst", COUNT, NONE, BOUNDED, 0, UINT64_C(8192) * PERIOD_MAX,
	    IN("cpu", "cpu.cfs_burst_us", VALUE), IN("cpu", "cpu.max.burst", VALUE)),
	ROW(CPU_RT_PERIOD, "cpu-rt-period", COUNT, NONE, BOUNDED, 1000, PERIOD_MAX * 100,
	    IN("cpu", "cpu.rt_period_us", VALUE), NOT_THERE),
	ROW(CPU_RT_RUNTIME, "cpu-rt-runtime", COUNT, NONE, BOUNDED, 0, PERIOD_MAX * 100,
	    IN("cpu", "cpu.rt_runtime_us", VALUE), NOT_THERE),
	ROW(CPUSET_CPUS, "cpuset-cpus", NUMBERS, NONE, BOUNDED, 0, 8191,
	    IN("cpuset", "cpuset.cpus", VALUE), IN("cpuset", "cpuset.cpus", VALUE)),
	ROW(CPUSET_MEMS, "cpuset-mems", NUMBERS, NONE, BOUNDED, 0, 1023,
	    IN("cpuset", "cpuset.mems", VALUE), IN("cpuset", "cpuset.mems", VALUE)),
	/* 0 means no limit to docker, and -1 to everybody. */
	ROW(PIDS, "pids-limit", COUNT, NONE, ENDLESS, 0, 4194304,
	    IN("pids", "pids.max", VALUE), IN("pids", "pids.max", VALUE)),

	ROW(BLKIO_WEIGHT, "blkio-weight", COUNT, NONE, BOUNDED, 10, 1000,
	    IN("blkio", "blkio.bfq.weight", VALUE), IN("io", "io.bfq.weight", WEIGHT)),
	ROW(BLKIO_WEIGHT_DEVICE, "blkio-weight-device", COUNT, DEVICE, BOUNDED, 10, 1000,
	    IN("blkio", "blkio.bfq.weight_device", DEVICE), IN("io", "io.bfq.weight", WEIGHT)),
	ROW(READ_BPS, "device-read-bps", BYTES, DEVICE, ENDLESS, 1, BYTES_MAX,
	    IN("blkio", "blkio.throttle.read_bps_device", DEVICE), IO_MAX("rbps")),
	ROW(WRITE_BPS, "device-write-bps", BYTES, DEVICE, ENDLESS, 1, BYTES_MAX,
	    IN("blkio", "blkio.throttle.write_bps_device", DEVICE), IO_MAX("wbps")),
	ROW(READ_IOPS, "device-read-iops", COUNT, DEVICE, ENDLESS, 1, UINT32_MAX,
	    IN("blkio", "blkio.throttle.read_iops_device", DEVICE), IO_MAX("riops")),
	ROW(WRITE_IOPS, "device-write-iops", COUNT, DEVICE, ENDLESS, 1, UINT32_MAX,
	    IN("blkio", "blkio.throttle.write_iops_device", DEVICE), IO_MAX("wiops")),
	ROW(HUGETLB, "hugetlb", BYTES, PAGE, ENDLESS, 0, BYTES_MAX,
	    IN("hugetlb", "limit_in_bytes", PAGE), IN("hugetlb", "max", PAGE)),
	ROW(CONF, "cgroup-conf", TEXT, FILE, BOUNDED, 0, 0,
	    IN("", NULL, SUBJECT), IN("", NULL, SUBJECT)),
};
/* clang-format on */

const char *const limit_names[_LIMIT_N] = {
	[LIMIT_MEMORY] = "memory",
	[LIMIT_MEMORY_SWAP] = "memory-swap",
	[LIMIT_MEMORY_RESERVATION] = "memory-reservation",
	[LIMIT_MEMORY_HIGH] = "memory-high",
	[LIMIT_MEMORY_LOW] = "memory-low",
	[LIMIT_MEMORY_MIN] = "memory-min",
	[LIMIT_MEMORY_SWAPPINESS] = "memory-swappiness",
	[LIMIT_OOM_KILL_DISABLE] = "oom-kill-disable",
	[LIMIT_OOM_GROUP] = "oom-group",
	[LIMIT_CPU_SHARES] = "cpu-shares",
	[LIMIT_CPU_WEIGHT] = "cpu-weight",
	[LIMIT_CPU_IDLE] = "cpu-idle",
	[LIMIT_CPUS] = "cpus",
	[LIMIT_CPU_PERIOD] = "cpu-period",
	[LIMIT_CPU_QUOTA] = "cpu-quota",
	[LIMIT_CPU_BURST] = "cpu-burst",
	[LIMIT_CPU_RT_PERIOD] = "cpu-rt-period",
	[LIMIT_CPU_RT_RUNTIME] = "cpu-rt-runtime",
	[LIMIT_CPUSET_CPUS] = "cpuset-cpus",
	[LIMIT_CPUSET_MEMS] = "cpuset-mems",
	[LIMIT_PIDS] = "pids-limit",
	[LIMIT_BLKIO_WEIGHT] = "blkio-weight",
	[LIMIT_BLKIO_WEIGHT_DEVICE] = "blkio-weight-device",
	[LIMIT_READ_BPS] = "device-read-bps",
	[LIMIT_WRITE_BPS] = "device-write-bps",
	[LIMIT_READ_IOPS] = "device-read-iops",
	[LIMIT_WRITE_IOPS] = "device-write-iops",
	[LIMIT_HUGETLB] = "hugetlb",
	[LIMIT_CONF] = "cgroup-conf",
};

const struct limit_spec *limit_find(const struct spec *s, enum limit_type type)
{
	for (size_t i = 0; i < s->n_limits; i++)
		if (s->limits[i].type == type)
			return &s->limits[i];
	return NULL;
}

/* By type, then as they were written. */
void limit_set(struct spec *s, const struct limit_spec *l)
{
	size_t at = s->n_limits;

	for (size_t i = 0; i < s->n_limits; i++) {
		const struct limit_spec *o = &s->limits[i];

		if (o->type != l->type || !o->subject != !l->subject ||
		    (l->subject && strcmp(o->subject, l->subject) != 0))
			continue;
		s->limits[i] = *l;
		return;
	}
	arena_push(s->arena, s->limits, s->n_limits, *l);
	for (; at > 0 && s->limits[at - 1].type > l->type; at--) {
		s->limits[at] = s->limits[at - 1];
		s->limits[at - 1] = *l;
	}
}

bool limits_are_bundled(enum limit_type a, enum limit_type b)
{
	static const enum limit_type first[_LIMIT_N] = {
		[LIMIT_MEMORY] = LIMIT_MEMORY_SWAP,    [LIMIT_MEMORY_SWAP] = LIMIT_MEMORY_SWAP,
		[LIMIT_CPU_IDLE] = LIMIT_CPU_SHARES,   [LIMIT_CPU_SHARES] = LIMIT_CPU_SHARES,
		[LIMIT_CPU_WEIGHT] = LIMIT_CPU_SHARES, [LIMIT_CPUS] = LIMIT_CPUS,
		[LIMIT_CPU_PERIOD] = LIMIT_CPUS,       [LIMIT_CPU_QUOTA] = LIMIT_CPUS,
		[LIMIT_CPU_BURST] = LIMIT_CPUS,
	};

	return a == b || (first[a] != 0 && first[a] == first[b]);
}

/* Into an array of its own: one that was read from a record has no room for more. */
static void drop(struct spec *s, enum limit_type type)
{
	struct limit_spec *kept = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s->n_limits; i++)
		if (s->limits[i].type != type)
			arena_push(s->arena, kept, n, s->limits[i]);
	s->limits = kept;
	s->n_limits = n;
}

void limits_change(struct spec *s, const struct spec *changes)
{
	static const struct {
		enum limit_type new, old;
	} pairs[] = {
		{ LIMIT_CPUS, LIMIT_CPU_QUOTA },
		{ LIMIT_CPUS, LIMIT_CPU_PERIOD },
		{ LIMIT_CPU_QUOTA, LIMIT_CPUS },
		{ LIMIT_CPU_PERIOD, LIMIT_CPUS },
		{ LIMIT_CPU_SHARES, LIMIT_CPU_WEIGHT },
		{ LIMIT_CPU_WEIGHT, LIMIT_CPU_SHARES },
		{ LIMIT_MEMORY_LOW, LIMIT_MEMORY_RESERVATION },
		{ LIMIT_MEMORY_RESERVATION, LIMIT_MEMORY_LOW },
	};
	const struct limit_spec awake = { .type = LIMIT_CPU_IDLE, .origin = "--cpu-idle=false" };

	drop(s, _LIMIT_N);
	for (size_t i = 0; i < ELEMENTS(pairs); i++)
		if (limit_find(changes, pairs[i].new))
			drop(s, pairs[i].old);
	if (limit_find(s, LIMIT_CPU_IDLE) &&
	    (limit_find(changes, LIMIT_CPU_SHARES) || limit_find(changes, LIMIT_CPU_WEIGHT)))
		limit_set(s, &awake);
	if (limit_find(changes, LIMIT_CPU_IDLE)) {
		drop(s, LIMIT_CPU_SHARES);
		drop(s, LIMIT_CPU_WEIGHT);
	}
	for (size_t i = 0; i < changes->n_limits; i++)
		limit_set(s, &changes->limits[i]);
}

/* The next "3" or "0-3" of a list. */
static bool next_range(const char **text, uint64_t *first, uint64_t *last)
{
	const char *p = *text;

	for (int i = 0; i < 2; i++) {
		uint64_t value = 0;
		size_t n = strspn(p, "0123456789");

		if (n == 0 || n > 9)
			return false;
		for (; n > 0; n--)
			value = value * 10 + (uint64_t)(*p++ - '0');
		if (i == 0)
			*first = value;
		*last = value;
		if (*p != '-' || i == 1)
			break;
		p++;
	}
	if (*p == ',' && p[1] != '\0')
		p++;
	else if (*p != '\0')
		return false;
	*text = p;
	return *first <= *last;
}

bool limit_numbers_are_valid(const char *text, uint32_t most)
{
	uint64_t first, last;

	if (!*text)
		return false;
	while (*text)
		if (!next_range(&text, &first, &last) || last > most)
			return false;
	return true;
}

static bool is_within(uint64_t number, const char *list)
{
	uint64_t first, last;

	while (*list && next_range(&list, &first, &last))
		if (number >= first && number <= last)
			return true;
	return false;
}

bool limit_numbers_are_within(const char *list, const char *all)
{
	uint64_t first, last;

	while (*list && next_range(&list, &first, &last))
		for (uint64_t n = first; n <= last; n++)
			if (!is_within(n, all))
				return false;
	return true;
}
