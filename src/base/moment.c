/* base/moment.c - see moment.h. The calendar is the Gregorian one, of years 1970 to 9999. */
#include "base/moment.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/duration.h"

#define DAY 86400
#define LAST_SECOND (UINT64_MAX / MOMENT_SECOND - 1) /* in the year 2554 */

/* Days from 1970-01-01 to the first of March of the year: the leap day is the last one then. */
static int64_t days_to_march(int64_t year)
{
	return year * 365 + year / 4 - year / 100 + year / 400 - 719468;
}

/* Days between the first of March and the first of the month, March being 0. */
static int64_t days_in_months(int64_t month)
{
	return (month * 153 + 2) / 5;
}

static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	int64_t from_march = (month + 9) % 12;

	return days_to_march(month > 2 ? year : year - 1) + days_in_months(from_march) + day - 1;
}

static int64_t length_of_month(int64_t year, int64_t month)
{
	return month == 12 ? 31 : days_of(year, month + 1, 1) - days_of(year, month, 1);
}

/* Exactly n digits at *p, which is then behind them. */
static int take_digits(const char **p, int n, int64_t least, int64_t most, int64_t *ret)
{
	int64_t value = 0;

	for (; n > 0; n--, (*p)++) {
		if (**p < '0' || **p > '9')
			return -EINVAL;
		value = value * 10 + (**p - '0');
	}
	if (value < least || value > most)
		return -ERANGE;
	*ret = value;
	return 0;
}

/* ".5" -> nanoseconds; what is finer is cut. Nothing there: 0. */
static int take_fraction(const char **p, uint64_t *ret)
{
	uint64_t scale = MOMENT_SECOND / 10;

	*ret = 0;
	if (**p != '.')
		return 0;
	(*p)++;
	if (**p < '0' || **p > '9')
		return -EINVAL;
	for (; **p >= '0' && **p <= '9'; (*p)++, scale /= 10)
		*ret += scale * (uint64_t)(**p - '0');
	return 0;
}

static int take_date(const char **p, int64_t *ret_days)
{
	int64_t year = 0, month = 0, day = 0;
	int r = take_digits(p, 4, 1970, 9999, &year);

	if (r == 0)
		r = *(*p)++ == '-' ? take_digits(p, 2, 1, 12, &month) : -EINVAL;
	if (r == 0)
		r = *(*p)++ == '-' ? take_digits(p, 2, 1, length_of_month(year, month), &day) :
				     -EINVAL;
	*ret_days = r == 0 ? days_of(year, month, day) : 0;
	return r;
}

/* "18:07", "18:07:42.5" */
static int take_time(const char **p, int64_t *ret_seconds, uint64_t *ret_ns)
{
	int64_t hour = 0, minute = 0, second = 0;
	int r = take_digits(p, 2, 0, 23, &hour);

	if (r == 0)
		r = *(*p)++ == ':' ? take_digits(p, 2, 0, 59, &minute) : -EINVAL;
	if (r == 0 && **p == ':') {
		(*p)++;
		r = take_digits(p, 2, 0, 60, &second); /* a leap second */
		if (r == 0)
			r = take_fraction(p, ret_ns);
	}
	*ret_seconds = (hour * 60 + minute) * 60 + second;
	return r;
}

/* "Z", "+02:00" -> seconds east of UTC. 0: there is none. */
static int take_zone(const char **p, int64_t *ret_east)
{
	int64_t hours = 0, minutes = 0, sign = **p == '-' ? -1 : 1;
	int r;

	*ret_east = 0;
	if (**p == 'Z' || **p == 'z') {
		(*p)++;
		return 1;
	}
	if (**p != '+' && **p != '-')
		return 0;
	(*p)++;
	r = take_digits(p, 2, 0, 23, &hours);
	if (r == 0)
		r = *(*p)++ == ':' ? take_digits(p, 2, 0, 59, &minutes) : -EINVAL;
	*ret_east = sign * (hours * 60 + minutes) * 60;
	return r < 0 ? r : 1;
}

static int finish(int64_t seconds, uint64_t ns, uint64_t *ret)
{
	if (seconds < 0 || (uint64_t)seconds > LAST_SECOND)
		return -ERANGE;
	*ret = (uint64_t)seconds * MOMENT_SECOND + ns;
	return 0;
}

static int parse_calendar(const char *p, moment_zone_fn *zone, uint64_t *ret)
{
	int64_t days, seconds = 0, east = 0;
	uint64_t ns = 0;
	int r = take_date(&p, &days), zoned = 0;

	if (r == 0 && (*p == 'T' || *p == 't' || *p == ' ')) {
		p++;
		r = take_time(&p, &seconds, &ns);
		if (r == 0)
			r = zoned = take_zone(&p, &east);
	}
	if (r < 0)
		return r;
	if (*p)
		return -EINVAL;
	seconds += days * DAY - east;
	return finish(zoned || !zone ? seconds : zone(seconds), ns, ret);
}

/* "1795457262", "1795457262.25" */
static int parse_seconds(const char *p, uint64_t *ret)
{
	uint64_t seconds = 0, ns;
	int r;

	for (; *p >= '0' && *p <= '9'; p++) {
		seconds = seconds * 10 + (uint64_t)(*p - '0');
		if (seconds > LAST_SECOND)
			return -ERANGE;
	}
	r = take_fraction(&p, &ns);
	if (r == 0 && *p)
		r = -EINVAL;
	return r < 0 ? r : finish((int64_t)seconds, ns, ret);
}

int moment_parse(const char *text, uint64_t now, moment_zone_fn *zone, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t ms;
	int r;

	if (digits == 0)
		return -EINVAL;
	if (digits == 4 && text[4] == '-')
		return parse_calendar(text, zone, ret);
	if (text[digits + strspn(text + digits, ".0123456789")] == '\0')
		return parse_seconds(text, ret);
	r = duration_parse(text, &ms);
	if (r < 0)
		return r;
	if (ms > now / 1000000)
		return -ERANGE;
	*ret = now - ms * 1000000;
	return 0;
}

/* At *p, which is then behind them; and what stands between two numbers. */
static void put_digits(char **p, uint64_t value, int n, char after)
{
	for (int i = n; i-- > 0; value /= 10)
		(*p)[i] = (char)('0' + value % 10);
	(*p)[n] = after;
	*p += n + 1;
}

/* Without printf(3), which takes longer than all else that a list does for a container. */
const char *moment_print(uint64_t moment, char ret[MOMENT_ROOM])
{
	uint64_t seconds = moment / MOMENT_SECOND, rest = seconds % DAY;
	int64_t days = (int64_t)(seconds / DAY), year, month, day;
	char *p = ret;

	/* The average year is never so short that the guess is early. */
	year = 1970 + days / 365;
	while (days < days_to_march(year))
		year--;
	day = days - days_to_march(year);
	month = (day * 5 + 2) / 153;
	day -= days_in_months(month);
	put_digits(&p, (uint64_t)(month < 10 ? year : year + 1), 4, '-');
	put_digits(&p, (uint64_t)((month + 2) % 12 + 1), 2, '-');
	put_digits(&p, (uint64_t)day + 1, 2, 'T');
	put_digits(&p, rest / 3600, 2, ':');
	put_digits(&p, rest / 60 % 60, 2, ':');
	put_digits(&p, rest % 60, 2, '.');
	put_digits(&p, moment % MOMENT_SECOND, 9, 'Z');
	*p = '\0';
	return ret;
}

const char *moment_print_span(uint64_t ns, char ret[MOMENT_ROOM])
{
	static const struct unit {
		const char *name;
		uint64_t seconds;
	} units[] = {
		{ "years", 31557600 }, { "months", 2629800 }, { "weeks", 604800 },
		{ "days", 86400 },     { "hours", 3600 },     { "minutes", 60 },
	};
	uint64_t seconds = ns / MOMENT_SECOND;

	for (size_t i = 0; i < ELEMENTS(units); i++) {
		if (seconds < 2 * units[i].seconds)
			continue;
		(void)snprintf(ret, MOMENT_ROOM, "%llu %s",
			       (unsigned long long)(seconds / units[i].seconds), units[i].name);
		return ret;
	}
	if (seconds == 0)
		(void)snprintf(ret, MOMENT_ROOM, "less than a second");
	else
		(void)snprintf(ret, MOMENT_ROOM, "%llu second%s", (unsigned long long)seconds,
			       seconds == 1 ? "" : "s");
	return ret;
}
