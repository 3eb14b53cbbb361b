/* base/arena.c - see arena.h. Blocks of at least 64 KiB, chained, straight from the kernel: they are
 * zero without being touched, so that only what is used costs anything. */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define BLOCK_SIZE ((size_t)64 * 1024)
#define ALIGNMENT 16

struct arena_block {
	struct arena_block *previous;
	size_t size;
	size_t used;
	_Alignas(ALIGNMENT) unsigned char data[];
};

static void out_of_memory(void)
{
	static const char message[] = "error: out of memory\n";

	(void)!write(STDERR_FILENO, message, sizeof(message) - 1);
	_exit(125);
}

void *arena_alloc(struct arena *a, size_t size)
{
	struct arena_block *b = a->last;

	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
	if (!b || b->size - b->used < size) {
		size_t room = size > BLOCK_SIZE - sizeof(*b) ? size : BLOCK_SIZE - sizeof(*b);

		b = mmap(NULL, sizeof(*b) + room, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (b == MAP_FAILED)
			out_of_memory();
		b->size = room;
		b->previous = a->last;
		a->last = b;
	}
	void *p = b->data + b->used;
	b->used += size;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *copy = arena_alloc(a, n + 1);

	memcpy(copy, s, n);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	char start[256]; /* most are shorter: printed once */
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(start, sizeof(start), fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	if ((size_t)n < sizeof(start))
		return arena_strndup(a, start, (size_t)n);
	char *s = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return s;
}

void *arena_grow(struct arena *a, void *array, size_t n, size_t size)
{
	/* Room is always the next power of two from 4 up, so n alone tells when it is full. */
	if (n != 0 && (n < 4 || (n & (n - 1)) != 0))
		return array;
	size_t room = n < 4 ? 4 : n * 2;
	if (size != 0 && room > SIZE_MAX / 2 / size)
		out_of_memory();
	void *larger = arena_alloc(a, room * size);
	if (n > 0)
		memcpy(larger, array, n * size);
	return larger;
}

void arena_done(struct arena *a)
{
	struct arena_block *b = a->last;

	while (b) {
		struct arena_block *previous = b->previous;

		(void)munmap(b, sizeof(*b) + b->size);
		b = previous;
	}
	a->last = NULL;
}
