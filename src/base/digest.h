/* base/digest.h - a short digest that finds torn and damaged records (not a defence against
 * anybody). FNV-1a, 64 bits. */
#pragma once

#include <stddef.h>
#include <stdint.h>

static inline uint64_t digest_fnv1a(const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * UINT64_C(0x100000001b3);
	return h;
}
