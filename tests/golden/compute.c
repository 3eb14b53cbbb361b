/* golden/compute.c - see compute.h. */
#include "golden/compute.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "spec/exec.h"
#include "spec/options.h"
#include "spec/record.h"

#define ID "4f2a00c0ffee"
#define RANGE_FIRST 524288u
#define JOINED_FIRST 655360u
#define PID 4242

static void resolve_containers(struct spec *s)
{
	for (int t = 0; t < _NS_N; t++) {
		struct ns_spec *ns = &s->ns[t];

		if (ns->mode != NS_CONTAINER)
			continue;
		ns->container = ns->target;
		if (t == NS_USER && strncmp(ns->target, "host", 4) == 0) {
			ns->mode = NS_HOST;
			continue;
		}
		ns->mode = NS_PATH;
		ns->pid = PID;
		ns->start_time = 99;
		ns->target =
			arena_printf(s->arena, "/proc/%d/ns/%s", PID, ns_file((enum ns_type)t));
	}
}

/* As cli/joined.c reads it from the kernel. */
static void join_users(struct spec *s)
{
	const struct id_line line = { .inside = 0, .outside = JOINED_FIRST, .count = 65536 };
	struct userns_spec *u = &s->userns;

	if (s->ns[NS_USER].mode != NS_PATH)
		return;
	u->uid = u->gid = NULL;
	u->n_uid = u->n_gid = 0;
	arena_push(s->arena, u->uid, u->n_uid, line);
	arena_push(s->arena, u->gid, u->n_gid, line);
}

static int resolve_devices(struct spec *s, struct err *e)
{
	static const struct device_spec devices[] = {
		{ .source = "/dev/fuse", .type = S_IFCHR, .major = 10, .minor = 229, .mode = 0666 },
		{ .source = "/dev/null", .type = S_IFCHR, .major = 1, .minor = 3, .mode = 0666 },
		{ .source = "/dev/kvm",
		  .type = S_IFCHR,
		  .major = 10,
		  .minor = 232,
		  .mode = 0660,
		  .gid = 106 },
		{ .source = "/dev/sda", .type = S_IFBLK, .major = 8, .mode = 0660, .gid = 6 },
		{ .source = "/dev/net/tun",
		  .type = S_IFCHR,
		  .major = 10,
		  .minor = 200,
		  .mode = 0666,
		  .uid = 70000,
		  .gid = 70000 },
	};

	for (size_t i = 0; i < s->n_devices; i++) {
		struct device_spec *d = &s->devices[i];
		const struct device_spec *found = NULL;

		for (size_t k = 0; k < ELEMENTS(devices); k++)
			if (strcmp(devices[k].source, d->source) == 0)
				found = &devices[k];
		if (!found)
			return err_set(e, -ENOENT, "%s", d->origin);
		d->type = found->type;
		d->major = found->major;
		d->minor = found->minor;
		d->mode = found->mode;
		d->uid = found->uid;
		d->gid = found->gid;
	}
	return 0;
}

/* As cli/disks.c asks the kernel: on every host here /srv lies on the first disk. */
static void resolve_disks(struct spec *s)
{
	for (size_t i = 0; i < s->n_limits; i++) {
		struct limit_spec *l = &s->limits[i];

		if (limit_rows[l->type].subject != SUBJECT_DEVICE)
			continue;
		l->major = strcmp(l->subject, "/dev/nvme0n1p1") == 0 ? 259 : 8;
		l->minor = strcmp(l->subject, "/dev/sdb") == 0 ? 16 : 0;
	}
}

int compute(struct computed *c, const struct facts *f, char *const *environment, int argc,
	    char *const *argv, struct err *e)
{
	struct options_from from = { .cwd = "/home/user", .environment = environment };
	struct plan *plan;
	int r;

	*c = (struct computed){ 0 };
	c->spec = spec_new(&c->arena);
	r = options_run(c->spec, &from, argc, argv, e);
	if (r != 0)
		return r == OPTIONS_HELP ? COMPUTED_HELP : r;
	c->spec->id = ID;
	r = options_take_listen_fds(c->spec, environment, PID, e);
	if (r == 0)
		r = spec_bring_userns(c->spec, e);
	if (r < 0)
		return r;
	resolve_containers(c->spec);
	resolve_disks(c->spec);
	join_users(c->spec);
	r = resolve_devices(c->spec, e);
	if (r == 0)
		r = spec_finish(c->spec, f, e);
	if (r == 0)
		r = spec_set_range(c->spec, RANGE_FIRST, f->caller_uid, f->caller_gid, e);
	if (r == 0)
		r = plan_compile(&c->arena, c->spec, f, &plan, e);
	if (r == 0)
		r = plan_check(plan, e);
	if (r == 0)
		c->plan = plan;
	return r;
}

static void describe(const struct plan *p, struct text *t)
{
	plan_list(p, t);
	plan_explain(p, t);
	for (size_t i = 0; i < p->n_env; i++)
		text_printf(t, "%s\n", p->env[i]);
	for (size_t i = 0; i < p->n_notes; i++)
		text_printf(t, "%s\n", p->notes[i]);
	for (size_t i = 0; i < p->n; i++)
		text_printf(t, "%s\n", p->steps[i].origin ? p->steps[i].origin : "-");
}

/* The first line in which they differ, or NULL. */
static const char *difference(struct arena *a, const char *before, const char *after)
{
	while (*before || *after) {
		size_t n = strcspn(before, "\n"), m = strcspn(after, "\n");

		if (n != m || memcmp(before, after, n) != 0)
			return arena_printf(a, "'%.*s' became '%.*s'", (int)n, before, (int)m,
					    after);
		before += n + (before[n] != '\0');
		after += m + (after[m] != '\0');
	}
	return NULL;
}

static int compare(struct arena *a, const char *what, const char *before, const char *after,
		   struct err *e)
{
	const char *d = difference(a, before, after);

	return d ? err_say(e, -EPROTO, "%s of what was recorded differs: %s", what, d) : 0;
}

/* As cli/prepare.c does for whoever starts it once more. */
static int start_again(struct spec *s, struct err *e)
{
	int r = spec_again(s, e);

	/* The right answer: nobody hands them in. The plan of the first start is compared all the same. */
	if (r == -EBADF && s->preserve_fds + s->listen_fds > 0)
		return 0;
	if (r < 0)
		return r;
	resolve_containers(s);
	resolve_disks(s);
	join_users(s);
	return resolve_devices(s, e);
}

int compute_again(const struct computed *c, const struct facts *f, struct err *e)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	_cleanup_text_ struct text before = { 0 }, after = { 0 };
	_cleanup_free_ char *record = NULL, *again = NULL;
	struct spec *s;
	struct plan *plan;
	int r;

	r = spec_record(c->spec, &record, e);
	if (r == 0)
		r = spec_read_record(&a, record, &s, e);
	if (r == 0)
		r = spec_record(s, &again, e);
	if (r == 0)
		r = compare(&a, "the record", record, again, e);
	if (r == 0)
		r = start_again(s, e);
	if (r == 0)
		r = plan_compile(&a, s, f, &plan, e);
	if (r < 0)
		return r;
	describe(c->plan, &before);
	describe(plan, &after);
	return compare(&a, "the plan", text_get(&before), text_get(&after), e);
}

/* As run/journal.h has them: what the container's own plan makes. */
static void take_groups(struct computed *c, struct exec_spec *x)
{
	struct exec_group *groups = NULL;

	for (size_t i = 0; i < c->plan->n; i++) {
		const struct cgroup_make_step *m = &c->plan->steps[i].cgroup_make;

		if (c->plan->steps[i].kind == STEP_CGROUP_MAKE)
			arena_push(&c->arena, groups, x->n_groups,
				   (struct exec_group){ m->mountpoint, m->path, m->is_v2 });
	}
	x->groups = groups;
}

int compute_exec(struct computed *c, const struct facts *f, char *const *environment, int argc,
		 char *const *argv, struct err *e)
{
	struct options_from from = { .cwd = "/home/user", .environment = environment };
	struct spec *words = spec_new(&c->arena), *container;
	_cleanup_free_ char *record = NULL;
	int r = options_run(words, &from, argc, argv, e);

	if (r == 0)
		r = spec_record(c->spec, &record, e);
	if (r == 0)
		r = spec_read_record(&c->arena, record, &container, e);
	if (r != 0)
		return r;
	struct exec_spec x = exec_spec_from_words(words, f);
	c->privileged = x.privileged;
	x.pid = PID;
	x.start_time = 99;
	take_groups(c, &x);
	c->plan = NULL;
	struct plan *plan;
	r = plan_compile_exec(&c->arena, container, &x, f, &plan, e);
	if (r == 0)
		r = plan_check(plan, e);
	if (r == 0)
		c->plan = plan;
	return r;
}

void computed_done(struct computed *c)
{
	arena_done(&c->arena);
}
