/* cgroup/freeze.c - see freeze.h. */
#include "cgroup/freeze.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define V1_FILE "freezer.state"
#define V2_FILE "cgroup.freeze"

static int open_file(const char *base, const char *path, const char *name, int flags)
{
	char file[PATH_MAX];
	int n = snprintf(file, sizeof(file), "%s/%s/%s", base, path, name);
	int fd;

	if (n < 0 || (size_t)n >= sizeof(file))
		return -ENAMETOOLONG;
	fd = open(file, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int write_file(const char *base, const char *path, const char *name, const char *value)
{
	_cleanup_close_ int fd = open_file(base, path, name, O_WRONLY);
	ssize_t n = (ssize_t)strlen(value);

	if (fd < 0)
		return fd;
	return write(fd, value, (size_t)n) == n ? 0 : -errno;
}

static int read_file(const char *base, const char *path, const char *name, char *ret, size_t room)
{
	_cleanup_close_ int fd = open_file(base, path, name, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, room - 1);

	if (fd < 0)
		return fd;
	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return 0;
}

enum cgroup_freezer cgroup_freezer_of(const char *base, const char *path)
{
	_cleanup_close_ int v2 = open_file(base, path, V2_FILE, O_WRONLY);
	_cleanup_close_ int v1 = -EBADF;

	if (v2 >= 0)
		return FREEZER_V2;
	v1 = open_file(base, path, V1_FILE, O_WRONLY);
	return v1 >= 0 ? FREEZER_V1 : FREEZER_NONE;
}

int cgroup_is_frozen(const char *base, const char *path)
{
	char text[256];
	int r = read_file(base, path, "cgroup.events", text, sizeof(text));

	if (r == 0)
		return strstr(text, "frozen 1") != NULL;
	r = read_file(base, path, V1_FILE, text, sizeof(text));
	if (r == 0)
		return strcmp(text, "FROZEN\n") == 0;
	return r == -ENOENT || r == -ENODEV ? 0 : r;
}

static int write_state(const char *base, const char *path, enum cgroup_freezer freezer, bool frozen)
{
	switch (freezer) {
	case FREEZER_V1:
		return write_file(base, path, V1_FILE, frozen ? "FROZEN" : "THAWED");
	case FREEZER_V2:
		return write_file(base, path, V2_FILE, frozen ? "1" : "0");
	case FREEZER_NONE:
		break;
	}
	return -EOPNOTSUPP;
}

int cgroup_freeze(const char *base, const char *path, long limit)
{
	enum cgroup_freezer freezer = cgroup_freezer_of(base, path);

	for (long waited = 0, pause = 1; waited <= limit; waited += pause, pause += pause < 16) {
		const struct timespec t = { 0, pause * 1000000 };
		/* Again each time: on v1 a process that was just being forked, or that slept where it
		 * cannot be stopped, is only caught by another write. */
		int r = write_state(base, path, freezer, true);

		if (r == 0)
			r = cgroup_is_frozen(base, path);
		if (r != 0)
			return r < 0 ? r : 0;
		(void)nanosleep(&t, NULL);
	}
	(void)write_state(base, path, freezer, false);
	return -ETIMEDOUT;
}

int cgroup_thaw(const char *base, const char *path)
{
	return write_state(base, path, cgroup_freezer_of(base, path), false);
}
