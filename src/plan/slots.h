/* plan/slots.h - what a running plan knows: descriptors and the answers only the tree can give.
 *
 * The plan is const; a slot is where one step leaves a descriptor for a later one. The struct is
 * allocated while planning, inherited over clone3() and then separate in each process; a TURN
 * message carries over the descriptors that the host filled after the clone. */
#pragma once

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

enum slot {
	SLOT_NONE,
	SLOT_ROOT,		   /* the new root mount */
	SLOT_PROC,		   /* the container's procfs */
	SLOT_DEV,		   /* the detached tmpfs for /dev */
	SLOT_FILES,		   /* the detached tmpfs with hosts, hostname, resolv.conf */
	SLOT_SECRETS,		   /* the detached tmpfs with secrets */
	SLOT_MASK,		   /* an empty read-only tmpfs that covers masked directories */
	SLOT_INIT,		   /* honu-init, sealed */
	SLOT_EXEC,		   /* honu-exec, likewise */
	SLOT_USERNS,		   /* the container's user namespace */
	SLOT_PIDFD,		   /* the process that we clone */
	SLOT_TARGET,		   /* pidfd of the first process of a container to be joined */
	SLOT_CGROUP2,		   /* directory of the cgroup v2 group to be born into */
	SLOT_PTY,		   /* master side of the console */
	SLOT_PTY_PEER,		   /* its other side */
	SLOT_NS,		   /* + enum ns_type: a joined namespace */
	SLOT_OWN_NS = SLOT_NS + 8, /* + enum ns_type: honu's own, to come back to */
	SLOT_OWN_CWD = SLOT_OWN_NS + 8,
	SLOT_CGROUP,			/* + i: the "tasks" file of hierarchy i */
	SLOT_SOURCE = SLOT_CGROUP + 16, /* + i: mount sources; the plan says how many */
};

#define GROUPS_MAX 64

/* What every start writes comes first, so that it shares a page: each page that one of the two
 * processes writes after the clone is copied. */
struct slots {
	int *fd; /* by slot number; -EBADF: empty */
	unsigned n;
	pid_t pid; /* host: the first process, as honu's pid namespace sees it */

	uint64_t ignored; /* bit n - 1: signal n, which the program is not to inherit ignored */
	int channel;	  /* our end of the socket to the other process */
	int peer;	  /* its end, until it is cloned */
	int alive; /* the lock that says that honu lives: the new process lets go of it at once */

	char **envp;	       /* NULL-terminated; may point into home and listen_pid */
	char **argv;	       /* room for the program's, three words in front and NULL */
	char channel_text[16]; /* the channel's number, for honu-exec */

	/* Filled inside, by cred.resolve and exec.resolve. */
	uid_t uid;
	gid_t gid;
	unsigned n_groups;
	gid_t groups[GROUPS_MAX];
	char listen_pid[32]; /* "LISTEN_PID=…" */
	char home[PATH_MAX]; /* "HOME=…" */
	char program[PATH_MAX];

	char scratch[65536]; /* for reading passwd, group and copying files */
};
