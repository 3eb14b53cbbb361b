/* cgroup/metrics_net.c - figures of each network interface of a group's network namespace. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "cgroup/metrics_parts.h"

static bool is_wanted(const struct metrics *m)
{
	for (enum metric i = _METRIC_INTERFACE_FIRST; i < _METRIC_N; i++)
		if (m->files->needed[i])
			return true;
	return false;
}

/* The network of the host has traffic of everybody. */
static bool is_ours(int process)
{
	struct stat theirs, ours;

	return fstatat(process, "ns/net", &theirs, 0) == 0 &&
	       stat("/proc/self/ns/net", &ours) == 0 && theirs.st_dev == ours.st_dev &&
	       theirs.st_ino == ours.st_ino;
}

/* The directory of the process is held, so that a number that is used again means nobody. net/dev
 * itself is not: as long as it is open the namespace, and its interfaces, would not go. */
void metric_net_open(struct metrics *m, pid_t pid)
{
	struct metric_files *f = m->files;
	char path[32];

	f->net = ABSENT_NO_PROCESS;
	if (pid <= 0 || !is_wanted(m))
		return;
	(void)snprintf(path, sizeof(path), "/proc/%d", pid);
	f->process = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (f->process < 0)
		f->process = -EBADF;
	else if (is_ours(f->process))
		f->net = ABSENT_SHARED_NET;
	else
		f->net = PRESENT;
}

static struct metric_interface *find_interface(struct metrics *m, const struct metric_word *name)
{
	struct metric_files *f = m->files;

	if (name->length >= IFNAMSIZ)
		return NULL;
	for (size_t i = 0; i < m->n_interfaces; i++)
		if (metric_word_is(name, m->interfaces[i].name))
			return &m->interfaces[i];
	if (m->n_interfaces == f->room_interfaces) {
		size_t room = f->room_interfaces == 0 ? 4 : f->room_interfaces * 2;
		struct metric_interface *larger = realloc(m->interfaces, room * sizeof(*larger));

		if (!larger)
			return NULL;
		m->interfaces = larger;
		f->room_interfaces = room;
	}
	struct metric_interface *i = &m->interfaces[m->n_interfaces++];
	*i = (struct metric_interface){ 0 };
	memcpy(i->name, name->text, name->length);
	for (size_t k = 0; k < METRIC_INTERFACE_N; k++)
		i->values[k].absence = ABSENT_UNWANTED;
	return i;
}

static void found(void *data, const struct metric_word *owner, const struct metric_word *key,
		  uint64_t n, bool unlimited)
{
	const struct file_sources *f = data;
	struct metric_interface *i = find_interface(f->metrics, owner);

	(void)unlimited;
	for (size_t k = 0; i && k < f->n; k++) {
		enum metric metric = f->list[k].metric;
		const struct metric_source *s = &metric_rows[metric].sources[f->list[k].source];
		struct metric_value *v = &i->values[metric - _METRIC_INTERFACE_FIRST];

		if (!metric_word_is(key, s->key))
			continue;
		metric_set(v, s, f->list[k].source, n);
		/* What goes over lo never leaves; yet lo alone is a network without traffic. */
		const struct metric_value none = { 0 };
		metric_add(&f->metrics->values[metric], strcmp(i->name, "lo") == 0 ? &none : v);
	}
}

void metric_net_read(struct metrics *m)
{
	struct metric_files *f = m->files;
	enum metric_absence absence = f->net;
	struct file_sources sources;
	const char *text = NULL;
	int error = 0;

	m->n_interfaces = 0;
	if (absence == PRESENT) {
		_cleanup_close_ int fd = openat(f->process, "net/dev", O_RDONLY | O_CLOEXEC);

		text = fd < 0 ? NULL : metric_read_text(fd, true, &error);
		absence = ABSENT_NO_PROCESS;
	}
	metric_sources_of(m, FILE_NET_DEV, &sources);
	if (text)
		metric_parse(FORMAT_NET_DEV, text, found, &sources);
	for (size_t i = 0; i < sources.n; i++)
		if (m->values[sources.list[i].metric].absence != PRESENT)
			m->values[sources.list[i].metric].absence = (uint8_t)absence;
}
