/* bench/floor_cgroup.c - the floor's groups: made and removed outside, entered and shown inside. */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <sys/mount.h>
#include <sys/stat.h>

#define CGROUP_ROOT "/sys/fs/cgroup"

enum { HIERARCHIES_MAX = 16 };

struct hierarchy {
	char option[NAME_ROOM]; /* what mount(2) calls it: "memory", "name=systemd" */
	const char *name;	/* its directory below CGROUP_ROOT, by convention */
	bool made;
	int tasks_fd;
};

static struct hierarchy hierarchies[HIERARCHIES_MAX];
static size_t n_hierarchies;
static struct hierarchy unified = { .name = "unified", .tasks_fd = -EBADF };
static int unified_fd = -EBADF;
static char group[NAME_ROOM];

static void write_all(int fd, const char *value, const char *object)
{
	size_t length = strlen(value);
	ssize_t n = write(fd, value, length);

	if (n >= 0 && (size_t)n != length) {
		errno = EIO;
		n = -1;
	}
	must(n, "write", object);
}

static int group_open(const struct hierarchy *h, const char *file)
{
	const char *path = path_print(CGROUP_ROOT "/%s/%s/%s", h->name, group, file);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	must(fd, "open", path);
	return fd;
}

static void group_make(struct hierarchy *h)
{
	const char *path = path_print(CGROUP_ROOT "/%s/%s", h->name, group);

	must(mkdir(path, 0755), "mkdir", path);
	h->made = true;
}

/* From /proc/self/cgroup ("4:memory:/x", "9:name=systemd:/", "0::/"): it is shorter than
 * mountinfo. */
static void hierarchies_find(void)
{
	char buffer[4096];
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);

	must(fd, "open", "/proc/self/cgroup");
	ssize_t n = read(fd, buffer, sizeof(buffer) - 1);

	must(n, "read", "/proc/self/cgroup");
	close(fd);
	buffer[n] = '\0';
	for (char *line = buffer, *end; (end = strchr(line, '\n')); line = end + 1) {
		char *name = strchr(line, ':') + 1;
		size_t length = strcspn(name, ":");

		if (length == 0)
			continue;
		errno = E2BIG;
		must(n_hierarchies < HIERARCHIES_MAX && length < NAME_ROOM ? 0 : -1, "read",
		     "/proc/self/cgroup");
		struct hierarchy *h = &hierarchies[n_hierarchies++];

		memcpy(h->option, name, length);
		h->name = strncmp(h->option, "name=", 5) == 0 ? h->option + 5 : h->option;
		h->tasks_fd = -EBADF;
	}
	errno = EOPNOTSUPP;
	must(n_hierarchies > 0 ? 0 : -1, "find", "cgroup v1 hierarchies (the floor needs some)");
}

/* A new cpuset group is empty and nobody can enter it: it starts with what its parent has. */
static void cpuset_fill(const struct hierarchy *h)
{
	static const char *const files[] = { "cpuset.cpus", "cpuset.mems" };
	char value[1024];

	for (size_t i = 0; i < ELEMENTS(files); i++) {
		const char *path = path_print(CGROUP_ROOT "/%s/%s", h->name, files[i]);
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		must(fd, "open", path);
		ssize_t n = read(fd, value, sizeof(value) - 1);

		must(n, "read", path);
		close(fd);
		value[n] = '\0';
		fd = group_open(h, files[i]);
		write_all(fd, value, files[i]);
		close(fd);
	}
}

/* What runc allows by default; a write takes one rule. */
static void devices_fill(const struct hierarchy *h)
{
	static const char *const allowed[] = {
		"c *:* m",   "b *:* m",	  "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",   "c 1:8 rwm",
		"c 1:9 rwm", "c 5:0 rwm", "c 5:1 rwm", "c 5:2 rwm", "c 136:* rwm", "c 10:200 rwm",
	};
	int fd = group_open(h, "devices.deny");

	write_all(fd, "a", "devices.deny");
	close(fd);
	fd = group_open(h, "devices.allow");
	for (size_t i = 0; i < ELEMENTS(allowed); i++)
		write_all(fd, allowed[i], allowed[i]);
	close(fd);
}

void groups_make(bool with_unified)
{
	(void)snprintf(group, sizeof(group), "floor-%d", getpid());
	hierarchies_find();
	for (size_t i = 0; i < n_hierarchies; i++) {
		struct hierarchy *h = &hierarchies[i];

		group_make(h);
		if (strcmp(h->name, "cpuset") == 0)
			cpuset_fill(h);
		if (strcmp(h->name, "devices") == 0)
			devices_fill(h);
		h->tasks_fd = group_open(h, "tasks");
	}
	if (!with_unified)
		return;
	group_make(&unified);
	const char *path = path_print(CGROUP_ROOT "/%s/%s", unified.name, group);

	unified_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	must(unified_fd, "open", path);
}

int groups_unified_fd(void)
{
	return unified_fd;
}

/* The process enters by itself: the kernel takes no global lock for "0" in tasks, while a pid
 * written to cgroup.procs waits for an RCU grace period of 8-15 ms from idle. The namespace
 * comes after, so that its root is the group just entered. */
void groups_join(void)
{
	for (size_t i = 0; i < n_hierarchies; i++)
		write_all(hierarchies[i].tasks_fd, "0", hierarchies[i].name);
	must(unshare(CLONE_NEWCGROUP), "unshare", "cgroup");
}

/* The hierarchies mounted in the cgroup namespace of the group show that group as their root;
 * release_agent, which would run programs on the host, is not there. */
void groups_mount(void)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	mount_one("tmpfs", "sys/fs/cgroup", flags, "mode=755");
	for (size_t i = 0; i < n_hierarchies; i++) {
		const char *path = path_print("sys/fs/cgroup/%s", hierarchies[i].name);

		must(mkdir(path, 0755), "mkdir", path);
		mount_one("cgroup", path, flags | MS_RDONLY, hierarchies[i].option);
	}
	if (unified.made) {
		must(mkdir("sys/fs/cgroup/unified", 0755), "mkdir", "sys/fs/cgroup/unified");
		mount_one("cgroup2", "sys/fs/cgroup/unified", flags | MS_RDONLY, NULL);
	}
	mount_lock("sys/fs/cgroup", 0);
}

/* The kernel still lists a dying task for a moment after it was reaped: EBUSY is tried again,
 * for at most a second. */
static int group_remove(struct hierarchy *h)
{
	char path[PATH_ROOM];

	if (!h->made)
		return 0;
	(void)snprintf(path, sizeof(path), CGROUP_ROOT "/%s/%s", h->name, group);
	for (int i = 0; rmdir(path) < 0; i++) {
		if (errno != EBUSY || i == 1000)
			return -errno;
		usleep(1000);
	}
	h->made = false;
	return 0;
}

int groups_remove(void)
{
	int result = 0;

	for (size_t i = 0; i < n_hierarchies; i++) {
		int r = group_remove(&hierarchies[i]);

		if (r < 0)
			result = r;
	}
	int r = group_remove(&unified);

	return r < 0 ? r : result;
}
