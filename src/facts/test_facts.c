/* facts/test_facts.c - the parsers with files of other hosts, and the reader on this one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "facts/parts.h"

/* Lines that are no range are passed over, the others are kept in order. */
static void subids(void **state)
{
	static const char text[] = "anna:100000:65536\n"
				   "# a comment\n"
				   "\n"
				   "1001:165536:65536\n"
				   "bad:x:65536\nbad:1:2:3\nbad:1\nbad:200000:0\nbad:-1:5\n"
				   "last:4294901760:65536";
	static const struct id_range expected[] = { { 100000, 65536 },
						    { 165536, 65536 },
						    { 4294901760, 65536 } };
	struct arena a = { 0 };
	struct facts f = { 0 };

	(void)state;
	facts_parse_subids(&a, arena_strdup(&a, text), &f);
	assert_int_equal(f.n_taken, 3);
	assert_memory_equal(f.taken, expected, sizeof(expected));
	arena_done(&a);
}

/* The scheduler in brackets, or the only one there is; numbers of devices. */
static void disks(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "[none] mq-deadline kyber bfq \n", "none" },
		{ "none mq-deadline [bfq]\n", "bfq" },
		{ "none\n", "none" },
		{ "", "none" },
	};
	uint32_t major = 0, minor = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[64];

		(void)snprintf(text, sizeof(text), "%s", rows[i].text);
		assert_string_equal(facts_parse_scheduler(text), rows[i].expected);
	}
	assert_true(facts_parse_device("259:12\n", &major, &minor));
	assert_int_equal(major, 259);
	assert_int_equal(minor, 12);
	assert_true(facts_parse_device("8:0 enable=1", &major, &minor));
	assert_false(facts_parse_device("8", &major, &minor));
	assert_false(facts_parse_device("8:", &major, &minor));
	assert_false(facts_parse_device(":0", &major, &minor));
	assert_false(facts_parse_device("8:x", &major, &minor));
	assert_false(facts_parse_device("99999999999999999:1", &major, &minor));
}

/* io.cost counts for the disks that it is switched on for. */
static void costs(void **state)
{
	struct disk list[] = { { .name = "sda", .major = 8, .minor = 0 },
			       { .name = "sdb", .major = 8, .minor = 16 } };
	struct facts f = { .disks = list, .n_disks = 2 };
	char text[] =
		"8:0 enable=0 ctrl=auto\n8:16 enable=1 ctrl=auto rpct=0.00\n7:0 enable=1\nx\n";

	(void)state;
	facts_parse_cost(text, &f);
	assert_false(list[0].cost);
	assert_true(list[1].cost);
}

/* A range is taken where one id of it is; ranges that only touch do not overlap. */
static void ranges_overlap(void **state)
{
	static const struct {
		uint32_t base, count;
		bool taken;
	} rows[] = {
		{ 0, 100000, false },	    { 0, 100001, true },      { 100000, 1, true },
		{ 165535, 1, true },	    { 165536, 65536, false }, { 0, UINT32_MAX, true },
		{ 4294901759, 1, false },   { 4294901760, 1, true },  { 4294967295, 1, true },
		{ 4294901000, 1000, true },
	};
	struct id_range taken[] = { { 100000, 65536 }, { 4294901760, 65536 } };
	struct facts f = { .taken = taken, .n_taken = 2 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (facts_range_taken(&f, rows[i].base, rows[i].count) != rows[i].taken)
			fail_msg("%u + %u: taken should be %d", rows[i].base, rows[i].count,
				 rows[i].taken);
}

static void releases(void **state)
{
	(void)state;
	assert_int_equal(facts_parse_release("6.18.5-cloud-amd64"), 6018);
	assert_int_equal(facts_parse_release("4.9"), 4009);
	assert_int_equal(facts_parse_release("5.10+"), 5010);
	assert_int_equal(facts_parse_release("5"), 0);
	assert_int_equal(facts_parse_release("5.x"), 0);
	assert_int_equal(facts_parse_release("1234567.1"), 0);
	assert_int_equal(facts_parse_release(""), 0);
}

/* A time zone becomes part of a path: nothing that could leave the directory is one. */
static void timezones(void **state)
{
	static const struct {
		const char *text, *name; /* name "": none */
	} rows[] = {
		{ "/usr/share/zoneinfo/Europe/Paris", "Europe/Paris" },
		{ "../usr/share/zoneinfo/Etc/GMT+5", "Etc/GMT+5" },
		{ "America/Port-au-Prince\n", "America/Port-au-Prince" },
		{ "UTC", "UTC" },
		{ "/usr/share/zoneinfo/../../../etc/shadow", "" },
		{ "../../etc/shadow\n", "" },
		{ "/etc/shadow", "" },
		{ "Europe/\n", "" },
		{ "Europe Paris", "" },
		{ "", "" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *name = facts_parse_timezone(&a, rows[i].text);

		assert_string_equal(name ? name : "", rows[i].name);
	}
	arena_done(&a);
}

/* honu's programs are sought where it is built and where it is installed, never relative to the working
 * directory. */
static void libexec_candidates(void **state)
{
	static const struct {
		const char *path, *beside, *installed;
	} rows[] = {
		{ "/src/build/honu", "/src/build/libexec/honu", "/src/libexec/honu" },
		{ "/usr/local/bin/honu", "/usr/local/bin/libexec/honu", "/usr/local/libexec/honu" },
		{ "/bin/honu", "/bin/libexec/honu", "/libexec/honu" },
		{ "/honu", "/libexec/honu", "/libexec/honu" },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *beside, *installed;

		facts_libexec_candidates(&a, rows[i].path, &beside, &installed);
		assert_string_equal(beside, rows[i].beside);
		assert_string_equal(installed, rows[i].installed);
	}
	arena_done(&a);
}

/* Files are read whole at any length up to the limit and refused beyond it. */
static void files(void **state)
{
	static const size_t sizes[] = { 0, 1, 4095, 4096, 4097, 8192, 20000 };
	char path[] = "/tmp/honu-test-XXXXXX";
	struct arena a = { 0 };
	int fd = mkostemp(path, 0);

	(void)state;
	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		char *data = arena_alloc(&a, sizes[i] + 1);

		memset(data, 'x', sizes[i]);
		assert_int_equal(pwrite(fd, data, sizes[i], 0), sizes[i]);
		const char *text = facts_read_file(&a, path, sizes[i]);
		assert_non_null(text);
		assert_string_equal(text, data);
		if (sizes[i] > 0)
			assert_null(facts_read_file(&a, path, sizes[i] - 1));
	}
	(void)close(fd);
	(void)unlink(path);
	assert_null(facts_read_file(&a, path, 1));
	arena_done(&a);
}

/* The reader works on the host that runs this test and agrees with what can be asked otherwise. */
static void this_host(void **state)
{
	struct arena a = { 0 };
	struct facts *f = NULL;
	struct err e = { 0 };
	struct utsname name;

	(void)state;
	assert_int_equal(facts_read(&a, &f, &e), 0);
	assert_int_equal(facts_read_root(&a, f, &e), 0);
	assert_int_equal(facts_read_ranges(&a, f, &e), 0);
	facts_read_network(&a, f);
	assert_int_equal(uname(&name), 0);
	assert_string_equal(f->release, name.release);
	assert_string_equal(f->machine, name.machine);
	assert_string_equal(f->hostname, name.nodename);
	assert_in_range(f->kernel, 5000, 99000);
	assert_int_equal(f->euid, geteuid());
	assert_in_range(f->last_capability, 37, 62);
	assert_int_equal(f->capabilities >> f->last_capability >> 1, 0);
	assert_in_range(f->port_start, 0, 65535);
	assert_non_null(f->resolv_conf);
	for (size_t i = 0; i < f->n_etc_binds; i++)
		assert_int_equal(access(f->etc_binds[i], F_OK), 0);
	for (size_t i = 0; i < f->n_cgroups; i++)
		assert_int_equal(f->cgroups[i].mountpoint[0], '/');
	arena_done(&a);
}

/* Only root believes SUDO_UID, and only where both are ids. */
static void callers(void **state)
{
	static const struct {
		const char *uid, *gid;
		bool believed;
	} rows[] = {
		{ "1000", "1001", true },	 { "1000", "x", false }, { "-1", "1001", false },
		{ "1000", "4294967295", false }, { "", "", false },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct facts f = { 0 };
		bool believed = rows[i].believed && geteuid() == 0;

		(void)setenv("SUDO_UID", rows[i].uid, 1);
		(void)setenv("SUDO_GID", rows[i].gid, 1);
		facts_read_ids(&f);
		assert_int_equal(f.caller_uid, believed ? 1000 : getuid());
		assert_int_equal(f.caller_gid, believed ? 1001 : getgid());
	}
	(void)unsetenv("SUDO_UID");
	(void)unsetenv("SUDO_GID");
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(subids),
		cmocka_unit_test(ranges_overlap),
		cmocka_unit_test(disks),
		cmocka_unit_test(costs),
		cmocka_unit_test(releases),
		cmocka_unit_test(timezones),
		cmocka_unit_test(libexec_candidates),
		cmocka_unit_test(files),
		cmocka_unit_test(this_host),
		cmocka_unit_test(callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
