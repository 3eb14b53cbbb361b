/* cgroup/end.c - ends what lives in a control group and removes it. Host side; see group.h. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/group.h"
#include "sys/path.h"

#define WAIT_MS 10000

static void sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* SIGKILL to all that cgroup.procs lists. The pid cannot be somebody else's: the kernel lists
 * only members, and a member that ends between the read and the kill is still ours to reap or
 * a zombie of the container's. -> how many were there */
static int kill_listed(int group)
{
	_cleanup_close_ int fd = openat(group, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	_cleanup_file_ FILE *f = NULL;
	int n = 0, pid;

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	f = fdopen(fd, "re");
	if (!f)
		return -errno;
	(void)take_fd(fd);
	while (fscanf(f, "%d", &pid) == 1) {
		if (pid <= 0)
			continue; /* a process of a pid namespace we cannot see */
		(void)kill(pid, SIGKILL);
		n++;
	}
	return n;
}

static int end_processes(int group)
{
	_cleanup_close_ int all = openat(group, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	_cleanup_close_ int frozen = openat(group, "freezer.state", O_WRONLY | O_CLOEXEC);

	if (frozen >= 0)
		(void)!write(frozen, "THAWED", 6); /* one below ours: see cgroup/freeze.h */
	if (all >= 0)
		(void)!write(all, "1", 1);
	for (long waited = 0, pause = 1; waited < WAIT_MS; waited += pause) {
		int n = kill_listed(group);

		if (n <= 0)
			return n;
		sleep_ms(pause);
		if (pause < 16)
			pause *= 2;
	}
	return -EBUSY;
}

static int remove_group(int parent, const char *name, unsigned depth)
{
	_cleanup_close_ int group = -EBADF;
	_cleanup_close_ int fd = -EBADF;
	_cleanup_dir_ DIR *dir = NULL;
	const struct dirent *entry;
	int r;

	if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno != EBUSY && errno != ENOTEMPTY)
		return -errno;
	if (depth > 64)
		return -ELOOP;
	group = sys_open_beneath(parent, name, O_PATH | O_DIRECTORY);
	if (group < 0)
		return group == -ENOENT ? 0 : group;
	fd = openat(group, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	dir = fdopendir(fd);
	if (!dir)
		return -errno;
	(void)take_fd(fd);
	r = end_processes(group);
	if (r < 0)
		return r;
	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || strcmp(entry->d_name, ".") == 0 ||
		    strcmp(entry->d_name, "..") == 0)
			continue;
		r = remove_group(group, entry->d_name, depth + 1);
		if (r < 0)
			return r;
	}
	/* The last process may still be on its way out of the group. */
	for (long waited = 0, pause = 1; waited < WAIT_MS; waited += pause) {
		if (unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			return -errno;
		sleep_ms(pause);
		if (pause < 16)
			pause *= 2;
	}
	return -EBUSY;
}

/* The groups above the one that is gone, as far as they are honu's: not there before, or made by
 * another honu that is gone meanwhile. Empty ones go with their last child; EBUSY, ENOTEMPTY: others
 * live there. */
static int remove_parents(char *group, size_t top, size_t kept)
{
	for (char *slash = strrchr(group, '/'); slash && (size_t)(slash - group) > top;
	     slash = strrchr(group, '/')) {
		*slash = '\0';
		if ((size_t)(slash - group) <= kept && getxattr(group, CGROUP_OURS, NULL, 0) < 0)
			return 0;
		if (rmdir(group) < 0 && errno != ENOENT)
			return errno == EBUSY || errno == ENOTEMPTY ? 0 : -errno;
	}
	return 0;
}

static int join(char ret[PATH_MAX], const char *base, const char *path, const char *file)
{
	int n = snprintf(ret, PATH_MAX, "%s/%s%s", base, path, file);

	return n < 0 || n >= PATH_MAX ? -ENAMETOOLONG : 0;
}

int cgroup_remove(const char *base, const char *path, size_t kept)
{
	char group[PATH_MAX];
	int r = join(group, base, path, "");

	if (r < 0)
		return r;
	if (rmdir(group) < 0 && errno != ENOENT)
		return errno == ENOTEMPTY ? -EBUSY : -errno;
	return remove_parents(group, strlen(base), strlen(base) + 1 + kept);
}

static int kill_below(int group, unsigned depth)
{
	_cleanup_close_ int fd = openat(group, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_dir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int r;

	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	(void)take_fd(fd);
	r = kill_listed(group);
	while (r >= 0 && depth < 64 && (entry = readdir(dir))) {
		_cleanup_close_ int child = -EBADF;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		child = sys_open_beneath(group, entry->d_name, O_PATH | O_DIRECTORY);
		if (child >= 0)
			r = kill_below(child, depth + 1);
	}
	return r < 0 ? r : 0;
}

int cgroup_kill(const char *base, const char *path)
{
	_cleanup_close_ int group = -EBADF;
	_cleanup_close_ int all = -EBADF;
	char directory[PATH_MAX];
	int r = join(directory, base, path, "");

	if (r < 0)
		return r;
	group = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (group < 0)
		return -errno;
	all = openat(group, "cgroup.kill", O_WRONLY | O_CLOEXEC);
	if (all >= 0)
		return write(all, "1", 1) == 1 ? 0 : -errno;
	return kill_below(group, 0);
}

int cgroup_end(const char *base, const char *path, size_t kept)
{
	_cleanup_close_ int root = open(base, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int r;

	if (root < 0)
		return errno == ENOENT ? 0 : -errno;
	r = remove_group(root, path, 0);
	return r < 0 ? r : cgroup_remove(base, path, kept);
}
