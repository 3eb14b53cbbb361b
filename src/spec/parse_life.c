/* spec/parse_life.c - how a container starts and ends, and where its output goes. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/signal_name.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

/* A smaller one would be begun anew with nearly every line. */
#define LOG_SIZE_MIN 4096
#define LOG_FILES_MAX 1000

#define DETACH_KEYS_MAX 16

static int read_path(const struct setting_use *u, struct spec *s, const char **ret, struct err *e)
{
	if (!*u->value || u->value[strlen(u->value) - 1] == '/')
		return setting_refuse(u, e, "expected a file");
	return path_absolute(s->arena, u->cwd, u->value, ret, e);
}

int parse_cidfile(const struct setting_use *u, struct spec *s, struct err *e)
{
	return read_path(u, s, &s->cidfile, e);
}

int parse_pidfile(const struct setting_use *u, struct spec *s, struct err *e)
{
	return read_path(u, s, &s->pidfile, e);
}

/* The number of the word in the list; refuses others, with the one that may have been meant. */
static int read_word(const struct setting_use *u, const char *word, const char *const words[],
		     size_t n, const char *expected, struct err *e)
{
	const char *nearest;
	int r;

	for (size_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return (int)i;
	nearest = text_nearest(word, words, n);
	r = setting_refuse(u, e, "expected %s", expected);
	return nearest ? err_hint(e, r, "did you mean '%s'?", nearest) : r;
}

int parse_restart(const struct setting_use *u, struct spec *s, struct err *e)
{
	static const char *const policies[] = {
		[RESTART_NO] = "no",
		[RESTART_ON_FAILURE] = "on-failure",
		[RESTART_ALWAYS] = "always",
		[RESTART_UNLESS_STOPPED] = "unless-stopped",
	};
	const char *policy = u->value, *max = NULL;
	uint32_t n = 0;
	int r;

	(void)field_pair(s->arena, u->value, ':', &policy, &max);
	r = read_word(u, policy, policies, ELEMENTS(policies),
		      "no, on-failure[:MAX], always or unless-stopped", e);
	if (r < 0)
		return r;
	if (max && r != RESTART_ON_FAILURE)
		return setting_refuse(u, e, "only on-failure has a number of times");
	if (max && number_u32(max, &n) < 0)
		return setting_refuse(u, e, "expected a number of times, not '%s'", max);
	s->restart = (enum restart_policy)r;
	s->restart_max = n;
	return 0;
}

int parse_stop_signal(const struct setting_use *u, struct spec *s, struct err *e)
{
	int signal;

	/* 32 and 33 are the C library's own: no program hears them. */
	if (signal_parse(u->value, &signal) < 0 || !signal_name(signal))
		return setting_refuse(u, e, "expected a signal such as SIGTERM, RTMIN+3 or 15");
	s->stop_signal = signal;
	return 0;
}

int parse_stop_timeout(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (strcmp(u->value, "infinity") == 0 || strcmp(u->value, "-1") == 0) {
		s->stop_timeout = UINT32_MAX;
		return 0;
	}
	return setting_read_duration(u, u->value, 0, &s->stop_timeout, e);
}

/* A single character, or ctrl- and one that has a control character. */
static bool is_key(const char *key)
{
	size_t n = strlen(key);

	if (n == 1)
		return key[0] > ' ' && key[0] < 0x7f;
	return n == 6 && field_after(key, "ctrl-") &&
	       strchr("@abcdefghijklmnopqrstuvwxyz[\\]^_", key[5]);
}

int parse_detach_keys(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char **keys;
	size_t n = *u->value ? fields_split(s->arena, u->value, ',', &keys) : 0;

	if (n > DETACH_KEYS_MAX)
		return setting_refuse(u, e, "at most %d keys", DETACH_KEYS_MAX);
	for (size_t i = 0; i < n; i++)
		if (!is_key(keys[i]))
			return setting_refuse(u, e,
					      "'%s' is no key: expected a character, or ctrl- and "
					      "one of a to z @ [ \\ ] ^ _",
					      keys[i]);
	s->detach_keys = u->value;
	return 0;
}

int parse_log_driver(const struct setting_use *u, struct spec *s, struct err *e)
{
	static const char *const drivers[] = {
		[LOG_FILE] = "file",
		[LOG_NONE] = "none",
		[LOG_JOURNALD] = "journald",
	};
	static const char *const files[] = { "json-file", "local", "k8s-file" };
	int r;

	for (size_t i = 0; i < ELEMENTS(files); i++)
		if (strcmp(files[i], u->value) == 0)
			return err_hint(
				e,
				err_say(e, -EOPNOTSUPP,
					"--log-driver '%s': honu has a format of its own",
					u->value),
				"leave it out, or say --log-driver file: bounded files, which "
				"'honu logs' reads");
	r = read_word(u, u->value, drivers, ELEMENTS(drivers), "file, journald or none", e);
	if (r < 0)
		return r;
	s->log_driver = (enum log_driver)r;
	return 0;
}

static int read_log_size(const struct setting_use *u, struct spec *s, const char *value,
			 struct err *e)
{
	uint64_t size;
	int r = setting_read_size(u, value, &size, e);

	if (r < 0)
		return r;
	if (size < LOG_SIZE_MIN)
		return setting_refuse(u, e, "expected at least %d bytes", LOG_SIZE_MIN);
	s->log_size = size;
	s->log_origin = u->origin;
	return 0;
}

static int read_log_files(const struct setting_use *u, struct spec *s, const char *value,
			  struct err *e)
{
	uint32_t n;

	if (number_u32(value, &n) < 0 || n < 1 || n > LOG_FILES_MAX)
		return setting_refuse(u, e, "expected a number from 1 to %d, not '%s'",
				      LOG_FILES_MAX, value);
	s->log_files = n;
	s->log_origin = u->origin;
	return 0;
}

static int read_log_mode(const struct setting_use *u, struct spec *s, const char *value,
			 struct err *e)
{
	if (strcmp(value, "blocking") != 0 && strcmp(value, "non-blocking") != 0)
		return setting_refuse(u, e, "expected blocking or non-blocking, not '%s'", value);
	s->log_non_blocking = strcmp(value, "non-blocking") == 0;
	return 0;
}

int parse_log_opt(const struct setting_use *u, struct spec *s, struct err *e)
{
	static const char *const names[] = { "max-size", "max-file", "mode" };
	static int (*const read[])(const struct setting_use *, struct spec *, const char *,
				   struct err *) = { read_log_size, read_log_files, read_log_mode };
	const char *key, *value;
	int r;

	if (!field_pair(s->arena, u->value, '=', &key, &value))
		return setting_refuse(u, e, "expected KEY=VALUE");
	r = read_word(u, key, names, ELEMENTS(names), "max-size, max-file or mode", e);
	return r < 0 ? r : read[r](u, s, value, e);
}

int parse_sdnotify(const struct setting_use *u, struct spec *s, struct err *e)
{
	static const char *const modes[] = { "ignore", "container" };
	int r;

	if (strcmp(u->value, "conmon") == 0 || strcmp(u->value, "healthy") == 0)
		return err_hint(e,
				err_say(e, -EOPNOTSUPP,
					"--sdnotify '%s': honu does not speak for the program",
					u->value),
				"a unit of Type=exec is started when 'honu run' is; with container "
				"the program says itself when it is ready");
	r = read_word(u, u->value, modes, ELEMENTS(modes), "container or ignore", e);
	if (r < 0)
		return r;
	s->notify = r == 1;
	return 0;
}
