/* cli/log_show.c - see log_show.h. */
#include "cli/log_show.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "cli/show.h"
#include "cli/verb.h"

#define COPY_ROOM ((size_t)64 * 1024)
#define LINE_MAX ((size_t)64 * 1024) /* a longer one is shown in parts */

static const char *const stream_names[LOG_STREAMS] = {
	[LOG_UNKNOWN] = "unknown",
	[LOG_OUTPUT] = "stdout",
	[LOG_ERROR] = "stderr",
};

bool log_show_wants(const struct log_show *s, const struct log_piece *p)
{
	if (p->time < s->since || p->time > s->until)
		return false;
	return p->stream == LOG_OUTPUT ? s->output : p->stream == LOG_ERROR ? s->error : true;
}

static int read_failed(int r, struct err *e)
{
	return err_set(e, r, "read the log");
}

static int put_out(struct log_show *s, int fd, const char *data, size_t n, struct err *e)
{
	if (s->capture) {
		text_add_bytes(s->capture, data, n);
		return 0;
	}
	while (n > 0) {
		ssize_t written = write(fd, data, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set(e, -errno, "write to standard %s",
				       fd == STDERR_FILENO ? "error" : "output");
		data += written;
		n -= (size_t)written;
	}
	return 0;
}

static int where(unsigned stream)
{
	return stream == LOG_ERROR ? STDERR_FILENO : STDOUT_FILENO;
}

/* ---- bytes as they came ---- */

static int copy_pending(struct log_show *s, const struct log_file *f, struct err *e)
{
	struct log_piece p = s->pending;
	char buffer[COPY_ROOM];

	s->pending.length = 0;
	while (p.length > 0) {
		size_t n = p.length < sizeof(buffer) ? p.length : sizeof(buffer);
		ssize_t got = log_file_read(f, p.offset, buffer, n);
		int r = got < 0 ? read_failed((int)got, e) :
				  put_out(s, where(p.stream), buffer, (size_t)got, e);

		if (r < 0 || got == 0)
			return r;
		p.offset += (uint64_t)got;
		p.length -= (uint32_t)got;
	}
	return 0;
}

static int show_bytes(struct log_show *s, const struct log_file *f, const struct log_piece *p,
		      struct err *e)
{
	struct log_piece *pending = &s->pending;
	int r;

	if (pending->length > 0 && pending->stream == p->stream &&
	    pending->offset + pending->length == p->offset &&
	    p->length <= UINT32_MAX - pending->length) {
		pending->length += p->length;
		return 0;
	}
	r = copy_pending(s, f, e);
	*pending = *p;
	return r;
}

/* ---- lines ---- */

static int write_ready(struct log_show *s, struct err *e)
{
	size_t n = s->ready.length;

	s->ready.length = 0;
	return n > 0 ? put_out(s, s->ready_fd, s->ready.data, n, e) : 0;
}

/* Where the next lines are put: not behind those for the other descriptor. */
static int make_ready(struct log_show *s, int fd, struct err *e)
{
	int r = fd != s->ready_fd || s->ready.length >= COPY_ROOM ? write_ready(s, e) : 0;

	s->ready_fd = fd;
	return r;
}

static int show_object(struct log_show *s, json_t *object, struct err *e)
{
	char *json = json_dumps(object, JSON_COMPACT);
	int r = make_ready(s, STDOUT_FILENO, e);

	json_decref(object);
	if (!json)
		return err_set(e, -ENOMEM, "write JSON");
	if (r == 0) {
		text_add(&s->ready, json);
		text_add(&s->ready, "\n");
	}
	free(json);
	return r;
}

/* text NULL: so many bytes were not logged. */
static json_t *line_object(uint64_t time, unsigned stream, const struct text *text, bool partial,
			   uint32_t dropped)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "time", show_moment(time));
	(void)json_object_set_new(object, "stream", json_string(stream_names[stream]));
	(void)json_object_set_new(
		object, "text", text ? show_string_of(text_get(text), text->length) : json_null());
	(void)json_object_set_new(object, "partial", json_boolean(partial));
	(void)json_object_set_new(object, "dropped", text ? json_null() : json_integer(dropped));
	return object;
}

/* What was put together of a line. partial: its end is not there. */
static int show_line(struct log_show *s, unsigned stream, bool partial, struct err *e)
{
	struct text *line = &s->lines[stream];
	char time[MOMENT_ROOM];
	int r;

	if (s->json) {
		r = show_object(s, line_object(s->began[stream], stream, line, partial, 0), e);
	} else {
		r = make_ready(s, where(stream), e);
		text_printf(&s->ready, "%s ", moment_print(s->began[stream], time));
		text_add_bytes(&s->ready, line->data, line->length);
		text_add(&s->ready, "\n");
	}
	line->length = 0;
	return r;
}

static int add_to_lines(struct log_show *s, const struct log_piece *p, const char *data, size_t n,
			struct err *e)
{
	struct text *line = &s->lines[p->stream];

	while (n > 0) {
		const char *end = memchr(data, '\n', n);
		size_t part = end ? (size_t)(end - data) : n;
		int r = 0;

		if (line->length == 0)
			s->began[p->stream] = p->time;
		text_add_bytes(line, data, part);
		if (end || line->length >= LINE_MAX)
			r = show_line(s, p->stream, !end, e);
		if (r < 0)
			return r;
		part += end != NULL;
		data += part;
		n -= part;
	}
	return 0;
}

static int show_lines(struct log_show *s, const struct log_file *f, const struct log_piece *p,
		      struct err *e)
{
	char buffer[COPY_ROOM];
	uint32_t done = 0;

	while (done < p->length) {
		size_t n = p->length - done < sizeof(buffer) ? p->length - done : sizeof(buffer);
		ssize_t got = log_file_read(f, p->offset + done, buffer, n);
		int r = got < 0 ? read_failed((int)got, e) :
				  add_to_lines(s, p, buffer, (size_t)got, e);

		if (r < 0 || got == 0)
			return r;
		done += (uint32_t)got;
	}
	return 0;
}

/* ---- all ---- */

int log_show_flush(struct log_show *s, const struct log_file *f, struct err *e)
{
	int r = copy_pending(s, f, e);

	return r < 0 ? r : write_ready(s, e);
}

static int show_dropped(struct log_show *s, const struct log_file *f, const struct log_piece *p,
			struct err *e)
{
	char note[160], time[MOMENT_ROOM];
	int r = log_show_flush(s, f, e);

	if (r < 0)
		return r;
	if (s->json)
		return show_object(s, line_object(p->time, p->stream, NULL, false, p->length), e);
	(void)snprintf(note, sizeof(note),
		       "%u bytes of %s were not logged at %s: there was no room", p->length,
		       stream_names[p->stream], moment_print(p->time, time));
	if (!s->capture)
		report_note(note);
	return 0;
}

int log_show_piece(struct log_show *s, const struct log_file *f, const struct log_piece *p,
		   struct err *e)
{
	if (!log_show_wants(s, p))
		return 0;
	if (p->flags & LOG_DROPPED)
		return show_dropped(s, f, p, e);
	return s->json || s->timestamps ? show_lines(s, f, p, e) : show_bytes(s, f, p, e);
}

int log_show_end(struct log_show *s, struct err *e)
{
	int r = 0;

	for (unsigned stream = 0; r == 0 && stream < LOG_STREAMS; stream++)
		if (s->lines[stream].length > 0)
			r = show_line(s, stream, true, e);
	return r < 0 ? r : write_ready(s, e);
}

void log_show_done(struct log_show *s)
{
	for (unsigned stream = 0; stream < LOG_STREAMS; stream++)
		text_done(&s->lines[stream]);
	text_done(&s->ready);
}

/* ---- from the end ---- */

struct tail {
	uint64_t wanted, found; /* ends of lines */
	bool begun;		/* the last byte was seen: if it ends a line, that line is one */
};

/* Counts ends of lines in a piece from its end on. -> 1: what is wanted begins behind *ret bytes of
 * it; 0: earlier. */
static int count_back(struct tail *t, const struct log_file *f, const struct log_piece *p,
		      uint32_t *ret, struct err *e)
{
	char buffer[COPY_ROOM];
	uint32_t left = p->length;

	while (left > 0) {
		uint32_t n = left < sizeof(buffer) ? left : (uint32_t)sizeof(buffer);
		ssize_t got = log_file_read(f, p->offset + left - n, buffer, n);

		if (got != (ssize_t)n)
			return read_failed(got < 0 ? (int)got : -EIO, e);
		for (uint32_t i = n; i-- > 0; t->begun = true) {
			if (buffer[i] != '\n' || !t->begun)
				continue;
			if (++t->found < t->wanted)
				continue;
			*ret = left - n + i + 1;
			return 1;
		}
		left -= n;
	}
	return 0;
}

int log_show_tail(const struct log_show *s, int dir_fd, uint64_t lines, struct log_file *f,
		  struct log_piece *ret, struct err *e)
{
	struct tail t = { .wanted = lines };
	struct log_piece p;
	uint32_t skip = 0;
	int r = 0;

	while (lines > 0) {
		r = log_file_piece_back(f, &p);
		if (r == 0) {
			r = log_file_previous(dir_fd, f);
			if (r <= 0)
				break;
			continue;
		}
		if (r < 0)
			break;
		if (!log_show_wants(s, &p) || p.flags & LOG_DROPPED)
			continue;
		r = count_back(&t, f, &p, &skip, e);
		if (r < 0)
			return r;
		if (r == 0)
			continue;
		p.offset += skip;
		p.length -= skip;
		*ret = p;
		return 1;
	}
	if (r < 0)
		return read_failed(r, e);
	if (lines == 0)
		return 0;
	/* All of it: behind nothing, before the first piece of the oldest file. */
	*ret = (struct log_piece){ .length = 0 };
	f->gap = true;
	return 1;
}
