/* store/exit.h - how a container ended: the file `exit` of its directory.
 *
 * Lines "key value", so that a person can read it. Written by honu-supervise, which knows code and
 * signal, and again by honu finish with the evidence of the control groups; each time whole, by
 * rename. Linked into honu-supervise: no stdio, no allocation. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum exit_cause {
	EXIT_BY_CODE,	/* the program ended by itself */
	EXIT_BY_SIGNAL, /* a signal ended it */
	EXIT_BY_OOM,	/* the kernel, because memory ran out */
	EXIT_BY_STOP,	/* stop asked, the time-out passed, SIGKILL */
	EXIT_BY_HEALTH, /* unhealthy, and --health-on-failure said so */
	EXIT_AT_START,	/* it never ran: error and hint say why */
	EXIT_LOST,	/* its supervisor was killed */
	EXIT_BOOT,	/* the machine went down */
	_EXIT_CAUSE_N
};

struct exit_record {
	enum exit_cause cause;
	int code;   /* as a shell has it: 0 to 255 */
	int signal; /* that ended it, or 0 */
	bool dumped_core;
	uint64_t started, ended;    /* CLOCK_REALTIME, ns; 0: unknown */
	uint64_t oom_kills;	    /* in its groups while it ran; UINT64_MAX: not known */
	uint64_t memory_peak;	    /* bytes; UINT64_MAX: not known */
	uint64_t memory_limit;	    /* bytes; UINT64_MAX: none, or not known */
	char error[512], hint[512]; /* one line each; "" */
};

/* The word in the file and in JSON: "code", "signal", "oom", "stop", "health", "start", "lost",
 * "boot". */
const char *exit_cause_name(enum exit_cause cause);

/* All fields empty or unknown. */
struct exit_record exit_record_new(void);

/* dir_fd: containers/ID; -> 0 or -errno. */

/* A run begins: forgets how the last one ended, and takes the room that exit_put() is going to
 * need, so that a disk which is full by then cannot lose how this one does. */
int exit_prepare(int dir_fd);

/* -EINVAL: the cause is none, or code or signal are out of range. error and hint are made one
 * line. -ENOENT: it has not ended. -EBADMSG: damaged. */
int exit_put(int dir_fd, const struct exit_record *x);
int exit_get(int dir_fd, struct exit_record *ret);
/* The same of a path below any directory. */
int exit_get_at(int dir_fd, const char *path, struct exit_record *ret);
