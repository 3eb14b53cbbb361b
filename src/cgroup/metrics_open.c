/* cgroup/metrics_open.c - opens what the wanted figures of a group need, each controller where it lives. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cgroup/metrics_parts.h"

void metric_set_all(struct metric_set *s)
{
	memset(s->has, true, sizeof(s->has));
}

void metric_place_path(const struct metric_place *p, const char *name, char ret[PLACE_PATH_ROOM])
{
	const char *path = p->path + (p->path[0] == '/');

	(void)snprintf(ret, PLACE_PATH_ROOM, "%s/%s%s%s", p->base, path, *path ? "/" : "", name);
}

/* "/sys/fs/cgroup/cpu,cpuacct" is where both are, by custom. */
static bool is_named_after(const char *base, const char *controller)
{
	const char *p = strrchr(base, '/');
	size_t length = strlen(controller);

	for (p = p ? p + 1 : base; *p != '\0';) {
		size_t n = strcspn(p, ",");

		if (n == length && strncmp(p, controller, n) == 0)
			return true;
		p += n + (p[n] == ',');
	}
	return false;
}

static bool may_have(const struct metric_files *f, const struct metric_place *p,
		     const struct metric_file_row *row)
{
	if (p->is_v2)
		return row->v2;
	if (!row->v1)
		return false;
	for (size_t i = 0; i < f->n_places; i++)
		if (!f->places[i].is_v2 && is_named_after(f->places[i].base, row->v1))
			return is_named_after(p->base, row->v1);
	return true; /* mounted elsewhere: all are asked */
}

int metric_open_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	return fd < 0 ? -errno : fd;
}

static void open_file(struct metric_files *f, enum metric_file file)
{
	const struct metric_file_row *row = &metric_files[file];
	struct open_file *o = &f->files[file];
	char path[PLACE_PATH_ROOM];

	o->state = STATE_NO_GROUP;
	for (size_t i = 0; i < f->n_places; i++) {
		if (!may_have(f, &f->places[i], row))
			continue;
		metric_place_path(&f->places[i], row->name, path);
		int fd = metric_open_path(path);
		o->place = i;
		if (fd >= 0 || fd == -EMFILE || fd == -ENFILE) {
			o->state = STATE_OPEN;
			o->fd = fd < 0 ? -EBADF : fd;
			return;
		}
		o->state = fd == -ENOENT ? STATE_NO_FILE : STATE_UNREADABLE;
		o->error = fd;
		if (fd != -ENOENT)
			return;
	}
}

/* The limits of all groups above, up to the mount point: what is higher still cannot be seen. */
static void open_above(struct metric_files *f)
{
	const struct metric_file_row *row = &metric_files[FILE_V2_MEMORY_MAX_ABOVE];
	struct open_file *o = &f->files[FILE_V2_MEMORY_MAX_ABOVE];
	char path[PLACE_PATH_ROOM], level[PATH_MAX];

	open_file(f, FILE_V2_MEMORY_MAX_ABOVE);
	fd_closep(&o->fd);
	if (o->state != STATE_OPEN)
		return;
	const struct metric_place *p = &f->places[o->place];
	(void)snprintf(level, sizeof(level), "%s", p->path);
	while (f->n_above < LEVELS) {
		const struct metric_place above = { p->base, level, true };

		metric_place_path(&above, row->name, path);
		int fd = metric_open_path(path);
		if (fd >= 0)
			f->above[f->n_above++] = fd;
		char *slash = strrchr(level, '/');
		if (!slash && level[0] == '\0')
			return;
		*(slash ? slash : level) = '\0';
	}
}

static void need(struct metric_files *f, enum metric metric)
{
	const struct metric_row *row = &metric_rows[metric];

	f->needed[metric] = true;
	for (size_t i = 0; i < METRIC_SOURCES && row->terms[i].sign != 0; i++)
		f->needed[row->terms[i].metric] = true;
	/* Which devices the group uses is in these alone. */
	if (metric == METRIC_IO_IN_FLIGHT_READS || metric == METRIC_IO_IN_FLIGHT_WRITES)
		f->needed[METRIC_IO_READ_BYTES] = true;
}

static void open_all(struct metric_files *f)
{
	bool files[_FILE_N] = { false };

	for (enum metric m = 0; m < _METRIC_N; m++)
		for (size_t i = 0; i < METRIC_SOURCES && f->needed[m]; i++)
			files[metric_rows[m].sources[i].file] = true;
	for (enum metric_file file = FILE_NONE + 1; file < _FILE_N; file++) {
		if (!files[file])
			continue;
		if (file == FILE_V2_MEMORY_MAX_ABOVE)
			open_above(f);
		else if (metric_files[file].name[0] != '/')
			open_file(f, file);
	}
}

static int copy_places(struct metric_files *f, const struct metric_place *places, size_t n)
{
	char path[PLACE_PATH_ROOM];

	if (n > METRIC_PLACES)
		return -E2BIG;
	for (size_t i = 0; i < n; i++) {
		metric_place_path(&places[i], "", path);
		if (access(path, F_OK) < 0)
			continue;
		char *base = strdup(places[i].base), *group = strdup(places[i].path);
		f->places[f->n_places++] = (struct metric_place){ base, group, places[i].is_v2 };
		if (!base || !group)
			return -ENOMEM;
	}
	return n > 0 && f->n_places == 0 ? -ESRCH : 0;
}

int metrics_open(struct metrics *m, const struct metric_place *places, size_t n, pid_t pid,
		 const struct metric_set *wanted)
{
	*m = METRICS_EMPTY;
	struct metric_files *f = m->files = calloc(1, sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->process = -EBADF;
	for (size_t i = 0; i < _FILE_N; i++)
		f->files[i].fd = -EBADF;
	int r = copy_places(f, places, n);
	if (r < 0) {
		metrics_done(m);
		return r;
	}
	for (enum metric i = 0; i < _METRIC_N; i++)
		if (wanted->has[i])
			need(f, i);
	open_all(f);
	metric_net_open(m, pid);
	return 0;
}

void metrics_done(struct metrics *m)
{
	struct metric_files *f = m->files;

	free(m->devices);
	free(m->interfaces);
	*m = METRICS_EMPTY;
	if (!f)
		return;
	for (size_t i = 0; i < _FILE_N; i++)
		fd_closep(&f->files[i].fd);
	for (size_t i = 0; i < f->n_above; i++)
		fd_closep(&f->above[i]);
	fd_closep(&f->process);
	for (size_t i = 0; i < f->n_places; i++) {
		free((char *)f->places[i].base);
		free((char *)f->places[i].path);
	}
	free(f);
}
