/* tests/torture/trial.h - runs honu once and does something bad to it on the way.
 *
 * Only honu is traced (ptrace(2)), never the container: its processes are cloned without. A call
 * is counted where it is entered, from the first one after execve on, so that n is line n+1 of
 * what strace prints. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum blow {
	BLOW_NONE,
	BLOW_KILL_ENTRY, /* SIGKILL as call `at` is entered: it does not happen */
	BLOW_KILL_EXIT,	 /* SIGKILL as call `at` comes back: honu does not see its result */
	BLOW_KILL_WAIT,	 /* SIGKILL when honu waits for the program */
	BLOW_FAIL,	 /* call `at` gives -error and does not happen, unless it is close(2) */
};

struct trial {
	char *const *argv;
	const char *mark;  /* NAME=VALUE for honu's environment */
	const char *fault; /* value of HONU_FAULT, or NULL */
	bool held;	   /* the program's input stays open until honu waits for it */
	enum blow blow;
	unsigned long at; /* from 1 */
	int error;

	/* What came of it. */
	int status;		/* as waitpid(2) gives it */
	bool hung;		/* was killed because it took too long */
	unsigned long calls;	/* how many were entered */
	bool reflagged;		/* O_NONBLOCK and such of a stream that honu was given */
	bool hit;		/* call `at` was reached, and can be failed */
	unsigned long age;	/* it was which call since execve: honu may execute itself again */
	long number;		/* its number */
	char said[8192];	/* honu's standard error */
	unsigned long executed; /* the calls before the last execve */
	int input;		/* the other end of the held input; -EBADF */
};

#define TRIAL_SECONDS 20

/* Runs it to its end. The program's processes may outlive it. */
void trial_run(struct trial *t);

/* Lets go of the input, if that is still held. */
void trial_release(struct trial *t);

/* Why trial_run() can do nothing here, or NULL. */
const char *trial_obstacle(void);
