/* facts/test_cgroup.c - the control group layout of other hosts, from their own files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "facts/parts.h"

static const char v1_mountinfo[] =
	"22 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n"
	"28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro\n"
	"32 22 0:27 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755\n"
	"33 32 0:28 / /sys/fs/cgroup/systemd rw,nosuid shared:10 - cgroup cgroup "
	"rw,xattr,release_agent=/lib/systemd/systemd-cgroups-agent,name=systemd\n"
	"36 32 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:14 - cgroup cgroup "
	"rw,cpu,cpuacct\n"
	"37 32 0:32 / /sys/fs/cgroup/cpuset rw,nosuid shared:15 master:3 - cgroup cgroup "
	"rw,cpuset,clone_children\n";
static const char v1_cgroup[] = "9:cpuset:/\n"
				"4:cpu,cpuacct:/user.slice\n"
				"1:name=systemd:/user.slice/user-0.slice/session-2.scope\n";

static const char hybrid_mountinfo[] =
	"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
	"35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n"
	"41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate\n";
static const char hybrid_cgroup[] = "4:memory:/a b:c\n0::/init.scope\n";

static const char v2_mountinfo[] =
	"35 24 0:29 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 "
	"rw,nsdelegate,memory_recursiveprot\n";
static const char v2_cgroup[] = "0::/user.slice/user-1000.slice/session-1.scope\n";

/* docker's default on v2: own cgroup namespace, mounted read-only. */
static const char docker_mountinfo[] =
	"600 599 0:29 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw\n";

/* docker --privileged on v1 without a cgroup namespace: each mount shows the container's group. */
static const char bound_mountinfo[] =
	"700 699 0:32 /docker/4f2a /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory\n"
	"701 699 0:33 /docker/4f2a /sys/fs/cgroup/pids rw,nosuid - cgroup cgroup rw,pids\n"
	"702 699 0:34 /docker/4f2a /sys/fs/cgroup/cpu rw,nosuid - cgroup cgroup rw,cpu\n";
static const char bound_cgroup[] = "5:memory:/docker/4f2a\n"
				   "4:pids:/docker/4f2a/web\n"
				   "3:cpu:/docker/4f2ab\n";

/* unshare --cgroup without mounting again: the mount shows groups above our namespace. */
static const char above_mountinfo[] =
	"40 31 0:37 /../.. /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n"
	"41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n";
static const char above_cgroup[] = "4:pids:/\n0::/../other\n";

static const char twice_mountinfo[] =
	"40 31 0:37 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n"
	"50 31 0:37 / /mnt/with\\040blank\\134 rw - cgroup cgroup rw,freezer\n"
	"51 31 0:39 / /mnt/with\\040blank\\134 rw - cgroup cgroup rw,blkio\n";
static const char twice_cgroup[] = "4:freezer:/\n5:blkio:/\n";

static const struct row {
	const char *host, *mountinfo, *cgroup;
	enum cgroup_layout layout;
	const char *expected; /* "controllers mountpoint directory own;" for each */
} rows[] = {
	{ "v1 with systemd", v1_mountinfo, v1_cgroup, CGROUP_V1,
	  "name=systemd /sys/fs/cgroup/systemd systemd /user.slice/user-0.slice/session-2.scope;"
	  "cpu,cpuacct /sys/fs/cgroup/cpu,cpuacct cpu,cpuacct /user.slice;"
	  "cpuset /sys/fs/cgroup/cpuset cpuset /;" },
	{ "hybrid, odd group names", hybrid_mountinfo, hybrid_cgroup, CGROUP_HYBRID,
	  "memory /sys/fs/cgroup/memory memory /a b:c;"
	  " /sys/fs/cgroup/unified unified /init.scope;" },
	{ "v2 with systemd", v2_mountinfo, v2_cgroup, CGROUP_V2,
	  " /sys/fs/cgroup cgroup /user.slice/user-1000.slice/session-1.scope;" },
	{ "docker, read-only", docker_mountinfo, "0::/\n", CGROUP_NONE, "" },
	{ "docker, bound", bound_mountinfo, bound_cgroup, CGROUP_V1,
	  "memory /sys/fs/cgroup/memory memory /;pids /sys/fs/cgroup/pids pids /web;"
	  "cpu /sys/fs/cgroup/cpu cpu /;" },
	{ "above our namespace", above_mountinfo, above_cgroup, CGROUP_HYBRID,
	  "pids /sys/fs/cgroup/pids pids /; /sys/fs/cgroup/unified unified /;" },
	{ "mounted twice, octal", twice_mountinfo, twice_cgroup, CGROUP_V1,
	  "freezer /sys/fs/cgroup/freezer freezer /;blkio /mnt/with blank\\ with blank\\ /;" },
	{ "no cgroups", "28 1 254:1 / / rw - ext4 /dev/vda1 rw\n", "", CGROUP_NONE, "" },
	{ "a mount of which we are no member", hybrid_mountinfo, "", CGROUP_NONE, "" },
	{ "cut short", "1 2 3 - cgroup\n - cgroup2 x\n - cgroup a b\n1 2 - cgroup c rw,cpu\n",
	  "1:cpu\n2\n:\n3:cpu:/\n", CGROUP_NONE, "" },
};

static void parse(struct arena *a, const struct row *row, struct facts *f)
{
	facts_parse_cgroups(a, arena_strdup(a, row->mountinfo), arena_strdup(a, row->cgroup), f);
}

/* Every layout is read as it is, whatever else is mounted. */
static void layouts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct arena a = { 0 };
		struct facts f = { 0 };
		_cleanup_text_ struct text got = { 0 }, expected = { 0 };

		parse(&a, &rows[i], &f);
		text_printf(&got, "%s: %d ", rows[i].host, (int)f.cgroup_layout);
		text_printf(&expected, "%s: %d %s", rows[i].host, (int)rows[i].layout,
			    rows[i].expected);
		for (size_t k = 0; k < f.n_cgroups; k++)
			text_printf(&got, "%s %s %s %s;", f.cgroups[k].controllers,
				    f.cgroups[k].mountpoint, f.cgroups[k].directory,
				    f.cgroups[k].own);
		assert_string_equal(text_get(&got), text_get(&expected));
		arena_done(&a);
	}
}

/* A controller is found by its whole name, also where two share a hierarchy. */
static void controllers_by_name(void **state)
{
	struct arena a = { 0 };
	struct facts f = { 0 };

	(void)state;
	parse(&a, &rows[0], &f);
	assert_string_equal(facts_cgroup(&f, "cpu")->mountpoint, "/sys/fs/cgroup/cpu,cpuacct");
	assert_string_equal(facts_cgroup(&f, "cpuacct")->mountpoint, "/sys/fs/cgroup/cpu,cpuacct");
	assert_string_equal(facts_cgroup(&f, "cpuset")->mountpoint, "/sys/fs/cgroup/cpuset");
	assert_null(facts_cgroup(&f, "memory"));
	assert_null(facts_cgroup(&f, "cp"));
	assert_null(facts_cgroup(&f, ""));
	arena_done(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts),
		cmocka_unit_test(controllers_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
