/* facts/facts.h - what this host is, read once and then plain data.
 *
 * facts_read() is the one reader; everything above takes the struct, so that a plan can be
 * computed for any host (tests do). Facts choose which steps a plan has; they never vouch for a
 * path. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/range.h"

struct cgroup_hierarchy {
	const char *controllers; /* "cpu,cpuacct", "name=systemd"; "" for cgroup v2 */
	const char *mountpoint;	 /* "/sys/fs/cgroup/cpu" */
	const char *directory;	 /* last component of mountpoint: "cpu"; "unified" */
	const char *own;	 /* honu's own group, relative to mountpoint: "/", "/a/b"; "/" also
				  * where it lies outside of what is mounted there */
	bool is_v2;
};

enum cgroup_layout { CGROUP_NONE, CGROUP_V1, CGROUP_V2, CGROUP_HYBRID };

/* A name directly below / that makes programs in /usr work ("bin", "lib64"). */
struct root_entry {
	const char *name;
	const char *link; /* symlink target; NULL: a directory to be bound */
};

/* A disk, and who orders what is read and written there. */
struct disk {
	const char *name; /* "sda" */
	uint32_t major, minor;
	const char *scheduler; /* "bfq", "none" */
	bool cost;	       /* io.cost of cgroup v2 is switched on */
};

struct facts {
	const char *release; /* uname -r */
	unsigned kernel;     /* major * 1000 + minor: 6018 */
	const char *machine; /* "x86_64" */
	const char *hostname;
	uint32_t euid;
	uint32_t caller_uid; /* who asked: SUDO_UID, or the real uid */
	uint32_t caller_gid;
	uint64_t capabilities; /* honu's own permitted set */
	uint64_t last_capability;
	uint64_t nofile_hard; /* honu's own hard limit of open files */
	uint32_t port_start;  /* net.ipv4.ip_unprivileged_port_start; after facts_read_network() */

	enum cgroup_layout cgroup_layout;
	struct cgroup_hierarchy *cgroups; /* in mount order; writable ones, each once */
	size_t n_cgroups;
	const char *cpuset_cpus; /* of the group at the mount point, for v1; NULL: no such */
	const char *cpuset_mems;

	/* Only after facts_read_limits(). */
	const char *cgroup2_controllers; /* that the top of v2 has: "cpuset cpu io"; NULL: no v2 */
	const char *cgroup2_cpus, *cgroup2_mems; /* that it may use, or NULL */
	bool swap_counted;			 /* by the memory controller of v1 */
	const char *huge_pages;			 /* their sizes: "2MB 1GB" */
	struct disk *disks;			 /* but for those without a size */
	size_t n_disks;

	struct id_range *
		taken; /* after facts_read_ranges(): /etc/subuid, /etc/subgid, ranges locked by systemd-nspawn */
	size_t n_taken;

	/* Only after facts_read_root(). */
	struct root_entry *root_entries; /* bin sbin lib lib64 … of the host */
	size_t n_root_entries;
	const char **etc_binds; /* parts of the host's /etc that programs in /usr need */
	size_t n_etc_binds;

	bool stdin_tty, stdout_tty, stderr_tty;
	const char *init_path;	 /* honu-init, or NULL when it is not installed */
	const char *exec_path;	 /* honu-exec, likewise */
	const char *resolv_conf; /* the host's /etc/resolv.conf, at most 64 KiB; "": none */
	const char *timezone;	 /* "Europe/Paris", or NULL */
};

/* Reads the host. Needs no privilege; what cannot be read stays empty, an error is only what no
 * container could be started with. Everything is allocated in a. */
int facts_read(struct arena *a, struct facts **ret, struct err *e);

/* The part that joining a container takes: the kernel, who calls, the terminal. Honu's own programs
 * only with facts_read_programs(). */
int facts_read_join(struct arena *a, struct facts **ret, struct err *e);
void facts_read_programs(struct arena *a, struct facts *f);

/* What only some containers need: those made of the host's /usr; those that lease ids; those in the
 * host's network. */
int facts_read_root(struct arena *a, struct facts *f, struct err *e);
int facts_read_ranges(struct arena *a, struct facts *f, struct err *e);
void facts_read_network(struct arena *a, struct facts *f);
/* Those with a limit of their control group. */
void facts_read_limits(struct arena *a, struct facts *f);

/* "8:0", then the end, a blank or a line break. */
bool facts_parse_device(const char *text, uint32_t *ret_major, uint32_t *ret_minor);

/* The hierarchy that has a v1 controller of that name, or NULL. */
const struct cgroup_hierarchy *facts_cgroup(const struct facts *f, const char *controller);

/* True when uid range [base, base+count) is in use by somebody else. */
bool facts_range_taken(const struct facts *f, uint32_t base, uint32_t count);

/* The path of a program of honu's: beside honu as built, or installed. NULL: not there. */
const char *facts_find_program(struct arena *a, const char *name);
