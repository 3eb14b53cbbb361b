/* base/moment.h - points in time, as people and other programs write them.
 *
 * A moment is nanoseconds since 1970 in UTC (CLOCK_REALTIME), as files of the store hold it. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MOMENT_SECOND UINT64_C(1000000000)

/* What the clock on the wall shows, in seconds since 1970 as if it hung in UTC -> seconds since 1970
 * in UTC. */
typedef int64_t moment_zone_fn(int64_t shown);

/* RFC 3339 ("2026-11-23T18:07:42.5Z", "2026-11-23 18:07:42+02:00"); the same without a zone, without
 * seconds, or the date alone (then zone tells, NULL: UTC); seconds since 1970 ("1795457262.25"); a
 * length of time before now ("10m", "1h30m"). Strict: the whole string. -EINVAL, -ERANGE. */
int moment_parse(const char *text, uint64_t now, moment_zone_fn *zone, uint64_t *ret);

#define MOMENT_ROOM 48

/* "2026-11-23T18:07:42.500000000Z": always as long, so that a listing is aligned. -> ret */
const char *moment_print(uint64_t moment, char ret[MOMENT_ROOM]);

/* A length of time for people, in the largest unit of which there are at least two: "40 seconds",
 * "90 seconds", "3 minutes", "47 hours"; "less than a second". -> ret */
const char *moment_print_span(uint64_t ns, char ret[MOMENT_ROOM]);
