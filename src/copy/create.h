/* copy/create.h - files, directories and links made below a directory, by descriptor. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "base/arena.h"

struct archive_entry;

struct created_directory {
	const char *path;
	struct timespec mtime;
};

/* A symbolic link that is not one yet: see create_symlink(). */
struct placeholder {
	const char *path, *target;
	struct stat st;
	const struct create_what *what;
	size_t like; /* 1 + the index of one that is to be the same link; 0: none */
	bool made;
};

struct create {
	int base;    /* the directory that everything is below */
	bool follow; /* links that are there lead on, within the root of this process, and
		       * directories that are missing are made; else both are errors */
	bool owners; /* as in the archive, with all that belongs to them; else those of this process */
	bool trusted; /* whoever wrote the archive may make set-user-id programs where ids are alike */

	struct arena arena;
	struct created_directory *directories;
	size_t n_directories;
	struct placeholder *placeholders;
	size_t n_placeholders;
	char parent_path[PATH_MAX]; /* of the directory below */
	int parent;
	unsigned long long lacking; /* extended attributes that could not be set */
};

#define CREATE_EMPTY ((struct create){ .base = -EBADF, .parent = -EBADF })

/* What a file is like. */
struct create_what {
	mode_t mode; /* with its type */
	uid_t uid;
	gid_t gid;
	struct timespec mtime;
	dev_t rdev;
	struct archive_entry *entry; /* whose extended attributes it gets */
};

/* A regular file while it is written. */
struct create_file {
	int fd;
	int parent; /* c->parent */
	const char *name;
	char temporary[32]; /* "": it is called name already */
};

/* Paths are relative to c->base, without ".", ".." and empty components. What is there already gives way
 * to what is made, but a directory to nothing else (-EISDIR), and nothing else to a directory
 * (-ENOTDIR). Directories that are there already are used. All return -errno; -EINVAL: an owner that
 * does not exist here. */
int create_directory(struct create *c, const char *path, const struct create_what *w,
		     struct stat *ret);
int create_symlink(struct create *c, const char *path, const char *target,
		   const struct create_what *w);
int create_node(struct create *c, const char *path, const struct create_what *w);
int create_hard_link(struct create *c, const char *path, const char *old);

/* Opens ret->fd, for reading and writing. Then one of the two below. */
int create_file_begin(struct create *c, const char *path, struct create_file *ret);
int create_file_end(struct create *c, struct create_file *f, const struct create_what *w,
		    off_t size);
void create_file_cancel(struct create_file *f);

/* What had to wait for everything else: times of directories, links. *ret_path: where it failed. */
int create_finish(struct create *c, const char **ret_path);

/* Removes what is not meant to stay when it ends early. */
void create_cancel(struct create *c);
void create_done(struct create *c);
