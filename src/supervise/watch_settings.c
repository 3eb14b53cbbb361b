/* supervise/watch_settings.c - see watch_settings.h. */
#include "supervise/watch_settings.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "supervise/line.h"

#define DAY (UINT64_C(24) * 3600 * 1000)

struct row {
	const char *name;
	size_t offset;
	uint64_t least, most;
	const char *const *words; /* of a choice; the value is the word's place */
};

static const char *const no_yes[] = { "0", "1", NULL };
static const char *const drivers[_LOG_DRIVER_N + 1] = { "none", "file", "journald", NULL };
static const char *const modes[_LOG_MODE_N + 1] = { "blocking", "non-blocking", NULL };
static const char *const kinds[_HEALTH_KIND_N + 1] = { "none", "exec", "tcp", "http", NULL };
static const char *const actions[_HEALTH_ACTION_N + 1] = { "none", "kill", "restart", "stop",
							   NULL };

#define AT(field) offsetof(struct watch_settings, field)
#define TEXT(name, field)                   \
	{                                   \
		name, AT(field), 0, 0, NULL \
	}
#define NUMBER(name, field, least, most)           \
	{                                          \
		name, AT(field), least, most, NULL \
	}
#define CHOICE(name, field, words)           \
	{                                    \
		name, AT(field), 0, 0, words \
	}

/* A text has neither words nor a range. */
static const struct row rows[] = {
	NUMBER("pid", pid, 1, INT32_MAX),
	TEXT("state", state),
	CHOICE("tty", tty, no_yes),
	NUMBER("started", started, 1, INT64_MAX),
	CHOICE("log", log_driver, drivers),
	NUMBER("log-size", log_size, 1, INT64_MAX),
	NUMBER("log-files", log_files, 1, 1000),
	CHOICE("log-mode", log_mode, modes),
	TEXT("name", name),
	NUMBER("stop-signal", stop_signal, 1, 64),
	NUMBER("stop-timeout", stop_timeout, 0, 365 * DAY),
	CHOICE("health", health_kind, kinds),
	NUMBER("health-port", health_port, 1, 65535),
	TEXT("health-path", health_path),
	NUMBER("health-interval", health_interval, 1, 365 * DAY),
	NUMBER("health-timeout", health_timeout, 1, 365 * DAY),
	NUMBER("health-start", health_start, 0, 365 * DAY),
	NUMBER("health-retries", health_retries, 1, UINT32_MAX),
	CHOICE("health-action", health_action, actions),
	NUMBER("exec", exec, 1, UINT32_MAX),
	NUMBER("wait", wait, 0, 365 * DAY),
};

static int read_value(const struct row *row, const char *value, struct watch_settings *s)
{
	char *field = (char *)s + row->offset;
	uint64_t n = 0;

	if (row->words) {
		while (row->words[n] && strcmp(row->words[n], value) != 0)
			n++;
		if (!row->words[n])
			return -EINVAL;
	} else if (row->most == 0) {
		if (!*value)
			return -EINVAL;
		memcpy(field, &value, sizeof(value));
		return 0;
	} else if (number_u64(value, &n) < 0 || n < row->least || n > row->most) {
		return -EINVAL;
	}
	memcpy(field, &n, sizeof(n));
	return 0;
}

static int read_word(const char *word, struct watch_settings *s)
{
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		size_t length = strlen(rows[i].name);

		if (strncmp(word, rows[i].name, length) == 0 && word[length] == '=')
			return read_value(&rows[i], word + length + 1, s);
	}
	return -EINVAL;
}

/* As it stands in a request line: nothing that would end it early. */
static bool is_path(const char *s)
{
	if (*s != '/' || strlen(s) > 2048)
		return false;
	while (*s > ' ' && *s < 0x7f)
		s++;
	return *s == '\0';
}

/* What is needed beside what each setting is by itself; NULL: nothing is missing. */
static const char *lacks(const struct watch_settings *s)
{
	if (s->wait != WAIT_NOT)
		return NULL;
	if (s->pid == 0)
		return "pid= is missing";
	if ((s->health_kind == HEALTH_TCP || s->health_kind == HEALTH_HTTP) && s->health_port == 0)
		return "health-port= is missing";
	if (!is_path(s->health_path))
		return "health-path= is no path of a URL";
	return NULL;
}

int watch_settings_read(int argc, char **argv, struct watch_settings *ret, char *ret_text,
			size_t room)
{
	struct watch_settings s = {
		.log_driver = LOG_TO_FILE,
		.log_size = 10 << 20,
		.log_files = 3,
		.stop_signal = 15,
		.stop_timeout = 10000,
		.health_interval = 30000,
		.health_timeout = 30000,
		.health_retries = 3,
		.health_path = "/",
		.wait = WAIT_NOT,
	};
	struct line text = { ret_text, ret_text + room - 1 };
	const char *problem;

	if (argc < 2 || !*argv[1]) {
		line_add(&text, "usage: honu-supervise ID SETTING...; honu executes it");
		return -EINVAL;
	}
	s.id = argv[1];
	for (int i = 2; i < argc; i++) {
		if (read_word(argv[i], &s) == 0)
			continue;
		line_add(&text, "setting '");
		line_add(&text, argv[i]);
		line_add(&text, "' is unknown or malformed");
		return -EINVAL;
	}
	problem = lacks(&s);
	if (problem) {
		line_add(&text, problem);
		return -EINVAL;
	}
	*ret = s;
	return 0;
}
