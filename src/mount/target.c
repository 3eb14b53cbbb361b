/* mount/target.c - the places in a container's tree where mounts go. Inside: system calls only.
 *
 * Each component is resolved below the root and made by descriptor: a link in the tree leads
 * nowhere else, and what is swapped in between is either followed inside or refused
 * (CVE-2021-30465, CVE-2024-45310). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "mount/inside.h"
#include "sys/path.h"

static int make(int parent, const char *name, bool directory)
{
	if (directory)
		return mkdirat(parent, name, 0755) < 0 ? -errno : 0;
	int fd = openat(parent, name, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	(void)close(fd);
	return 0;
}

/* Opens path, of which all but the last component exists, making that one. */
static int open_or_make(int root, int parent, const char *path, const char *name, bool directory)
{
	int fd = sys_open_in_root(root, path, O_PATH);

	if (fd != -ENOENT)
		return fd;
	int r = make(parent, name, directory);
	/* Somebody else's was first, or a link that leads nowhere: the next open tells. */
	if (r < 0 && r != -EEXIST)
		return r;
	return sys_open_in_root(root, path, O_PATH);
}

static int check_kind(int fd, bool directory)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (directory)
		return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	return S_ISDIR(st.st_mode) ? -EISDIR : 0;
}

int mount_target(int root, const char *path, bool directory, const char **op)
{
	_cleanup_close_ int at = -EBADF;
	char prefix[PATH_MAX], name[NAME_MAX + 1];
	size_t length = strlen(path);

	*op = "openat2";
	at = sys_open_in_root(root, path, O_PATH);
	if (at >= 0) {
		int r = check_kind(at, directory);

		return r < 0 ? r : take_fd(at);
	}
	if (at != -ENOENT)
		return at;
	if (length >= sizeof(prefix))
		return -ENAMETOOLONG;

	*op = "make the mount point";
	memcpy(prefix, path, length + 1);
	for (size_t i = 0; i < length;) {
		while (prefix[i] == '/')
			i++;
		size_t n = strcspn(prefix + i, "/");
		if (n == 0)
			break;
		if (n > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, prefix + i, n);
		name[n] = '\0';
		bool last = prefix[i + n + strspn(prefix + i + n, "/")] == '\0';
		char after = prefix[i + n];

		prefix[i + n] = '\0';
		int next = open_or_make(root, at < 0 ? root : at, prefix, name, directory || !last);
		prefix[i + n] = after;
		if (next < 0)
			return next;
		fd_closep(&at);
		at = next;
		i += n;
	}
	if (at < 0)
		return -EINVAL;
	int r = check_kind(at, directory);
	return r < 0 ? r : take_fd(at);
}
