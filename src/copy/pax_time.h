/* copy/pax_time.h - times before 1970 with a fraction, as libarchive means them in a pax archive.
 *
 * The file system counts from the second before (-1.25 is second -2 and 750 ms), the archive has a sign
 * and an amount ("-1.25"), and libarchive passes on the digits. */
#pragma once

#include <time.h>

#define PAX_TIME_NS 1000000000L

static inline struct timespec pax_time_write(struct timespec t)
{
	if (t.tv_sec >= 0 || t.tv_nsec == 0)
		return t;
	if (t.tv_sec == -1) /* there is no -0 */
		return (struct timespec){ .tv_sec = -1 };
	return (struct timespec){ .tv_sec = t.tv_sec + 1, .tv_nsec = PAX_TIME_NS - t.tv_nsec };
}

static inline struct timespec pax_time_read(struct timespec t)
{
	if (t.tv_sec >= 0 || t.tv_nsec == 0)
		return t;
	return (struct timespec){ .tv_sec = t.tv_sec - 1, .tv_nsec = PAX_TIME_NS - t.tv_nsec };
}
