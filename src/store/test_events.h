/* store/test_events.h - a directory for events, and what is read of them. */
#pragma once

#include <jansson.h>

#include "store/events.h"
#include "store/test_stop.h"

#define ID "0123456789ab"

struct fixture {
	char path[32];
	int fd;
};

static inline void fixture_done(struct fixture *f)
{
	(void)unlinkat(f->fd, "events", 0);
	(void)unlinkat(f->fd, "events.1", 0);
	(void)close(f->fd);
	(void)rmdir(f->path);
}

static inline struct fixture fixture_new(void)
{
	struct fixture f = { .path = "/tmp/honu-test-XXXXXX" };

	assert_non_null(mkdtemp(f.path));
	f.fd = open(f.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(f.fd >= 0);
	return f;
}

#define _cleanup_fixture_ _cleanup_(fixture_done)
#define _cleanup_reader_ _cleanup_(event_reader_done)

static inline void must_append(int fd, const char *action, const char *const *attributes)
{
	assert_int_equal(event_append(fd, ID, "web", action, attributes), 0);
}

static inline struct event_reader reader(int fd)
{
	struct event_reader r;

	assert_int_equal(event_reader_open(&r, fd, 0, UINT64_MAX), 0);
	return r;
}

static inline json_t *next_event(struct event_reader *r)
{
	const char *line;
	json_error_t error;

	assert_int_equal(event_reader_next(r, &line), 1);
	json_t *event = json_loads(line, JSON_REJECT_DUPLICATES, &error);
	if (!event)
		fail_msg("%s: '%s'", error.text, line);
	return event;
}

static inline const char *event_text(const json_t *event, const char *key)
{
	return json_string_value(json_object_get(event, key));
}
