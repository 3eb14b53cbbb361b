/* base/cleanup.h - scope-bound release of memory, descriptors and streams.
 *
 * A variable marked _cleanup_close_ or _cleanup_free_ is released when it goes out of scope;
 * take_fd() and take_ptr() hand the value on and leave the variable empty. Destructors accept
 * the empty value (-EBADF, NULL) and keep errno. */
#pragma once

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(f) __attribute__((cleanup(f)))

static inline void fd_closep(int *fd)
{
	if (*fd < 0)
		return;
	int saved = errno;
	(void)close(*fd); /* never retried: Linux has freed the number even on EINTR */
	errno = saved;
	*fd = -EBADF;
}

static inline void freep(void *p)
{
	int saved = errno;
	free(*(void **)p);
	errno = saved;
}

static inline void filep(FILE **f)
{
	if (*f)
		(void)fclose(*f);
}

static inline void dirp(DIR **d)
{
	if (*d)
		(void)closedir(*d);
}

#define _cleanup_close_ _cleanup_(fd_closep)
#define _cleanup_free_ _cleanup_(freep)
#define _cleanup_file_ _cleanup_(filep)
#define _cleanup_dir_ _cleanup_(dirp)

#define take_fd(fd)             \
	({                      \
		int fd_ = (fd); \
		(fd) = -EBADF;  \
		fd_;            \
	})

#define take_ptr(ptr)                         \
	({                                    \
		__typeof__(ptr) ptr_ = (ptr); \
		(ptr) = NULL;                 \
		ptr_;                         \
	})

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))
