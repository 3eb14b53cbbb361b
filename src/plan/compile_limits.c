/* plan/compile_limits.c - what the container's group may use: a write for each limit, in the hierarchy
 * where its controller lives.
 *
 * Should: refuse, before anything starts, what cannot act on this host, with the reason. A limit that
 * is dropped in silence is worse than none: somebody relies on it. */
#include <errno.h>
#include <inttypes.h>

#include "plan/compile.h"
#include "spec/exec.h"

#define WEIGHT_MAX 10000
#define SHARES_MIN 2
#define SHARES_MAX 262144

static const struct cgroup_hierarchy *unified(const struct facts *f)
{
	for (size_t i = 0; i < f->n_cgroups; i++)
		if (f->cgroups[i].is_v2)
			return &f->cgroups[i];
	return NULL;
}

static bool has_word(const char *words, const char *word, size_t n)
{
	for (const char *p = words ? words : ""; *p; p += strcspn(p, " "), p += *p == ' ')
		if (strncmp(p, word, n) == 0 && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

/* The controller of --cgroup-conf is what its file begins with; "cgroup" is none, but v2 itself. */
static const char *controller_of(struct compiler *c, const struct limit_spec *l, bool v2)
{
	const struct limit_row *row = &limit_rows[l->type];

	if (row->subject == SUBJECT_FILE)
		return arena_strndup(c->arena, l->subject, strcspn(l->subject, "."));
	if (v2)
		return row->v2.controller ? row->v2.controller : row->v1.controller;
	return row->v1.controller ? row->v1.controller : row->v2.controller;
}

/* The hierarchy that has the controller, or NULL. */
static const struct cgroup_hierarchy *home_of(struct compiler *c, const struct limit_spec *l)
{
	const struct cgroup_hierarchy *h = facts_cgroup(c->facts, controller_of(c, l, false));
	const char *name = controller_of(c, l, true);

	if (h)
		return h;
	if (strcmp(name, "cgroup") == 0 ||
	    has_word(c->facts->cgroup2_controllers, name, strlen(name)))
		return unified(c->facts);
	return NULL;
}

static const struct limit_place *place_in(const struct limit_spec *l,
					  const struct cgroup_hierarchy *h)
{
	return h->is_v2 ? &limit_rows[l->type].v2 : &limit_rows[l->type].v1;
}

/* A start writes all, an update what changes and what belongs to it. */
static bool is_touched(const struct compiler *c, const struct limit_spec *l)
{
	for (size_t i = 0; c->changes && i < c->changes->n_limits; i++) {
		const struct limit_spec *o = &c->changes->limits[i];

		if (limits_are_bundled(o->type, l->type) &&
		    (!l->subject || strcmp(o->subject, l->subject) == 0))
			return true;
	}
	return !c->changes;
}

/* ---- what cannot act ---- */

static int refuse_absent(struct compiler *c, const struct limit_spec *l)
{
	const char *name = controller_of(c, l, !compile_has_v1(c->facts));
	int r;

	if (c->facts->cgroup_layout == CGROUP_NONE)
		return err_hint(
			c->e,
			err_say(c->e, -EOPNOTSUPP,
				"%s: this host has no cgroup hierarchy that honu may write to",
				l->origin),
			"mount one: 'mount -t cgroup2 none /sys/fs/cgroup'; inside a "
			"container they are often read-only");
	r = err_say(c->e, -EOPNOTSUPP, "%s: this host has no cgroup controller '%s'", l->origin,
		    name);
	return err_hint(
		c->e, r,
		"see /proc/cgroups: a controller is missing from the kernel, switched off at "
		"boot (cgroup_disable=), or mounted nowhere");
}

static int refuse_layout(struct compiler *c, const struct limit_spec *l, bool v2)
{
	int r = err_say(c->e, -EOPNOTSUPP, "%s: cgroup %s has no such limit", l->origin,
			v2 ? "v2" : "v1");

	if (l->type == LIMIT_MEMORY_SWAPPINESS)
		return err_hint(c->e, r, "--memory-swap bounds what is swapped out");
	if (l->type == LIMIT_OOM_KILL_DISABLE)
		return err_hint(c->e, r, "--memory-high slows down instead of killing");
	if (l->type == LIMIT_OOM_GROUP)
		return err_hint(c->e, r, "the kernel picks one process there: leave it out");
	if (v2)
		return err_hint(c->e, r,
				"leave it out: real time is not divided among groups there");
	return err_hint(
		c->e, r,
		"the controller 'memory' is v1 here: --memory-reservation is what it has, or "
		"boot with systemd.unified_cgroup_hierarchy=1");
}

static bool divides(const struct disk *d, bool v2)
{
	return strcmp(d->scheduler, "bfq") == 0 || (v2 && d->cost);
}

static const char *schedulers(struct compiler *c)
{
	const char *list = "";
	const size_t most = 6;

	for (size_t i = 0; i < c->facts->n_disks && i < most; i++)
		list = arena_printf(c->arena, "%s%s%s has %s", list, i ? ", " : "",
				    c->facts->disks[i].name, c->facts->disks[i].scheduler);
	return c->facts->n_disks > most ? arena_printf(c->arena, "%s, …", list) : list;
}

/* A weight means something only to what divides by it. */
static int check_weight(struct compiler *c, const struct limit_spec *l, bool v2)
{
	const struct facts *f = c->facts;
	const char *wanted = v2 ? "bfq or io.cost" : "bfq";

	for (size_t i = 0; i < f->n_disks; i++) {
		const struct disk *d = &f->disks[i];
		bool meant = !l->subject || (d->major == l->major && d->minor == l->minor);

		if (meant && divides(d, v2))
			return 0;
		if (meant && l->subject)
			return err_hint(c->e,
					err_say(c->e, -EOPNOTSUPP,
						"%s: %s divides by no weight: its I/O scheduler is "
						"%s, and that takes %s",
						l->origin, d->name, d->scheduler, wanted),
					"echo bfq > /sys/block/%s/queue/scheduler", d->name);
	}
	return err_hint(c->e,
			err_say(c->e, -EOPNOTSUPP,
				"%s: no disk here divides by weight (%s); that takes %s", l->origin,
				f->n_disks ? schedulers(c) : "there is none", wanted),
			"echo bfq > /sys/block/DISK/queue/scheduler, or limit with "
			"--device-write-bps and its like");
}

static int check_numbers(struct compiler *c, const struct limit_spec *l, bool v2)
{
	const struct facts *f = c->facts;
	bool cpus = l->type == LIMIT_CPUSET_CPUS;
	const char *all = v2 ? (cpus ? f->cgroup2_cpus : f->cgroup2_mems) :
			       (cpus ? f->cpuset_cpus : f->cpuset_mems);

	if (!all || limit_numbers_are_within(l->text, all))
		return 0;
	return err_hint(c->e,
			err_say(c->e, -EINVAL, "%s: there is no such %s", l->origin,
				cpus ? "CPU" : "memory node"),
			"this host has %s", all);
}

static int check_page(struct compiler *c, const struct limit_spec *l)
{
	const char *sizes = c->facts->huge_pages;

	if (has_word(sizes, l->subject, strlen(l->subject)))
		return 0;
	return err_hint(c->e,
			err_say(c->e, -EOPNOTSUPP, "%s: this kernel has no pages of %s", l->origin,
				l->subject),
			"it has: %s", *sizes ? sizes : "none but the ordinary");
}

static int check_kernel(struct compiler *c, const struct limit_spec *l)
{
	unsigned needed = l->type == LIMIT_CPU_IDLE ? 5015 : l->type == LIMIT_CPU_BURST ? 5014 : 0;

	if (c->facts->kernel >= needed)
		return 0;
	return err_hint(c->e,
			err_say(c->e, -EOPNOTSUPP, "%s: Linux %s cannot do this", l->origin,
				c->facts->release),
			"it takes %u.%u or later", needed / 1000, needed % 1000);
}

static int check_swap(struct compiler *c, const struct limit_spec *l, bool v2)
{
	if (v2 || c->facts->swap_counted)
		return 0;
	return err_hint(
		c->e, err_say(c->e, -EOPNOTSUPP, "%s: this kernel does not count swap", l->origin),
		"boot with swapaccount=1, or leave it out");
}

static int check_limit(struct compiler *c, const struct limit_spec *l)
{
	const struct cgroup_hierarchy *h = home_of(c, l);

	if (!h)
		return refuse_absent(c, l);
	/* What v1 does anyway. */
	if (l->type == LIMIT_OOM_GROUP && !l->value)
		return 0;
	if (!place_in(l, h)->controller)
		return refuse_layout(c, l, h->is_v2);
	switch ((int)l->type) {
	case LIMIT_MEMORY_SWAP:
		return check_swap(c, l, h->is_v2);
	case LIMIT_CPU_IDLE:
	case LIMIT_CPU_BURST:
		return check_kernel(c, l);
	case LIMIT_CPUSET_CPUS:
	case LIMIT_CPUSET_MEMS:
		return check_numbers(c, l, h->is_v2);
	case LIMIT_BLKIO_WEIGHT:
	case LIMIT_BLKIO_WEIGHT_DEVICE:
		return check_weight(c, l, h->is_v2);
	case LIMIT_HUGETLB:
		return check_page(c, l);
	default:
		return 0;
	}
}

static void note_limit(struct compiler *c, const struct limit_spec *l)
{
	const struct cgroup_hierarchy *h = home_of(c, l);

	if ((l->type == LIMIT_WRITE_BPS || l->type == LIMIT_WRITE_IOPS) && !h->is_v2 &&
	    l->value != LIMIT_ENDLESS)
		compile_note(c,
			     arena_printf(c->arena,
					  "%s: cgroup v1 sees direct and synchronous writes only, "
					  "not what the kernel writes later",
					  l->origin));
	if (l->type == LIMIT_MEMORY && l->value != LIMIT_ENDLESS && !h->is_v2 &&
	    !c->facts->swap_counted)
		compile_note(c, arena_printf(c->arena,
					     "%s: this kernel does not count swap, so there is no "
					     "limit of what is swapped out",
					     l->origin));
}

int compile_limits_check(struct compiler *c)
{
	const struct spec *s = c->spec;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_limits; i++) {
		if (!is_touched(c, &s->limits[i]))
			continue;
		r = check_limit(c, &s->limits[i]);
		if (r == 0)
			note_limit(c, &s->limits[i]);
	}
	return r;
}

/* ---- the writes ---- */

struct writer {
	struct compiler *c;
	const struct cgroup_hierarchy *hierarchy;
	const char *path;
};

static void add(const struct writer *w, const char *file, const char *value, const char *origin)
{
	const char **values = arena_alloc(w->c->arena, sizeof(*values));
	struct step *s = compile_add(w->c, ACTOR_HOST, STEP_CGROUP_WRITE, origin);

	values[0] = value;
	s->cgroup_write = (struct cgroup_write_step){ .mountpoint = w->hierarchy->mountpoint,
						      .path = w->path,
						      .file = file,
						      .values = values,
						      .n_values = 1 };
}

static const char *number(const struct writer *w, uint64_t value)
{
	if (value != LIMIT_ENDLESS)
		return arena_printf(w->c->arena, "%" PRIu64, value);
	return w->hierarchy->is_v2 ? "max" : "-1";
}

static uint64_t between(uint64_t value, uint64_t least, uint64_t most)
{
	return value < least ? least : value > most ? most : value;
}

/* In microseconds of the usual period. */
static uint64_t quota_of(const struct limit_spec *cpus)
{
	if (cpus->value == LIMIT_ENDLESS)
		return LIMIT_ENDLESS;
	return cpus->value / (LIMIT_CPU_UNIT / LIMIT_CPU_PERIOD_DEFAULT);
}

/* One file holds both; the first of the three options writes it. */
static void add_cpu_max(const struct writer *w, const struct limit_spec *l)
{
	const struct limit_spec *cpus = limit_find(w->c->spec, LIMIT_CPUS);
	const struct limit_spec *period = limit_find(w->c->spec, LIMIT_CPU_PERIOD);
	const struct limit_spec *quota = limit_find(w->c->spec, LIMIT_CPU_QUOTA);
	uint64_t each = period ? period->value : LIMIT_CPU_PERIOD_DEFAULT;

	if (l != (cpus ? cpus : period ? period : quota))
		return;
	add(w, "cpu.max",
	    arena_printf(w->c->arena, "%s %" PRIu64,
			 number(w, cpus	 ? quota_of(cpus) :
				   quota ? quota->value :
					   LIMIT_ENDLESS),
			 each),
	    l->origin);
}

/* Both where there are disks of both kinds: io.cost takes the same numbers, with the same default. */
static void add_weight(const struct writer *w, const struct limit_spec *l)
{
	const struct facts *f = w->c->facts;
	bool bfq = false, cost = false;
	const char *value;

	for (size_t i = 0; i < f->n_disks; i++) {
		const struct disk *d = &f->disks[i];

		if (l->subject && (d->major != l->major || d->minor != l->minor))
			continue;
		bfq = bfq || strcmp(d->scheduler, "bfq") == 0;
		cost = cost || d->cost;
	}
	value = l->subject ?
			arena_printf(w->c->arena, "%u:%u %" PRIu64, l->major, l->minor, l->value) :
			arena_printf(w->c->arena, "default %" PRIu64, l->value);
	if (bfq)
		add(w, "io.bfq.weight", value, l->origin);
	if (cost)
		add(w, "io.weight", value, l->origin);
}

/* On v1 neither may pass the other on its way: who grows gets the sum first. */
static bool grows(const struct compiler *c, const struct limit_spec *memory)
{
	const struct limit_spec *old = c->before ? limit_find(c->before, LIMIT_MEMORY) : NULL;

	return old && old->value < memory->value;
}

static void add_default_swap(const struct writer *w, const struct limit_spec *l)
{
	bool v2 = w->hierarchy->is_v2;
	uint64_t twice = l->value == LIMIT_ENDLESS ? LIMIT_ENDLESS : 2 * l->value;

	if (limit_find(w->c->spec, LIMIT_MEMORY_SWAP) || (!v2 && !w->c->facts->swap_counted))
		return;
	/* As docker: as much swap as memory. */
	add(w, v2 ? "memory.swap.max" : "memory.memsw.limit_in_bytes",
	    number(w, v2 ? l->value : twice), "default");
}

/* In v2 the swap alone is counted. */
static uint64_t swap_alone(const struct writer *w, const struct limit_spec *l)
{
	const struct limit_spec *memory = limit_find(w->c->spec, LIMIT_MEMORY);

	return l->value == LIMIT_ENDLESS || !memory ? LIMIT_ENDLESS : l->value - memory->value;
}

static void add_value(const struct writer *w, const struct limit_spec *l,
		      const struct limit_place *p)
{
	const char *value = l->text;

	if (l->type == LIMIT_MEMORY_SWAP && !w->hierarchy->is_v2) {
		const struct limit_spec *memory = limit_find(w->c->spec, LIMIT_MEMORY);

		if (memory && grows(w->c, memory))
			return; /* with the memory */
	}
	if (l->type == LIMIT_MEMORY && grows(w->c, l)) {
		const struct limit_spec *swap = limit_find(w->c->spec, LIMIT_MEMORY_SWAP);

		if (swap && !w->hierarchy->is_v2)
			add(w, limit_rows[LIMIT_MEMORY_SWAP].v1.file, number(w, swap->value),
			    swap->origin);
		add_default_swap(w, l);
		add(w, p->file, number(w, l->value), l->origin);
		return;
	}
	if (!value && l->type == LIMIT_PIDS && l->value == LIMIT_ENDLESS)
		value = "max"; /* also on v1 */
	add(w, p->file, value ? value : number(w, l->value), l->origin);
	if (l->type == LIMIT_MEMORY)
		add_default_swap(w, l);
}

static void add_limit(const struct writer *w, const struct limit_spec *l)
{
	const struct limit_place *p = place_in(l, w->hierarchy);
	struct arena *a = w->c->arena;
	bool none = l->value == LIMIT_ENDLESS;

	switch (p->writing) {
	case WRITE_VALUE:
		add_value(w, l, p);
		break;
	case WRITE_DEVICE: /* 0 takes the limit away */
		add(w, p->file,
		    arena_printf(a, "%u:%u %" PRIu64, l->major, l->minor, none ? 0 : l->value),
		    l->origin);
		break;
	case WRITE_IO_MAX:
		add(w, p->file,
		    arena_printf(a, "%u:%u %s=%s", l->major, l->minor, p->key, number(w, l->value)),
		    l->origin);
		break;
	case WRITE_TO_WEIGHT:
		/* Straight, so that who has twice the shares has twice the weight: formulas that map
		 * the ends of both ranges on each other give 1024 and 2048 other proportions. */
		add(w, p->file, number(w, between(l->value * 100 / 1024, 1, WEIGHT_MAX)),
		    l->origin);
		break;
	case WRITE_TO_SHARES:
		add(w, p->file, number(w, between(l->value * 1024 / 100, SHARES_MIN, SHARES_MAX)),
		    l->origin);
		break;
	case WRITE_CPU_MAX:
		add_cpu_max(w, l);
		break;
	case WRITE_CFS:
		add(w, "cpu.cfs_period_us", number(w, LIMIT_CPU_PERIOD_DEFAULT), l->origin);
		add(w, p->file, number(w, quota_of(l)), l->origin);
		break;
	case WRITE_SWAP:
		add(w, p->file, number(w, swap_alone(w, l)), l->origin);
		break;
	case WRITE_WEIGHT:
		add_weight(w, l);
		break;
	case WRITE_PAGE:
		add(w, arena_printf(a, "hugetlb.%s.%s", l->subject, p->file), number(w, l->value),
		    l->origin);
		break;
	case WRITE_SUBJECT:
		add(w, l->subject, l->text, l->origin);
		break;
	}
}

/* All processes of a container go together, unless somebody says otherwise. */
static void add_oom_group(const struct writer *w)
{
	const struct limit_spec *memory = limit_find(w->c->spec, LIMIT_MEMORY);

	if (memory && is_touched(w->c, memory) && w->hierarchy->is_v2 &&
	    home_of(w->c, memory) == w->hierarchy && !limit_find(w->c->spec, LIMIT_OOM_GROUP))
		add(w, "memory.oom.group", "1", "default");
}

/* The kernel takes no quota below the burst that there was. */
static void add_burst_reset(const struct writer *w)
{
	const struct compiler *c = w->c;
	const struct limit_spec *old = c->before ? limit_find(c->before, LIMIT_CPU_BURST) : NULL;

	if (old && is_touched(c, old) && home_of(w->c, old) == w->hierarchy)
		add(w, place_in(old, w->hierarchy)->file, "0", old->origin);
}

void compile_limits(struct compiler *c, const struct cgroup_hierarchy *h, const char *path)
{
	const struct writer w = { .c = c, .hierarchy = h, .path = path };

	add_burst_reset(&w);
	for (size_t i = 0; i < c->spec->n_limits; i++) {
		const struct limit_spec *l = &c->spec->limits[i];

		if (home_of(c, l) == h && place_in(l, h)->controller && is_touched(c, l))
			add_limit(&w, l);
	}
	add_oom_group(&w);
}

/* Files of a controller are in a group only when the group above has it enabled. */
void compile_limits_enable(struct compiler *c, const struct cgroup_hierarchy *h, const char *path)
{
	const char *wanted = "", *origin = NULL;

	for (size_t i = 0; i < c->spec->n_limits; i++) {
		const struct limit_spec *l = &c->spec->limits[i];
		const char *name = controller_of(c, l, true);

		if (home_of(c, l) != h || !is_touched(c, l) || strcmp(name, "cgroup") == 0 ||
		    has_word(wanted, arena_printf(c->arena, "+%s", name), strlen(name) + 1))
			continue;
		wanted = arena_printf(c->arena, "%s%s+%s", wanted, *wanted ? " " : "", name);
		origin = origin ? origin : l->origin;
	}
	if (!*wanted)
		return;
	for (const char *p = path; p; p = strchr(p, '/') ? strchr(p, '/') + 1 : NULL) {
		size_t n = p == path ? 0 : (size_t)(p - path) - 1;
		const struct writer w = { .c = c,
					  .hierarchy = h,
					  .path = arena_strndup(c->arena, path, n) };

		add(&w, "cgroup.subtree_control", wanted, origin);
	}
}

/* ---- of a container that runs ---- */

/* On pure v2 the limits are on the group above the payload. */
static const char *whole_group(struct compiler *c, const struct exec_group *g)
{
	static const char payload[] = "/payload";
	size_t n = strlen(g->path), tail = sizeof(payload) - 1;

	if (n > tail && strcmp(g->path + n - tail, payload) == 0)
		return arena_strndup(c->arena, g->path, n - tail);
	return g->path;
}

static int update_group(struct compiler *c, const struct cgroup_hierarchy *h,
			const struct exec_group *groups, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *path = whole_group(c, &groups[i]);

		if (strcmp(groups[i].mountpoint, h->mountpoint) != 0)
			continue;
		if (h->is_v2)
			compile_limits_enable(c, h, path);
		compile_limits(c, h, path);
		return 0;
	}
	for (size_t i = 0; i < c->changes->n_limits; i++)
		if (h && home_of(c, &c->changes->limits[i]) == h)
			return err_hint(c->e,
					err_say(c->e, -ENOENT, "%s: it has no group in %s",
						c->changes->limits[i].origin, h->mountpoint),
					"that was not mounted, or for reading only, when it was "
					"started: start it anew");
	return 0;
}

int plan_compile_update(struct arena *a, const struct update_spec *u, const struct facts *f,
			struct plan **ret, struct err *e)
{
	struct compiler c = { .arena = a,
			      .spec = u->spec,
			      .before = u->before,
			      .changes = u->changes,
			      .facts = f,
			      .e = e };
	int r = compile_begin(&c);

	if (r == 0)
		r = compile_limits_check(&c);
	for (size_t i = 0; r == 0 && i < f->n_cgroups; i++)
		r = update_group(&c, &f->cgroups[i], u->groups, u->n_groups);
	if (r < 0)
		return r;
	*ret = compile_end(&c);
	return 0;
}
