/* copy/resolve.c - see resolve.h. */
#include "copy/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/openat2.h>

#include "base/cleanup.h"

#define LINKS_MAX 40 /* as many as the kernel follows (path_resolution(7)) */

/* Cuts the last component off path, into name; what leads nowhere else is "." in itself. */
static int split(char path[PATH_MAX], char name[NAME_MAX + 1])
{
	size_t length = strlen(path);
	const char *last;

	while (length > 1 && path[length - 1] == '/')
		path[--length] = '\0';
	last = strrchr(path, '/') + 1;
	if (strcmp(last, "") == 0 || strcmp(last, ".") == 0 || strcmp(last, "..") == 0) {
		memcpy(name, ".", 2);
		return 0;
	}
	if (strlen(last) > NAME_MAX)
		return -ENAMETOOLONG;
	memcpy(name, last, strlen(last) + 1);
	path[last - path] = '\0';
	return 0;
}

/* path becomes what the link called name in parent, which path leads to, says. */
static int follow_link(int parent, char path[PATH_MAX], const char *name)
{
	char target[PATH_MAX], joined[PATH_MAX];
	ssize_t n = readlinkat(parent, name, target, sizeof(target) - 1);
	int length;

	if (n < 0)
		return -errno;
	target[n] = '\0';
	length = snprintf(joined, sizeof(joined), "%s%s%s", target[0] == '/' ? "" : path,
			  target[0] == '/' ? "" : "/", target);
	if (length < 0 || (size_t)length >= sizeof(joined))
		return -ENAMETOOLONG;
	memcpy(path, joined, (size_t)length + 1);
	return 0;
}

static int open_parent(const char *path, bool magic)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				.resolve = magic ? 0 : RESOLVE_NO_MAGICLINKS };
	long fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

int copy_resolve(const char *path, bool magic, bool follow, struct copy_resolved *ret)
{
	char rest[PATH_MAX];
	int length = snprintf(rest, sizeof(rest), "%s", path);

	*ret = (struct copy_resolved){ .parent = -EBADF };
	if (length < 0 || (size_t)length >= sizeof(rest))
		return -ENAMETOOLONG;
	for (int links = 0; links <= LINKS_MAX; links++) {
		_cleanup_close_ int parent = -EBADF;
		int r = split(rest, ret->name);

		if (r < 0)
			return r;
		parent = open_parent(rest, magic);
		if (parent < 0)
			return parent;
		ret->exists = fstatat(parent, ret->name, &ret->st, AT_SYMLINK_NOFOLLOW) == 0;
		if (!ret->exists && errno != ENOENT)
			return -errno;
		if (!ret->exists || !follow || !S_ISLNK(ret->st.st_mode)) {
			ret->parent = take_fd(parent);
			return 0;
		}
		r = follow_link(parent, rest, ret->name);
		if (r < 0)
			return r;
	}
	return -ELOOP;
}
