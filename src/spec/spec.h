/* spec/spec.h - the description of one container, whatever it was read from.
 *
 * Readers (options here; unit files and config.json later) fill it, spec_finish() puts the
 * defaults in and refuses what cannot work, plan_compile() turns it into steps. Plain data in
 * one arena: nothing here was looked up in the host except where a comment says so. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "spec/limits.h"

/* ---- namespaces ---- */

enum ns_type { NS_USER, NS_PID, NS_MOUNT, NS_NET, NS_IPC, NS_UTS, NS_CGROUP, NS_TIME, _NS_N };

enum ns_mode {
	NS_PRIVATE,   /* a new one */
	NS_HOST,      /* the one honu itself lives in */
	NS_PATH,      /* an nsfs file */
	NS_CONTAINER, /* that of a running container; resolved to NS_PATH before planning */
};

struct ns_spec {
	enum ns_mode mode;
	bool is_set;	    /* written by the user, so a default may not change it */
	const char *target; /* NS_PATH: the path; NS_CONTAINER: its name or id */
	const char *origin;
	/* Filled when NS_CONTAINER is resolved: whose it is, and the process that holds it. */
	const char *container;
	uint32_t pid;
	uint64_t start_time; /* field 22 of /proc/PID/stat */
};

/* The short word of a namespace ("net", "mount") and its name below /proc/PID/ns. */
const char *ns_name(enum ns_type type);
const char *ns_file(enum ns_type type);
/* CLONE_NEW* of the type. */
uint64_t ns_clone_flag(enum ns_type type);

enum userns_map { USERNS_AUTO, USERNS_KEEP_ID, USERNS_MAP };

struct id_line {
	uint32_t inside;
	uint32_t outside;
	uint32_t count;
};

struct userns_spec {
	enum userns_map map; /* where ns[NS_USER].mode is NS_PRIVATE */
	uint32_t size;	     /* ids of an automatic range */
	uint32_t keep_uid;   /* USERNS_KEEP_ID: inside ids; UINT32_MAX: the caller's own */
	uint32_t keep_gid;
	bool keep_given;
	struct id_line *uid; /* as given, or filled from the leased range by spec_set_range() */
	size_t n_uid;
	struct id_line *gid;
	size_t n_gid;
};

/* ---- root file system and mounts ---- */

enum root_kind {
	ROOT_HOST_USR,	/* the host's own /usr, read-only, and private everything else */
	ROOT_DIRECTORY, /* a directory */
	ROOT_SHARED,	/* the mount namespace of somebody else: nothing is mounted */
};

enum propagation {
	PROPAGATION_PRIVATE,
	PROPAGATION_RPRIVATE,
	PROPAGATION_SHARED,
	PROPAGATION_RSHARED,
	PROPAGATION_SLAVE,
	PROPAGATION_RSLAVE,
	PROPAGATION_UNBINDABLE,
	PROPAGATION_RUNBINDABLE,
	_PROPAGATION_N
};

extern const char *const propagation_names[_PROPAGATION_N];
const char *propagation_name(enum propagation p);

enum mount_type { MOUNT_BIND, MOUNT_TMPFS, MOUNT_OVERLAY };

struct mount_spec {
	enum mount_type type;
	const char *source; /* bind: absolute host path; overlay: lower directory */
	const char *target; /* absolute path inside */
	const char *upper;  /* overlay: upper and work directory, or NULL: thrown away */
	const char *work;
	enum propagation propagation;
	bool recursive; /* bind: with the mounts below it */
	bool readonly;
	bool readonly_recursive;
	bool noexec, nosuid, nodev, noatime;
	bool no_idmap;	    /* do not id-map this bind */
	bool copy_up;	    /* tmpfs: starts with what the directory held */
	uint64_t size;	    /* tmpfs: bytes; 0: the kernel's default */
	uint32_t mode;	    /* tmpfs: mode of its root */
	const char *origin; /* "--volume /a:/b" */
};

struct device_spec {
	const char *source; /* host path of the node */
	const char *target; /* absolute path inside */
	const char *access; /* subset of "rwm" */
	const char *origin;
	/* Filled from one stat() while the host is read; what is made inside and what the cgroup
	 * allows are the same numbers. */
	uint32_t type; /* S_IFCHR or S_IFBLK; 0: not read yet */
	uint32_t major, minor;
	uint32_t mode, uid, gid;
};

struct secret_spec {
	const char *name;   /* file name inside */
	const char *source; /* host path that holds it */
	const char *origin;
};

/* ---- process ---- */

struct rlimit_spec {
	int resource;	     /* RLIMIT_* */
	uint64_t soft, hard; /* UINT64_MAX: unlimited */
	const char *origin;
};

struct pair_spec {
	const char *key;
	const char *value;
	const char *origin;
};

/* A limit of the control group (spec/limits.h says which there are and where each acts). */
struct limit_spec {
	enum limit_type type;
	const char *subject; /* device as written, size of pages ("2MB"), file; or NULL */
	uint64_t value;	     /* LIMIT_ENDLESS: none */
	const char *text;    /* LIMIT_NUMBERS, LIMIT_TEXT: the value */
	const char *origin;
	/* Of the disk that a device belongs to: filled while the host is read. */
	uint32_t major, minor;
};

enum tty_mode { TTY_AUTO, TTY_ON, TTY_OFF };

/* ---- its life ---- */

enum restart_policy {
	RESTART_NO,
	RESTART_ON_FAILURE, /* code other than 0; at most restart_max times, 0: for ever */
	RESTART_ALWAYS,
	RESTART_UNLESS_STOPPED, /* as always, but not at boot where a person had stopped it */
	_RESTART_N
};

enum log_driver { LOG_FILE, LOG_NONE, LOG_JOURNALD, _LOG_DRIVER_N };

enum health_kind { HEALTH_NONE, HEALTH_EXEC, HEALTH_TCP, HEALTH_HTTP, _HEALTH_KIND_N };
enum health_action { HEALTH_LEAVE, HEALTH_KILL, HEALTH_RESTART, HEALTH_STOP, _HEALTH_ACTION_N };

struct health_spec {
	enum health_kind kind;
	bool disabled;	    /* somebody said that there is to be no check */
	const char *origin; /* one of the options about a check, as it was written */
	const char **argv;  /* HEALTH_EXEC; NULL-terminated */
	size_t n_argv;
	uint32_t port;		   /* tcp, http: in the container's network, on loopback */
	const char *path;	   /* http: "/healthz" */
	uint32_t interval;	   /* ms between two probes */
	uint32_t timeout;	   /* ms */
	uint32_t start_period;	   /* ms in which a failure does not count */
	uint32_t retries;	   /* failures in a row that make it unhealthy */
	enum health_action action; /* then */
};

struct spec {
	struct arena *arena;

	const char *id;	  /* 12 hexadecimal digits */
	const char *name; /* or NULL */
	bool remove;	  /* --rm */
	bool detach;	  /* -d */
	bool replace;	  /* whoever has the name is removed first */
	bool created;	  /* made by create: nothing runs yet */
	uint64_t time;	  /* when it was made: CLOCK_REALTIME, ns */
	struct pair_spec *labels;
	size_t n_labels;
	const char *cidfile, *pidfile; /* where honu writes id and pid; absolute */

	enum restart_policy restart;
	uint32_t restart_max;
	int stop_signal;       /* SIGTERM */
	uint32_t stop_timeout; /* ms; UINT32_MAX: for ever */
	enum log_driver log_driver;
	uint64_t log_size;  /* bytes of a file before it is rotated */
	uint32_t log_files; /* kept altogether */
	bool log_non_blocking;
	const char *log_origin; /* one of the options about those files, as it was written */
	struct health_spec health;
	bool notify;		 /* --sdnotify container: READY=1 and so on are relayed */
	const char *detach_keys; /* "ctrl-p,ctrl-q" */
	bool timing;

	struct ns_spec ns[_NS_N];
	struct userns_spec userns;
	int64_t time_monotonic, time_boottime; /* offsets in nanoseconds of an own time namespace */

	enum root_kind root_kind;
	const char *root_path; /* ROOT_DIRECTORY: as given, made absolute */
	const char *root_origin;
	bool root_readonly;
	bool root_ephemeral;
	enum propagation root_propagation;

	struct mount_spec *mounts;
	size_t n_mounts;
	struct device_spec *devices;
	size_t n_devices;
	struct secret_spec *secrets;
	size_t n_secrets;
	const char **masked;
	size_t n_masked;
	const char **readonly;
	size_t n_readonly;
	bool default_paths;    /* spec_finish() enters the default ones in both lists as well */
	const char **unmasked; /* ... but for these */
	size_t n_unmasked;
	uint64_t shm_size;

	const char **argv; /* NULL-terminated; argv[0] is the program */
	size_t n_argv;
	const char **env; /* "NAME=value", NULL-terminated */
	size_t n_env;
	size_t n_env_file;   /* the first so many came from files: --env wins over them */
	const char *term;    /* TERM of whoever calls, or NULL */
	const char *cwd;     /* NULL until finished: / */
	const char *user;    /* "name|uid[:group|gid]"; NULL until finished: 0 */
	const char **groups; /* supplementary, names or ids */
	size_t n_groups;
	int64_t umask; /* -1: keep 022 */

	const char *hostname;	 /* or NULL: name or id */
	struct pair_spec *hosts; /* --add-host: key = name, value = address */
	size_t n_hosts;
	const char **dns, **dns_search, **dns_options;
	size_t n_dns, n_dns_search, n_dns_options;
	bool manage_hosts; /* write /etc/hosts, /etc/hostname */
	bool manage_dns;   /* write /etc/resolv.conf */

	uint64_t capabilities; /* bit n: capability n; what the two below make of the default */
	uint64_t capabilities_added;   /* UINT64_MAX: ALL */
	uint64_t capabilities_dropped; /* UINT64_MAX: ALL */
	bool privileged;
	bool no_new_privileges;
	bool seccomp; /* the default filter; false: unconfined */
	struct rlimit_spec *rlimits;
	size_t n_rlimits;
	struct pair_spec *sysctls;
	size_t n_sysctls;
	bool oom_score_set;
	int64_t oom_score_adj;

	bool init; /* honu-init as pid 1 */
	enum tty_mode tty;
	bool interactive; /* -i: stdin stays open when detached; in the foreground it always is */
	uint32_t preserve_fds; /* descriptors from 3 on, beside those of LISTEN_FDS */
	uint32_t listen_fds;   /* handed in by socket activation */
	const char *listen_fdnames;

	const char *cgroup_parent; /* relative to each hierarchy; NULL: its top */
	struct limit_spec *limits; /* ordered by type */
	size_t n_limits;
};

/* An empty description with every default that needs no knowledge of the host. */
struct spec *spec_new(struct arena *a);
/* What it is a copy of. A record leaves out what is the same, so a default never changes without
 * another version of the record (docs/record.md). */
extern const struct spec spec_preset;

struct facts;

/* Lets ns[NS_USER] follow where pid, ipc, mount or net are those of a running container: their
 * owner decides what may be done in them. Before NS_CONTAINER is resolved; the caller then sets
 * NS_HOST where that container has no user namespace of its own. Refuses two containers. */
int spec_bring_userns(struct spec *s, struct err *e);

/* Makes a spec that was read from a record fit for another start: container:NAME is NS_CONTAINER once
 * more, since its first process may be another by now; maps and device numbers are overwritten by
 * those who look them up. Refuses what only the first start was handed: descriptors. -EBADF. Pure. */
int spec_again(struct spec *s, struct err *e);

/* Fills in what depends on other settings and on the host (the namespaces that
 * container:NAME brings along, host name, resource limits, the id map of the leased range) and
 * refuses combinations that cannot work, with the reason. Pure. */
int spec_finish(struct spec *s, const struct facts *f, struct err *e);

/* Refuses limits of the control group that contradict each other, which spec_finish() does as well. */
int spec_check_limits(const struct spec *s, struct err *e);

/* True where it stays when it ends: it has a name, was detached or only created, and --rm was not
 * said. */
bool spec_is_kept(const struct spec *s);

/* True where the container gets a user namespace of its own. */
bool spec_own_userns(const struct spec *s);

/* True when the process can hold CAP_SYS_ADMIN inside. */
bool spec_can_mount(const struct spec *s);

/* Ids that an automatic range needs; 0 where none is wanted. */
uint32_t spec_range_size(const struct spec *s);

/* Enters the leased range [base, base + size) as the id map (also for USERNS_KEEP_ID, where the
 * caller's ids stay themselves). */
int spec_set_range(struct spec *s, uint32_t base, uint32_t caller_uid, uint32_t caller_gid,
		   struct err *e);

/* The id outside of an id inside, or UINT32_MAX when it is not mapped. In the host's user namespace
 * ids are themselves. */
uint32_t spec_uid_outside(const struct spec *s, uint32_t inside);
uint32_t spec_gid_outside(const struct spec *s, uint32_t inside);
