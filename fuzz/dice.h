/* fuzz/dice.h - chance that can be replayed: from a number, or from the bytes that a fuzzer chose. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct dice {
	const uint8_t *bytes; /* NULL: from state */
	size_t n;	      /* bytes that are left */
	uint64_t state;
};

/* The same number gives the same sequence on every machine. */
static inline struct dice dice_from_number(uint64_t number)
{
	return (struct dice){ .state = number * UINT64_C(0x9e3779b97f4a7c15) + 1 };
}

static inline struct dice dice_from_bytes(const uint8_t *bytes, size_t n)
{
	return (struct dice){ .bytes = bytes, .n = n };
}

/* 0 to limit - 1; 0 where the bytes have run out. */
static inline unsigned dice_below(struct dice *d, unsigned limit)
{
	uint64_t value = 0;

	if (d->bytes) {
		for (unsigned room = limit - 1; room > 0 && d->n > 0; room >>= 8, d->n--)
			value = value << 8 | *d->bytes++;
	} else {
		/* splitmix64 */
		value = d->state += UINT64_C(0x9e3779b97f4a7c15);
		value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
		value ^= value >> 31;
	}
	return (unsigned)(value % limit);
}

/* True in one of n cases. */
static inline bool dice_one_in(struct dice *d, unsigned n)
{
	return dice_below(d, n) == n - 1;
}

#define dice_pick(d, array) ((array)[dice_below((d), sizeof(array) / sizeof(*(array)))])

/* A byte that a parser may trip over. */
static inline char dice_byte(struct dice *d)
{
	static const char likely[] = ":,=/.-_0123456789 \n\t\\'\"%$*azAZ+@\x7f\x1b\x80\xff\xc3";

	if (dice_one_in(d, 4))
		return (char)(1 + dice_below(d, 255));
	return likely[dice_below(d, sizeof(likely) - 1)];
}

/* Adds s with up to three changes: a byte more, less, different; a part twice or missing. */
static inline void dice_mutate(struct dice *d, struct text *t, const char *s)
{
	struct text work = { 0 };

	text_add(&work, s);
	for (unsigned changes = 1 + dice_below(d, 3); changes > 0; changes--) {
		struct text next = { 0 };
		const char *old = text_get(&work);
		size_t length = work.length;
		size_t at = dice_below(d, (unsigned)length + 1);
		size_t part = dice_below(d, (unsigned)(length - at) + 1);
		char byte = dice_byte(d);

		text_add_bytes(&next, old, at);
		switch (dice_below(d, 5)) {
		case 0:
			text_add_bytes(&next, &byte, 1);
			text_add(&next, old + at);
			break;
		case 1:
			text_add_bytes(&next, &byte, 1);
			text_add(&next, old + at + (at < length));
			break;
		case 2:
			text_add(&next, old + at + part);
			break;
		case 3:
			text_add_bytes(&next, old + at, part);
			text_add(&next, old + at);
			break;
		default:
			break; /* cut off */
		}
		text_done(&work);
		work = next;
	}
	text_add(t, text_get(&work));
	text_done(&work);
}

/* Adds up to limit bytes of anything but NUL. */
static inline void dice_garbage(struct dice *d, struct text *t, unsigned limit)
{
	for (unsigned n = dice_below(d, limit + 1); n > 0; n--) {
		char byte = dice_byte(d);

		text_add_bytes(t, &byte, 1);
	}
}
