/* copy/report.h - what an end of a copy tells honu: progress, notes, the reason it failed. */
#pragma once

#include <stdint.h>

#include "base/err.h"
#include "copy/message.h"

struct copy_report {
	int fd;
	uint64_t files, bytes; /* copied so far */
	uint64_t told_at;      /* when that was last told: CLOCK_MONOTONIC, ms */
	unsigned uncounted; /* calls of copy_report_progress() since it last looked at the clock */
};

void copy_report_failed(const struct copy_report *r, const struct err *e);
void copy_report_cut(const struct copy_report *r);
void copy_report_note(const struct copy_report *r, const char *fmt, ...) PRINTF(2, 3);

/* Says how far it is, a few times a second however often it is called. */
void copy_report_progress(struct copy_report *r);

/* Says it now: the end. */
void copy_report_total(struct copy_report *r);
