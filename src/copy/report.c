/* copy/report.c - see report.h. */
#include "copy/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>

#define TELL_EVERY 150 /* ms */
#define LOOK_EVERY 64  /* calls between two looks at the clock */

/* When honu is gone there is nobody to tell. */
static void send_message(const struct copy_report *r, const struct copy_message *m)
{
	(void)send(r->fd, m, sizeof(*m), MSG_NOSIGNAL);
}

void copy_report_failed(const struct copy_report *r, const struct err *e)
{
	struct copy_message m = { .kind = COPY_FAILED, .error = *e };

	send_message(r, &m);
}

void copy_report_cut(const struct copy_report *r)
{
	struct copy_message m = { .kind = COPY_CUT };

	send_message(r, &m);
}

void copy_report_note(const struct copy_report *r, const char *fmt, ...)
{
	struct copy_message m = { .kind = COPY_NOTE };
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(m.error.text, sizeof(m.error.text), fmt, ap);
	va_end(ap);
	send_message(r, &m);
}

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void copy_report_total(struct copy_report *r)
{
	struct copy_message m = { .kind = COPY_PROGRESS, .files = r->files, .bytes = r->bytes };

	send_message(r, &m);
}

void copy_report_progress(struct copy_report *r)
{
	uint64_t time;

	if (++r->uncounted < LOOK_EVERY)
		return;
	r->uncounted = 0;
	time = now();
	if (time - r->told_at < TELL_EVERY)
		return;
	r->told_at = time;
	copy_report_total(r);
}
