/* mount/copy.c - a tmpfs starts with what the directory under it held. Inside: system calls only.
 *
 * Regular files, directories and symbolic links; sockets, pipes and device nodes are left out
 * (they belong to who made them). Entries are opened by name in a directory held by descriptor,
 * never through a link. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "mount/inside.h"

#define DEPTH_MAX 32

static int copy_regular(int from, int to, const char *name, const struct stat *st, char *buffer,
			size_t room)
{
	_cleanup_close_ int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	_cleanup_close_ int out = -EBADF;
	ssize_t n;

	if (in < 0)
		return -errno;
	out = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (out < 0)
		return -errno;
	while ((n = read(in, buffer, room)) > 0) {
		for (ssize_t done = 0; done < n;) {
			ssize_t k = write(out, buffer + done, (size_t)(n - done));

			if (k < 0)
				return -errno;
			done += k;
		}
	}
	if (n < 0)
		return -errno;
	if (fchown(out, st->st_uid, st->st_gid) < 0)
		return -errno;
	return fchmod(out, st->st_mode & 07777) < 0 ? -errno : 0;
}

static int copy_link(int from, int to, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(from, name, target, sizeof(target) - 1);

	if (n < 0)
		return -errno;
	target[n] = '\0';
	if (symlinkat(target, to, name) < 0)
		return -errno;
	return fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int copy_directory(int from, int to, const char *name, const struct stat *st, char *buffer,
			  size_t room, unsigned depth, const char **op)
{
	_cleanup_close_ int in = -EBADF;
	_cleanup_close_ int out = -EBADF;
	int r;

	in = openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (in < 0)
		return -errno;
	if (mkdirat(to, name, 0700) < 0)
		return -errno;
	out = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out < 0)
		return -errno;
	r = mount_copy_tree(in, out, buffer, room, depth + 1, op);
	if (r < 0)
		return r;
	if (fchown(out, st->st_uid, st->st_gid) < 0)
		return -errno;
	return fchmod(out, st->st_mode & 07777) < 0 ? -errno : 0;
}

static int copy_entry(int from, int to, const char *name, char *buffer, size_t room, unsigned depth,
		      const char **op)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (S_ISREG(st.st_mode))
		return copy_regular(from, to, name, &st, buffer, room);
	if (S_ISLNK(st.st_mode))
		return copy_link(from, to, name, &st);
	if (S_ISDIR(st.st_mode))
		return copy_directory(from, to, name, &st, buffer, room, depth, op);
	return 0;
}

int mount_copy_tree(int from, int to, char *buffer, size_t room, unsigned depth, const char **op)
{
	char entries[4096];
	long n;

	*op = "copy";
	if (depth > DEPTH_MAX)
		return -ELOOP;
	while ((n = syscall(SYS_getdents64, from, entries, sizeof(entries))) > 0) {
		for (long i = 0; i < n;) {
			const struct dirent64 *e = (const void *)(entries + i);
			int r;

			i += e->d_reclen;
			if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
				continue;
			r = copy_entry(from, to, e->d_name, buffer, room, depth, op);
			if (r < 0)
				return r;
		}
	}
	return n < 0 ? -errno : 0;
}
