/* supervise/watch_settings.h - what honu-supervise is told on its command line (handover.h). */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum log_driver { LOG_TO_NOTHING, LOG_TO_FILE, LOG_TO_JOURNAL, _LOG_DRIVER_N };
enum log_mode { LOG_BLOCKING, LOG_NON_BLOCKING, _LOG_MODE_N };
enum health_kind { HEALTH_NO, HEALTH_EXEC, HEALTH_TCP, HEALTH_HTTP, _HEALTH_KIND_N };
enum health_action {
	HEALTH_ACTION_NONE,
	HEALTH_ACTION_KILL,
	HEALTH_ACTION_RESTART,
	HEALTH_ACTION_STOP,
	_HEALTH_ACTION_N
};

/* Numbers all of one type, so that the table of settings can point at them. Times: ms. */
struct watch_settings {
	const char *id;
	const char *state, *name;
	uint64_t pid, tty, started;
	uint64_t log_driver, log_size, log_files, log_mode; /* enums of above */
	uint64_t stop_signal, stop_timeout;
	uint64_t health_kind, health_port, health_interval, health_timeout, health_start;
	uint64_t health_retries, health_action;
	const char *health_path;
	uint64_t exec; /* 0: not one of a detached exec */
	uint64_t wait; /* WAIT_NOT: something runs */
};

#define WAIT_NOT UINT64_MAX

/* argv of main(). -> 0, or -EINVAL and ret_text, one line. */
int watch_settings_read(int argc, char **argv, struct watch_settings *ret, char *ret_text,
			size_t room);
