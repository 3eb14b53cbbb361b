/* spec/finish_files.c - the root, what is mounted in it, and what of /proc and /sys is hidden. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "facts/facts.h"
#include "spec/fields.h"
#include "spec/finish.h"
#include "spec/spec.h"

/* They show the host, or let it be changed; what docker and podman cover, together. */
static const char *const masked[] = {
	"/proc/acpi",	     "/proc/asound",  "/proc/interrupts",
	"/proc/kcore",	     "/proc/keys",    "/proc/latency_stats",
	"/proc/sched_debug", "/proc/scsi",    "/proc/timer_list",
	"/proc/timer_stats", "/sys/firmware", "/sys/devices/virtual/powercap",
};
static const char *const readonly[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

static bool is_unmasked(const struct spec *s, const char *path)
{
	for (size_t i = 0; i < s->n_unmasked; i++)
		if (strcmp(s->unmasked[i], path) == 0)
			return true;
	return false;
}

static bool has_path(const char *const *paths, size_t n, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(paths[i], path) == 0)
			return true;
	return false;
}

static void add_paths(struct spec *s, const char *const *paths, size_t n, const char ***list,
		      size_t *n_list)
{
	for (size_t i = 0; i < n; i++)
		if (!is_unmasked(s, paths[i]) && !has_path(*list, *n_list, paths[i]))
			arena_push(s->arena, *list, *n_list, paths[i]);
}

/* The first setting that needs a mount namespace of its own, or NULL. */
static const char *first_mount(const struct spec *s)
{
	if (s->root_kind == ROOT_DIRECTORY)
		return arena_printf(s->arena, "the root '%s'", s->root_origin);
	if (s->n_mounts > 0)
		return s->mounts[0].origin;
	if (s->n_devices > 0)
		return s->devices[0].origin;
	if (s->n_secrets > 0)
		return s->secrets[0].origin;
	if (s->n_masked > 0)
		return arena_printf(s->arena, "--security-opt mask=%s", s->masked[0]);
	if (s->n_hosts > 0)
		return s->hosts[0].origin;
	if (s->n_dns > 0)
		return arena_printf(s->arena, "--dns %s", s->dns[0]);
	return s->root_readonly ? "--read-only" : s->root_ephemeral ? "--ephemeral" : NULL;
}

static int finish_shared(struct spec *s, struct err *e)
{
	const struct ns_spec *ns = &s->ns[NS_MOUNT];
	const char *mount = first_mount(s);

	if (mount)
		return err_hint(e,
				err_say(e, -EINVAL,
					"%s and %s: nothing can be mounted where others "
					"live",
					ns->origin, mount),
				"leave --mountns out, so that the container has mounts of its own");
	s->root_kind = ROOT_SHARED;
	s->default_paths = false;
	s->manage_hosts = s->manage_dns = false;
	return 0;
}

struct target {
	const char *path;
	const char *origin;
};

static int add_target(struct spec *s, struct target **all, size_t *n, struct target t,
		      struct err *e)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp((*all)[i].path, t.path) == 0)
			return err_hint(e,
					err_say(e, -EINVAL, "%s and %s: both are to be %s",
						(*all)[i].origin, t.origin, t.path),
					"give each a target of its own");
	arena_push(s->arena, *all, *n, t);
	return 0;
}

static int check_targets(struct spec *s, struct err *e)
{
	struct target *all = NULL;
	size_t n = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_mounts; i++)
		r = add_target(s, &all, &n,
			       (struct target){ s->mounts[i].target, s->mounts[i].origin }, e);
	for (size_t i = 0; r == 0 && i < s->n_devices; i++)
		r = add_target(s, &all, &n,
			       (struct target){ s->devices[i].target, s->devices[i].origin }, e);
	for (size_t i = 0; r == 0 && i < s->n_secrets; i++)
		r = add_target(s, &all, &n,
			       (struct target){ arena_printf(s->arena, "/run/secrets/%s",
							     s->secrets[i].name),
						s->secrets[i].origin },
			       e);
	return r;
}

static size_t depth(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '/';
	return n;
}

/* A mount below another one comes after it, in whatever order they were written: otherwise the
 * upper one would hide it. Few enough for an insertion sort, which keeps equals in order. */
static void sort_mounts(struct spec *s)
{
	for (size_t i = 1; i < s->n_mounts; i++) {
		struct mount_spec m = s->mounts[i];
		size_t j = i;

		for (; j > 0 && depth(s->mounts[j - 1].target) > depth(m.target); j--)
			s->mounts[j] = s->mounts[j - 1];
		s->mounts[j] = m;
	}
}

static bool is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return strncmp(path, directory, n) == 0 && path[n] == '/';
}

/* What is mounted on a shared mount appears on the host as well, and would stay there. */
static int check_shared(const struct spec *s, struct err *e)
{
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];
		const char *inner = NULL;

		if (m->propagation != PROPAGATION_SHARED && m->propagation != PROPAGATION_RSHARED)
			continue;
		for (size_t k = 0; k < s->n_mounts; k++)
			if (is_below(s->mounts[k].target, m->target))
				inner = s->mounts[k].origin;
		if (s->n_secrets > 0 && is_below("/run/secrets", m->target))
			inner = s->secrets[0].origin;
		if (inner)
			return err_hint(e,
					err_say(e, -EINVAL,
						"%s and %s: what is mounted below a shared mount "
						"would appear on the host, and stay there",
						m->origin, inner),
					"mount it elsewhere, or make the outer one slave");
	}
	return 0;
}

int finish_files(struct spec *s, const struct facts *f, struct err *e)
{
	int r;

	(void)f;
	if (s->ns[NS_MOUNT].mode != NS_PRIVATE)
		return finish_shared(s, e);
	if (s->root_kind == ROOT_HOST_USR && s->root_ephemeral)
		return err_hint(
			e,
			err_say(e, -EINVAL,
				"--ephemeral: without ROOT there is nothing to "
				"protect"),
			"the host's /usr is read-only and the rest is thrown away at the end: "
			"leave --ephemeral out");
	if (!s->manage_hosts && s->n_hosts > 0)
		return err_hint(e,
				err_say(e, -EINVAL, "%s: --no-hosts leaves /etc/hosts alone",
					s->hosts[0].origin),
				"leave one of them out");
	if (!s->manage_dns && s->n_dns + s->n_dns_search + s->n_dns_options > 0)
		return err_hint(e,
				err_say(e, -EINVAL,
					"--dns none: other settings of the resolver are "
					"given as well"),
				"leave --dns none out, or the others");
	r = check_targets(s, e);
	if (r < 0)
		return r;
	sort_mounts(s);
	r = check_shared(s, e);
	if (r < 0)
		return r;
	if (s->privileged)
		s->default_paths = false;
	if (s->default_paths) {
		add_paths(s, masked, ELEMENTS(masked), &s->masked, &s->n_masked);
		add_paths(s, readonly, ELEMENTS(readonly), &s->readonly, &s->n_readonly);
	}
	return 0;
}
