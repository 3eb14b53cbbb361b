/* spec/test_limits.c - limits of the control group: what each value becomes, why it is refused, and
 * that the two tables speak of the same limits. */
#include "spec/limits.h"

#include "spec/settings.h"
#include "spec/test_rows.h"

/* Every limit has one setting, which has its name, its range of uses and the one reader. */
static void tables_agree(void **state)
{
	size_t n, found = 0;
	const struct setting *all = settings_all(&n);
	setting_parse_fn *reader = setting_find("memory", strlen("memory"))->parse;

	(void)state;
	for (size_t i = 0; i < n; i++) {
		const struct limit_row *row;

		if (all[i].parse != reader)
			continue;
		found++;
		assert_in_range(all[i].which, 0, _LIMIT_N - 1);
		row = &limit_rows[all[i].which];
		assert_string_equal(all[i].name, row->name);
		assert_string_equal(all[i].name, limit_names[all[i].which]);
		assert_int_equal(all[i].repeatable, row->subject != SUBJECT_NONE);
		assert_int_equal(!all[i].argument, row->form == LIMIT_SWITCH);
		assert_true(row->v1.controller || row->v2.controller);
		assert_true(row->least <= row->most);
	}
	assert_int_equal(found, _LIMIT_N);
}

static void values(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "group", "" },
		{ "-m 64m -- true", "group", "memory=67108864" },
		{ "-m 1g -m 2g -- true", "group", "memory=2147483648" },
		{ "--memory -1 -- true", "group", "memory=none" },
		{ "--memory-swap -1 -m 1m -- true", "group", "memory=1048576 memory-swap=none" },
		{ "-m 100k -- true", "error",
		  "--memory '100k': expected a size from 512k on, such as 64m, or -1 | "
		  "for example: --memory 256m" },
		{ "-m x -- true", "error",
		  "--memory 'x': expected a size from 512k on, such as 64m, or -1 | "
		  "for example: --memory 256m" },
		{ "-m '' -- true", "error",
		  "--memory '': expected a size from 512k on, such as 64m, or -1 | "
		  "for example: --memory 256m" },
		{ "--memory-low 0 -- true", "group", "memory-low=0" },
		{ "--memory-high -2 -- true", "error",
		  "--memory-high '-2': expected a size such as 64m, or -1 | "
		  "for example: --memory-high 200m" },
		{ "--memory-swappiness 100 -- true", "group", "memory-swappiness=100" },
		{ "--memory-swappiness 101 -- true", "error",
		  "--memory-swappiness '101': expected a number from 0 to 100 | "
		  "for example: --memory-swappiness 0" },
		{ "--oom-group=false -- true", "group", "oom-group=0" },
		{ "--oom-group=maybe -- true", "error",
		  "--oom-group 'maybe': expected true or false | "
		  "for example: --oom-group=false" },
		{ "--cpus 1.5 -- true", "group", "cpus=1500000000" },
		{ "--cpus 2 -- true", "group", "cpus=2000000000" },
		{ "--cpus .25 -- true", "group", "cpus=250000000" },
		{ "--cpus 0.01 -- true", "group", "cpus=10000000" },
		{ "--cpus 0.009 -- true", "error",
		  "--cpus '0.009': expected a number of CPUs from 0.01 on, such as 1.5 | "
		  "for example: --cpus 1.5" },
		{ "--cpus 1. -- true", "error",
		  "--cpus '1.': expected a number of CPUs from 0.01 on, such as 1.5 | "
		  "for example: --cpus 1.5" },
		{ "--cpus 1.0000000001 -- true", "error",
		  "--cpus '1.0000000001': expected a number of CPUs from 0.01 on, such as 1.5 | "
		  "for example: --cpus 1.5" },
		{ "--cpus 99999 -- true", "error",
		  "--cpus '99999': expected a number of CPUs from 0.01 on, such as 1.5 | "
		  "for example: --cpus 1.5" },
		{ "-c 512 -- true", "group", "cpu-shares=512" },
		{ "-c 1 -- true", "error",
		  "--cpu-shares '1': expected a number from 2 to 262144 | "
		  "for example: --cpu-shares 512" },
		{ "--pids-limit 0 -- true", "group", "pids-limit=none" },
		{ "--pids-limit -1 -- true", "group", "pids-limit=none" },
		{ "--pids-limit 10 -- true", "group", "pids-limit=10" },
		{ "--cpuset-cpus 0-3,5 -- true", "group", "cpuset-cpus=0-3,5" },
		{ "--cpuset-cpus 3-0 -- true", "error",
		  "--cpuset-cpus '3-0': expected numbers and ranges such as 0-3,5 | "
		  "for example: --cpuset-cpus 0" },
		{ "--cpuset-cpus 0, -- true", "error",
		  "--cpuset-cpus '0,': expected numbers and ranges such as 0-3,5 | "
		  "for example: --cpuset-cpus 0" },
		{ "--cpuset-mems 0-1-2 -- true", "error",
		  "--cpuset-mems '0-1-2': expected numbers and ranges such as 0-3,5 | "
		  "for example: --cpuset-mems 0" },
		/* Always in the order in which they are written. */
		{ "--pids-limit 5 --memory-swap 2m -m 1m -- true", "group",
		  "memory=1048576 memory-swap=2097152 pids-limit=5" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

static void with_a_subject(void **state)
{
	static const struct row rows[] = {
		{ "--device-read-bps /dev/sda:1m --device-read-bps ./x:y:2k -- true", "group",
		  "device-read-bps[/dev/sda]=1048576 device-read-bps[/home/me/x:y]=2048" },
		{ "--device-read-bps /dev/sda:1m --device-read-bps /dev/sda:-1 -- true", "group",
		  "device-read-bps[/dev/sda]=none" },
		{ "--device-write-iops sda:5 -- true", "error",
		  "--device-write-iops 'sda:5': 'sda' is not a path | "
		  "for example: --device-write-iops /dev/sda:1000" },
		{ "--device-write-iops /dev/sda -- true", "error",
		  "--device-write-iops '/dev/sda': expected DEVICE:NUMBER | "
		  "for example: --device-write-iops /dev/sda:1000" },
		{ "--device-write-iops /dev/sda:0 -- true", "error",
		  "--device-write-iops '/dev/sda:0': expected a number from 1 to 4294967295, or -1 | "
		  "for example: --device-write-iops /dev/sda:1000" },
		{ "--blkio-weight-device /dev/sda:9 -- true", "error",
		  "--blkio-weight-device '/dev/sda:9': expected a number from 10 to 1000 | "
		  "for example: --blkio-weight-device /dev/sda:500" },
		{ "--hugetlb 2m=64m --hugetlb 1GB=1g --hugetlb 2048k=8m -- true", "group",
		  "hugetlb[2MB]=8388608 hugetlb[1GB]=1073741824" },
		{ "--hugetlb 3m=64m -- true", "error",
		  "--hugetlb '3m=64m': '3m' is not the size of a page | "
		  "for example: --hugetlb 2m=64m" },
		{ "--cgroup-conf memory.high=1 --cgroup-conf pids.max=x=y -- true", "group",
		  "cgroup-conf[memory.high]=1 cgroup-conf[pids.max]=x=y" },
		{ "--cgroup-conf cgroup.procs=1 -- true", "error",
		  "--cgroup-conf 'cgroup.procs=1': 'cgroup.procs' is not a file that limits something | "
		  "for example: --cgroup-conf pids.max=50" },
		{ "--cgroup-conf ../pids.max=1 -- true", "error",
		  "--cgroup-conf '../pids.max=1': '../pids.max' is not a file that limits something | "
		  "for example: --cgroup-conf pids.max=50" },
		{ "--cgroup-conf tasks=1 -- true", "error",
		  "--cgroup-conf 'tasks=1': 'tasks' is not a file that limits something | "
		  "for example: --cgroup-conf pids.max=50" },
		{ "--cgroup-conf 'pids.max=1\n' -- true", "error",
		  "--cgroup-conf 'pids.max=1\n': expected FILE=VALUE | "
		  "for example: --cgroup-conf pids.max=50" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

static void what_goes_together(void **state)
{
	static const struct row rows[] = {
		{ "-m 1m --memory-swap 1m -- true", "group", "memory=1048576 memory-swap=1048576" },
		{ "-m 2m --memory-swap 1m -- true", "error",
		  "--memory 2m is more than --memory-swap 1m | it has to be the same or less" },
		{ "--memory-swap 1m -- true", "error",
		  "--memory-swap 1m: there is no limit of memory alone | "
		  "say --memory as well: it is memory and swap together" },
		{ "--memory-swap -1 -- true", "group", "memory-swap=none" },
		{ "--memory-reservation 2m -m 1m -- true", "error",
		  "--memory-reservation 2m is more than --memory 1m | it has to be the same or less" },
		{ "--memory-reservation 2m --memory-low 1m -- true", "error",
		  "--memory-low 1m contradicts --memory-reservation 2m | "
		  "both are memory.low: leave one out" },
		{ "--oom-kill-disable -- true", "error",
		  "--oom-kill-disable: there is no limit to wait at | say --memory as well" },
		{ "--cpus 1 --cpu-quota 1000 -- true", "error",
		  "--cpu-quota 1000 contradicts --cpus 1 | "
		  "both are the same limit: leave one out" },
		{ "--cpus 1 --cpu-period 1000 -- true", "error",
		  "--cpu-period 1000 contradicts --cpus 1 | say --cpu-quota with --cpu-period" },
		{ "-c 5 --cpu-weight 5 -- true", "error",
		  "--cpu-weight 5 contradicts --cpu-shares 5 | both are the same: leave one out" },
		{ "-c 5 --cpu-idle -- true", "error",
		  "--cpu-idle contradicts --cpu-shares 5 | "
		  "who is idle has no weight: leave one out" },
		{ "-c 5 --cpu-idle=false -- true", "group", "cpu-idle=0 cpu-shares=5" },
		{ "--cpu-burst 1000 -- true", "error",
		  "--cpu-burst 1000: there is no quota to save of | "
		  "say --cpus or --cpu-quota as well" },
		{ "--cpus 0.5 --cpu-burst 50000 -- true", "group",
		  "cpus=500000000 cpu-burst=50000" },
		{ "--cpus 0.5 --cpu-burst 50001 -- true", "error",
		  "--cpu-burst 50001 is more than --cpus 0.5 gives in a period | "
		  "it has to be the same or less: a period is 100000 microseconds" },
		{ "--cpu-quota 5000 --cpu-burst 6000 -- true", "error",
		  "--cpu-burst 6000 is more than --cpu-quota 5000 | it has to be the same or less" },
		{ "--cpu-rt-period 1000 --cpu-rt-runtime 1001 -- true", "error",
		  "--cpu-rt-runtime 1001 is more than --cpu-rt-period 1000 | "
		  "it has to be the same or less" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), &row_facts);
}

static void lists_of_numbers(void **state)
{
	static const struct {
		const char *list, *all;
		bool within;
	} rows[] = {
		{ "0", "0", true },	    { "0-3", "0-3", true },  { "1,3", "0-1,3", true },
		{ "2", "0-1,3", false },    { "0-4", "0-3", false }, { "12", "1-2", false },
		{ "2-3", "0-2,3-5", true },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (limit_numbers_are_within(rows[i].list, rows[i].all) != rows[i].within)
			fail_msg("%s in %s", rows[i].list, rows[i].all);
	assert_true(limit_numbers_are_valid("0-8191", 8191));
	assert_false(limit_numbers_are_valid("0-8192", 8191));
	assert_false(limit_numbers_are_valid("1234567890", UINT32_MAX));
	assert_false(limit_numbers_are_valid("-1", 10));
	assert_false(limit_numbers_are_valid("1-", 10));
	assert_false(limit_numbers_are_valid(" 1", 10));
}

/* What is new, what goes because it said the same in another way, what stays. */
static void changes(void **state)
{
	static const struct {
		const char *before, *change, *after;
	} rows[] = {
		{ "-m 64m --pids-limit 5 -- true", "--pids-limit 6 -- true",
		  "memory=67108864 pids-limit=6" },
		{ "-m 64m -c 5 --cpus 1 --pids-limit 5 -- true", "--cpuset-cpus 0 -- true",
		  "memory=67108864 cpu-shares=5 cpus=1000000000 cpuset-cpus=0 pids-limit=5" },
		{ "--cpu-quota 5000 --cpu-period 10000 -- true", "--cpus 1 -- true",
		  "cpus=1000000000" },
		{ "--cpus 1 -- true", "--cpu-quota 5000 -- true", "cpu-quota=5000" },
		{ "-c 5 -- true", "--cpu-weight 6 -- true", "cpu-weight=6" },
		{ "--cpu-weight 5 -- true", "-c 6 -- true", "cpu-shares=6" },
		{ "--cpu-idle -- true", "-c 6 -- true", "cpu-idle=0 cpu-shares=6" },
		{ "-c 6 -- true", "--cpu-idle -- true", "cpu-idle=1" },
		{ "--device-read-bps /a:1 --device-read-bps /b:1 -- true",
		  "--device-read-bps /b:-1 -- true",
		  "device-read-bps[/a]=1 device-read-bps[/b]=none" },
		{ "-- true", "-m 1m -- true", "memory=1048576" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text got = { 0 };
		struct spec *s = spec_new(&a), *change = spec_new(&a);
		struct err e = { 0 };
		char *argv[ROW_WORDS];

		assert_int_equal(options_run(s, &row_from, row_split(&a, rows[i].before, argv),
					     argv, &e),
				 0);
		assert_int_equal(options_run(change, &row_from, row_split(&a, rows[i].change, argv),
					     argv, &e),
				 0);
		/* As a record is read: without room for more. */
		if (s->n_limits > 0) {
			struct limit_spec *full = arena_alloc(&a, s->n_limits * sizeof(*full));

			memcpy(full, s->limits, s->n_limits * sizeof(*full));
			s->limits = full;
		}
		limits_change(s, change);
		row_group(&got, s);
		assert_string_equal(text_get(&got), rows[i].after);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_agree),	    cmocka_unit_test(values),
		cmocka_unit_test(with_a_subject),   cmocka_unit_test(what_goes_together),
		cmocka_unit_test(lists_of_numbers), cmocka_unit_test(changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
