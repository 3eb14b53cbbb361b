/* cgroup/metrics_files.c - see metrics_files.h. Reads no file itself. */
#include "cgroup/metrics_files.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "base/cleanup.h"

#define V2(name_, format_)                                   \
	{                                                    \
		.name = name_, .v2 = true, .format = format_ \
	}
#define V1(controller_, name_, format_)                             \
	{                                                           \
		.name = name_, .v1 = controller_, .format = format_ \
	}
#define BOTH(controller_, name_, format_)                                       \
	{                                                                       \
		.name = name_, .v1 = controller_, .v2 = true, .format = format_ \
	}

const struct metric_file_row metric_files[] = {
	[FILE_NONE] = { .name = "" },
	[FILE_V2_CPU_STAT] = V2("cpu.stat", FORMAT_KEYED),
	[FILE_V1_CPU_STAT] = V1("cpu", "cpu.stat", FORMAT_KEYED),
	[FILE_V1_CPUACCT_USAGE] = V1("cpuacct", "cpuacct.usage", FORMAT_NUMBER),
	[FILE_V1_CPUACCT_STAT] = V1("cpuacct", "cpuacct.stat", FORMAT_KEYED),
	[FILE_V2_MEMORY_STAT] = V2("memory.stat", FORMAT_KEYED),
	[FILE_V1_MEMORY_STAT] = V1("memory", "memory.stat", FORMAT_KEYED),
	[FILE_V2_MEMORY_CURRENT] = V2("memory.current", FORMAT_NUMBER),
	[FILE_V1_MEMORY_USAGE] = V1("memory", "memory.usage_in_bytes", FORMAT_NUMBER),
	[FILE_V2_MEMORY_PEAK] = V2("memory.peak", FORMAT_NUMBER),
	[FILE_V1_MEMORY_MAX_USAGE] = V1("memory", "memory.max_usage_in_bytes", FORMAT_NUMBER),
	[FILE_V2_MEMORY_MAX] = V2("memory.max", FORMAT_NUMBER),
	[FILE_V1_MEMORY_LIMIT] = V1("memory", "memory.limit_in_bytes", FORMAT_NUMBER),
	[FILE_V2_MEMORY_MAX_ABOVE] = V2("memory.max", FORMAT_ELSEWHERE),
	[FILE_V2_MEMORY_EVENTS] = V2("memory.events", FORMAT_KEYED),
	[FILE_V1_MEMORY_FAILCNT] = V1("memory", "memory.failcnt", FORMAT_NUMBER),
	[FILE_V1_MEMORY_OOM_CONTROL] = V1("memory", "memory.oom_control", FORMAT_KEYED),
	[FILE_V2_MEMORY_SWAP_CURRENT] = V2("memory.swap.current", FORMAT_NUMBER),
	[FILE_V1_MEMORY_KMEM_USAGE] = V1("memory", "memory.kmem.usage_in_bytes", FORMAT_NUMBER),
	[FILE_PIDS_CURRENT] = BOTH("pids", "pids.current", FORMAT_NUMBER),
	[FILE_PIDS_PEAK] = BOTH("pids", "pids.peak", FORMAT_NUMBER),
	[FILE_PIDS_MAX] = BOTH("pids", "pids.max", FORMAT_NUMBER),
	[FILE_PIDS_EVENTS] = BOTH("pids", "pids.events", FORMAT_KEYED),
	[FILE_CPU_PRESSURE] = V2("cpu.pressure", FORMAT_PRESSURE),
	[FILE_MEMORY_PRESSURE] = V2("memory.pressure", FORMAT_PRESSURE),
	[FILE_IO_PRESSURE] = V2("io.pressure", FORMAT_PRESSURE),
	[FILE_V2_IO_STAT] = V2("io.stat", FORMAT_IO_STAT),
	[FILE_V1_THROTTLE_BYTES] =
		V1("blkio", "blkio.throttle.io_service_bytes_recursive", FORMAT_BLKIO),
	[FILE_V1_THROTTLE_SERVICED] =
		V1("blkio", "blkio.throttle.io_serviced_recursive", FORMAT_BLKIO),
	[FILE_V1_BFQ_BYTES] = V1("blkio", "blkio.bfq.io_service_bytes_recursive", FORMAT_BLKIO),
	[FILE_V1_BFQ_SERVICED] = V1("blkio", "blkio.bfq.io_serviced_recursive", FORMAT_BLKIO),
	[FILE_V1_BFQ_WAIT_TIME] = V1("blkio", "blkio.bfq.io_wait_time_recursive", FORMAT_BLKIO),
	[FILE_V1_BFQ_QUEUED] = V1("blkio", "blkio.bfq.io_queued_recursive", FORMAT_BLKIO),
	[FILE_V1_CFQ_WAIT_TIME] = V1("blkio", "blkio.io_wait_time_recursive", FORMAT_BLKIO),
	[FILE_V1_CFQ_QUEUED] = V1("blkio", "blkio.io_queued_recursive", FORMAT_BLKIO),
	[FILE_TASK_STAT] = { .name = "/proc/TID/stat", .format = FORMAT_ELSEWHERE },
	[FILE_BLOCK_INFLIGHT] = { .name = "/sys/dev/block/MAJOR:MINOR/inflight",
				  .format = FORMAT_ELSEWHERE },
	[FILE_NET_DEV] = { .name = "/proc/PID/net/dev", .format = FORMAT_NET_DEV },
};
static_assert(ELEMENTS(metric_files) == _FILE_N, "a file lacks its row");

bool metric_word_is(const struct metric_word *w, const char *s)
{
	return strncmp(w->text, s, w->length) == 0 && s[w->length] == '\0';
}

/* Digits; more than 64 bits are no number. */
static bool take_number(const char **p, uint64_t *ret)
{
	uint64_t n = 0;
	const char *s = *p;

	if (!isdigit((unsigned char)*s))
		return false;
	for (; isdigit((unsigned char)*s); s++)
		if (__builtin_mul_overflow(n, 10U, &n) ||
		    __builtin_add_overflow(n, (uint64_t)(*s - '0'), &n))
			return false;
	*p = s;
	*ret = n;
	return true;
}

/* "0.12" -> 12; a number without a point is a whole one. */
static bool take_hundredths(const char **p, uint64_t *ret)
{
	uint64_t fraction;

	if (!take_number(p, ret))
		return false;
	if (**p != '.')
		return true;
	const char *start = ++*p;
	if (!take_number(p, &fraction) || *p - start != 2)
		return false;
	return !__builtin_mul_overflow(*ret, 100U, ret) &&
	       !__builtin_add_overflow(*ret, fraction, ret);
}

static struct metric_word take_word(const char **p, const char *ends)
{
	while (**p == ' ')
		(*p)++;
	struct metric_word w = { *p, strcspn(*p, ends) };
	*p += w.length;
	return w;
}

static bool at_end(const char *p)
{
	return *p == '\0' || *p == '\n';
}

static void parse_number(const char *line, metric_found_fn *found, void *data)
{
	const struct metric_word none = { "", 0 };
	uint64_t n;

	if (strncmp(line, "max", 3) == 0 && at_end(line + 3))
		found(data, NULL, &none, 0, true);
	else if (take_number(&line, &n) && at_end(line))
		found(data, NULL, &none, n, false);
}

static void parse_keyed(const char *line, metric_found_fn *found, void *data)
{
	const struct metric_word key = take_word(&line, " \n");
	uint64_t n;

	if (*line++ == ' ' && take_number(&line, &n) && at_end(line))
		found(data, NULL, &key, n, false);
}

/* "NAME=NUMBER …" up to the end of the line. */
static void parse_pairs(const char *line, const struct metric_word *owner, metric_found_fn *found,
			void *data)
{
	while (!at_end(line)) {
		const struct metric_word key = take_word(&line, "= \n");
		uint64_t n;

		if (*line == '=') {
			line++;
			if (take_hundredths(&line, &n) && (*line == ' ' || at_end(line)))
				found(data, owner, &key, n, false);
		}
		line += strcspn(line, " \n");
		line += strspn(line, " ");
	}
}

static void parse_pressure(const char *line, metric_found_fn *found, void *data)
{
	const struct metric_word kind = take_word(&line, " \n");

	parse_pairs(line, &kind, found, data);
}

static bool is_device(const struct metric_word *w)
{
	return memchr(w->text, ':', w->length) && isdigit((unsigned char)w->text[0]);
}

static void parse_io_stat(const char *line, metric_found_fn *found, void *data)
{
	struct metric_word device = take_word(&line, " \n");

	if (is_device(&device))
		parse_pairs(line, &device, found, data);
}

/* The last line, "Total 123", is of no device. */
static void parse_blkio(const char *line, metric_found_fn *found, void *data)
{
	struct metric_word device = take_word(&line, " \n"), key;
	uint64_t n;

	if (!is_device(&device))
		return;
	key = take_word(&line, " \n");
	line += strspn(line, " ");
	if (take_number(&line, &n) && at_end(line))
		found(data, &device, &key, n, false);
}

static const char *const net_columns[] = {
	"receive bytes",  "receive packets",  "receive errs",	    "receive drop",
	"receive fifo",	  "receive frame",    "receive compressed", "receive multicast",
	"transmit bytes", "transmit packets", "transmit errs",	    "transmit drop",
};

/* Two lines of headings hold no colon. */
static void parse_net_dev(const char *line, metric_found_fn *found, void *data)
{
	struct metric_word name = take_word(&line, ":\n");

	if (*line++ != ':')
		return;
	for (size_t i = 0; i < ELEMENTS(net_columns); i++) {
		const struct metric_word key = { net_columns[i], strlen(net_columns[i]) };
		uint64_t n;

		line += strspn(line, " ");
		if (!take_number(&line, &n))
			return;
		found(data, &name, &key, n, false);
	}
}

void metric_parse(enum metric_format format, const char *text, metric_found_fn *found, void *data)
{
	static void (*const parse[])(const char *, metric_found_fn *, void *) = {
		[FORMAT_NUMBER] = parse_number,	    [FORMAT_KEYED] = parse_keyed,
		[FORMAT_PRESSURE] = parse_pressure, [FORMAT_IO_STAT] = parse_io_stat,
		[FORMAT_BLKIO] = parse_blkio,	    [FORMAT_NET_DEV] = parse_net_dev,
	};
	static_assert(ELEMENTS(parse) == FORMAT_ELSEWHERE, "a format lacks its parser");

	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		parse[format](text, found, data);
		text += n + (text[n] == '\n');
	}
}
