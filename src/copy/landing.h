/* copy/landing.h - what lands where: docker's rules, on paths alone. Pure. */
#pragma once

#include <limits.h>
#include <stdbool.h>

struct copy_path {
	char text[PATH_MAX]; /* absolute, without ".", "..", empty components and a last '/' */
	bool directory;	     /* written as one: "dir/" or "dir/." */
	bool contents;	     /* written as "dir/.": what is in it, not itself */
};

/* Reads a path as it was typed, from directory cwd where it is relative. ".." takes back the
 * component before it as written, whatever links there are, as docker has it. -EINVAL: it is empty;
 * -ENAMETOOLONG. */
int copy_path_read(struct copy_path *ret, const char *cwd, const char *typed);

/* Its last component; "" for "/". */
const char *copy_path_name(const struct copy_path *p);

struct landing_question {
	bool from_directory; /* the source is a directory */
	bool from_contents;  /* only what is in it is wanted */
	bool exists;	     /* the destination */
	bool to_directory;   /* it exists and is a directory */
	bool to_asserted;    /* it was written as a directory */
};

enum landing {
	LANDING_INSIDE, /* below the destination, under the source's own name */
	LANDING_ITSELF, /* the source becomes the destination */
};

/* -EISDIR: a directory cannot become a file that exists; -ENOENT: a file is to go into a directory
 * that does not exist; -ENOTDIR: into one that is a file. */
int landing_decide(const struct landing_question *q, enum landing *ret);
