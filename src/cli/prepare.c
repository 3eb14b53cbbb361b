/* cli/prepare.c - see prepare.h. */
#include "cli/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/disks.h"
#include "cli/joined.h"
#include "spec/options.h"
#include "spec/record.h"
#include "spec/turtles.h"

#define NAME_ATTEMPTS 64

/* True when path is the user namespace that honu lives in: nobody can enter that once more. */
static bool is_own_userns(const char *path)
{
	struct stat ours, theirs;

	return stat("/proc/self/ns/user", &ours) == 0 && stat(path, &theirs) == 0 &&
	       ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

/* container:NAME becomes the namespace file of its first process. */
static int resolve_container(struct spec *s, const struct store *store, enum ns_type type,
			     struct err *e)
{
	struct ns_spec *ns = &s->ns[type];
	struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_status status;
	int r = store_find(store, ns->target, &c, e);

	if (r < 0)
		return err_wrap(e, "%s", ns->origin);
	r = store_get_status(&c, &status, e);
	store_container_done(&c);
	if (r < 0 || !status.alive || status.pid <= 0)
		return err_hint(e,
				err_say(e, -ESRCH, "%s: container '%s' is not running", ns->origin,
					ns->target),
				"only a running container has namespaces to share");
	ns->container = ns->target;
	ns->mode = NS_PATH;
	ns->container = ns->target;
	ns->pid = (uint32_t)status.pid;
	ns->start_time = status.start_time;
	ns->target = arena_printf(s->arena, "/proc/%d/ns/%s", status.pid, ns_file(type));
	return 0;
}

static int resolve_containers(struct spec *s, const struct global *g, struct err *e)
{
	struct store store = STORE_EMPTY;
	bool wanted = false;
	int r = spec_bring_userns(s, e);

	if (r < 0)
		return r;
	for (int t = 0; t < _NS_N; t++)
		wanted = wanted || s->ns[t].mode == NS_CONTAINER;
	if (wanted)
		r = store_open(&store, g->state, e);
	for (int t = 0; r == 0 && t < _NS_N; t++) {
		if (s->ns[t].mode == NS_CONTAINER)
			r = resolve_container(s, &store, (enum ns_type)t, e);
	}
	store_done(&store);
	if (r == 0 && s->ns[NS_USER].mode == NS_PATH && is_own_userns(s->ns[NS_USER].target))
		s->ns[NS_USER].mode = NS_HOST;
	return r;
}

static int resolve_devices(struct spec *s, struct err *e)
{
	for (size_t i = 0; i < s->n_devices; i++) {
		struct device_spec *d = &s->devices[i];
		struct stat st;

		if (stat(d->source, &st) < 0)
			return err_hint(
				e, err_set(e, -errno, "%s", d->origin),
				"there must be a device node of that name on the host: see 'ls -l /dev'");
		if (!S_ISCHR(st.st_mode) && !S_ISBLK(st.st_mode))
			return err_hint(e,
					err_say(e, -EINVAL, "%s: %s is not a device node",
						d->origin, d->source),
					"files and directories are handed in with --volume");
		d->type = st.st_mode & S_IFMT;
		d->mode = st.st_mode & 07777;
		d->major = major(st.st_rdev);
		d->minor = minor(st.st_rdev);
		d->uid = st.st_uid;
		d->gid = st.st_gid;
	}
	return 0;
}

/* Descriptors that the caller promised to have open. */
static int check_descriptors(const struct spec *s, struct err *e)
{
	unsigned n = s->preserve_fds + s->listen_fds;

	for (unsigned fd = 3; fd < 3 + n; fd++) {
		if (fcntl((int)fd, F_GETFD) < 0)
			return err_hint(
				e, err_say(e, -EBADF, "descriptor %u is not open", fd),
				"%u descriptors from 3 on were promised by --preserve-fds and LISTEN_FDS",
				n);
	}
	return 0;
}

int prepare_need_root(const struct facts *f, struct err *e)
{
	if (f->euid != 0)
		return err_hint(
			e, err_say(e, -EPERM, "honu needs root: you are uid %u", f->euid),
			"run it with sudo; containers of an ordinary user are not supported yet");
	if (!(f->capabilities & UINT64_C(1) << CAP_SYS_ADMIN))
		return err_hint(
			e, err_say(e, -EPERM, "honu lacks CAP_SYS_ADMIN"),
			"root alone does not do: whoever started this shell (a container, a "
			"service) has to leave it that capability");
	return 0;
}

/* What the host is like now; what others run now. */
static int look_around(struct prepared *p, const struct global *g, struct err *e)
{
	int r = facts_read(&p->arena, &p->facts, e);

	if (r == 0)
		r = prepare_need_root(p->facts, e);
	if (r == 0 && p->spec->root_kind == ROOT_HOST_USR)
		r = facts_read_root(&p->arena, p->facts, e);
	if (r == 0 && p->spec->ns[NS_NET].mode == NS_HOST)
		facts_read_network(&p->arena, p->facts);
	if (r == 0 && p->spec->n_limits > 0) {
		facts_read_limits(&p->arena, p->facts);
		r = disks_resolve(p->spec, e);
	}
	if (r == 0)
		r = resolve_containers(p->spec, g, e);
	if (r == 0)
		r = joined_map(p->spec, e);
	if (r == 0)
		r = resolve_devices(p->spec, e);
	return r;
}

static uint64_t now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

/* A container that stays wants a name, so that a person can speak of it. */
static int draw_name(struct spec *s, const struct store *store, struct err *e)
{
	uint64_t random;

	for (int i = 0; !s->name && i < NAME_ATTEMPTS; i++) {
		const char *name;

		if (getrandom(&random, sizeof(random), 0) != sizeof(random))
			return err_set(e, -errno, "draw a name");
		name = turtle_name(s->arena, random);
		if (i >= NAME_ATTEMPTS / 2) /* so many turtles already */
			name = arena_printf(s->arena, "%s-%u", name, (unsigned)(random >> 40));
		if (!store_has_name(store, name))
			s->name = name;
	}
	return s->name ? 0 : err_say(e, -EEXIST, "every name that was drawn is taken");
}

/* The supervisor's socket appears inside, in the one directory that is always the container's own. */
static void add_notify(struct spec *s, const struct store *store)
{
	struct mount_spec m = {
		.type = MOUNT_BIND,
		.source =
			arena_printf(s->arena, "%s/containers/%s/notify.sock", store->path, s->id),
		.target = "/dev/honu-notify",
		.propagation = PROPAGATION_PRIVATE,
		.no_idmap = true,
		.origin = "--sdnotify",
	};

	arena_push(s->arena, s->mounts, s->n_mounts, m);
	arena_push(s->arena, s->env, s->n_env, "NOTIFY_SOCKET=/dev/honu-notify");
}

/* What only a container in the background has. */
static int prepare_background(struct spec *s, const struct global *g, struct err *e)
{
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	int r;

	if (!s->detach && !s->created)
		return !s->notify ?
			       0 :
			       err_hint(e,
					err_say(e, -EINVAL,
						"--sdnotify: in the foreground there is no "
						"supervisor to hand messages on"),
					"add -d, or hand the socket in with --volume and --env");
	r = store_open(&store, g->state, e);
	if (r == 0)
		r = draw_name(s, &store, e);
	if (r == 0 && s->notify)
		add_notify(s, &store);
	return r;
}

int prepare(struct prepared *p, const struct global *g, int argc, char *const *argv, struct err *e)
{
	char cwd[PATH_MAX];
	struct options_from from = { .cwd = cwd, .environment = g->environment };
	char id[STORE_ID_LENGTH + 1];
	bool created = p->created;
	int r;

	*p = (struct prepared){ 0 };
	if (!getcwd(cwd, sizeof(cwd))) {
		if (errno != ENOENT)
			return err_set(e, -errno, "read the working directory");
		from.cwd = NULL; /* removed: only relative paths need it */
	}
	p->spec = spec_new(&p->arena);
	p->spec->created = created;
	r = options_run(p->spec, &from, argc, argv, e);
	if (r != 0)
		return r == OPTIONS_HELP ? PREPARED_HELP : r;
	r = options_take_listen_fds(p->spec, g->environment, getpid(), e);
	if (r == 0)
		r = check_descriptors(p->spec, e);
	if (r == 0)
		r = store_new_id(id, e);
	if (r < 0)
		return r;
	p->spec->id = arena_strdup(&p->arena, id);
	p->spec->time = now();
	r = prepare_background(p->spec, g, e);
	if (r == 0)
		r = look_around(p, g, e);
	if (r == 0)
		r = spec_finish(p->spec, p->facts, e);
	return r;
}

int prepare_record(struct prepared *p, const struct store_container *c, struct err *e)
{
	char *json;
	int r;

	*p = (struct prepared){ 0 };
	r = store_get_record(c, &p->arena, &json, e);
	return r < 0 ? r : spec_read_record(&p->arena, json, &p->spec, e);
}

int prepare_again(struct prepared *p, const struct global *g, struct err *e)
{
	int r = spec_again(p->spec, e);

	return r < 0 ? r : look_around(p, g, e);
}

void prepare_done(struct prepared *p)
{
	arena_done(&p->arena);
}
