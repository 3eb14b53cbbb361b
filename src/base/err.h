/* base/err.h - an error as a value: fixed size, no allocation.
 *
 * base/ and sys/ return bare -errno; every module above returns -errno and fills the struct
 * err that is its last parameter. Text grows outwards ("outer: inner: reason"); the hint is one
 * sentence for the user. Only cli/, tui/, runtime/ and supervise/ print. */
#pragma once

struct err {
	int code;	/* negative errno; 0: nothing went wrong */
	int exit;	/* exit status to end with; 0: docker's 125 (engine failure) */
	char text[768]; /* no newline, no program name */
	char hint[384]; /* one sentence: the cause and what to do; may be empty */
};

#define PRINTF(f, a) __attribute__((format(printf, f, a)))

/* Each returns the (negative) code, so that `return err_set(e, …)` is one statement. A code that
 * is not negative would read as success: it becomes -ENOTRECOVERABLE. */

/* A call that failed: "text: strerror(code)". */
int err_set(struct err *e, int code, const char *fmt, ...) PRINTF(3, 4);

/* A condition found by ourselves: the text says all, no strerror. */
int err_say(struct err *e, int code, const char *fmt, ...) PRINTF(3, 4);

/* One more context in front of what is there: "text: …". Returns e->code. */
int err_wrap(struct err *e, const char *fmt, ...) PRINTF(2, 3);

/* Sets the hint; code is passed through: `return err_hint(e, err_say(…), "…")`. */
int err_hint(struct err *e, int code, const char *fmt, ...) PRINTF(3, 4);

/* Sets the exit status (126, 127); code is passed through. */
int err_exit(struct err *e, int code, int exit);
