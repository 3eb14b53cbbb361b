/* store/events.h - what happened to containers: the file `events` of the state directory.
 *
 * One JSON object a line, appended with one write(2):
 *   {"time":"2026-11-23T18:00:00.123456789Z","timeNano":1795456800123456789,"action":"start",
 *    "id":"0123456789ab","name":"web","attributes":{"key":"value"}}
 * (no line break in it; no "name" where there is none). A full file becomes `events.1`; the one
 * before is dropped. Bare -errno. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* create start die oom stop kill pause resume rename remove restart exec_start exec_die
 * health_status attach detach update */
extern const char *const event_actions[];
extern const size_t n_event_actions;

/* ---- writing: also linked into honu-supervise; no stdio, no allocation ---- */

/* attributes: key, value, …, NULL, or NULL for none; any bytes, written as UTF-8 (what is none
 * becomes U+FFFD). One that finds no room is left out, and "cut":true tells. Does not wait for
 * anybody for longer than some milliseconds. -EINVAL: the action is none. -ENOSPC: nothing is
 * written, not half of it either. */
int event_append(int state_fd, const char *id, const char *name, const char *action,
		 const char *const *attributes);

#define EVENTS_FULL ((off_t)1024 * 1024)
/* The same, with a file being full at another size. */
int event_append_until(int state_fd, off_t full, const char *id, const char *name,
		       const char *action, const char *const *attributes);

/* ---- reading ---- */

struct event_reader {
	int state_fd;
	int fd;		       /* the file that is being read; -EBADF: none yet */
	bool renamed;	       /* it is events.1 by now: nothing is added any more */
	uint64_t since, until; /* ns, both included */
	char *buffer;
	size_t start, end; /* what was read and not handed out */
	bool skipping;	   /* the rest of a line that is longer than any */
};

/* state_fd stays the caller's. Everything that is there: since 0, until UINT64_MAX. */
int event_reader_open(struct event_reader *r, int state_fd, uint64_t since, uint64_t until);
void event_reader_done(struct event_reader *r);

/* -> 1 and the next line, without its newline, valid until the next call; 0: there is no more for
 * now. What is damaged is passed over. Whoever follows asks again when event_watch() has something
 * to read; no line is missed unless two files became full since he last asked. */
int event_reader_next(struct event_reader *r, const char **ret_line);

/* -> descriptor of inotify(7) that becomes readable whenever events may have been added; what it
 * says is to be read and dropped. */
int event_watch(int state_fd);
