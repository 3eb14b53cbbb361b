/* cli/wait_for.c - see wait_for.h. */
#include "cli/wait_for.h"

#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cli/settle.h"
#include "cli/state.h"
#include "cli/when.h"
#include "spec/record.h"
#include "store/events.h"

const char *const wait_conditions[] = {
	[UNTIL_STOPPED] = "stopped", [UNTIL_EXITED] = "exited", [UNTIL_RUNNING] = "running",
	[UNTIL_HEALTHY] = "healthy", [UNTIL_PAUSED] = "paused", [UNTIL_REMOVED] = "removed",
};
static_assert(ELEMENTS(wait_conditions) == _CONDITION_N, "a condition lacks its word");

static void finish(struct waited *w)
{
	w->done = true;
}

static void give_up(struct waited *w)
{
	w->done = w->failed = true;
}

int wait_begin(struct waited *w, const struct store *s, const char *name)
{
	*w = (struct waited){
		.name = name, .container = STORE_CONTAINER_EMPTY, .began = when_now(), .code = -1
	};
	if (store_find(s, name, &w->container, &w->e) < 0) {
		give_up(w);
		return w->e.code;
	}
	if (store_get_status(&w->container, &w->status, NULL) < 0)
		return 0; /* it is looked at once more anyway */
	w->first = w->status.pid;
	w->first_start = w->status.start_time;
	return 0;
}

/* ---- codes ---- */

/* How it ended last, since we look: also of one that is gone by now. */
static void code_from_events(const struct store *s, struct waited *w)
{
	_cleanup_(event_reader_done) struct event_reader reader = { .fd = -EBADF };
	const char *line;

	if (event_reader_open(&reader, s->fd, w->began, UINT64_MAX) < 0)
		return;
	while (event_reader_next(&reader, &line) == 1) {
		json_t *event = json_loads(line, 0, NULL);
		const char *id = json_string_value(json_object_get(event, "id"));
		const char *action = json_string_value(json_object_get(event, "action"));
		const char *code = json_string_value(
			json_object_get(json_object_get(event, "attributes"), "exitCode"));
		uint32_t n;

		if (id && action && code && strcmp(id, w->container.id) == 0 &&
		    strcmp(action, "die") == 0 && number_u32(code, &n) == 0 && n <= 255)
			w->code = (int)n;
		json_decref(event);
	}
}

/* The file is there as soon as its program has ended, until the next run begins. */
static bool read_code(struct waited *w)
{
	struct exit_record x;

	if (exit_get(w->container.fd, &x) < 0)
		return false;
	w->code = x.code;
	return true;
}

static void finish_ended(const struct store *s, struct waited *w)
{
	if (!read_code(w) && w->code < 0)
		code_from_events(s, w);
	finish(w);
}

/* ---- looking ---- */

static bool is_phase(const struct waited *w, const char *phase)
{
	return strcmp(w->status.phase, phase) == 0;
}

/* -> 1: nobody watches over it any more, and it has been put in order; look again. */
static int put_in_order(struct waited *w)
{
	struct state s = { .phase = "" };
	int r;

	state_begin(&w->status, &s);
	/* One without any status is being made or removed this very moment. */
	if (!s.stale || w->status.supervisor <= 0)
		return 0;
	r = settle(&w->container, NULL);
	fd_closep(&w->container.alive);
	return r == SETTLED_NOW || r == SETTLED_GONE;
}

static int look_at_gone(const struct store *s, enum wait_condition condition, struct waited *w)
{
	if (condition <= UNTIL_EXITED || condition == UNTIL_REMOVED) {
		finish_ended(s, w);
		if (w->code < 0 && condition == UNTIL_REMOVED)
			w->code = 0; /* it never ran */
		if (w->code >= 0)
			return 0;
	}
	give_up(w);
	return err_hint(&w->e, err_say(&w->e, -ENOENT, "container '%s' is gone", w->name),
			"'honu events --filter container=%s' tells what happened", w->container.id);
}

/* Another run than the one that went on when we began? */
static bool is_another_run(const struct waited *w)
{
	return w->first > 0 && w->status.pid > 0 &&
	       (w->status.pid != w->first || w->status.start_time != w->first_start);
}

static void look_at_end(const struct store *s, enum wait_condition condition, struct waited *w)
{
	bool over = is_phase(w, "stopped") || is_phase(w, "created");

	if (condition == UNTIL_EXITED)
		over = over || is_phase(w, "restarting") || is_another_run(w);
	if (is_phase(w, "created"))
		w->code = 0; /* as docker says */
	if (read_code(w))
		over = over || condition == UNTIL_EXITED;
	else if (w->status.alive)
		w->code = -1; /* that was of the run before */
	if (over)
		finish_ended(s, w);
}

static int no_healthcheck(struct waited *w)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *spec;
	char *json;

	if (store_get_record(&w->container, &a, &json, NULL) < 0 ||
	    spec_read_record(&a, json, &spec, NULL) < 0 || spec->health.kind != HEALTH_NONE)
		return 0;
	give_up(w);
	return err_hint(&w->e,
			err_say(&w->e, -EINVAL, "container '%s' has no healthcheck", w->name),
			"start it with --health-cmd, --health-tcp or --health-http");
}

static int look_at_health(struct waited *w)
{
	const struct state_clock clock = state_clock_now();
	struct state s = { .phase = "" };

	state_begin(&w->status, &s);
	state_look(w->container.fd, "", &w->status, &clock, &s);
	if (s.health == HEALTH_GOOD)
		finish(w);
	else if (s.lives && s.health == HEALTH_UNWATCHED)
		return no_healthcheck(w);
	if (!is_phase(w, "stopped"))
		return 0;
	give_up(w);
	return err_hint(&w->e,
			err_say(&w->e, -ESRCH, "container '%s' has ended before it was healthy",
				w->name),
			"'honu why %s' tells how", w->name);
}

int wait_look(const struct store *s, enum wait_condition condition, struct waited *w)
{
	int r = store_get_status(&w->container, &w->status, &w->e);

	if (r == 0 && put_in_order(w))
		r = store_get_status(&w->container, &w->status, &w->e);
	if (r == -ENOENT)
		return look_at_gone(s, condition, w);
	if (r < 0) {
		give_up(w);
		return r;
	}
	switch (condition) {
	case UNTIL_STOPPED:
	case UNTIL_EXITED:
		look_at_end(s, condition, w);
		break;
	case UNTIL_HEALTHY:
		r = look_at_health(w);
		break;
	case UNTIL_RUNNING:
	case UNTIL_PAUSED:
		w->done = w->status.alive && is_phase(w, wait_conditions[condition]);
		break;
	case UNTIL_REMOVED:
		(void)read_code(w);
		break;
	case _CONDITION_N:
		break;
	}
	return r < 0 ? r : !w->done && w->status.supervisor <= 0 && is_phase(w, "creating");
}
