/* sys/identity.c - see identity.h. */
#include "sys/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "sys/process.h"

/* The beginning of a file of /proc/PID, as a string. */
static int read_proc(pid_t pid, const char *name, char *ret, size_t room)
{
	_cleanup_close_ int fd = -EBADF;
	char path[64];
	ssize_t n;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	n = fd < 0 ? -1 : read(fd, ret, room - 1);
	if (n < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	ret[n] = '\0';
	return 0;
}

/* A number of /proc/PID/stat. Field 2, the command, may hold anything: counting starts behind its last
 * parenthesis. */
static int read_field(pid_t pid, int which, uint64_t *ret)
{
	char stat[1024];
	int r = read_proc(pid, "stat", stat, sizeof(stat));
	char *field = r < 0 ? NULL : strrchr(stat, ')');

	if (r < 0)
		return r;
	for (int n = 2; field && n < which; n++)
		field = strchr(field + 1, ' ');
	if (!field)
		return -EBADMSG;
	field++;
	field[strcspn(field, " \n")] = '\0';
	return number_u64(field, ret);
}

int sys_start_time(pid_t pid, uint64_t *ret)
{
	return read_field(pid, 22, ret);
}

/* 0: it has no memory any more, or we may not see it. */
bool sys_is_copy(pid_t pid, pid_t parent)
{
	uint64_t stack, parents;

	return read_field(pid, 28, &stack) == 0 && read_field(parent, 28, &parents) == 0 &&
	       stack != 0 && stack == parents;
}

int sys_pidfd_open_started(pid_t pid, uint64_t start_time)
{
	_cleanup_close_ int fd = -EBADF;
	uint64_t started;
	int r;

	if (pid <= 0)
		return -ESRCH;
	fd = sys_pidfd_open(pid);
	if (fd < 0) /* EINVAL: a thread has the number now */
		return fd == -EINVAL ? -ESRCH : fd;
	/* After the open: had the pid been given to somebody else before it, this would be theirs. */
	r = sys_start_time(pid, &started);
	if (r < 0)
		return r;
	return started == start_time ? take_fd(fd) : -ESRCH;
}

bool sys_is_namespace_init(pid_t pid)
{
	char status[16384]; /* the list of groups comes before, and has no bound worth having */
	const char *line;
	size_t n;

	if (read_proc(pid, "status", status, sizeof(status)) < 0)
		return false;
	line = strstr(status, "\nNSpid:");
	if (!line)
		return false;
	/* "NSpid:	1234	1": one number for each namespace, the innermost last. */
	line++;
	n = strcspn(line, "\n");
	return n > 2 && line[n - 1] == '1' && line[n - 2] == '\t' && memchr(line, '\t', n - 2);
}
