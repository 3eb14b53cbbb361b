/* cgroup/metrics_device.c - figures of each block device that a group has used. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cgroup/metrics_parts.h"

void metric_device_begin(struct metrics *m)
{
	for (size_t i = 0; i < m->n_devices; i++) {
		m->devices[i].seen = false;
		for (size_t k = 0; k < METRIC_DEVICE_N; k++)
			m->devices[i].values[k] = (struct metric_value){
				.absence = ABSENT_NO_KEY,
			};
	}
}

/* "vda": what its link in /sys points at. */
static void find_name(struct metric_device *d)
{
	char path[64], target[256];

	(void)snprintf(d->name, sizeof(d->name), "%u:%u", d->major, d->minor);
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u", d->major, d->minor);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	if (n <= 0)
		return;
	target[n] = '\0';
	const char *slash = strrchr(target, '/');
	if (slash && strlen(slash + 1) < sizeof(d->name))
		(void)snprintf(d->name, sizeof(d->name), "%s", slash + 1);
}

static bool parse_number(const char *s, const char *end, unsigned *ret)
{
	unsigned n = 0;

	if (s == end || end - s > 7)
		return false;
	for (; s < end; s++) {
		if (!isdigit((unsigned char)*s))
			return false;
		n = n * 10 + (unsigned)(*s - '0');
	}
	*ret = n;
	return true;
}

static struct metric_device *add_device(struct metrics *m, unsigned major, unsigned minor)
{
	struct metric_files *f = m->files;

	if (m->n_devices == f->room_devices) {
		size_t room = f->room_devices == 0 ? 4 : f->room_devices * 2;
		struct metric_device *larger = realloc(m->devices, room * sizeof(*larger));

		if (!larger)
			return NULL;
		m->devices = larger;
		f->room_devices = room;
	}
	struct metric_device *d = &m->devices[m->n_devices++];
	*d = (struct metric_device){ .major = major, .minor = minor };
	for (size_t k = 0; k < METRIC_DEVICE_N; k++)
		d->values[k].absence = ABSENT_NO_KEY;
	find_name(d);
	return d;
}

static struct metric_device *find_device(struct metrics *m, const struct metric_word *w)
{
	const char *end = w->text + w->length, *colon = memchr(w->text, ':', w->length);
	unsigned major, minor;

	if (!colon || !parse_number(w->text, colon, &major) ||
	    !parse_number(colon + 1, end, &minor))
		return NULL;
	for (size_t i = 0; i < m->n_devices; i++)
		if (m->devices[i].major == major && m->devices[i].minor == minor)
			return &m->devices[i];
	return add_device(m, major, minor);
}

/* On v1 a device may be counted by its scheduler and by the throttle, each since it was switched on:
 * who has seen more is right. */
static void set_larger(struct metric_value *v, const struct metric_source *s, uint8_t source,
		       uint64_t n)
{
	struct metric_value new = { .absence = ABSENT_NO_KEY };

	metric_set(&new, s, source, n);
	if (v->absence != PRESENT || new.n > v->n)
		*v = new;
}

void metric_device_found(void *data, const struct metric_word *owner, const struct metric_word *key,
			 uint64_t n, bool unlimited)
{
	const struct file_sources *f = data;
	struct metric_device *d;

	(void)unlimited;
	for (size_t i = 0; i < f->n; i++) {
		enum metric metric = f->list[i].metric;
		const struct metric_source *s = &metric_rows[metric].sources[f->list[i].source];

		if (!owner || !metric_word_is(key, s->key))
			continue;
		d = find_device(f->metrics, owner);
		if (!d)
			return;
		d->seen = true;
		set_larger(&d->values[metric - _METRIC_DEVICE_FIRST], s, f->list[i].source, n);
	}
}

/* "reads writes" that it works on, whoever asked for them. */
static void read_in_flight(struct metric_device *d)
{
	struct metric_value *reads = &d->values[METRIC_IO_IN_FLIGHT_READS - _METRIC_DEVICE_FIRST];
	struct metric_value *writes = &d->values[METRIC_IO_IN_FLIGHT_WRITES - _METRIC_DEVICE_FIRST];
	unsigned long r, w;
	char path[64];
	const char *text;
	char *end;
	int error;

	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/inflight", d->major, d->minor);
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	text = fd < 0 ? NULL : metric_read_text(fd, false, &error);
	if (!text)
		return;
	r = strtoul(text, &end, 10);
	if (end == text)
		return;
	text = end;
	w = strtoul(text, &end, 10);
	if (end == text)
		return;
	*reads = (struct metric_value){ .n = r };
	*writes = (struct metric_value){ .n = w };
}

/* v2 lists a device with its first I/O, so no device at all is a true 0; v1 does the same, but counts
 * few devices. */
static void set_nothing(struct metrics *m, enum metric metric)
{
	const struct open_file *v2 = &m->files->files[FILE_V2_IO_STAT];
	struct metric_value *v = &m->values[metric];
	bool is_basic = metric <= METRIC_IO_DISCARDS;

	if (v2->state == STATE_OPEN && v2->error == 0 && is_basic)
		*v = (struct metric_value){ 0 };
	else
		v->absence = _ABSENT_YET;
}

static bool has_open_file(const struct metrics *m, enum metric metric)
{
	for (size_t i = 0; i < METRIC_SOURCES; i++)
		if (m->files->files[metric_rows[metric].sources[i].file].state == STATE_OPEN)
			return true;
	return false;
}

void metric_device_end(struct metrics *m)
{
	size_t kept = 0;
	bool in_flight = m->files->needed[METRIC_IO_IN_FLIGHT_READS] ||
			 m->files->needed[METRIC_IO_IN_FLIGHT_WRITES];

	for (size_t i = 0; i < m->n_devices; i++)
		if (m->devices[i].seen)
			m->devices[kept++] = m->devices[i];
	m->n_devices = kept;
	for (size_t i = 0; i < kept && in_flight; i++)
		read_in_flight(&m->devices[i]);
	for (enum metric k = _METRIC_DEVICE_FIRST; k < _METRIC_INTERFACE_FIRST; k++) {
		struct metric_value *sum = &m->values[k];

		if (!m->files->needed[k])
			continue;
		for (size_t i = 0; i < kept; i++)
			metric_add(sum, &m->devices[i].values[k - _METRIC_DEVICE_FIRST]);
		if (sum->absence == PRESENT)
			continue;
		if (kept > 0)
			continue;
		set_nothing(m, k);
		if (sum->absence != PRESENT &&
		    (has_open_file(m, k) || metric_rows[k].sources[0].file == FILE_BLOCK_INFLIGHT))
			sum->absence = ABSENT_UNCOUNTED;
	}
}
