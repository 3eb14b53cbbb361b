/* plan/plan.h - the whole set-up of a container as one const list of typed steps.
 *
 * The list has five readers: run/ executes and undoes it, plan_explain() shows it, plan_check()
 * proves its order, tests/torture/ fails every step of it. A plan has no conditions, loops or
 * variables: every choice was made by plan_compile(). Pure: no file here makes a system call
 * (tools/check-purity proves it). */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "plan/slots.h"
#include "plan/steps_cgroup.h"
#include "plan/steps_cred.h"
#include "plan/steps_mount.h"
#include "plan/steps_ns.h"
#include "plan/steps_proc.h"

struct spec;
struct exec_spec;
struct facts;
struct arena;

enum actor {
	ACTOR_HOST, /* honu itself, in the host's namespaces */
	ACTOR_INIT, /* the container's first process, before it executes the program */
};

/* Every kind of step: enumerator, payload member, name, and why a container has it; by who carries it
 * out. */
#define HOST_STEP_KINDS(X)                                                                        \
	X(CGROUP_MAKE, cgroup_make, "cgroup.make",                                                \
	  "a control group of its own: limits, figures and kill reach every process")             \
	X(CGROUP_WRITE, cgroup_write, "cgroup.write", "what the group may use")                   \
	X(CGROUP_OPEN, cgroup_open, "cgroup.open",                                                \
	  "the container's own group: its limits hold for whoever joins")                         \
	X(TREE_MAKE, tree_make, "tree.make",                                                      \
	  "a small file system of honu's own, not yet attached")                                  \
	X(MOUNT_OPEN, mount_open, "mount.open",                                                   \
	  "a detached copy of a mount: never visible on the host, fixed before anything runs")    \
	X(MOUNT_IDMAP, mount_idmap, "mount.idmap",                                                \
	  "ids on disk stay as they are; inside they appear through the container's id map")      \
	X(MOUNT_OVERLAY, mount_overlay, "mount.overlay",                                          \
	  "an overlay: what is written never reaches the lower directory")                        \
	X(NS_TARGET, ns_target, "ns.target",                                                      \
	  "the container's first process, by a descriptor that never means another")              \
	X(NS_OPEN, ns_open, "ns.open", "the namespace to be shared, held by a descriptor")        \
	X(NS_ENTER, ns_enter, "ns.enter", "honu steps into it, so that the child is born there")  \
	X(NS_LEAVE, ns_leave, "ns.leave", "and comes back")                                       \
	X(NS_TIME, ns_time, "ns.time", "clocks with an offset, set before anybody lives in them") \
	X(NS_CLONE, ns_clone, "ns.clone", "the first process, born into its namespaces")          \
	X(NS_MAP, ns_map, "ns.map", "root inside is an ordinary, unused id outside")              \
	X(PROC_HIDE, proc_hide, "proc.hide",                                                      \
	  "nobody inside can look into honu, or reach its file, before it is the program")        \
	X(PROC_SEAL, proc_seal, "proc.seal",                                                      \
	  "a program of honu's that nobody inside can write to")                                  \
	X(PROC_OOM, proc_oom, "proc.oom", "how likely the kernel picks it when memory runs out")

#define INSIDE_STEP_KINDS(X)                                                                       \
	X(CGROUP_JOIN, cgroup_join, "cgroup.join",                                                 \
	  "the process enters its groups itself: from outside the kernel would wait 10 ms")        \
	X(MOUNT_PROPAGATION, mount_propagation, "mount.propagation",                               \
	  "mounts made from here on do not travel back to the host")                               \
	X(MOUNT_ATTACH, mount_attach, "mount.attach", "the prepared mount appears inside")         \
	X(MOUNT_FS, mount_fs, "mount.fs", "a kernel file system of the container's own")           \
	X(MOUNT_MASK, mount_mask, "mount.mask", "shows the host, not the container: covered")      \
	X(MOUNT_READONLY, mount_readonly, "mount.readonly",                                        \
	  "changes the host, not the container: read-only")                                        \
	X(ROOT_ATTACH, root_attach, "root.attach", "the new root, on top of the old one for now")  \
	X(ROOT_PIVOT, root_pivot, "root.pivot", "the old root goes away: no way back to the host") \
	X(ROOT_LOCK, root_lock, "root.lock", "the root is complete: read-only from here on")       \
	X(NS_JOIN, ns_join, "ns.join",                                                             \
	  "into the container, all of its namespaces at once: from here on / is its root")         \
	X(NS_UNSHARE, ns_unshare, "ns.unshare",                                                    \
	  "after joining: the group just entered is the root of what it sees")                     \
	X(NET_LOOPBACK, net_loopback, "net.loopback", "lo up: the only interface")                 \
	X(UTS_NAME, uts_name, "uts.name", "a host name of its own")                                \
	X(SYSCTL_WRITE, sysctl_write, "sysctl.write", "a kernel setting of its own namespaces")    \
	X(CRED_ROOT, cred_root, "cred.root", "becomes root of the new user namespace")             \
	X(CRED_KEYRING, cred_keyring, "cred.keyring", "a session keyring shared with nobody")      \
	X(CRED_RESOLVE, cred_resolve, "cred.resolve", "user and groups, as the tree names them")   \
	X(CRED_BOUND, cred_bound, "cred.bound", "capabilities that nothing inside can regain")     \
	X(CRED_SWITCH, cred_switch, "cred.switch", "groups and ids of the user")                   \
	X(CRED_CAPS, cred_caps, "cred.caps", "the capabilities that remain; none is inheritable")  \
	X(CRED_NO_NEW_PRIVS, cred_no_new_privs, "cred.no-new-privs",                               \
	  "set-user-id programs give nothing")                                                     \
	X(CRED_SECCOMP, cred_seccomp, "cred.seccomp",                                              \
	  "system calls that no container needs do not exist for it")                              \
	X(PROC_SESSION, proc_session, "proc.session",                                              \
	  "a session of its own: no hold on our terminal")                                         \
	X(PROC_LIMITS, proc_limits, "proc.limits", "resource limits of the process")               \
	X(PROC_UMASK, proc_umask, "proc.umask", "mode bits that new files lack")                   \
	X(CONSOLE_OPEN, console_open, "console.open", "a terminal of the container's own devpts")  \
	X(CONSOLE_ATTACH, console_attach, "console.attach",                                        \
	  "the terminal is /dev/console as well")                                                  \
	X(CONSOLE_USE, console_use, "console.use", "standard input, output and error")             \
	X(PROC_FDS, proc_fds, "proc.fds", "every descriptor but the listed ones closes at exec")   \
	X(PROC_CWD, proc_cwd, "proc.cwd", "the working directory")                                 \
	X(EXEC_RESOLVE, exec_resolve, "exec.resolve", "the program, looked up in the tree's PATH") \
	X(PROC_PARENT, proc_parent, "proc.parent", "ends when honu ends")                          \
	X(EXEC, exec, "exec", "the program")

#define STEP_KINDS(X) HOST_STEP_KINDS(X) INSIDE_STEP_KINDS(X)

enum step_kind {
#define X(kind, member, name, why) STEP_##kind,
	STEP_KINDS(X)
#undef X
		_STEP_KIND_N
};

struct step {
	enum step_kind kind;
	enum actor actor;
	bool early; /* host: needs nothing of the inside steps before it, so it does not wait */
	bool aside; /* host: no step inside needs it, so the inside does not wait for it */
	const char *origin; /* "--volume /a:/b"; "default" */
	union {
#define X(kind, member, name, why) struct member##_step member;
		STEP_KINDS(X)
#undef X
	};
};

struct plan {
	const struct step *steps;
	size_t n;
	const char *const *slot_names; /* by slot number, for explain and messages */
	unsigned n_slots;
	const char *const *notes; /* what the user should know before it starts */
	size_t n_notes;
	const char *const *env; /* of the program; see steps_proc.h for its place-holders */
	size_t n_env;
};

/* "mount.attach". */
const char *step_name(enum step_kind kind);
/* Who carries it out. */
enum actor step_actor(enum step_kind kind);
/* One clause that says why a container has such a step. */
const char *step_why(enum step_kind kind);
/* What the step is about, for messages: "/data", "cpu", "net"; "" where there is none. */
const char *step_object(const struct plan *p, const struct step *s);

/* Computes the steps for a finished spec. Everything is allocated in a. -EOPNOTSUPP with a reason
 * where this host lacks what the spec asks for. Pure. */
int plan_compile(struct arena *a, const struct spec *s, const struct facts *f, struct plan **ret,
		 struct err *e);

/* Computes the steps that run one more process in a container that runs already, which is described
 * by its finished spec. Otherwise as plan_compile(). Pure. */
int plan_compile_exec(struct arena *a, const struct spec *container, const struct exec_spec *x,
		      const struct facts *f, struct plan **ret, struct err *e);

/* A container that runs, and what is to change. */
struct exec_group;
struct update_spec {
	const struct spec *spec;    /* with the changes */
	const struct spec *before;  /* as it was */
	const struct spec *changes; /* nothing but limits */
	const struct exec_group *groups;
	size_t n_groups;
};

/* Computes the steps that change its limits: writes to its groups, and nothing else. Pure. */
int plan_compile_update(struct arena *a, const struct update_spec *u, const struct facts *f,
			struct plan **ret, struct err *e);

/* Proves the order: each invariant of plan/check.c holds, every slot is filled before it is
 * used, host and inside steps are where they may be. -EPROTO and the sentence that is broken
 * otherwise: always a bug of honu's, never of the user's. Pure. */
int plan_check(const struct plan *p, struct err *e);

/* The plan as commented shell commands. What a shell cannot say is marked "# not expressible:".
 * Pure. */
void plan_explain(const struct plan *p, struct text *t);

/* One line a step, stable, for golden tests: "host  mount.open    source=/srv -> source0". */
void plan_list(const struct plan *p, struct text *t);
