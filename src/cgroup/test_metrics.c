/* cgroup/test_metrics.c - the same figures from the files of v1, v2 and hybrid hosts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cgroup/metrics_files.h"

struct fixture {
	const char *path, *text;
};

/* One group, with what Linux 6.18 prints. Both hosts tell of the same use: 64 MiB anonymous, 32 of
 * tmpfs, 16 + 8 of files. */
static const struct fixture v1[] = {
	{ "cpu/b/g/cpu.stat", "nr_periods 50\nnr_throttled 40\nthrottled_time 3000000000\n"
			      "nr_bursts 0\nburst_time 0\n" },
	{ "cpuacct/b/g/cpuacct.usage", "5000000000\n" },
	{ "cpuacct/b/g/cpuacct.stat", "user 400\nsystem 100\n" },
	{ "memory/b/g/memory.stat",
	  "cache 1\nrss 1\nshmem 1\nmapped_file 1\nhierarchical_memory_limit 209715200\n"
	  "hierarchical_memsw_limit 9223372036854771712\ntotal_cache 58720256\n"
	  "total_rss 67108864\ntotal_rss_huge 0\ntotal_shmem 33554432\n"
	  "total_mapped_file 4194304\ntotal_dirty 12288\ntotal_writeback 4096\n"
	  "total_workingset_refault_anon 3\ntotal_workingset_refault_file 4\ntotal_swap 8192\n"
	  "total_swapcached 0\ntotal_pgpgin 900\ntotal_pgpgout 800\ntotal_pgfault 700\n"
	  "total_pgmajfault 6\ntotal_inactive_anon 1\ntotal_active_anon 2\n"
	  "total_inactive_file 8388608\ntotal_active_file 16777216\ntotal_unevictable 0\n" },
	{ "memory/b/g/memory.usage_in_bytes", "134217728\n" },
	{ "memory/b/g/memory.max_usage_in_bytes", "150994944\n" },
	{ "memory/b/g/memory.limit_in_bytes", "268435456\n" },
	{ "memory/b/g/memory.failcnt", "17\n" },
	{ "memory/b/g/memory.kmem.usage_in_bytes", "1048576\n" },
	{ "memory/b/g/memory.oom_control",
	  "oom_kill_disable 0\nunder_oom 0\noom_kill 2\noom_group_kill 0\n" },
	{ "pids/b/g/pids.current", "7\n" },
	{ "pids/b/g/pids.peak", "9\n" },
	{ "pids/b/g/pids.max", "max\n" },
	{ "pids/b/g/pids.events", "max 5\n" },
	{ "blkio/b/g/blkio.throttle.io_service_bytes_recursive",
	  "999:0 Read 1048576\n999:0 Write 2097152\n999:0 Sync 0\n999:0 Async 3145728\n"
	  "999:0 Discard 4096\n999:0 Total 3149824\n999:16 Read 4096\n999:16 Write 0\n"
	  "999:16 Discard 0\nTotal 3153920\n" },
	{ "blkio/b/g/blkio.throttle.io_serviced_recursive",
	  "999:0 Read 16\n999:0 Write 32\n999:0 Discard 1\n999:0 Total 49\n999:16 Read 1\n"
	  "999:16 Write 0\n999:16 Discard 0\nTotal 50\n" },
	/* Switched on later than the throttle. */
	{ "blkio/b/g/blkio.bfq.io_service_bytes_recursive", "999:0 Read 4096\nTotal 4096\n" },
	{ NULL, NULL },
};

static const struct fixture v2[] = {
	{ "v2/b/memory.max", "209715200\n" },
	{ "v2/b/g/cpu.stat", "usage_usec 5000000\nuser_usec 4000000\nsystem_usec 1000000\n"
			     "nice_usec 0\ncore_sched.force_idle_usec 0\nnr_periods 50\n"
			     "nr_throttled 40\nthrottled_usec 3000000\nnr_bursts 0\n"
			     "burst_usec 0\n" },
	{ "v2/b/g/memory.stat",
	  "anon 67108864\nfile 58720256\nkernel 1048576\nkernel_stack 16384\nshmem 33554432\n"
	  "zswap 0\nfile_mapped 4194304\nfile_dirty 12288\nfile_writeback 4096\n"
	  "swapcached 0\ninactive_anon 1\nactive_anon 2\ninactive_file 8388608\n"
	  "active_file 16777216\nunevictable 0\nworkingset_refault_anon 3\n"
	  "workingset_refault_file 4\npswpin 11\npswpout 12\npgfault 700\npgmajfault 6\n" },
	{ "v2/b/g/memory.current", "134217728\n" },
	{ "v2/b/g/memory.peak", "150994944\n" },
	{ "v2/b/g/memory.max", "268435456\n" },
	{ "v2/b/g/memory.swap.current", "8192\n" },
	{ "v2/b/g/memory.events", "low 0\nhigh 0\nmax 17\noom 3\noom_kill 2\noom_group_kill 0\n" },
	{ "v2/b/g/pids.current", "7\n" },
	{ "v2/b/g/pids.peak", "9\n" },
	{ "v2/b/g/pids.max", "max\n" },
	{ "v2/b/g/pids.events", "max 5\n" },
	{ "v2/b/g/io.stat",
	  "999:0 rbytes=1048576 wbytes=2097152 rios=16 wios=32 dbytes=4096 dios=1 "
	  "cost.usage=70 cost.wait=250\n"
	  "999:16 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n" },
	{ "v2/b/g/cpu.pressure", "some avg10=1.25 avg60=0.50 avg300=10.00 total=2395\n"
				 "full avg10=0.00 avg60=0.00 avg300=0.07 total=2392\n" },
	{ "v2/b/g/memory.pressure", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"
				    "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n" },
	{ "v2/b/g/io.pressure", "some avg10=99.99 avg60=100.00 avg300=0.00 total=3077\n"
				"full avg10=0.00 avg60=0.00 avg300=0.00 total=3077\n" },
	{ NULL, NULL },
};

/* v1 controllers, and a v2 hierarchy that has but what every group has. */
static const struct fixture unified[] = {
	{ "v2/b/g/cpu.stat", "usage_usec 5000001\nuser_usec 4000001\nsystem_usec 1000000\n" },
	{ "v2/b/g/cpu.pressure", "some avg10=1.25 avg60=0.50 avg300=10.00 total=2395\n" },
	{ NULL, NULL },
};

#define NONE UINT64_MAX

/* "name": what both layouts give; else what each gives, NONE: absent. */
static const struct expected {
	const char *name;
	uint64_t v1, v2;
} expected[] = {
	{ "cpu.usage", 5000000000, 5000000000 },
	{ "cpu.user", 4000000000, 4000000000 },
	{ "cpu.system", 1000000000, 1000000000 },
	{ "cpu.periods", 50, 50 },
	{ "cpu.throttledPeriods", 40, 40 },
	{ "cpu.throttledTime", 3000000000, 3000000000 },
	{ "memory.current", 134217728, 134217728 },
	{ "memory.workingSet", 125829120, 125829120 },
	{ "memory.resident", 71303168, 71303168 },
	{ "memory.anonymous", 67108864, 67108864 },
	{ "memory.file", 25165824, 25165824 },
	{ "memory.activeFile", 16777216, 16777216 },
	{ "memory.inactiveFile", 8388608, 8388608 },
	{ "memory.shared", 33554432, 33554432 },
	{ "memory.kernel", 1048576, 1048576 },
	{ "memory.swap", 8192, 8192 },
	{ "memory.cache", 58720256, 58720256 },
	{ "memory.mapped", 4194304, 4194304 },
	{ "memory.dirty", 12288, 12288 },
	{ "memory.writeback", 4096, 4096 },
	{ "memory.swapCached", 0, 0 },
	{ "memory.peak", 150994944, 150994944 },
	{ "memory.limit", 268435456, 268435456 },
	{ "memory.tightestLimit", 209715200, 209715200 },
	{ "memory.limitHits", 17, 17 },
	{ "memory.faults", 700, 700 },
	{ "memory.majorFaults", 6, 6 },
	{ "memory.pagedIn", 900, NONE },
	{ "memory.pagedOut", 800, NONE },
	{ "memory.swappedIn", NONE, 11 },
	{ "memory.swappedOut", NONE, 12 },
	{ "memory.refaultedAnonymous", 3, 3 },
	{ "memory.refaultedFile", 4, 4 },
	{ "memory.oom", NONE, 3 },
	{ "memory.oomKills", 2, 2 },
	{ "tasks.current", 7, 7 },
	{ "tasks.peak", 9, 9 },
	{ "tasks.limit", NONE, NONE }, /* unlimited */
	{ "tasks.limitHits", 5, 5 },
	{ "pressure.cpu.some.total", NONE, 2395000 },
	{ "pressure.cpu.full.total", NONE, 2392000 },
	{ "pressure.cpu.some.avg10", NONE, 125 },
	{ "pressure.cpu.some.avg60", NONE, 50 },
	{ "pressure.cpu.some.avg300", NONE, 1000 },
	{ "pressure.cpu.full.avg300", NONE, 7 },
	{ "pressure.memory.some.total", NONE, 0 },
	{ "pressure.io.some.avg10", NONE, 9999 },
	{ "pressure.io.some.avg60", NONE, 10000 },
	{ "pressure.io.full.total", NONE, 3077000 },
	{ "io.readBytes", 1052672, 1052672 },
	{ "io.writtenBytes", 2097152, 2097152 },
	{ "io.discardedBytes", 4096, 4096 },
	{ "io.reads", 17, 17 },
	{ "io.writes", 32, 32 },
	{ "io.discards", 1, 1 },
	{ "io.waitTime", NONE, 250000 },
	{ "io.queued", NONE, NONE },
	{ "net.receivedBytes", NONE, NONE },
};

static char top[] = "/tmp/honu-metrics-XXXXXX";

/* The path of a fixture below the test's directory, whose folders are made. */
static void make_folders(char *path)
{
	for (char *p = path + strlen(top) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		(void)mkdir(path, 0700);
		*p = '/';
	}
}

static void write_text(const char *name, const char *text)
{
	char path[512];

	(void)snprintf(path, sizeof(path), "%s/%s", top, name);
	make_folders(path);
	_cleanup_file_ FILE *f = fopen(path, "we");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
}

static void write_all(const struct fixture *f)
{
	for (; f->path; f++)
		write_text(f->path, f->text);
}

static int setup(void **state)
{
	(void)state;
	for (char *p = top + strlen(top) - 6; *p; p++)
		*p = 'X';
	return mkdtemp(top) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *place)
{
	(void)st;
	(void)kind;
	(void)place;
	return remove(path);
}

static int teardown(void **state)
{
	(void)state;
	return nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static size_t places(struct metric_place *ret, bool has_v1, bool has_v2)
{
	static const char *const names[] = { "cpu", "cpuacct", "memory", "pids", "blkio", "v2" };
	static char bases[ELEMENTS(names)][128];
	size_t n = 0;

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		bool is_v2 = i == ELEMENTS(names) - 1;

		(void)snprintf(bases[i], sizeof(bases[i]), "%s/%s", top, names[i]);
		if (is_v2 ? has_v2 : has_v1)
			ret[n++] = (struct metric_place){ bases[i], "b/g", is_v2 };
	}
	return n;
}

static void open_metrics(struct metrics *m, bool has_v1, bool has_v2)
{
	struct metric_place p[8];
	struct metric_set wanted;

	metric_set_all(&wanted);
	assert_int_equal(metrics_open(m, p, places(p, has_v1, has_v2), 0, &wanted), 0);
	assert_int_equal(metrics_read(m), 0);
}

static enum metric find(const char *name)
{
	for (enum metric i = 0; i < _METRIC_N; i++)
		if (strcmp(metric_rows[i].name, name) == 0)
			return i;
	fail_msg("there is no figure %s", name);
	return 0;
}

static void compare(const struct metrics *m, const char *host, bool is_v2)
{
	for (size_t i = 0; i < ELEMENTS(expected); i++) {
		const struct metric_value *v = &m->values[find(expected[i].name)];
		uint64_t wanted = is_v2 ? expected[i].v2 : expected[i].v1;
		uint64_t got = v->absence == PRESENT ? v->n : NONE;

		if (got != wanted)
			fail_msg("%s: %s is %lld (absence %u), not %lld", host, expected[i].name,
				 (long long)got, v->absence, (long long)wanted);
	}
}

/* Same names, same numbers. */
static void same_figures_on_both_layouts(void **state)
{
	_cleanup_(metrics_done) struct metrics on_v1 = METRICS_EMPTY, on_v2 = METRICS_EMPTY;

	(void)state;
	write_all(v1);
	write_all(v2);
	open_metrics(&on_v1, true, false);
	compare(&on_v1, "v1", false);
	open_metrics(&on_v2, false, true);
	compare(&on_v2, "v2", true);
}

/* Each figure from where its controller lives: finer times and pressure from the v2 group. */
static void hybrid(void **state)
{
	_cleanup_(metrics_done) struct metrics m = METRICS_EMPTY;

	(void)state;
	write_all(v1);
	write_all(unified);
	open_metrics(&m, true, true);
	assert_int_equal(m.values[METRIC_CPU_USAGE].n, 5000001000);
	assert_int_equal(m.values[METRIC_CPU_PERIODS].n, 50);
	assert_int_equal(m.values[METRIC_MEMORY_ANONYMOUS].n, 67108864);
	assert_int_equal(m.values[METRIC_PRESSURE_CPU_SOME_10].n, 125);
	assert_int_equal(m.values[METRIC_PRESSURE_CPU_FULL_10].absence, ABSENT_NO_KEY);
	assert_int_equal(m.values[METRIC_PRESSURE_IO_SOME_10].absence, ABSENT_NO_FILE);
}

static void each_device_is_told_apart(void **state)
{
	(void)state;
	write_all(v1);
	write_all(v2);
	for (int is_v2 = 0; is_v2 <= 1; is_v2++) {
		_cleanup_(metrics_done) struct metrics m = METRICS_EMPTY;

		open_metrics(&m, !is_v2, is_v2);
		assert_int_equal(m.n_devices, 2);
		assert_string_equal(m.devices[0].name, "999:0");
		assert_int_equal(m.devices[0].values[0].n, 1048576);
		assert_int_equal(m.devices[1].minor, 16);
		assert_int_equal(m.devices[1].values[0].n, 4096);
		assert_int_equal(m.devices[1].values[1].n, 0);
		assert_int_equal(m.devices[1].values[1].absence, PRESENT);
	}
}

/* No line at all: on v2 nothing was done, on v1 nobody knows. */
static void io_that_nobody_counted(void **state)
{
	_cleanup_(metrics_done) struct metrics on_v1 = METRICS_EMPTY, on_v2 = METRICS_EMPTY;
	_cleanup_text_ struct text why = { 0 };

	(void)state;
	write_all(v1);
	write_all(v2);
	write_text("v2/b/g/io.stat", "");
	write_text("blkio/b/g/blkio.throttle.io_service_bytes_recursive", "Total 0\n");
	write_text("blkio/b/g/blkio.bfq.io_service_bytes_recursive", "Total 0\n");
	open_metrics(&on_v2, false, true);
	assert_int_equal(on_v2.values[METRIC_IO_READ_BYTES].absence, PRESENT);
	assert_int_equal(on_v2.values[METRIC_IO_READ_BYTES].n, 0);
	write_text("blkio/b/g/blkio.throttle.io_serviced_recursive", "Total 0\n");
	open_metrics(&on_v1, true, false);
	assert_int_equal(on_v1.values[METRIC_IO_READ_BYTES].absence, ABSENT_UNCOUNTED);
	metrics_explain_absence(&on_v1, METRIC_IO_READ_BYTES, &why);
	assert_non_null(strstr(text_get(&why), "bfq"));
}

static void unlimited(void **state)
{
	_cleanup_(metrics_done) struct metrics on_v1 = METRICS_EMPTY, on_v2 = METRICS_EMPTY;

	(void)state;
	write_all(v1);
	write_all(v2);
	write_text("memory/b/g/memory.limit_in_bytes", "9223372036854771712\n");
	write_text("memory/b/g/memory.stat", "hierarchical_memory_limit 9223372036854771712\n");
	write_text("v2/b/g/memory.max", "max\n");
	open_metrics(&on_v1, true, false);
	assert_int_equal(on_v1.values[METRIC_MEMORY_LIMIT].absence, ABSENT_UNLIMITED);
	assert_int_equal(on_v1.values[METRIC_MEMORY_TIGHTEST_LIMIT].absence, ABSENT_UNLIMITED);
	open_metrics(&on_v2, false, true);
	assert_int_equal(on_v2.values[METRIC_MEMORY_LIMIT].absence, ABSENT_UNLIMITED);
	assert_int_equal(on_v2.values[METRIC_MEMORY_TIGHTEST_LIMIT].n, 209715200);
	write_text("v2/b/memory.max", "max\n");
	assert_int_equal(metrics_read(&on_v2), 0);
	assert_int_equal(on_v2.values[METRIC_MEMORY_TIGHTEST_LIMIT].absence, ABSENT_UNLIMITED);
}

/* The second reading sees what has changed since, through the same descriptors. */
static void again(void **state)
{
	_cleanup_(metrics_done) struct metrics m = METRICS_EMPTY;

	(void)state;
	write_all(v2);
	open_metrics(&m, false, true);
	write_text("v2/b/g/memory.current", "5\n");
	write_text("v2/b/g/io.stat", "999:16 rbytes=1 wbytes=2\n");
	assert_int_equal(metrics_read(&m), 0);
	assert_int_equal(m.values[METRIC_MEMORY_CURRENT].n, 5);
	assert_int_equal(m.values[METRIC_MEMORY_WORKING_SET].n, 0); /* never below */
	assert_int_equal(m.n_devices, 1);
	assert_int_equal(m.values[METRIC_IO_WRITTEN_BYTES].n, 2);
	assert_int_equal(m.values[METRIC_IO_READS].absence, ABSENT_NO_KEY);
}

/* Only what was asked for is read, and what that is made of. */
static void unwanted(void **state)
{
	_cleanup_(metrics_done) struct metrics m = METRICS_EMPTY;
	struct metric_set wanted = { .has = { [METRIC_MEMORY_WORKING_SET] = true } };
	struct metric_place p[8];

	(void)state;
	write_all(v2);
	assert_int_equal(metrics_open(&m, p, places(p, false, true), 0, &wanted), 0);
	assert_int_equal(metrics_read(&m), 0);
	assert_int_equal(m.values[METRIC_MEMORY_WORKING_SET].n, 125829120);
	assert_int_equal(m.values[METRIC_CPU_USAGE].absence, ABSENT_UNWANTED);
	assert_int_equal(m.n_devices, 0);
}

static void no_such_group(void **state)
{
	struct metrics m = METRICS_EMPTY;
	struct metric_set wanted;
	struct metric_place p[8];

	(void)state;
	metric_set_all(&wanted);
	assert_int_equal(metrics_open(&m, p, places(p, true, true), 0, &wanted), -ESRCH);
	assert_null(m.files);
}

/* A real group that goes between two readings. */
static void vanished(void **state)
{
	static const char *const bases[] = { "/sys/fs/cgroup/unified", "/sys/fs/cgroup" };
	_cleanup_(metrics_done) struct metrics m = METRICS_EMPTY;
	struct metric_place p = { NULL, "", true };
	char name[64], path[128];
	struct metric_set wanted;

	(void)state;
	(void)snprintf(name, sizeof(name), "honu-test-metrics-%d", getpid());
	for (size_t i = 0; i < ELEMENTS(bases); i++) {
		(void)snprintf(path, sizeof(path), "%s/cgroup.procs", bases[i]);
		if (!p.base && access(path, W_OK) == 0)
			p = (struct metric_place){ bases[i], name, true };
	}
	(void)snprintf(path, sizeof(path), "%s/%s", p.base ? p.base : "", name);
	if (!p.base || mkdir(path, 0755) < 0) {
		print_message("no v2 group can be made here\n");
		skip();
	}
	metric_set_all(&wanted);
	int opened = metrics_open(&m, &p, 1, getpid(), &wanted);
	int first = opened < 0 ? opened : metrics_read(&m);
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(first, 0);
	assert_int_equal(m.values[METRIC_NET_SENT_BYTES].absence, ABSENT_SHARED_NET);
	assert_int_equal(metrics_read(&m), -ESRCH);
}

/* Every absent figure says why, whatever the host. */
static void every_absence_has_a_reason(void **state)
{
	(void)state;
	write_all(v1);
	write_all(unified);
	for (int i = 1; i < 4; i++) {
		_cleanup_(metrics_done) struct metrics m = METRICS_EMPTY;

		open_metrics(&m, i & 1, i & 2);
		for (enum metric k = 0; k < _METRIC_N; k++) {
			_cleanup_text_ struct text t = { 0 };

			if (m.values[k].absence == PRESENT)
				metrics_explain_source(&m, k, &t);
			else
				metrics_explain_absence(&m, k, &t);
			if (t.length == 0)
				fail_msg("%s says nothing", metric_rows[k].name);
		}
	}
}

/* One name each; a family of OpenMetrics stands together and is of one kind. */
static void rows_are_sound(void **state)
{
	(void)state;
	for (enum metric i = 0; i < _METRIC_N; i++) {
		const struct metric_row *r = &metric_rows[i];

		assert_true(r->sources[0].file != FILE_NONE || r->terms[0].sign != 0);
		for (enum metric k = 0; k < i; k++) {
			const struct metric_row *o = &metric_rows[k];
			bool same = strcmp(o->openmetrics, r->openmetrics) == 0;

			assert_string_not_equal(o->name, r->name);
			if (!same)
				continue;
			assert_string_equal(metric_rows[i - 1].openmetrics, r->openmetrics);
			assert_true(r->labels && o->labels && strcmp(r->labels, o->labels) != 0);
			assert_true(r->is_counter == o->is_counter && r->unit == o->unit);
		}
	}
}

static void ignore(void *data, const struct metric_word *owner, const struct metric_word *key,
		   uint64_t n, bool is_unlimited)
{
	(void)owner;
	(void)key;
	(void)n;
	(void)is_unlimited;
	(*(int *)data)++;
}

/* Lines that are not as they should be are passed over. */
static void broken_text(void **state)
{
	static const struct {
		enum metric_format format;
		const char *text;
		int found;
	} rows[] = {
		{ FORMAT_NUMBER, "12x\n", 0 },
		{ FORMAT_NUMBER, "", 0 },
		{ FORMAT_NUMBER, "-1\n", 0 },
		{ FORMAT_NUMBER, "18446744073709551616\n", 0 },
		{ FORMAT_NUMBER, "18446744073709551615", 1 },
		{ FORMAT_NUMBER, "maximum\n", 0 },
		{ FORMAT_KEYED, "a\nb \nc 1 2\nd 3\n\n", 1 },
		{ FORMAT_PRESSURE, "some avg10=0.1 avg60=.5 avg300=1.00 total=\n", 1 },
		{ FORMAT_IO_STAT, "8:0\n8:16 rbytes wbytes=1 x=y\nrbytes=5\n", 1 },
		{ FORMAT_BLKIO, "Total 0\n8:0 Read\n8:0 Read 1\n8:0 2\n:\n", 1 },
		{ FORMAT_NET_DEV, "Inter-| Receive\n eth0:1 2 3\n", 3 },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		int found = 0;

		metric_parse(rows[i].format, rows[i].text, ignore, &found);
		if (found != rows[i].found)
			fail_msg("'%s': %d found, not %d", rows[i].text, found, rows[i].found);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(same_figures_on_both_layouts, setup, teardown),
		cmocka_unit_test_setup_teardown(hybrid, setup, teardown),
		cmocka_unit_test_setup_teardown(each_device_is_told_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(io_that_nobody_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(unlimited, setup, teardown),
		cmocka_unit_test_setup_teardown(again, setup, teardown),
		cmocka_unit_test_setup_teardown(unwanted, setup, teardown),
		cmocka_unit_test_setup_teardown(no_such_group, setup, teardown),
		cmocka_unit_test_setup_teardown(vanished, setup, teardown),
		cmocka_unit_test_setup_teardown(every_absence_has_a_reason, setup, teardown),
		cmocka_unit_test(rows_are_sound),
		cmocka_unit_test(broken_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
