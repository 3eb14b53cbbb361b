/* base/range.h - a range of user or group ids. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct id_range {
	uint32_t base;
	uint32_t count;
};

/* The first of n ranges that shares an id with [base, base + count), or NULL. */
static inline const struct id_range *id_range_find(const struct id_range *ranges, size_t n,
						   uint32_t base, uint32_t count)
{
	for (size_t i = 0; i < n; i++) {
		uint64_t end = (uint64_t)ranges[i].base + ranges[i].count;

		if (base < end && ranges[i].base < (uint64_t)base + count)
			return &ranges[i];
	}
	return NULL;
}
