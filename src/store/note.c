/* store/note.c - see note.h.
 *
 * Who replaces a note holds the flock on the directory, so that one temporary name is enough and a
 * dead writer's is taken over by the next. The first one needs no lock: symlink(2) fails when
 * somebody else was first. */
#include "store/note.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "base/cleanup.h"

int note_lock(int dir_fd)
{
	/* An open file description of its own, so that a forked process is kept out as well. */
	_cleanup_close_ int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	while (flock(fd, LOCK_EX) < 0)
		if (errno != EINTR)
			return -errno;
	return take_fd(fd);
}

int note_replace_locked(int dir_fd, const char *name, const char *text)
{
	static const char suffix[] = ".new";
	char temporary[32];
	size_t n = strlen(name);

	if (n + sizeof(suffix) > sizeof(temporary))
		return -EINVAL;
	memcpy(temporary, name, n);
	memcpy(temporary + n, suffix, sizeof(suffix));
	if (unlinkat(dir_fd, temporary, 0) < 0 && errno != ENOENT)
		return -errno;
	if (symlinkat(text, dir_fd, temporary) < 0)
		return -errno;
	if (renameat(dir_fd, temporary, dir_fd, name) < 0) {
		int r = -errno;

		(void)unlinkat(dir_fd, temporary, 0);
		return r;
	}
	return 0;
}

int note_put(int dir_fd, const char *name, const char *text)
{
	if (symlinkat(text, dir_fd, name) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	_cleanup_close_ int lock = note_lock(dir_fd);
	return lock < 0 ? lock : note_replace_locked(dir_fd, name, text);
}

int note_get(int dir_fd, const char *name, char *ret, size_t room)
{
	ssize_t n = readlinkat(dir_fd, name, ret, room - 1);

	if (n < 0)
		return errno == EINVAL ? -EBADMSG : -errno; /* no symbolic link */
	if ((size_t)n >= room - 1)
		return -EBADMSG;
	ret[n] = '\0';
	return (int)n;
}

int note_remove(int dir_fd, const char *name)
{
	return unlinkat(dir_fd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int note_split(char *text, char separator, char *words[], size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char *end = strchr(text, separator);

		if (!end == (i + 1 < n))
			return -EBADMSG;
		if (end)
			*end = '\0';
		if (text[0] == '\0')
			return -EBADMSG;
		words[i] = text;
		text = end ? end + 1 : text;
	}
	return 0;
}
