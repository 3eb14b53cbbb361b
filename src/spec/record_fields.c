/* spec/record_fields.c - see record_fields.h. Keys as docs/record.md has them. */
#include "spec/record_fields.h"

#include <assert.h>

#include "base/cleanup.h"
#include "base/rlimit.h"
#include "spec/spec.h"

/* A member of another type than its kind does not compile. */
#define MEMBER(type, member) (((struct type *)NULL)->member)
#define OF_TYPE(type, member, wanted)                                                             \
	(0 *                                                                                      \
	 sizeof(char[__builtin_types_compatible_p(__typeof__(MEMBER(type, member)), wanted) ? 1 : \
											      -1]))
#define AT(type, member) \
	.offset = offsetof(struct type, member), .size = sizeof(MEMBER(type, member))
#define AT_TYPED(type, member, wanted)                                           \
	.offset = offsetof(struct type, member) + OF_TYPE(type, member, wanted), \
	.size = sizeof(MEMBER(type, member))
#define COUNT(type, member) \
	.n_offset = offsetof(struct type, n_##member) + OF_TYPE(type, n_##member, size_t)

#define NEEDED true
#define IF_SET false

#define TEXT(needed_, key_, type, member)                            \
	{                                                            \
		.key = key_, .kind = RECORD_TEXT, .needed = needed_, \
		AT_TYPED(type, member, const char *)                 \
	}
#define TEXTS(needed_, key_, type, member)                                 \
	{                                                                  \
		.key = key_, .kind = RECORD_TEXTS, .needed = needed_,      \
		AT_TYPED(type, member, const char **), COUNT(type, member) \
	}
#define BOOL(needed_, key_, type, member)                                                         \
	{                                                                                         \
		.key = key_, .kind = RECORD_BOOL, .needed = needed_, AT_TYPED(type, member, bool) \
	}
#define NUMBER32(needed_, key_, type, member)                          \
	{                                                              \
		.key = key_, .kind = RECORD_NUMBER, .needed = needed_, \
		AT_TYPED(type, member, uint32_t)                       \
	}
#define NUMBER64(needed_, key_, type, member)                          \
	{                                                              \
		.key = key_, .kind = RECORD_NUMBER, .needed = needed_, \
		AT_TYPED(type, member, uint64_t)                       \
	}
/* The largest number is written as text_. */
#define NUMBER_OR(needed_, key_, type, member, text_)                                 \
	{                                                                             \
		.key = key_, .kind = RECORD_NUMBER, .needed = needed_, .text = text_, \
		AT(type, member)                                                      \
	}
#define SIGNED(key_, type, member)                                                  \
	{                                                                           \
		.key = key_, .kind = RECORD_SIGNED, AT_TYPED(type, member, int64_t) \
	}
#define WORD(needed_, key_, type, member, words_)                                     \
	{                                                                             \
		.key = key_, .kind = RECORD_WORD, .needed = needed_, .words = words_, \
		.n_words = ELEMENTS(words_), AT(type, member)                         \
	}
#define CAPABILITIES(needed_, key_, type, member)                            \
	{                                                                    \
		.key = key_, .kind = RECORD_CAPABILITIES, .needed = needed_, \
		AT_TYPED(type, member, uint64_t)                             \
	}
#define WITHIN(needed_, key_, type, member, table_)                                      \
	{                                                                                \
		.key = key_, .kind = RECORD_OBJECT, .needed = needed_, .table = &table_, \
		AT(type, member)                                                         \
	}
#define UNDER(needed_, key_, table_)                                                    \
	{                                                                               \
		.key = key_, .kind = RECORD_OBJECT, .needed = needed_, .table = &table_ \
	}
#define OBJECTS(needed_, key_, type, member, table_)                                      \
	{                                                                                 \
		.key = key_, .kind = RECORD_OBJECTS, .needed = needed_, .table = &table_, \
		AT(type, member), COUNT(type, member)                                     \
	}

#define TABLE(of, type)                                                                          \
	static const struct record_table of##_table = { #type, sizeof(struct type), of##_fields, \
							ELEMENTS(of##_fields) }

/* A new member needs a row below, a line in docs/record.md and a new number here. */
static_assert(sizeof(struct spec) == 1120, "struct spec has changed: does the record hold it all?");

/* ---- words ---- */

static const char *const ns_modes[] = {
	[NS_PRIVATE] = "private",
	[NS_HOST] = "host",
	[NS_PATH] = "path",
	[NS_CONTAINER] = "container",
};
static const char *const maps[] = {
	[USERNS_AUTO] = "auto",
	[USERNS_KEEP_ID] = "keep-id",
	[USERNS_MAP] = "map",
};
static const char *const root_kinds[] = {
	[ROOT_HOST_USR] = "host-usr",
	[ROOT_DIRECTORY] = "directory",
	[ROOT_SHARED] = "shared",
};
static const char *const mount_types[] = {
	[MOUNT_BIND] = "bind",
	[MOUNT_TMPFS] = "tmpfs",
	[MOUNT_OVERLAY] = "overlay",
};
static const char *const ttys[] = { [TTY_AUTO] = "auto", [TTY_ON] = "on", [TTY_OFF] = "off" };
static const char *const filters[] = { [false] = "unconfined", [true] = "default" };

static const char *const restarts[] = {
	[RESTART_NO] = "no",
	[RESTART_ON_FAILURE] = "on-failure",
	[RESTART_ALWAYS] = "always",
	[RESTART_UNLESS_STOPPED] = "unless-stopped",
};
static_assert(ELEMENTS(restarts) == _RESTART_N, "a restart policy lacks its word");

static const char *const log_drivers[] = {
	[LOG_FILE] = "file",
	[LOG_NONE] = "none",
	[LOG_JOURNALD] = "journald",
};
static_assert(ELEMENTS(log_drivers) == _LOG_DRIVER_N, "a log driver lacks its word");

static const char *const health_kinds[] = {
	[HEALTH_NONE] = "none",
	[HEALTH_EXEC] = "exec",
	[HEALTH_TCP] = "tcp",
	[HEALTH_HTTP] = "http",
};
static_assert(ELEMENTS(health_kinds) == _HEALTH_KIND_N, "a health check lacks its word");

static const char *const health_actions[] = {
	[HEALTH_LEAVE] = "none",
	[HEALTH_KILL] = "kill",
	[HEALTH_RESTART] = "restart",
	[HEALTH_STOP] = "stop",
};
static_assert(ELEMENTS(health_actions) == _HEALTH_ACTION_N, "an action lacks its word");

/* ---- the parts ---- */

static const struct record_field ns_fields[] = {
	WORD(NEEDED, "mode", ns_spec, mode, ns_modes),
	BOOL(IF_SET, "given", ns_spec, is_set),
	TEXT(IF_SET, "path", ns_spec, target),
	TEXT(IF_SET, "container", ns_spec, container),
	NUMBER32(IF_SET, "pid", ns_spec, pid),
	NUMBER64(IF_SET, "startTime", ns_spec, start_time),
	TEXT(IF_SET, "from", ns_spec, origin),
};
TABLE(ns, ns_spec);

static const struct record_field namespaces_fields[] = {
	WITHIN(NEEDED, "user", spec, ns[NS_USER], ns_table),
	WITHIN(NEEDED, "pid", spec, ns[NS_PID], ns_table),
	WITHIN(NEEDED, "mount", spec, ns[NS_MOUNT], ns_table),
	WITHIN(NEEDED, "net", spec, ns[NS_NET], ns_table),
	WITHIN(NEEDED, "ipc", spec, ns[NS_IPC], ns_table),
	WITHIN(NEEDED, "uts", spec, ns[NS_UTS], ns_table),
	WITHIN(NEEDED, "cgroup", spec, ns[NS_CGROUP], ns_table),
	WITHIN(NEEDED, "time", spec, ns[NS_TIME], ns_table),
};
static_assert(ELEMENTS(namespaces_fields) == _NS_N, "a namespace is not in the record");
TABLE(namespaces, spec);

static const struct record_field id_line_fields[] = {
	NUMBER32(NEEDED, "inside", id_line, inside),
	NUMBER32(NEEDED, "outside", id_line, outside),
	NUMBER32(NEEDED, "count", id_line, count),
};
TABLE(id_line, id_line);

static const struct record_field userns_fields[] = {
	WORD(IF_SET, "map", spec, userns.map, maps),
	NUMBER32(IF_SET, "size", spec, userns.size),
	NUMBER_OR(IF_SET, "keepUid", spec, userns.keep_uid, "caller"),
	NUMBER_OR(IF_SET, "keepGid", spec, userns.keep_gid, "caller"),
	BOOL(IF_SET, "keepGiven", spec, userns.keep_given),
};
TABLE(userns, spec);

static const struct record_field clocks_fields[] = {
	SIGNED("monotonic", spec, time_monotonic),
	SIGNED("boottime", spec, time_boottime),
};
TABLE(clocks, spec);

static const struct record_field root_fields[] = {
	WORD(NEEDED, "kind", spec, root_kind, root_kinds),
	TEXT(IF_SET, "path", spec, root_path),
	BOOL(NEEDED, "readonly", spec, root_readonly),
	BOOL(NEEDED, "ephemeral", spec, root_ephemeral),
	WORD(IF_SET, "propagation", spec, root_propagation, propagation_names),
	TEXT(IF_SET, "from", spec, root_origin),
};
TABLE(root, spec);

static const struct record_field mount_fields[] = {
	WORD(NEEDED, "type", mount_spec, type, mount_types),
	TEXT(IF_SET, "source", mount_spec, source),
	TEXT(NEEDED, "target", mount_spec, target),
	TEXT(IF_SET, "upper", mount_spec, upper),
	TEXT(IF_SET, "work", mount_spec, work),
	BOOL(NEEDED, "readonly", mount_spec, readonly),
	BOOL(IF_SET, "readonlyRecursive", mount_spec, readonly_recursive),
	BOOL(NEEDED, "recursive", mount_spec, recursive),
	WORD(NEEDED, "propagation", mount_spec, propagation, propagation_names),
	BOOL(IF_SET, "noexec", mount_spec, noexec),
	BOOL(IF_SET, "nosuid", mount_spec, nosuid),
	BOOL(IF_SET, "nodev", mount_spec, nodev),
	BOOL(IF_SET, "noatime", mount_spec, noatime),
	BOOL(IF_SET, "noIdmap", mount_spec, no_idmap),
	BOOL(IF_SET, "copyUp", mount_spec, copy_up),
	NUMBER64(IF_SET, "size", mount_spec, size),
	NUMBER32(IF_SET, "mode", mount_spec, mode),
	TEXT(IF_SET, "from", mount_spec, origin),
};
TABLE(mount, mount_spec);

static const struct record_field device_fields[] = {
	TEXT(NEEDED, "source", device_spec, source),
	TEXT(NEEDED, "target", device_spec, target),
	TEXT(NEEDED, "access", device_spec, access),
	{ .key = "type",
	  .kind = RECORD_NODE,
	  .needed = true,
	  AT_TYPED(device_spec, type, uint32_t) },
	NUMBER32(NEEDED, "major", device_spec, major),
	NUMBER32(NEEDED, "minor", device_spec, minor),
	NUMBER32(IF_SET, "mode", device_spec, mode),
	NUMBER32(IF_SET, "uid", device_spec, uid),
	NUMBER32(IF_SET, "gid", device_spec, gid),
	TEXT(IF_SET, "from", device_spec, origin),
};
TABLE(device, device_spec);

static const struct record_field secret_fields[] = {
	TEXT(NEEDED, "name", secret_spec, name),
	TEXT(NEEDED, "source", secret_spec, source),
	TEXT(IF_SET, "from", secret_spec, origin),
};
TABLE(secret, secret_spec);

static const struct record_field pair_fields[] = {
	TEXT(NEEDED, "key", pair_spec, key),
	TEXT(NEEDED, "value", pair_spec, value),
	TEXT(IF_SET, "from", pair_spec, origin),
};
TABLE(pair, pair_spec);

static const struct record_field host_fields[] = {
	TEXT(NEEDED, "name", pair_spec, key),
	TEXT(NEEDED, "address", pair_spec, value),
	TEXT(IF_SET, "from", pair_spec, origin),
};
TABLE(host, pair_spec);

static const struct record_field rlimit_fields[] = {
	WORD(NEEDED, "resource", rlimit_spec, resource, rlimit_names),
	NUMBER_OR(NEEDED, "soft", rlimit_spec, soft, "unlimited"),
	NUMBER_OR(NEEDED, "hard", rlimit_spec, hard, "unlimited"),
	TEXT(IF_SET, "from", rlimit_spec, origin),
};
TABLE(rlimit, rlimit_spec);

static const struct record_field limit_fields[] = {
	WORD(NEEDED, "limit", limit_spec, type, limit_names),
	TEXT(IF_SET, "of", limit_spec, subject),
	NUMBER_OR(IF_SET, "value", limit_spec, value, "none"),
	TEXT(IF_SET, "text", limit_spec, text),
	NUMBER32(IF_SET, "major", limit_spec, major),
	NUMBER32(IF_SET, "minor", limit_spec, minor),
	TEXT(IF_SET, "from", limit_spec, origin),
};
TABLE(limit, limit_spec);

static const struct record_field files_fields[] = {
	OBJECTS(IF_SET, "devices", spec, devices, device_table),
	OBJECTS(IF_SET, "secrets", spec, secrets, secret_table),
	TEXTS(IF_SET, "masked", spec, masked),
	TEXTS(IF_SET, "readonly", spec, readonly),
	TEXTS(IF_SET, "unmasked", spec, unmasked),
	BOOL(IF_SET, "defaultPaths", spec, default_paths),
	NUMBER64(IF_SET, "shmSize", spec, shm_size),
};
TABLE(files, spec);

static const struct record_field names_fields[] = {
	OBJECTS(IF_SET, "hosts", spec, hosts, host_table),
	TEXTS(IF_SET, "dns", spec, dns),
	TEXTS(IF_SET, "dnsSearch", spec, dns_search),
	TEXTS(IF_SET, "dnsOptions", spec, dns_options),
	BOOL(IF_SET, "manageHosts", spec, manage_hosts),
	BOOL(IF_SET, "manageDns", spec, manage_dns),
};
TABLE(names, spec);

static const struct record_field process_fields[] = {
	TEXTS(NEEDED, "argv", spec, argv),
	TEXTS(NEEDED, "env", spec, env),
	{ .key = "envFromFiles", .kind = RECORD_NUMBER, AT_TYPED(spec, n_env_file, size_t) },
	TEXT(IF_SET, "term", spec, term),
	TEXT(NEEDED, "cwd", spec, cwd),
	TEXT(NEEDED, "user", spec, user),
	TEXTS(IF_SET, "groups", spec, groups),
	SIGNED("umask", spec, umask),
	CAPABILITIES(NEEDED, "capabilities", spec, capabilities),
	CAPABILITIES(IF_SET, "capabilitiesAdded", spec, capabilities_added),
	CAPABILITIES(IF_SET, "capabilitiesDropped", spec, capabilities_dropped),
	BOOL(IF_SET, "privileged", spec, privileged),
	BOOL(NEEDED, "noNewPrivileges", spec, no_new_privileges),
	WORD(NEEDED, "seccomp", spec, seccomp, filters),
	OBJECTS(IF_SET, "rlimits", spec, rlimits, rlimit_table),
	BOOL(IF_SET, "oomScoreSet", spec, oom_score_set),
	SIGNED("oomScoreAdj", spec, oom_score_adj),
	BOOL(NEEDED, "init", spec, init),
	WORD(IF_SET, "tty", spec, tty, ttys),
	BOOL(IF_SET, "interactive", spec, interactive),
	NUMBER32(IF_SET, "preserveFds", spec, preserve_fds),
	NUMBER32(IF_SET, "listenFds", spec, listen_fds),
	TEXT(IF_SET, "listenFdNames", spec, listen_fdnames),
};
TABLE(process, spec);

static const struct record_field log_fields[] = {
	WORD(IF_SET, "driver", spec, log_driver, log_drivers),
	NUMBER64(IF_SET, "size", spec, log_size),
	NUMBER32(IF_SET, "files", spec, log_files),
	BOOL(IF_SET, "nonBlocking", spec, log_non_blocking),
	TEXT(IF_SET, "from", spec, log_origin),
};
TABLE(log, spec);

static const struct record_field health_fields[] = {
	WORD(IF_SET, "kind", health_spec, kind, health_kinds),
	BOOL(IF_SET, "disabled", health_spec, disabled),
	TEXT(IF_SET, "from", health_spec, origin),
	TEXTS(IF_SET, "argv", health_spec, argv),
	NUMBER32(IF_SET, "port", health_spec, port),
	TEXT(IF_SET, "path", health_spec, path),
	NUMBER32(IF_SET, "interval", health_spec, interval),
	NUMBER32(IF_SET, "timeout", health_spec, timeout),
	NUMBER32(IF_SET, "startPeriod", health_spec, start_period),
	NUMBER32(IF_SET, "retries", health_spec, retries),
	WORD(IF_SET, "action", health_spec, action, health_actions),
};
TABLE(health, health_spec);

static const struct record_field life_fields[] = {
	BOOL(IF_SET, "remove", spec, remove),
	BOOL(IF_SET, "detach", spec, detach),
	BOOL(IF_SET, "replace", spec, replace),
	BOOL(IF_SET, "created", spec, created),
	WORD(IF_SET, "restart", spec, restart, restarts),
	NUMBER32(IF_SET, "restartMax", spec, restart_max),
	{ .key = "stopSignal", .kind = RECORD_SIGNAL, AT_TYPED(spec, stop_signal, int) },
	NUMBER_OR(IF_SET, "stopTimeout", spec, stop_timeout, "infinity"),
	UNDER(IF_SET, "log", log_table),
	WITHIN(IF_SET, "health", spec, health, health_table),
	BOOL(IF_SET, "notify", spec, notify),
	TEXT(IF_SET, "detachKeys", spec, detach_keys),
	TEXT(IF_SET, "cidFile", spec, cidfile),
	TEXT(IF_SET, "pidFile", spec, pidfile),
	BOOL(IF_SET, "timing", spec, timing),
};
TABLE(life, spec);

static const struct record_field spec_fields[] = {
	{ .kind = RECORD_NOTHING, AT(spec, arena) },
	TEXT(NEEDED, "id", spec, id),
	TEXT(IF_SET, "name", spec, name),
	NUMBER64(IF_SET, "time", spec, time),
	TEXT(NEEDED, "hostname", spec, hostname),
	UNDER(NEEDED, "namespaces", namespaces_table),
	UNDER(IF_SET, "userns", userns_table),
	{ .key = "uidMap",
	  .kind = RECORD_OBJECTS,
	  .needed = true,
	  .table = &id_line_table,
	  AT(spec, userns.uid),
	  .n_offset = offsetof(struct spec, userns.n_uid) },
	{ .key = "gidMap",
	  .kind = RECORD_OBJECTS,
	  .needed = true,
	  .table = &id_line_table,
	  AT(spec, userns.gid),
	  .n_offset = offsetof(struct spec, userns.n_gid) },
	UNDER(IF_SET, "clocks", clocks_table),
	UNDER(NEEDED, "root", root_table),
	OBJECTS(NEEDED, "mounts", spec, mounts, mount_table),
	UNDER(IF_SET, "files", files_table),
	UNDER(IF_SET, "names", names_table),
	UNDER(NEEDED, "process", process_table),
	OBJECTS(IF_SET, "sysctls", spec, sysctls, pair_table),
	TEXT(IF_SET, "cgroupParent", spec, cgroup_parent),
	OBJECTS(IF_SET, "limits", spec, limits, limit_table),
	UNDER(IF_SET, "life", life_table),
	OBJECTS(IF_SET, "labels", spec, labels, pair_table),
};
const struct record_table record_spec = { "spec", sizeof(struct spec), spec_fields,
					  ELEMENTS(spec_fields) };
