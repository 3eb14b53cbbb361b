/* base/number.h - strict reading of numbers: the whole string, in range, or -EINVAL/-ERANGE. */
#pragma once

#include <stdint.h>

/* Decimal digits only (no sign, no blank, no "0x"). */
int number_u64(const char *s, uint64_t *ret);
int number_u32(const char *s, uint32_t *ret);

/* Decimal with an optional sign. */
int number_i64(const char *s, int64_t *ret);

/* Octal digits up to 07777, as file modes are written. */
int number_mode(const char *s, uint32_t *ret);

/* A user or group id: 0 to 2^32-2 (2^32-1 means "none" to the kernel). */
int number_id(const char *s, uint32_t *ret);

/* Bytes: digits with an optional b, k, m, g, t (powers of 1024, any case, optional "ib" or "b"
 * after it): "64m", "1G", "512KiB". */
int number_size(const char *s, uint64_t *ret);
