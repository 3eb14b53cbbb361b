/* spec/spec.c - an empty description, and the names of what is in it. */
#include "spec/spec.h"

#include <assert.h>
#include <linux/sched.h>
#include <signal.h>
#include <string.h>

#include "base/cleanup.h"

static const struct {
	const char *name;
	const char *file;
	uint64_t flag;
} ns_types[] = {
	[NS_USER] = { "user", "user", CLONE_NEWUSER },
	[NS_PID] = { "pid", "pid", CLONE_NEWPID },
	[NS_MOUNT] = { "mount", "mnt", CLONE_NEWNS },
	[NS_NET] = { "net", "net", CLONE_NEWNET },
	[NS_IPC] = { "ipc", "ipc", CLONE_NEWIPC },
	[NS_UTS] = { "uts", "uts", CLONE_NEWUTS },
	[NS_CGROUP] = { "cgroup", "cgroup", CLONE_NEWCGROUP },
	[NS_TIME] = { "time", "time", CLONE_NEWTIME },
};
static_assert(ELEMENTS(ns_types) == _NS_N, "a namespace lacks its names");

const char *const propagation_names[] = {
	[PROPAGATION_PRIVATE] = "private",	 [PROPAGATION_RPRIVATE] = "rprivate",
	[PROPAGATION_SHARED] = "shared",	 [PROPAGATION_RSHARED] = "rshared",
	[PROPAGATION_SLAVE] = "slave",		 [PROPAGATION_RSLAVE] = "rslave",
	[PROPAGATION_UNBINDABLE] = "unbindable", [PROPAGATION_RUNBINDABLE] = "runbindable",
};
static_assert(ELEMENTS(propagation_names) == _PROPAGATION_N, "a propagation lacks its name");

const char *ns_name(enum ns_type type)
{
	return ns_types[type].name;
}

const char *ns_file(enum ns_type type)
{
	return ns_types[type].file;
}

uint64_t ns_clone_flag(enum ns_type type)
{
	return ns_types[type].flag;
}

const char *propagation_name(enum propagation p)
{
	return propagation_names[p];
}

#define NAMESPACE(mode_)                           \
	{                                          \
		.mode = mode_, .origin = "default" \
	}

const struct spec spec_preset = {
	.stop_signal = SIGTERM,
	.stop_timeout = 10000,
	.log_driver = LOG_FILE,
	.log_size = UINT64_C(10) << 20,
	.log_files = 3,
	.health = { .interval = 30000, .timeout = 30000, .retries = 3 },
	.detach_keys = "ctrl-p,ctrl-q",
	.ns = {
		[NS_USER] = NAMESPACE(NS_PRIVATE),
		[NS_PID] = NAMESPACE(NS_PRIVATE),
		[NS_MOUNT] = NAMESPACE(NS_PRIVATE),
		[NS_NET] = NAMESPACE(NS_PRIVATE),
		[NS_IPC] = NAMESPACE(NS_PRIVATE),
		[NS_UTS] = NAMESPACE(NS_PRIVATE),
		[NS_CGROUP] = NAMESPACE(NS_PRIVATE),
		/* A clock that differs helps nobody who did not ask for it. */
		[NS_TIME] = NAMESPACE(NS_HOST),
	},
	.userns = {
		.map = USERNS_AUTO,
		.size = 65536,
		.keep_uid = UINT32_MAX,
		.keep_gid = UINT32_MAX,
	},
	.root_kind = ROOT_HOST_USR,
	.root_propagation = PROPAGATION_RPRIVATE,
	.root_origin = "default",
	.default_paths = true,
	.shm_size = UINT64_C(64) << 20,
	.umask = -1,
	.manage_hosts = true,
	.manage_dns = true,
	.no_new_privileges = true,
	.seccomp = true,
	.tty = TTY_AUTO,
};

struct spec *spec_new(struct arena *a)
{
	struct spec *s = arena_new(a, struct spec);

	*s = spec_preset;
	s->arena = a;
	return s;
}

bool spec_is_kept(const struct spec *s)
{
	return (s->name || s->detach || s->created) && !s->remove;
}
