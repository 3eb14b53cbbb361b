/* cli/log_files.h - reads what honu-supervise logged: log/out and log/index, and those it rotated.
 *
 * The files of a log are a chain, from the oldest (out.2, index.2) to those that are written now
 * (out, index; supervise/handover.h has the format). They are found by what they are, not by their
 * names, since they may be renamed to the next number at any time. Whoever reads holds one of them
 * open, so that it stays readable when it is rotated away. Bare -errno. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "supervise/handover.h"

#define LOG_PIECES_READ 128 /* of the index at once */

struct log_file {
	int out, index;	  /* index: -EBADF where it lacks */
	bool ended;	  /* nobody writes any more: also what no piece covers is there */
	uint64_t at;	  /* which piece of index is next */
	uint64_t covered; /* forth: what lies below is read; back: what lies above */
	uint64_t size;	  /* of out, when it was last looked at */
	bool gap;	  /* log_file_piece_back() gave bytes that no piece covers */

	struct log_piece pieces[LOG_PIECES_READ]; /* from the piece `first` on */
	uint64_t first;
	size_t n_pieces;
};

#define LOG_FILE_EMPTY ((struct log_file){ .out = -EBADF, .index = -EBADF })

/* The oldest, at its beginning, or the newest, at its end. -ENOENT: there is no log. ended: whoever
 * wrote it is gone, or else what no piece covers yet gets one in a moment. */
int log_file_oldest(int dir_fd, bool ended, struct log_file *ret);
int log_file_newest(int dir_fd, bool ended, struct log_file *ret);

/* The one after f, at its beginning. 0: there is none (yet). 1: nothing more comes to f, but what came
 * until then is still to be read. *ret_lost: f was rotated away, *ret is the oldest that is left. */
int log_file_next(int dir_fd, const struct log_file *f, struct log_file *ret, bool *ret_lost);

/* The one before, at its end, in the place of f. 0: there is none, f stays. */
int log_file_previous(int dir_fd, struct log_file *f);

void log_file_done(struct log_file *f);

/* The next piece, or the one before, cut to what is there of its bytes. Those that no piece covers are
 * one of LOG_UNKNOWN and of the time of the file. -> 1; 0: no more (yet); -errno. */
int log_file_piece(struct log_file *f, struct log_piece *ret);
int log_file_piece_back(struct log_file *f, struct log_piece *ret);

/* Reads on behind the piece that log_file_piece_back() gave last. */
void log_file_turn(struct log_file *f, const struct log_piece *from);

/* Bytes of a piece. -> how many, 0 where out ends, -errno. */
ssize_t log_file_read(const struct log_file *f, uint64_t offset, char *ret, size_t n);
