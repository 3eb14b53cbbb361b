/* cli/stop_time.c - see stop_time.h. */
#include "cli/stop_time.h"

#include <errno.h>
#include <string.h>

#include "base/duration.h"
#include "cli/halt.h"

#define TIME_MAX_MS (INT64_C(1000) * 60 * 60 * 24 * 365)

bool stop_time_read(struct targets *t, const char *text, int64_t *ms)
{
	struct err e = { 0 };
	uint64_t value;

	if (!text)
		return true;
	if (strcmp(text, "-1") == 0) { /* as docker has it */
		*ms = HALT_FOREVER;
		return true;
	}
	if (duration_parse(text, &value) == 0 && value <= TIME_MAX_MS) {
		*ms = (int64_t)value;
		return true;
	}
	(void)err_say(
		&e, -EINVAL,
		"--time '%s': expected a time such as 10, 500ms or 1m30s, of a year at most, or "
		"-1 for ever",
		text);
	(void)err_hint(&e, -EINVAL, "see 'honu %s --help'", t->verb->name);
	targets_fail(t, &e);
	return false;
}
