/* tests/torture/torture.h - a honu command, the host before it, and what every case has to fulfil. */
#pragma once

#include "base/text.h"
#include "torture/snapshot.h"

struct torture {
	char *const *argv;  /* honu and its words */
	const char *dead;   /* a tree: before each case a container in it dies, or NULL */
	const char *victim; /* a tree: the command is about a container in it, see victim.h */
	int victim_is;	    /* enum victim_kind */
	struct scope scope;
	struct snapshot before;
	bool lingering;	     /* processes of the container may outlive honu, though not 'honu gc' */
	unsigned long every; /* of the system calls, one in so many */
	unsigned long first; /* the calls before main() */
	int error;
	unsigned long cases, failed;
	struct text title, report;
};

/* Waits until no process of a container is left. What is wrong is added to why, here and below. */
void torture_settle(struct torture *t, struct text *why);

/* Runs 'honu gc'. */
void torture_gc(struct torture *t, struct text *why);

/* Compares the host with what it was. */
void torture_compare(struct torture *t, const char *when, struct text *why);

/* Counts a case; it is bad when there is anything in why. */
void torture_verdict(struct torture *t, const char *name, const struct text *why);
