/* plan/test_steps.h - one step of every kind, in an order that a plan could have, for the tests of
 * the plan's readers. */
#pragma once

#include <assert.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "plan/plan.h"

static const char *const test_slot_names[] = {
	[SLOT_NONE] = "none",	       [SLOT_ROOT] = "root",
	[SLOT_PROC] = "proc",	       [SLOT_DEV] = "dev",
	[SLOT_FILES] = "files",	       [SLOT_SECRETS] = "secrets",
	[SLOT_MASK] = "mask",	       [SLOT_INIT] = "init",
	[SLOT_USERNS] = "userns",      [SLOT_PIDFD] = "pidfd",
	[SLOT_CGROUP2] = "cgroup2",    [SLOT_PTY] = "pty",
	[SLOT_TARGET] = "target",      [SLOT_PTY_PEER] = "tty",
	[SLOT_NS + NS_NET] = "net",    [SLOT_CGROUP] = "cgroup0",
	[SLOT_CGROUP + 1] = "cgroup1", [SLOT_SOURCE] = "source0",
	[SLOT_SOURCE + 1] = "source1",
};

static const struct id_line test_map[] = { { 0, 524288, 1000 }, { 1000, 526288, 64536 } };
static const struct mount_option test_options[] = { { "mode", "755" }, { "noswap", NULL } };
static const struct tree_entry test_entries[] = {
	{ .kind = TREE_DIRECTORY, .path = "pts", .mode = 0755 },
	{ .kind = TREE_LINK, .path = "fd", .text = "/proc/self/fd" },
	{ .kind = TREE_FILE, .path = "host name", .text = "it's 100%\n", .mode = 0644 },
	{ .kind = TREE_NODE, .path = "null", .mode = S_IFCHR | 0666, .major = 1, .minor = 3 },
	{ .kind = TREE_COPY, .path = "zone", .text = "/etc/my zone", .mode = 0444 },
};
static const char *const test_rules[] = { "c 1:3 rwm", "c 1:5 rwm" };
static const char *const test_groups[] = { "audio", "27" };
static const char *const test_argv[] = { "honu-init", "--", "sh", "-c", "echo a\nb" };
static const char *const test_env[] = { "PATH=/usr/bin:/bin", "HOME=", "LISTEN_PID=", "A=b c" };
static const struct rlimit_spec test_limits[] = {
	{ .resource = RLIMIT_NOFILE, .soft = 1024, .hard = 524288 },
	{ .resource = RLIMIT_CORE, .soft = 0, .hard = UINT64_MAX },
};

/* By kind, so that one that is missing shows: its actor and payload are those of CGROUP_MAKE's
 * zero. Kinds without payload stand here for their actor. */
static const struct step test_steps[] = {
#define HOST .actor = ACTOR_HOST, .origin = "default"
#define INIT .actor = ACTOR_INIT, .origin = "default"
	[STEP_CGROUP_MAKE] = { HOST, .cgroup_make = { "cpu", "/sys/fs/cgroup/cpu", "honu/4f2a",
						      false, SLOT_CGROUP } },
	[STEP_CGROUP_WRITE] = { HOST, .cgroup_write = { "/sys/fs/cgroup/devices", "honu/4f2a",
							"devices.allow", test_rules, 2, false } },
	[STEP_CGROUP_OPEN] = { HOST, .cgroup_open = { "/sys/fs/cgroup/unified", "honu-4f2a",
						      "honu-4f2a/exec", true, SLOT_CGROUP2 } },
	[STEP_CGROUP_JOIN] = { INIT, .cgroup_join = { SLOT_CGROUP, 2, NULL } },
	[STEP_TREE_MAKE] = { HOST, .tree_make = { SLOT_DEV, "/dev", test_options, 2,
						  MOUNT_ATTR_NOSUID | MOUNT_ATTR_RDONLY,
						  test_entries, 5 } },
	[STEP_PROC_SEAL] = { HOST, .proc_seal = { "/usr/libexec/honu/honu-init", SLOT_INIT } },
	[STEP_MOUNT_OPEN] = { .actor = ACTOR_HOST,
			      .origin = "--volume /srv:/data:ro",
			      .mount_open = { .source = "/srv",
					      .slot = SLOT_SOURCE,
					      .recursive = true,
					      .attr = MOUNT_ATTR_RDONLY } },
	[STEP_MOUNT_IDMAP] = { HOST, .mount_idmap = { SLOT_SOURCE, true, "/srv" } },
	[STEP_MOUNT_OVERLAY] = { HOST, .mount_overlay = { .slot = SLOT_SOURCE + 1,
							  .lower_slot = SLOT_SOURCE,
							  .upper = "/var/a:b,c",
							  .work = "/var/w",
							  .source = "/srv",
							  .attr = MOUNT_ATTR_NODEV } },
	[STEP_MOUNT_PROPAGATION] = { INIT, .mount_propagation = { MS_PRIVATE | MS_REC, false } },
	[STEP_MOUNT_ATTACH] = { INIT,
				.mount_attach = { .slot = SLOT_SOURCE,
						  .target = "/my data",
						  .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOEXEC,
						  .attr_clear = MOUNT_ATTR_NOSUID,
						  .recursive_attr = true,
						  .propagation = MS_SLAVE,
						  .own_files = true } },
	[STEP_MOUNT_FS] = { INIT, .mount_fs = { .type = "tmpfs",
						.target = "/tmp",
						.options = test_options,
						.n_options = 1,
						.attr = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOATIME,
						.copy_up = true } },
	[STEP_MOUNT_MASK] = { INIT, .mount_mask = { "/proc/kcore" } },
	[STEP_MOUNT_READONLY] = { INIT, .mount_readonly = { "/proc/sys" } },
	[STEP_ROOT_ATTACH] = { INIT, .root_attach = { SLOT_SOURCE, MS_PRIVATE } },
	[STEP_ROOT_PIVOT] = { INIT },
	[STEP_ROOT_LOCK] = { INIT },
	[STEP_NS_TARGET] = { HOST, .ns_target = { 12, 3456 } },
	[STEP_NS_OPEN] = { HOST, .ns_open = { NS_NET, "/proc/12/ns/net", 12, 3456 } },
	[STEP_NS_ENTER] = { HOST, .ns_enter = { NS_NET, false } },
	[STEP_NS_LEAVE] = { HOST, .ns_leave = { NS_NET } },
	[STEP_NS_TIME] = { HOST, .ns_time = { 5000000000, -1500000000 } },
	[STEP_NS_CLONE] = { HOST, .ns_clone = { CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS, false,
						false } },
	[STEP_NS_MAP] = { HOST, .ns_map = { test_map, 2, test_map, 1 } },
	[STEP_NS_JOIN] = { INIT, .ns_join = { CLONE_NEWUSER | CLONE_NEWNS } },
	[STEP_NS_UNSHARE] = { INIT, .ns_unshare = { CLONE_NEWCGROUP } },
	[STEP_NET_LOOPBACK] = { INIT },
	[STEP_UTS_NAME] = { INIT, .uts_name = { "web" } },
	[STEP_SYSCTL_WRITE] = { INIT,
				.sysctl_write = { "net/ipv4/ip_local_port_range", "1024 65535" } },
	[STEP_CRED_ROOT] = { INIT },
	[STEP_CRED_KEYRING] = { INIT, .cred_keyring = { "honu-4f2a" } },
	[STEP_CRED_RESOLVE] = { INIT,
				.cred_resolve = { "www-data", test_groups, 2, false, false } },
	[STEP_CRED_BOUND] = { INIT, .cred_bound = { 0x421, 40 } },
	[STEP_CRED_SWITCH] = { INIT, .cred_switch = { false } },
	[STEP_CRED_CAPS] = { INIT, .cred_caps = { 0x421 } },
	[STEP_CRED_NO_NEW_PRIVS] = { INIT },
	[STEP_CRED_SECCOMP] = { INIT, .cred_seccomp = { NULL, 131, "default" } },
	[STEP_PROC_SESSION] = { INIT },
	[STEP_PROC_LIMITS] = { INIT, .proc_limits = { test_limits, 2 } },
	[STEP_PROC_OOM] = { HOST, .proc_oom = { -500 } },
	[STEP_PROC_HIDE] = { HOST },
	[STEP_PROC_UMASK] = { INIT, .proc_umask = { 022 } },
	[STEP_CONSOLE_OPEN] = { INIT },
	[STEP_CONSOLE_ATTACH] = { INIT },
	[STEP_CONSOLE_USE] = { INIT },
	[STEP_PROC_FDS] = { INIT, .proc_fds = { 2 } },
	[STEP_PROC_CWD] = { INIT, .proc_cwd = { "/srv/my app", true } },
	[STEP_EXEC_RESOLVE] = { INIT, .exec_resolve = { "sh", "/usr/bin:/bin" } },
	[STEP_PROC_PARENT] = { INIT },
	[STEP_EXEC] = { INIT, .exec = { test_argv, 5, true, false } },
#undef HOST
#undef INIT
};
static_assert(sizeof(test_steps) / sizeof(*test_steps) == _STEP_KIND_N,
	      "a step kind lacks its sample");

/* A step of that kind. */
static inline struct step test_step(enum step_kind kind)
{
	struct step s = test_steps[kind];

	s.kind = kind;
	return s;
}

static inline struct plan test_plan(const struct step *steps, size_t n)
{
	return (struct plan){
		.steps = steps,
		.n = n,
		.slot_names = test_slot_names,
		.n_slots = sizeof(test_slot_names) / sizeof(*test_slot_names),
		.env = test_env,
		.n_env = 4,
	};
}
