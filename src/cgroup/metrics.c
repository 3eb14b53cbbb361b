/* cgroup/metrics.c - see metrics.h: reads what was opened, again and again. */
#include "cgroup/metrics.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "cgroup/metrics_parts.h"

#define TEXT_FIRST 16384
/* v1 has no word for "no limit": the largest number of whole pages below 2^63. */
#define V1_UNLIMITED ((uint64_t)LONG_MAX - 0xfffff)

/* One buffer for all groups: what is in it is used before the next file is read. */
const char *metric_read_text(int fd, bool again, int *ret_error)
{
	static char *text;
	static size_t room;
	size_t length = 0;

	for (;;) {
		if (length + 1 >= room) {
			size_t larger = room == 0 ? TEXT_FIRST : room * 2;
			char *moved = realloc(text, larger);

			if (!moved) {
				*ret_error = -ENOMEM;
				return NULL;
			}
			text = moved;
			room = larger;
		}
		ssize_t n = pread(fd, text + length, room - length - 1, (off_t)length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			*ret_error = -errno;
			return NULL;
		}
		length += (size_t)n;
		if (n == 0 || (!again && length + 1 < room))
			break;
	}
	text[length] = '\0';
	return text;
}

void metric_sources_of(struct metrics *m, enum metric_file file, struct file_sources *ret)
{
	ret->metrics = m;
	ret->file = file;
	ret->n = 0;
	for (enum metric i = 0; i < _METRIC_N; i++)
		for (uint8_t s = 0; s < METRIC_SOURCES && m->files->needed[i]; s++)
			if (metric_rows[i].sources[s].file == file &&
			    ret->n < ELEMENTS(ret->list)) {
				ret->list[ret->n].metric = i;
				ret->list[ret->n++].source = s;
			}
}

void metric_set(struct metric_value *v, const struct metric_source *s, uint8_t source, uint64_t n)
{
	if (v->absence == PRESENT && v->source < source)
		return; /* a better one has it */
	if (__builtin_mul_overflow(n, s->scale, &v->n))
		v->n = UINT64_MAX;
	v->absence = PRESENT;
	v->source = source;
}

void metric_add(struct metric_value *sum, const struct metric_value *v)
{
	if (v->absence != PRESENT)
		return;
	*sum = (struct metric_value){
		.n = (sum->absence == PRESENT ? sum->n : 0) + v->n,
		.source = v->source,
	};
}

static bool is_key(const struct metric_source *s, const struct metric_word *owner,
		   const struct metric_word *key)
{
	if (!owner)
		return !s->key || metric_word_is(key, s->key);
	/* "some avg10" */
	return strncmp(s->key, owner->text, owner->length) == 0 && s->key[owner->length] == ' ' &&
	       metric_word_is(key, s->key + owner->length + 1);
}

static void group_found(void *data, const struct metric_word *owner, const struct metric_word *key,
			uint64_t n, bool unlimited)
{
	const struct file_sources *f = data;

	for (size_t i = 0; i < f->n; i++) {
		enum metric metric = f->list[i].metric;
		const struct metric_source *s = &metric_rows[metric].sources[f->list[i].source];
		struct metric_value *v = &f->metrics->values[metric];

		if (!is_key(s, owner, key))
			continue;
		bool is_limit = metric == METRIC_MEMORY_LIMIT ||
				metric == METRIC_MEMORY_TIGHTEST_LIMIT;
		if (unlimited || (is_limit && n >= V1_UNLIMITED))
			v->absence = ABSENT_UNLIMITED;
		else
			metric_set(v, s, f->list[i].source, n);
	}
}

/* -> its text, or NULL. */
static const char *read_file(struct metric_files *f, enum metric_file file)
{
	struct open_file *o = &f->files[file];
	_cleanup_close_ int opened = -EBADF;
	char path[PLACE_PATH_ROOM];
	const char *text;
	int fd = o->fd;

	if (fd < 0) {
		metric_place_path(&f->places[o->place], metric_files[file].name, path);
		fd = opened = metric_open_path(path);
		o->error = fd;
	}
	text = fd < 0 ? NULL : metric_read_text(fd, false, &o->error);
	if (text) {
		f->read++;
		o->error = 0;
	} else if (o->error == -ENODEV || o->error == -ENOENT) {
		f->gone++;
	}
	return text;
}

static void read_above(struct metrics *m)
{
	struct metric_files *f = m->files;
	struct metric_value *v = &m->values[METRIC_MEMORY_TIGHTEST_LIMIT];
	struct file_sources sources;
	uint64_t least = UINT64_MAX;
	uint8_t source = 0;
	int error;

	metric_sources_of(m, FILE_V2_MEMORY_MAX_ABOVE, &sources);
	for (size_t i = 0; i < f->n_above; i++) {
		const char *text = metric_read_text(f->above[i], false, &error);

		if (!text)
			continue;
		v->absence = ABSENT_UNLIMITED;
		metric_parse(FORMAT_NUMBER, text, group_found, &sources);
		if (v->absence == PRESENT && v->n < least) {
			least = v->n;
			source = v->source;
		}
	}
	if (least < UINT64_MAX)
		*v = (struct metric_value){ .n = least, .source = source };
	else if (f->n_above > 0)
		v->absence = ABSENT_UNLIMITED;
}

static void read_all(struct metrics *m)
{
	struct file_sources sources;

	for (enum metric_file file = FILE_NONE + 1; file < _FILE_N; file++) {
		enum metric_format format = metric_files[file].format;

		if (m->files->files[file].state != STATE_OPEN)
			continue;
		if (file == FILE_V2_MEMORY_MAX_ABOVE) {
			read_above(m);
			continue;
		}
		const char *text = read_file(m->files, file);
		if (!text)
			continue;
		metric_sources_of(m, file, &sources);
		metric_parse(format, text,
			     format == FORMAT_IO_STAT || format == FORMAT_BLKIO ?
				     metric_device_found :
				     group_found,
			     &sources);
	}
}

/* What nobody has set: the reason that is nearest to there being a figure. */
static enum metric_absence absence_of(const struct metrics *m, enum metric metric)
{
	enum metric_absence absence = ABSENT_NO_GROUP;

	if (!m->files->needed[metric])
		return ABSENT_UNWANTED;
	for (size_t i = 0; i < METRIC_SOURCES; i++) {
		const struct open_file *o = &m->files->files[metric_rows[metric].sources[i].file];

		if (o->state == STATE_OPEN && o->error == 0)
			return ABSENT_NO_KEY;
		if (o->state == STATE_OPEN || o->state == STATE_UNREADABLE)
			absence = ABSENT_UNREADABLE;
		else if (o->state == STATE_NO_FILE && absence == ABSENT_NO_GROUP)
			absence = ABSENT_NO_FILE;
	}
	return absence;
}

/* Counters of a kernel are read one after the other: a difference may come out below 0. */
static void compute(struct metrics *m, enum metric metric)
{
	const struct metric_term *terms = metric_rows[metric].terms;
	uint64_t plus = 0, minus = 0;

	for (size_t i = 0; i < METRIC_SOURCES && terms[i].sign != 0; i++) {
		const struct metric_value *v = &m->values[terms[i].metric];

		if (v->absence == PRESENT)
			*(terms[i].sign > 0 ? &plus : &minus) += v->n;
		else if (!terms[i].optional) {
			m->values[metric].absence = ABSENT_TERM;
			return;
		}
	}
	m->values[metric] = (struct metric_value){ .n = plus > minus ? plus - minus : 0 };
}

int metrics_read(struct metrics *m)
{
	struct metric_files *f = m->files;
	struct timespec t;

	f->read = f->gone = 0;
	for (enum metric i = 0; i < _METRIC_N; i++)
		m->values[i] = (struct metric_value){ .absence = _ABSENT_YET };
	metric_device_begin(m);
	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	m->time = (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
	read_all(m);
	if (f->read == 0 && f->gone > 0)
		return -ESRCH;
	metric_device_end(m);
	metric_net_read(m);
	metric_delay_read(m);
	for (enum metric i = 0; i < _METRIC_N; i++)
		if (m->values[i].absence == _ABSENT_YET)
			m->values[i].absence = (uint8_t)absence_of(m, i);
	for (enum metric i = 0; i < _METRIC_N; i++)
		if (f->needed[i] && metric_rows[i].terms[0].sign != 0)
			compute(m, i);
	return 0;
}
