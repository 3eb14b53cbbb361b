/* base/number.c - see number.h. */
#include "base/number.h"

#include <ctype.h>
#include <errno.h>
#include <strings.h>

static int digits(const char **s, unsigned base, uint64_t *ret)
{
	uint64_t value = 0;
	const char *p = *s;

	for (; *p >= '0' && (unsigned)(*p - '0') < base; p++) {
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, (unsigned)(*p - '0'), &value))
			return -ERANGE;
	}
	if (p == *s)
		return -EINVAL;
	*s = p;
	*ret = value;
	return 0;
}

int number_u64(const char *s, uint64_t *ret)
{
	uint64_t value;
	int r = digits(&s, 10, &value);

	if (r < 0)
		return r;
	if (*s)
		return -EINVAL;
	*ret = value;
	return 0;
}

int number_u32(const char *s, uint32_t *ret)
{
	uint64_t value;
	int r = number_u64(s, &value);

	if (r < 0)
		return r;
	if (value > UINT32_MAX)
		return -ERANGE;
	*ret = (uint32_t)value;
	return 0;
}

int number_i64(const char *s, int64_t *ret)
{
	int negative = *s == '-';
	uint64_t value;
	int r = number_u64(s + (*s == '-' || *s == '+'), &value);

	if (r < 0)
		return r;
	if (value > (uint64_t)INT64_MAX)
		return -ERANGE;
	*ret = negative ? -(int64_t)value : (int64_t)value;
	return 0;
}

int number_mode(const char *s, uint32_t *ret)
{
	uint64_t value;
	int r = digits(&s, 8, &value);

	if (r < 0)
		return r;
	if (*s)
		return -EINVAL;
	if (value > 07777)
		return -ERANGE;
	*ret = (uint32_t)value;
	return 0;
}

int number_id(const char *s, uint32_t *ret)
{
	uint32_t value;
	int r = number_u32(s, &value);

	if (r < 0)
		return r;
	if (value == UINT32_MAX)
		return -ERANGE;
	*ret = value;
	return 0;
}

int number_size(const char *s, uint64_t *ret)
{
	static const char units[] = "bkmgt";
	uint64_t value;
	int r = digits(&s, 10, &value);

	if (r < 0)
		return r;
	if (*s) {
		unsigned shift = 0;
		char unit = (char)tolower((unsigned char)*s);

		for (; shift < sizeof(units) - 1 && units[shift] != unit; shift++)
			;
		if (shift == sizeof(units) - 1)
			return -EINVAL;
		s++;
		if (*s && (shift == 0 || (strcasecmp(s, "b") != 0 && strcasecmp(s, "ib") != 0)))
			return -EINVAL;
		if (shift > 0 && value > UINT64_MAX >> (10 * shift))
			return -ERANGE;
		value <<= 10 * shift;
	}
	*ret = value;
	return 0;
}
