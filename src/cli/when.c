/* cli/when.c - see when.h. */
#include "cli/when.h"

#include <errno.h>
#include <time.h>

#include "base/moment.h"

uint64_t when_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * MOMENT_SECOND + (uint64_t)now.tv_nsec;
}

/* By TZ and /etc/localtime. */
static int64_t local(int64_t shown)
{
	time_t seconds = (time_t)shown;
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		return -1;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm);
}

int when_parse(const char *option, const char *text, uint64_t *ret, struct err *e)
{
	if (!text || moment_parse(text, when_now(), local, ret) == 0)
		return 0;
	return err_hint(e, err_say(e, -EINVAL, "--%s '%s': expected a time", option, text),
			"such as 2026-11-23, '2026-11-23 18:07', 2026-11-23T18:07:42Z, 1795457262 "
			"(seconds since 1970), or 10m for ten minutes ago");
}
