/* store/status.c - what a container is doing: a note, so that a start does not pay for open, write
 * and close.
 *
 * "running 1234 5678 0a1b2c3d-4e5f 1230 5670": the boot because a pid means nothing after one; "-"
 * where nobody lives. It is the beginning of the boot id, random enough, so that the line has no
 * more than 59 bytes: such a link ext4 keeps in the inode, a longer one costs a block and twice the
 * time. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "store/note.h"
#include "store/parts.h"
#include "sys/identity.h"

#define BOOT_LENGTH (STATUS_BOOT_ROOM - 1)

static const struct phase {
	const char *name;
	bool lives;   /* there is a supervisor */
	bool freezes; /* pause and resume lead to another one like it */
} phases[] = {
	{ "creating", true, false }, { "created", false, false },   { "running", true, true },
	{ "paused", true, true },    { "restarting", true, false }, { "stopped", false, false },
};

static const struct phase *find_phase(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(phases); i++)
		if (strcmp(name, phases[i].name) == 0)
			return &phases[i];
	return NULL;
}

int status_boot_id(char ret[STATUS_BOOT_ROOM])
{
	_cleanup_close_ int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, BOOT_LENGTH);

	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return strspn(ret, "0123456789abcdef-") < BOOT_LENGTH ? -EBADMSG : 0;
}

struct status_line {
	char text[STATUS_ROOM];
};

static struct status_line status_line(const struct store_status *s, const char *boot)
{
	struct status_line l;

	(void)snprintf(l.text, sizeof(l.text), "%s %d %llu %s %d %llu", s->phase, (int)s->pid,
		       (unsigned long long)s->start_time, boot, (int)s->supervisor,
		       (unsigned long long)s->supervisor_start_time);
	return l;
}

int store_put_status(struct store_container *c, const char *phase, pid_t pid, struct err *e)
{
	const struct phase *p = find_phase(phase);
	struct store_status status = { .pid = pid > 0 ? pid : 0 };
	char boot[STATUS_BOOT_ROOM] = "-";
	int r = 0;

	if (!p)
		return err_say(e, -EINVAL, "'%s' is no phase of a container", phase);
	memcpy(status.phase, p->name, strlen(p->name) + 1);
	if (status.pid > 0)
		r = sys_start_time(status.pid, &status.start_time);
	if (r < 0)
		return err_set(e, r, "read when process %d was started", (int)pid);
	if (p->lives) {
		status.supervisor = getpid();
		r = sys_start_time(status.supervisor, &status.supervisor_start_time);
	}
	if (r < 0)
		return err_set(e, r, "read when honu was started");
	if (p->lives || status.pid > 0)
		r = status_boot_id(boot);
	if (r < 0)
		return err_set(e, r, "read the boot id");
	r = note_put(c->fd, "status", status_line(&status, boot).text);
	return r < 0 ? store_full(c->store,
				  err_set(e, r, "write the status of container %s in %s", c->id,
					  c->store->path),
				  e) :
		       0;
}

static int parse_process(const char *pid, const char *start, pid_t *ret_pid, uint64_t *ret_start)
{
	uint32_t n;

	if (number_u32(pid, &n) < 0 || n > INT32_MAX || number_u64(start, ret_start) < 0)
		return -EBADMSG;
	*ret_pid = (pid_t)n;
	return 0;
}

int status_parse(char *line, struct store_status *ret, const char **ret_boot)
{
	struct store_status status = { 0 };
	char *words[6];
	const struct phase *p;

	if (note_split(line, ' ', words, ELEMENTS(words)) < 0)
		return -EBADMSG;
	p = find_phase(words[0]);
	if (!p || parse_process(words[1], words[2], &status.pid, &status.start_time) < 0 ||
	    parse_process(words[4], words[5], &status.supervisor, &status.supervisor_start_time) <
		    0)
		return -EBADMSG;
	memcpy(status.phase, p->name, strlen(p->name) + 1);
	*ret = status;
	*ret_boot = words[3];
	return 0;
}

bool status_same_boot(const char *boot)
{
	char now[STATUS_BOOT_ROOM];

	return strcmp(boot, "-") == 0 || (status_boot_id(now) == 0 && strcmp(boot, now) == 0);
}

int store_get_status(const struct store_container *c, struct store_status *ret, struct err *e)
{
	struct store_status status = { .phase = "creating" };
	const char *boot = "-";
	char line[STATUS_ROOM];
	struct stat st;
	int r = note_get(c->fd, "status", line, sizeof(line));

	if (r == -ENOENT && (fstat(c->fd, &st) < 0 || st.st_nlink == 0))
		return err_say(e, r, "container %s is gone", c->id);
	if (r >= 0)
		r = status_parse(line, &status, &boot);
	if (r == -EBADMSG)
		return err_hint(e, err_say(e, r, "the status of container %s is damaged", c->id),
				"'honu fsck' says what else is, and what can be mended");
	if (r < 0 && r != -ENOENT) /* else it is so young that it has none */
		return err_set(e, r, "read the status of container %s", c->id);
	status.same_boot = status_same_boot(boot);
	status.alive = status.same_boot && container_is_locked(c->fd);
	*ret = status;
	return 0;
}

static int set_phase(struct store_container *c, const char *phase)
{
	struct store_status status;
	const struct phase *now;
	const char *boot;
	char line[STATUS_ROOM];
	int r = note_get(c->fd, "status", line, sizeof(line));

	if (r >= 0)
		r = status_parse(line, &status, &boot);
	if (r < 0)
		return r == -ENOENT ? -ESRCH : r;
	/* The supervisor may have ended its part already, and be about to let the lock go. */
	now = find_phase(status.phase);
	if (!now || !now->freezes || !status_same_boot(boot) || !container_is_locked(c->fd))
		return -ESRCH;
	memcpy(status.phase, phase, strlen(phase) + 1);
	return note_replace_locked(c->fd, "status", status_line(&status, boot).text);
}

int store_set_phase(struct store_container *c, const char *phase, struct err *e)
{
	const struct phase *p = find_phase(phase);

	if (!p || !p->freezes)
		return err_say(e, -EINVAL, "'%s' is no phase to pause or resume to", phase);
	_cleanup_close_ int lock = note_lock(c->fd);
	int r = lock < 0 ? lock : set_phase(c, p->name);
	if (r == -ESRCH)
		return err_hint(e, err_say(e, r, "container %s is not running", c->id),
				"start it with 'honu start %s'", c->name[0] ? c->name : c->id);
	return r < 0 ? err_set(e, r, "write the status of container %s in %s", c->id,
			       c->store->path) :
		       0;
}
