/* cgroup/metrics_delay.c - how long the tasks of a group have waited for block I/O.
 *
 * Linux keeps it for each task (accounting/delay-accounting.rst), while kernel.task_delayacct is 1;
 * field 42 of stat (proc_pid_stat(5)). A task that has ended takes its share with it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/metrics_parts.h"

#define SWITCH "/proc/sys/kernel/task_delayacct"
#define DEPTH 16

bool metrics_delays_are_on(void)
{
	_cleanup_close_ int fd = open(SWITCH, O_RDONLY | O_CLOEXEC);
	char c = '0';

	return fd >= 0 && read(fd, &c, 1) == 1 && c == '1';
}

int metrics_switch_delays_on(void)
{
	_cleanup_close_ int fd = open(SWITCH, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	return write(fd, "1", 1) == 1 ? 0 : -errno;
}

/* The second field, the name, may hold blanks and brackets; no later one does. */
static bool ticks_of(const char *stat, uint64_t *ret)
{
	const char *p = strrchr(stat, ')');

	if (!p)
		return false;
	for (int field = 2; field < 42; field++) {
		p = strchr(p + 1, ' ');
		if (!p)
			return false;
	}
	*ret = strtoull(p + 1, NULL, 10);
	return true;
}

static uint64_t add_task(const char *tid)
{
	char path[64], text[1024];
	uint64_t ticks;

	(void)snprintf(path, sizeof(path), "/proc/%.16s/stat", tid);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	return ticks_of(text, &ticks) ? ticks : 0;
}

/* All tasks of the group at dir, which is closed, and of those below it. */
static uint64_t add_group(int dir, const char *list, int depth)
{
	_cleanup_dir_ DIR *d = fdopendir(dir);
	_cleanup_file_ FILE *tasks = NULL;
	const struct dirent *entry;
	uint64_t sum = 0;
	char line[32];

	if (!d) {
		fd_closep(&dir);
		return 0;
	}
	int fd = openat(dirfd(d), list, O_RDONLY | O_CLOEXEC);
	tasks = fd < 0 ? NULL : fdopen(fd, "r");
	while (tasks && fgets(line, sizeof(line), tasks)) {
		line[strcspn(line, "\n")] = '\0';
		sum += add_task(line);
	}
	while (depth > 0 && (entry = readdir(d))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		int below = openat(dirfd(d), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (below >= 0)
			sum += add_group(below, list, depth - 1);
	}
	return sum;
}

void metric_delay_read(struct metrics *m)
{
	const struct metric_source *s = &metric_rows[METRIC_IO_DELAY].sources[0];
	struct metric_value *v = &m->values[METRIC_IO_DELAY];
	const struct metric_files *f = m->files;
	char path[PLACE_PATH_ROOM];

	if (!f->needed[METRIC_IO_DELAY])
		return;
	v->absence = ABSENT_NO_GROUP;
	if (f->n_places == 0)
		return;
	v->absence = ABSENT_NOT_ASKED;
	if (!metrics_delays_are_on())
		return;
	const struct metric_place *p = &f->places[0];
	metric_place_path(p, "", path);
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	v->absence = ABSENT_UNREADABLE;
	if (dir >= 0)
		metric_set(v, s, 0, add_group(dir, p->is_v2 ? "cgroup.threads" : "tasks", DEPTH));
}
