/* cli/log_show.h - what of a log is shown, and how: bytes as they came, lines with their time, or JSON. */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "cli/log_files.h"

#define LOG_STREAMS 3 /* of enum log_stream */

struct log_show {
	bool output, error;    /* which streams; what is of neither is always shown */
	bool timestamps, json; /* else bytes as they came */
	struct text *capture;  /* where all goes instead of standard output and error; or NULL */
	uint64_t since, until; /* ns; UINT64_MAX: no end */

	/* Whole lines are put together where something stands before each of them. */
	struct text lines[LOG_STREAMS];
	uint64_t began[LOG_STREAMS]; /* when that line did */
	/* Neighbours in the same file, of the same stream, are copied at once. */
	struct log_piece pending;
	struct text ready; /* lines for one descriptor */
	int ready_fd;
};

#define LOG_SHOW_ALL ((struct log_show){ .output = true, .error = true, .until = UINT64_MAX })

/* Is it of a stream and time that is shown? */
bool log_show_wants(const struct log_show *s, const struct log_piece *p);

/* Shows the piece of f if it is wanted. */
int log_show_piece(struct log_show *s, const struct log_file *f, const struct log_piece *p,
		   struct err *e);

/* Before f is closed, and before waiting for more. */
int log_show_flush(struct log_show *s, const struct log_file *f, struct err *e);

/* Nothing more comes: lines without an end too. */
int log_show_end(struct log_show *s, struct err *e);
void log_show_done(struct log_show *s);

/* Goes back from the end of the log until lines are wanted no more, without reading what lies before
 * that. -> 1: *f is at *ret, a piece of which the first bytes may be cut off; go on with
 * log_file_turn(); 0: there is nothing to show, *f is at the end of the log. */
int log_show_tail(const struct log_show *s, int dir_fd, uint64_t lines, struct log_file *f,
		  struct log_piece *ret, struct err *e);
