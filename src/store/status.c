/* store/status.c - what a container is doing: the text of a symbolic link.
 *
 * A link is made, replaced and read whole in one call each, so that a start does not pay for
 * open, write, close. "running 1234 5678 BOOT-ID": the boot id because a pid means nothing after
 * a boot, "-" where there is no pid. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "store/parts.h"

#define BOOT_ID_ROOM 40

static const char *const phases[] = { "creating", "created", "running", "paused", "stopped" };

static const char *known_phase(const char *phase)
{
	for (size_t i = 0; i < ELEMENTS(phases); i++)
		if (strcmp(phase, phases[i]) == 0)
			return phases[i];
	return NULL;
}

/* A short file below /proc. */
static int read_line(const char *path, char *ret, size_t room)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, ret, room - 1);
	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return 0;
}

static int read_boot_id(char ret[BOOT_ID_ROOM])
{
	int r = read_line("/proc/sys/kernel/random/boot_id", ret, BOOT_ID_ROOM);

	if (r < 0)
		return r;
	ret[strcspn(ret, "\n")] = '\0';
	return ret[0] == '\0' || strchr(ret, ' ') ? -EBADMSG : 0;
}

/* Field 22 of /proc/PID/stat: ticks between boot and the start of the process (proc(5)). Field 2,
 * the command, may hold anything, so counting starts behind its last parenthesis. */
static int read_start_time(pid_t pid, uint64_t *ret)
{
	char path[32], stat[1024];
	int r;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	r = read_line(path, stat, sizeof(stat));
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	char *field = strrchr(stat, ')');
	for (int n = 2; field && n < 22; n++)
		field = strchr(field + 1, ' ');
	if (!field)
		return -EBADMSG;
	field++;
	field[strcspn(field, " \n")] = '\0';
	return number_u64(field, ret);
}

static int replace_link(int dir_fd, const char *line)
{
	char temporary[32];

	if (symlinkat(line, dir_fd, "status") == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	/* One name for each writer, since pause and stop write without the lock. A dead one's goes
	 * with the directory, or when its pid is used again. */
	(void)snprintf(temporary, sizeof(temporary), "status.%d", (int)getpid());
	if (unlinkat(dir_fd, temporary, 0) < 0 && errno != ENOENT)
		return -errno;
	if (symlinkat(line, dir_fd, temporary) < 0)
		return -errno;
	if (renameat(dir_fd, temporary, dir_fd, "status") < 0) {
		int r = -errno;

		(void)unlinkat(dir_fd, temporary, 0);
		return r;
	}
	return 0;
}

int store_put_status(struct store_container *c, const char *phase, pid_t pid, struct err *e)
{
	char boot[BOOT_ID_ROOM] = "-", line[128];
	uint64_t start_time = 0;
	int r = 0;

	if (!known_phase(phase))
		return err_say(e, -EINVAL, "'%s' is no phase of a container", phase);
	if (pid > 0)
		r = read_start_time(pid, &start_time);
	if (r < 0)
		return err_set(e, r, "read when process %d was started", (int)pid);
	if (pid > 0)
		r = read_boot_id(boot);
	if (r < 0)
		return err_set(e, r, "read the boot id");
	(void)snprintf(line, sizeof(line), "%s %d %llu %s", phase, pid > 0 ? (int)pid : 0,
		       (unsigned long long)start_time, boot);
	r = replace_link(c->fd, line);
	return r < 0 ? err_set(e, r, "write the status of container %s in %s", c->id,
			       c->store->path) :
		       0;
}

/* Splits "phase pid start boot" in place. */
static int parse(char *line, struct store_status *ret, const char **ret_boot)
{
	char *field[4] = { line };
	const char *phase;
	uint32_t pid;

	for (size_t i = 1; i < ELEMENTS(field); i++) {
		field[i] = strchr(field[i - 1], ' ');
		if (!field[i])
			return -EBADMSG;
		*field[i]++ = '\0';
	}
	phase = known_phase(field[0]);
	if (!phase || number_u32(field[1], &pid) < 0 || pid > INT32_MAX ||
	    number_u64(field[2], &ret->start_time) < 0)
		return -EBADMSG;
	memcpy(ret->phase, phase, strlen(phase) + 1);
	ret->pid = (pid_t)pid;
	*ret_boot = field[3];
	return 0;
}

static bool same_boot(const char *boot)
{
	char now[BOOT_ID_ROOM];

	return strcmp(boot, "-") == 0 || (read_boot_id(now) == 0 && strcmp(boot, now) == 0);
}

int store_get_status(const struct store_container *c, struct store_status *ret, struct err *e)
{
	struct store_status status = { .phase = "creating" };
	const char *boot = "-";
	char line[128];
	struct stat st;
	ssize_t n = readlinkat(c->fd, "status", line, sizeof(line) - 1);

	if (n < 0 && errno != ENOENT)
		return err_set(e, -errno, "read the status of container %s", c->id);
	if (n < 0 && (fstat(c->fd, &st) < 0 || st.st_nlink == 0))
		return err_say(e, -ENOENT, "container %s is gone", c->id);
	if (n >= 0) {
		line[n] = '\0';
		int r = parse(line, &status, &boot);
		if (r < 0)
			return err_say(e, r, "the status of container %s is damaged", c->id);
	} /* else it is so young that it has none */
	status.alive = container_is_locked(c->fd) && same_boot(boot);
	*ret = status;
	return 0;
}
