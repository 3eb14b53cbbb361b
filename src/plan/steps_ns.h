/* plan/steps_ns.h - payloads of the steps that ns/ and net/ carry out. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/spec.h"

/* Host. Opens path; where pid is set the process must still be the one that started at
 * start_time (field 22 of its stat) afterwards. -> SLOT_NS + type */
struct ns_open_step {
	enum ns_type type;
	const char *path;
	uint32_t pid;
	uint64_t start_time;
};

/* Host. pidfd_open(pid) -> SLOT_TARGET. Afterwards it must be the process that started at
 * start_time: pids are used again. */
struct ns_target_step {
	uint32_t pid;
	uint64_t start_time;
};

/* Host. setns(SLOT_NS + type), keeping honu's own in SLOT_OWN_NS + type. Of_target: into that of the
 * process in SLOT_TARGET; for a pid namespace that counts for children alone (setns(2)). */
struct ns_enter_step {
	enum ns_type type;
	bool of_target;
};

/* Host. setns(SLOT_OWN_NS + type). */
struct ns_leave_step {
	enum ns_type type;
};

/* Host. unshare(CLONE_NEWTIME), then the offsets; children are born there. Nanoseconds.
 * Keeps honu's own in SLOT_OWN_NS + NS_TIME. */
struct ns_time_step {
	int64_t monotonic;
	int64_t boottime;
};

/* Host. clone3(flags) -> SLOT_PIDFD. With_cgroup: CLONE_INTO_CGROUP of SLOT_CGROUP2. Join_user: the
 * first process belongs to SLOT_NS + NS_USER, so a short-lived one enters it and clones from
 * there (CLONE_PARENT). */
struct ns_clone_step {
	uint64_t flags;
	bool with_cgroup;
	bool join_user;
};

/* Host. Writes uid_map and gid_map of the first process; opens its user namespace
 * -> SLOT_USERNS. */
struct ns_map_step {
	const struct id_line *uid;
	size_t n_uid;
	const struct id_line *gid;
	size_t n_gid;
};

/* Init. setns(SLOT_TARGET, flags): into the namespaces of that process. Its root -> SLOT_ROOT. */
struct ns_join_step {
	uint64_t flags;
};

/* Init. unshare(flags). */
struct ns_unshare_step {
	uint64_t flags;
};

/* Init. Sets IFF_UP on lo. */
struct net_loopback_step {
	char unused;
};

/* Init. */
struct uts_name_step {
	const char *hostname;
};

/* Init. Path is relative to /proc/sys ("net/ipv4/ip_forward"), written through SLOT_PROC. */
struct sysctl_write_step {
	const char *path;
	const char *value;
};
