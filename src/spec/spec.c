/* spec/spec.c - an empty description, and the names of what is in it. */
#include "spec/spec.h"

#include <assert.h>
#include <linux/sched.h>
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

static const char *const propagations[] = {
	[PROPAGATION_PRIVATE] = "private",	 [PROPAGATION_RPRIVATE] = "rprivate",
	[PROPAGATION_SHARED] = "shared",	 [PROPAGATION_RSHARED] = "rshared",
	[PROPAGATION_SLAVE] = "slave",		 [PROPAGATION_RSLAVE] = "rslave",
	[PROPAGATION_UNBINDABLE] = "unbindable", [PROPAGATION_RUNBINDABLE] = "runbindable",
};
static_assert(ELEMENTS(propagations) == _PROPAGATION_N, "a propagation lacks its name");

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
	return propagations[p];
}

struct spec *spec_new(struct arena *a)
{
	struct spec *s = arena_new(a, struct spec);

	*s = (struct spec){
		.arena = a,
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
		.interactive = true,
	};
	for (int type = 0; type < _NS_N; type++)
		s->ns[type] = (struct ns_spec){
			/* A clock that differs helps nobody who did not ask for it. */
			.mode = type == NS_TIME ? NS_HOST : NS_PRIVATE,
			.origin = "default",
		};
	return s;
}
