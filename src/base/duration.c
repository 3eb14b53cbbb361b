/* base/duration.c - see duration.h. */
#include "base/duration.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/cleanup.h"

#define LIMIT (UINT64_C(1) << 50) /* ms: 35,000 years */

static const struct unit {
	const char *name;
	uint64_t ms;
} units[] = { { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

/* The unit at *p, which is then behind it. Nothing there: seconds. */
static const struct unit *take_unit(const char **p)
{
	if (**p == '\0')
		return &units[1];
	for (size_t i = 0; i < ELEMENTS(units); i++) {
		size_t n = strlen(units[i].name);

		/* "m" is not the start of "ms", which comes first in the table. */
		if (strncmp(*p, units[i].name, n) == 0) {
			*p += n;
			return &units[i];
		}
	}
	return NULL;
}

int duration_parse(const char *text, uint64_t *ret_ms)
{
	uint64_t sum = 0;
	const char *p = text;

	do {
		uint64_t whole = 0, part = 0, scale = 1;
		const char *start = p;

		for (; *p >= '0' && *p <= '9'; p++) {
			whole = whole * 10 + (uint64_t)(*p - '0');
			if (whole > LIMIT)
				return -ERANGE;
		}
		if (p == start)
			return -EINVAL;
		if (*p == '.') {
			start = ++p;
			for (; *p >= '0' && *p <= '9' && p - start < 9; p++) {
				part = part * 10 + (uint64_t)(*p - '0');
				scale *= 10;
			}
			if (p == start)
				return -EINVAL;
		}
		const struct unit *unit = take_unit(&p);
		if (!unit)
			return -EINVAL;
		if (whole > LIMIT / unit->ms)
			return -ERANGE;
		sum += whole * unit->ms + part * unit->ms / scale;
		if (sum > LIMIT)
			return -ERANGE;
	} while (*p);
	*ret_ms = sum;
	return 0;
}
