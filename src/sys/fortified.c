/* sys/fortified.c - the checked calls that Debian's static libraries make instead of the plain ones
 * (_FORTIFY_SOURCE, glibc's). honu is linked with musl, which has the plain ones alone; these are
 * the three that libjansson.a asks for. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef __GLIBC__

char *__strncpy_chk(char *to, const char *from, size_t n, size_t room);
int __snprintf_chk(char *to, size_t n, int flag, size_t room, const char *fmt, ...);
int __vsnprintf_chk(char *to, size_t n, int flag, size_t room, const char *fmt, va_list ap);

/* As glibc does: a buffer that is smaller than was promised ends the program. */
static void check(size_t n, size_t room)
{
	if (n > room)
		abort();
}

char *__strncpy_chk(char *to, const char *from, size_t n, size_t room)
{
	check(n, room);
	size_t length = strnlen(from, n);
	memcpy(to, from, length);
	memset(to + length, 0, n - length);
	return to;
}

int __vsnprintf_chk(char *to, size_t n, int flag, size_t room, const char *fmt, va_list ap)
{
	(void)flag;
	check(n, room);
	return vsnprintf(to, n, fmt, ap);
}

int __snprintf_chk(char *to, size_t n, int flag, size_t room, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int r = __vsnprintf_chk(to, n, flag, room, fmt, ap);
	va_end(ap);
	return r;
}
#else
typedef int fortified_by_the_c_library; /* ISO C wants something in every file */
#endif
