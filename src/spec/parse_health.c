/* spec/parse_health.c - how to find out whether a container is well, and what follows if not. */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

static void json_done(json_t **value)
{
	json_decref(*value);
}

/* One check, whatever the order of the options. */
static int set_kind(const struct setting_use *u, struct spec *s, enum health_kind kind,
		    struct err *e)
{
	static const char *const options[] = {
		[HEALTH_NONE] = "",
		[HEALTH_EXEC] = "--health-cmd",
		[HEALTH_TCP] = "--health-tcp",
		[HEALTH_HTTP] = "--health-http",
	};
	struct health_spec *h = &s->health;

	static_assert(ELEMENTS(options) == _HEALTH_KIND_N, "a health check lacks its option");
	if (h->kind != HEALTH_NONE && h->kind != kind)
		return err_hint(e, setting_refuse(u, e, "contradicts %s", options[h->kind]),
				"a container has one check: leave one of them out");
	h->kind = kind;
	h->origin = u->origin;
	return 0;
}

static void set_argv(struct spec *s, const char *const *words, size_t n)
{
	struct health_spec *h = &s->health;

	h->argv = NULL;
	h->n_argv = 0;
	for (size_t i = 0; i < n; i++)
		arena_push(s->arena, h->argv, h->n_argv, words[i]);
	arena_push(s->arena, h->argv, h->n_argv, NULL);
	h->n_argv--;
}

/* ["test", "-e", "/x"]. False: something else, such as the [ of a shell. */
static bool read_array(struct spec *s, const char *text)
{
	_cleanup_(json_done) json_t *array = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	const char **words = NULL;
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(array); i++) {
		const char *word = json_string_value(json_array_get(array, i));

		if (!word)
			return false;
		arena_push(s->arena, words, n, arena_strdup(s->arena, word));
	}
	if (n == 0 || !*words[0])
		return false;
	set_argv(s, words, n);
	return true;
}

int parse_health_cmd(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char *const shell[] = { "/bin/sh", "-c", u->value };
	int r;

	if (strcmp(u->value, "none") == 0) {
		s->health.disabled = true;
		return 0;
	}
	if (u->value[strspn(u->value, " \t\n")] == '\0')
		return setting_refuse(u, e, "expected a command");
	r = set_kind(u, s, HEALTH_EXEC, e);
	if (r == 0 && !(u->value[0] == '[' && read_array(s, u->value)))
		set_argv(s, shell, ELEMENTS(shell));
	return r;
}

static int read_port(const struct setting_use *u, const char *text, uint32_t *ret, struct err *e)
{
	uint32_t port;

	if (number_u32(text, &port) < 0 || port < 1 || port > 65535)
		return setting_refuse(u, e, "expected a port from 1 to 65535, not '%s'", text);
	*ret = port;
	return 0;
}

int parse_health_tcp(const struct setting_use *u, struct spec *s, struct err *e)
{
	int r = set_kind(u, s, HEALTH_TCP, e);

	return r < 0 ? r : read_port(u, u->value, &s->health.port, e);
}

int parse_health_http(const struct setting_use *u, struct spec *s, struct err *e)
{
	size_t n = strcspn(u->value, "/");
	const char *path = u->value + n;
	int r = set_kind(u, s, HEALTH_HTTP, e);

	if (r == 0)
		r = read_port(u, arena_strndup(s->arena, u->value, n), &s->health.port, e);
	if (r < 0)
		return r;
	/* It becomes part of a line of the request. */
	for (const char *p = path; *p; p++)
		if (*p <= ' ' || *p >= 0x7f)
			return setting_refuse(u, e,
					      "blanks and other special characters of a path "
					      "are written as %%20 and so on");
	s->health.path = *path ? path : "/";
	return 0;
}

static int read_time(const struct setting_use *u, struct spec *s, uint32_t least, uint32_t *ret,
		     struct err *e)
{
	s->health.origin = u->origin;
	return setting_read_duration(u, u->value, least, ret, e);
}

int parse_health_interval(const struct setting_use *u, struct spec *s, struct err *e)
{
	return read_time(u, s, 10, &s->health.interval, e);
}

int parse_health_timeout(const struct setting_use *u, struct spec *s, struct err *e)
{
	return read_time(u, s, 10, &s->health.timeout, e);
}

int parse_health_start(const struct setting_use *u, struct spec *s, struct err *e)
{
	return read_time(u, s, 0, &s->health.start_period, e);
}

int parse_health_retries(const struct setting_use *u, struct spec *s, struct err *e)
{
	uint32_t n;

	if (number_u32(u->value, &n) < 0 || n < 1)
		return setting_refuse(u, e, "expected a number above 0");
	s->health.retries = n;
	s->health.origin = u->origin;
	return 0;
}

int parse_health_action(const struct setting_use *u, struct spec *s, struct err *e)
{
	static const char *const actions[] = {
		[HEALTH_LEAVE] = "none",
		[HEALTH_KILL] = "kill",
		[HEALTH_RESTART] = "restart",
		[HEALTH_STOP] = "stop",
	};

	static_assert(ELEMENTS(actions) == _HEALTH_ACTION_N, "an action lacks its word");
	for (size_t i = 0; i < ELEMENTS(actions); i++) {
		if (strcmp(actions[i], u->value) == 0) {
			s->health.action = (enum health_action)i;
			s->health.origin = u->origin;
			return 0;
		}
	}
	return setting_refuse(u, e, "expected none, kill, restart or stop");
}

int parse_no_healthcheck(const struct setting_use *u, struct spec *s, struct err *e)
{
	return setting_read_switch(u, &s->health.disabled, e);
}
