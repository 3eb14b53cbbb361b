/* cli/measure.c - see measure.h. */
#include "cli/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "run/groups.h"

int measure_choose(struct measure *m, struct arena *a, const struct word_texts *names,
		   struct err *e)
{
	for (size_t i = 0; i < names->n; i++) {
		_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
		int r = store_find(m->store, names->list[i], &c, e);

		if (r < 0)
			return r;
		arena_push(a, m->ids, m->n_ids, arena_strdup(a, c.id));
	}
	return 0;
}

/* ---- one container ---- */

static void forget(struct measured *c)
{
	metrics_done(&c->metrics);
	c->is_open = false;
	c->cpu = c->throttled = c->last_usage = UNKNOWN;
	for (enum metric i = 0; i < _METRIC_N; i++)
		c->metrics.values[i] = (struct metric_value){ .absence = ABSENT_NO_PROCESS };
}

/* The groups stand in its journal: those that were made, wherever the caller lives. */
static int read_places(const struct store *s, const struct store_entry *entry,
		       struct journal_group groups[JOURNAL_GROUPS],
		       struct metric_place places[JOURNAL_GROUPS])
{
	char path[STORE_PATH_ROOM];
	struct journal j = { .fd = openat(s->fd, store_path(entry, "journal", path),
					  O_RDONLY | O_CLOEXEC) };
	int n = j.fd < 0 ? -errno : groups_of_all(&j, groups);

	fd_closep(&j.fd);
	for (int i = 0; i < n; i++)
		places[i] =
			(struct metric_place){ groups[i].base, groups[i].name, groups[i].is_v2 };
	return n;
}

static void open_one(const struct measure *m, struct measured *c, const struct store_entry *entry)
{
	struct journal_group groups[JOURNAL_GROUPS];
	struct metric_place places[JOURNAL_GROUPS];
	int n = read_places(m->store, entry, groups, places);

	if (n >= 0 && metrics_open(&c->metrics, places, (size_t)n, c->pid, m->wanted) == 0)
		c->is_open = true;
	else
		forget(c); /* it ends at this moment */
}

uint64_t measure_value(const struct measured *c, enum metric metric)
{
	const struct metric_value *v = &c->metrics.values[metric];

	return v->absence == PRESENT ? v->n : UNKNOWN;
}

uint64_t measure_share(uint64_t n, uint64_t of)
{
	return n == UNKNOWN || of == UNKNOWN || of == 0 ?
		       UNKNOWN :
		       (uint64_t)((double)n * 10000 / (double)of);
}

/* A counter that ran on; one that fell is another one's. */
static uint64_t grown(uint64_t now, uint64_t before)
{
	return now == UNKNOWN || before == UNKNOWN || now < before ? UNKNOWN : now - before;
}

static void read_one(struct measured *c)
{
	uint64_t usage, periods, throttled;
	bool first = c->last_usage == UNKNOWN;

	if (metrics_read(&c->metrics) < 0) {
		forget(c);
		return;
	}
	usage = measure_value(c, METRIC_CPU_USAGE);
	periods = measure_value(c, METRIC_CPU_PERIODS);
	throttled = measure_value(c, METRIC_CPU_THROTTLED_PERIODS);
	c->cpu = first ? UNKNOWN :
			 measure_share(grown(usage, c->last_usage), c->metrics.time - c->last_time);
	c->throttled = first ? measure_share(throttled, periods) :
			       measure_share(grown(throttled, c->last_throttled),
					     grown(periods, c->last_periods));
	c->last_time = c->metrics.time;
	c->last_usage = usage;
	c->last_periods = periods;
	c->last_throttled = throttled;
}

uint64_t measure_memory_bound(const struct measured *c)
{
	uint64_t limit = measure_value(c, METRIC_MEMORY_TIGHTEST_LIMIT);
	struct sysinfo info;
	uint64_t machine = sysinfo(&info) == 0 ? (uint64_t)info.totalram * info.mem_unit : UNKNOWN;

	return limit < machine ? limit : machine;
}

/* ---- all of them ---- */

static bool is_meant(const struct measure *m, const struct store_entry *entry)
{
	for (size_t i = 0; i < m->n_ids; i++)
		if (strcmp(m->ids[i], entry->id) == 0)
			return true;
	return m->n_ids == 0 && (m->all || (entry->status.alive && entry->status.pid > 0));
}

static struct measured *find(struct measure *m, const struct store_entry *entry)
{
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->list[i].id, entry->id) == 0)
			return &m->list[i];
	if (m->n == m->room) {
		m->room = m->room == 0 ? 16 : m->room * 2;
		struct measured *larger = realloc(m->list, m->room * sizeof(*larger));
		if (!larger)
			abort(); /* as arena_alloc() */
		m->list = larger;
	}
	struct measured *c = &m->list[m->n++];
	*c = (struct measured){ .pid = -1 };
	(void)snprintf(c->id, sizeof(c->id), "%s", entry->id);
	forget(c);
	return c;
}

static void update(struct measure *m, const struct store_entry *entry)
{
	struct measured *c = find(m, entry);
	pid_t pid = entry->status.alive ? entry->status.pid : 0;

	c->seen = true;
	(void)snprintf(c->name, sizeof(c->name), "%s", entry->name);
	(void)snprintf(c->phase, sizeof(c->phase), "%s", entry->status.phase);
	if (c->is_open && (c->pid != pid || c->start_time != entry->status.start_time))
		forget(c);
	c->pid = pid;
	c->start_time = entry->status.start_time;
	if (!c->is_open && pid > 0)
		open_one(m, c, entry);
	if (c->is_open)
		read_one(c);
}

/* Those that are gone, or have ended and are not to be shown. */
static void drop_unseen(struct measure *m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->list[i].seen)
			m->list[kept++] = m->list[i];
		else
			metrics_done(&m->list[i].metrics);
	}
	m->n = kept;
}

int measure_read(struct measure *m, struct err *e)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct store_entry *entries;
	size_t n;
	int r = store_list(m->store, &a, &entries, &n, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < m->n; i++)
		m->list[i].seen = false;
	for (size_t i = n; i-- > 0;) /* newest first */
		if (is_meant(m, &entries[i]))
			update(m, &entries[i]);
	drop_unseen(m);
	return 0;
}

void measure_done(struct measure *m)
{
	for (size_t i = 0; i < m->n; i++)
		metrics_done(&m->list[i].metrics);
	free(m->list);
	m->list = NULL;
	m->n = m->room = 0;
}
