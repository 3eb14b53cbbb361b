/* plan/step.c - what each kind of step is called, why it is there and what it is about. */
#include <string.h>

#include "plan/plan.h"

static const struct {
	const char *name;
	const char *why;
} kinds[] = {
#define X(kind, member, name, why) [STEP_##kind] = { name, why },
	STEP_KINDS(X)
#undef X
};

const char *step_name(enum step_kind kind)
{
	return (unsigned)kind < _STEP_KIND_N ? kinds[kind].name : "?";
}

const char *step_why(enum step_kind kind)
{
	return (unsigned)kind < _STEP_KIND_N ? kinds[kind].why : "";
}

enum actor step_actor(enum step_kind kind)
{
	switch (kind) {
#define X(kind, member, name, why) case STEP_##kind:
		HOST_STEP_KINDS(X)
		return ACTOR_HOST;
		INSIDE_STEP_KINDS(X)
		return ACTOR_INIT;
#undef X
	case _STEP_KIND_N:
		break;
	}
	return ACTOR_INIT;
}

/* The first controller or, for v2, what people call that hierarchy. */
static const char *cgroup_object(const struct cgroup_make_step *s)
{
	return s->is_v2 ? "cgroup2" : s->controllers;
}

/* As hierarchies are mounted, that is the same. */
static const char *opened_object(const struct cgroup_open_step *s)
{
	const char *slash = strrchr(s->mountpoint, '/');

	return s->is_v2 ? "cgroup2" : (slash ? slash + 1 : s->mountpoint);
}

static const char *object_of(const struct step *s)
{
	switch (s->kind) {
	case STEP_CGROUP_MAKE:
		return cgroup_object(&s->cgroup_make);
	case STEP_CGROUP_OPEN:
		return opened_object(&s->cgroup_open);
	case STEP_CGROUP_WRITE:
		return s->cgroup_write.file;
	case STEP_TREE_MAKE:
		return s->tree_make.label;
	case STEP_MOUNT_OPEN:
		return s->mount_open.source;
	case STEP_PROC_SEAL:
		return s->proc_seal.path;
	case STEP_MOUNT_IDMAP:
		return s->mount_idmap.source;
	case STEP_MOUNT_OVERLAY:
		return s->mount_overlay.source;
	case STEP_MOUNT_ATTACH:
		return s->mount_attach.target;
	case STEP_MOUNT_FS:
		return s->mount_fs.target;
	case STEP_MOUNT_MASK:
		return s->mount_mask.path;
	case STEP_MOUNT_READONLY:
		return s->mount_readonly.path;
	case STEP_NS_OPEN:
		return ns_name(s->ns_open.type);
	case STEP_NS_ENTER:
		return ns_name(s->ns_enter.type);
	case STEP_NS_LEAVE:
		return ns_name(s->ns_leave.type);
	case STEP_UTS_NAME:
		return s->uts_name.hostname;
	case STEP_SYSCTL_WRITE:
		return s->sysctl_write.path;
	case STEP_CRED_KEYRING:
		return s->cred_keyring.name;
	case STEP_CRED_RESOLVE:
		return s->cred_resolve.user;
	case STEP_CRED_SECCOMP:
		return s->cred_seccomp.label;
	case STEP_PROC_CWD:
		return s->proc_cwd.path;
	case STEP_EXEC_RESOLVE:
		return s->exec_resolve.program;
	case STEP_EXEC:
		return s->exec.n_argv > 0 ? s->exec.argv[0] : "";
	case STEP_CGROUP_JOIN:
	case STEP_MOUNT_PROPAGATION:
	case STEP_ROOT_ATTACH:
	case STEP_ROOT_PIVOT:
	case STEP_ROOT_LOCK:
	case STEP_NS_TIME:
	case STEP_NS_CLONE:
	case STEP_NS_MAP:
	case STEP_NS_TARGET:
	case STEP_NS_JOIN:
	case STEP_NS_UNSHARE:
	case STEP_NET_LOOPBACK:
	case STEP_CRED_ROOT:
	case STEP_CRED_BOUND:
	case STEP_CRED_SWITCH:
	case STEP_CRED_CAPS:
	case STEP_CRED_NO_NEW_PRIVS:
	case STEP_PROC_SESSION:
	case STEP_PROC_LIMITS:
	case STEP_PROC_OOM:
	case STEP_PROC_HIDE:
	case STEP_PROC_UMASK:
	case STEP_CONSOLE_OPEN:
	case STEP_CONSOLE_ATTACH:
	case STEP_CONSOLE_USE:
	case STEP_PROC_FDS:
	case STEP_PROC_PARENT:
	case _STEP_KIND_N:
		break;
	}
	return "";
}

const char *step_object(const struct plan *p, const struct step *s)
{
	const char *object = object_of(s);

	(void)p;
	return object ? object : "";
}
