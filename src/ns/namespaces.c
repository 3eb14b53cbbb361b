/* ns/namespaces.c - namespaces that exist already: opened, entered, left; and the clock offsets
 * and id maps of new ones. Host side; see clone.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "ns/clone.h"
#include "sys/process.h"

/* Field 22 of /proc/PID/stat: when the process started, in clock ticks after boot. */
static int start_time(uint32_t pid, uint64_t *ret)
{
	_cleanup_close_ int fd = -EBADF;
	char path[64], stat[1024];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, stat, sizeof(stat) - 1);
	if (n < 0)
		return -errno;
	stat[n] = '\0';
	char *p = strrchr(stat, ')'); /* the name before may hold anything */
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (!p)
		return -EINVAL;
	p++;
	p[strspn(p, "0123456789")] = '\0';
	return number_u64(p, ret);
}

int ns_target_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct ns_target_step *t = &s->ns_target;
	_cleanup_close_ int fd = -EBADF;
	uint64_t started;
	int r;

	*op = "pidfd_open";
	fd = sys_pidfd_open((pid_t)t->pid);
	if (fd < 0)
		return fd;
	/* Now that the descriptor holds it: who has the pid, and started then, had it all along. */
	*op = "look who it is";
	r = start_time(t->pid, &started);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	if (started != t->start_time)
		return -ESRCH;
	slots->fd[SLOT_TARGET] = take_fd(fd);
	return 0;
}

int ns_open_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct ns_open_step *o = &s->ns_open;
	_cleanup_close_ int fd = -EBADF;

	*op = "open";
	fd = open(o->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* Here, where the path is known: setns() would only say that something is wrong. */
	*op = "ioctl NS_GET_NSTYPE";
	if (ioctl(fd, NS_GET_NSTYPE) != (int)ns_clone_flag(o->type))
		return -EINVAL;
	if (o->pid != 0) {
		/* Checked after the open: the namespace is that of the process we meant. */
		uint64_t started;
		int r = start_time(o->pid, &started);

		if (r < 0 || started != o->start_time)
			return -ESRCH;
	}
	if (o->type == NS_USER) {
		/* Mounts are id-mapped by it, as by one of the container's own. */
		*op = "dup";
		slots->fd[SLOT_USERNS] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (slots->fd[SLOT_USERNS] < 0)
			return -errno;
	}
	slots->fd[SLOT_NS + o->type] = take_fd(fd);
	return 0;
}

static int keep_own(enum ns_type type, struct slots *slots)
{
	char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/ns/%s", ns_file(type));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	slots->fd[SLOT_OWN_NS + type] = fd;
	return 0;
}

int ns_enter_apply(const struct step *s, struct slots *slots, const char **op)
{
	enum ns_type type = s->ns_enter.type;
	int r, fd;

	*op = "open";
	if (type == NS_MOUNT) {
		/* setns moves root and working directory as well. */
		int cwd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (cwd < 0)
			return -errno;
		slots->fd[SLOT_OWN_CWD] = cwd;
	}
	r = keep_own(type, slots);
	if (r < 0)
		return r;
	*op = "setns";
	fd = slots->fd[s->ns_enter.of_target ? SLOT_TARGET : SLOT_NS + type];
	return setns(fd, (int)ns_clone_flag(type)) < 0 ? -errno : 0;
}

static int leave(enum ns_type type, struct slots *slots, const char **op)
{
	*op = "setns";
	if (setns(slots->fd[SLOT_OWN_NS + type], (int)ns_clone_flag(type)) < 0)
		return -errno;
	fd_closep(&slots->fd[SLOT_OWN_NS + type]);
	if (type == NS_MOUNT) {
		*op = "fchdir";
		if (fchdir(slots->fd[SLOT_OWN_CWD]) < 0)
			return -errno;
		fd_closep(&slots->fd[SLOT_OWN_CWD]);
	}
	return 0;
}

int ns_leave_apply(const struct step *s, struct slots *slots, const char **op)
{
	return leave(s->ns_leave.type, slots, op);
}

int ns_leave_all(struct slots *slots)
{
	const char *op;
	int first = 0;

	for (int t = 0; t < _NS_N; t++) {
		int r = slots->fd[SLOT_OWN_NS + t] < 0 ? 0 : leave((enum ns_type)t, slots, &op);

		if (first == 0)
			first = r;
	}
	return first;
}

#define NS_PER_S INT64_C(1000000000)

/* "clock seconds nanoseconds": the kernel wants 0 <= nanoseconds < 10^9. */
static int write_offset(int fd, const char *clock, int64_t ns)
{
	int64_t seconds = ns / NS_PER_S, rest = ns % NS_PER_S;
	char line[96];

	if (rest < 0) {
		rest += NS_PER_S;
		seconds--;
	}
	int n = snprintf(line, sizeof(line), "%s %lld %lld\n", clock, (long long)seconds,
			 (long long)rest);
	return write(fd, line, (size_t)n) == n ? 0 : -errno;
}

int ns_time_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct ns_time_step *t = &s->ns_time;
	_cleanup_close_ int fd = -EBADF;
	int r;

	*op = "open";
	r = keep_own(NS_TIME, slots);
	if (r < 0)
		return r;
	*op = "unshare";
	if (unshare(CLONE_NEWTIME) < 0)
		return -errno;
	if (t->monotonic == 0 && t->boottime == 0)
		return 0;
	*op = "open";
	fd = open("/proc/self/timens_offsets", O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*op = "write";
	r = t->monotonic ? write_offset(fd, "monotonic", t->monotonic) : 0;
	if (r == 0 && t->boottime)
		r = write_offset(fd, "boottime", t->boottime);
	return r;
}

static int write_map(pid_t pid, const char *file, const struct id_line *lines, size_t n)
{
	_cleanup_close_ int fd = -EBADF;
	char path[64], text[4096];
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		int k = snprintf(text + used, sizeof(text) - used, "%u %u %u\n", lines[i].inside,
				 lines[i].outside, lines[i].count);
		if (k < 0 || (size_t)k >= sizeof(text) - used)
			return -E2BIG;
		used += (size_t)k;
	}
	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* The kernel takes the whole map in one write. */
	return write(fd, text, used) == (ssize_t)used ? 0 : -errno;
}

int ns_map_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct ns_map_step *m = &s->ns_map;
	char path[64];
	int r;

	*op = "write uid_map";
	r = write_map(slots->pid, "uid_map", m->uid, m->n_uid);
	if (r < 0)
		return r;
	*op = "write gid_map";
	r = write_map(slots->pid, "gid_map", m->gid, m->n_gid);
	if (r < 0)
		return r;
	*op = "open";
	(void)snprintf(path, sizeof(path), "/proc/%d/ns/user", slots->pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	slots->fd[SLOT_USERNS] = fd;
	return 0;
}
