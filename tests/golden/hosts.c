/* golden/hosts.c - see hosts.h. */
#include "golden/hosts.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>

#include "base/cleanup.h"

#define ALL_CAPABILITIES ((UINT64_C(1) << (CAP_CHECKPOINT_RESTORE + 1)) - 1)

#define V1(controllers_)                                                 \
	{                                                                \
		.controllers = controllers_, .directory = controllers_,  \
		.mountpoint = "/sys/fs/cgroup/" controllers_, .own = "/" \
	}
#define SYSTEMD                                                              \
	{                                                                    \
		.controllers = "name=systemd", .directory = "systemd",       \
		.mountpoint = "/sys/fs/cgroup/systemd", .own = "/init.scope" \
	}

static struct cgroup_hierarchy hybrid[] = {
	V1("cpuset"),
	V1("cpu,cpuacct"),
	V1("memory"),
	V1("devices"),
	SYSTEMD,
	{ .controllers = "",
	  .directory = "unified",
	  .mountpoint = "/sys/fs/cgroup/unified",
	  .own = "/init.scope",
	  .is_v2 = true },
};
static struct cgroup_hierarchy v1[] = {
	V1("cpuset"), V1("cpu,cpuacct"), V1("memory"), V1("devices"), V1("pids"),
};
/* Every controller of v1, but for the one that is left on v2. */
static struct cgroup_hierarchy all_v1[] = {
	V1("cpu"),
	V1("cpuset"),
	V1("memory"),
	V1("blkio"),
	V1("pids"),
	{ .controllers = "",
	  .directory = "unified",
	  .mountpoint = "/sys/fs/cgroup/unified",
	  .own = "/",
	  .is_v2 = true },
};
static struct disk divided[] = {
	{ .name = "sda", .major = 8, .minor = 0, .scheduler = "bfq" },
	{ .name = "sdb", .major = 8, .minor = 16, .scheduler = "mq-deadline" },
};
static struct disk costed[] = {
	{ .name = "sda", .major = 8, .minor = 0, .scheduler = "none", .cost = true },
	{ .name = "nvme0n1", .major = 259, .minor = 0, .scheduler = "bfq" },
};
static struct disk plain[] = {
	{ .name = "sda", .major = 8, .minor = 0, .scheduler = "mq-deadline" },
};

static struct cgroup_hierarchy v2[] = {
	{ .controllers = "",
	  .directory = "cgroup",
	  .mountpoint = "/sys/fs/cgroup",
	  .own = "/user.slice/user-0.slice/session-1.scope",
	  .is_v2 = true },
};

static struct root_entry merged[] = {
	{ "bin", "usr/bin" },
	{ "sbin", "usr/sbin" },
	{ "lib", "usr/lib" },
	{ "lib64", "usr/lib64" },
};
static struct root_entry apart[] = {
	{ "bin", NULL },
	{ "sbin", NULL },
	{ "lib", NULL },
	{ "lib64", "lib" },
};
static const char *debian_etc[] = { "/etc/alternatives", "/etc/ld.so.cache", "/etc/ssl/certs" };
static const char *fedora_etc[] = { "/etc/alternatives", "/etc/pki/tls/cert.pem" };

#define EVERY_HOST                                                                              \
	.machine = "x86_64", .hostname = "earth", .capabilities = ALL_CAPABILITIES,             \
	.last_capability = CAP_CHECKPOINT_RESTORE, .nofile_hard = 1048576, .port_start = 1024,  \
	.init_path = "/usr/libexec/honu/honu-init", .exec_path = "/usr/libexec/honu/honu-exec", \
	.resolv_conf = "nameserver 192.0.2.53\n"

static const struct host {
	const char *name;
	struct facts facts;
} hosts[] = {
	{ "debian12",
	  {
		  EVERY_HOST,
		  .release = "6.18.5-cloud-amd64",
		  .kernel = 6018,
		  .cgroup_layout = CGROUP_HYBRID,
		  .cgroups = hybrid,
		  .n_cgroups = ELEMENTS(hybrid),
		  .cpuset_cpus = "0-3",
		  .cpuset_mems = "0",
		  .root_entries = merged,
		  .n_root_entries = ELEMENTS(merged),
		  .etc_binds = debian_etc,
		  .n_etc_binds = ELEMENTS(debian_etc),
		  .timezone = "Europe/Paris",
	  } },
	{ "devuan",
	  {
		  EVERY_HOST,
		  .release = "6.18.5",
		  .kernel = 6018,
		  .cgroup_layout = CGROUP_HYBRID,
		  .cgroups = all_v1,
		  .n_cgroups = ELEMENTS(all_v1),
		  .cpuset_cpus = "0-3",
		  .cpuset_mems = "0",
		  .cgroup2_controllers = "hugetlb",
		  .huge_pages = "1GB 2MB",
		  .swap_counted = true,
		  .disks = divided,
		  .n_disks = ELEMENTS(divided),
		  .root_entries = merged,
		  .n_root_entries = ELEMENTS(merged),
	  } },
	{ "fedora",
	  {
		  EVERY_HOST,
		  .release = "6.12.4-200.fc41.x86_64",
		  .kernel = 6012,
		  .cgroup_layout = CGROUP_V2,
		  .cgroups = v2,
		  .n_cgroups = ELEMENTS(v2),
		  .cgroup2_controllers = "cpuset cpu io memory hugetlb pids rdma misc",
		  .cgroup2_cpus = "0-7",
		  .cgroup2_mems = "0",
		  .huge_pages = "2MB",
		  .disks = costed,
		  .n_disks = ELEMENTS(costed),
		  .root_entries = merged,
		  .n_root_entries = ELEMENTS(merged),
		  .etc_binds = fedora_etc,
		  .n_etc_binds = ELEMENTS(fedora_etc),
		  .timezone = "UTC",
	  } },
	{ "ubuntu",
	  {
		  EVERY_HOST,
		  .release = "5.15.0-91-generic",
		  .kernel = 5015,
		  .cgroup_layout = CGROUP_V1,
		  .cgroups = v1,
		  .n_cgroups = ELEMENTS(v1),
		  .huge_pages = "",
		  .disks = plain,
		  .n_disks = ELEMENTS(plain),
		  .cpuset_cpus = "0-7",
		  .cpuset_mems = "0-1",
		  .root_entries = apart,
		  .n_root_entries = ELEMENTS(apart),
		  .etc_binds = debian_etc,
		  .n_etc_binds = ELEMENTS(debian_etc),
	  } },
	{ "bare",
	  {
		  EVERY_HOST,
		  .release = "6.18.0",
		  .kernel = 6018,
		  .cgroup_layout = CGROUP_NONE,
		  .root_entries = merged,
		  .n_root_entries = ELEMENTS(merged),
	  } },
};

const char *const host_names[] = { "debian12", "devuan", "fedora", "ubuntu", "bare" };
const size_t n_host_names = ELEMENTS(host_names);
const char *const host_modifiers[] = { "tty", "sudo", "weak", "old" };
const size_t n_host_modifiers = ELEMENTS(host_modifiers);

static int modify(struct facts *f, const char *word)
{
	if (strcmp(word, "tty") == 0) {
		f->stdin_tty = f->stdout_tty = f->stderr_tty = true;
	} else if (strcmp(word, "sudo") == 0) {
		f->caller_uid = f->caller_gid = 1000;
	} else if (strcmp(word, "weak") == 0) {
		f->capabilities &=
			~(UINT64_C(1) << CAP_SYS_RESOURCE | UINT64_C(1) << CAP_SYS_MODULE);
		f->nofile_hard = 4096;
	} else if (strcmp(word, "old") == 0) {
		f->release = "5.4.0-42-generic";
		f->kernel = 5004;
	} else {
		return -EINVAL;
	}
	return 0;
}

int host_describe(const char *description, struct facts *ret)
{
	const struct host *host = NULL;
	char words[128], *rest = words;

	if (snprintf(words, sizeof(words), "%s", description) >= (int)sizeof(words))
		return -EINVAL;
	const char *name = strsep(&rest, ",");
	for (size_t i = 0; i < ELEMENTS(hosts); i++)
		if (strcmp(hosts[i].name, name) == 0)
			host = &hosts[i];
	if (!host)
		return -EINVAL;
	*ret = host->facts;
	while (rest) {
		int r = modify(ret, strsep(&rest, ","));

		if (r < 0)
			return r;
	}
	return 0;
}
