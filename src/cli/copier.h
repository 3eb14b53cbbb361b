/* cli/copier.h - honu-copy, run and listened to. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Its settings (copy/message.h) and the descriptors that they name. */
struct copier {
	struct arena *arena;
	const char **words; /* NULL-terminated once it runs */
	size_t n_words;
	int *fds; /* handed on */
	size_t n_fds;
	bool quiet; /* no progress on a terminal */
	/* Filled by copier_run(). */
	unsigned long long files, bytes;
	int interrupted; /* the signal that ended it */
};

void copier_word(struct copier *c, const char *fmt, ...) PRINTF(2, 3);
void copier_fd(struct copier *c, const char *name, int fd);
/* "NAME=FD:TARGET". */
void copier_mount(struct copier *c, const char *name, int fd, const char *target);

/* Runs it to its end, with standard input and output as they are. Shows how far it is on a terminal,
 * prints notes as they come. -EINTR: it was interrupted. */
int copier_run(struct copier *c, struct err *e);
