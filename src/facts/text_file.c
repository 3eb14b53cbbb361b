/* facts/text_file.c - small text files, read whole and taken apart in place. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "facts/parts.h"

char *facts_read_file(struct arena *a, const char *path, size_t max)
{
	char start[4096]; /* most are shorter, and files of /proc do not tell their size */
	char *text = start;
	size_t room = sizeof(start), length = 0;
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return NULL;
	for (;;) {
		if (length == room) {
			char *larger = arena_alloc(a, room * 2);

			memcpy(larger, text, length);
			text = larger;
			room *= 2;
		}
		ssize_t n = read(fd, text + length, room - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return NULL;
		if (n == 0)
			break;
		length += (size_t)n;
		if (length > max) {
			errno = EFBIG;
			return NULL;
		}
	}
	return arena_strndup(a, text, length);
}

int facts_read_needed(struct arena *a, const char *path, size_t max, char **ret, struct err *e)
{
	*ret = facts_read_file(a, path, max);
	return *ret || errno == ENOENT ? 0 : err_set(e, -errno, "read %s", path);
}

char *facts_next_field(char **line, char separator)
{
	char *field = *line;

	if (!field)
		return NULL;
	char *end = strchr(field, separator);
	if (end)
		*end++ = '\0';
	*line = end;
	return field;
}

char *facts_next_line(char **text)
{
	if (!*text || **text == '\0')
		return NULL;
	return facts_next_field(text, '\n');
}
