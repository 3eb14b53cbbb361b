/* spec/finish_namespaces.c - which namespaces go together, and what an id map has to be. */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "facts/facts.h"
#include "spec/finish.h"
#include "spec/spec.h"

/* What the kernel takes in one map. */
#define ID_LINES_MAX 340

int spec_bring_userns(struct spec *s, struct err *e)
{
	static const enum ns_type types[] = { NS_PID, NS_IPC, NS_MOUNT, NS_NET };
	const struct ns_spec *first = NULL;

	if (s->ns[NS_USER].is_set || s->userns.map == USERNS_MAP)
		return 0;
	for (size_t i = 0; i < ELEMENTS(types); i++) {
		const struct ns_spec *ns = &s->ns[types[i]];

		if (ns->mode != NS_CONTAINER)
			continue;
		if (first && strcmp(first->target, ns->target) != 0)
			return err_hint(
				e,
				err_say(e, -EINVAL,
					"%s and %s: a process has one user namespace, and these "
					"containers have two",
					first->origin, ns->origin),
				"say which with --userns container:NAME, or --userns host where "
				"neither has its own");
		first = ns;
	}
	if (first)
		s->ns[NS_USER] = (struct ns_spec){
			.mode = NS_CONTAINER,
			.target = first->target,
			.origin = first->origin,
		};
	return 0;
}

static int check_line(const struct id_line *lines, size_t i, const char *option, struct err *e)
{
	const struct id_line *a = &lines[i];

	/* The last id is "none" to the kernel. */
	if (a->count > UINT32_MAX - a->inside || a->count > UINT32_MAX - a->outside)
		return err_say(e, -ERANGE, "%s '%u:%u:%u': ends beyond the last id", option,
			       a->inside, a->outside, a->count);
	for (size_t j = 0; j < i; j++) {
		const struct id_line *b = &lines[j];

		if ((uint64_t)a->inside < (uint64_t)b->inside + b->count &&
		    (uint64_t)b->inside < (uint64_t)a->inside + a->count)
			return err_say(e, -EINVAL,
				       "%s: '%u:%u:%u' and '%u:%u:%u' map the same ids inside",
				       option, b->inside, b->outside, b->count, a->inside,
				       a->outside, a->count);
		if ((uint64_t)a->outside < (uint64_t)b->outside + b->count &&
		    (uint64_t)b->outside < (uint64_t)a->outside + a->count)
			return err_say(e, -EINVAL,
				       "%s: '%u:%u:%u' and '%u:%u:%u' map to the same ids outside",
				       option, b->inside, b->outside, b->count, a->inside,
				       a->outside, a->count);
	}
	return 0;
}

static int check_map(const struct id_line *lines, size_t n, const char *option, struct err *e)
{
	bool has_root = false;

	if (n > ID_LINES_MAX)
		return err_say(e, -E2BIG, "%s: %zu lines; the kernel takes %d", option, n,
			       ID_LINES_MAX);
	for (size_t i = 0; i < n; i++) {
		int r = check_line(lines, i, option, e);

		if (r < 0)
			return err_hint(e, r,
					"lines are INSIDE:OUTSIDE:COUNT, for example "
					"0:100000:65536");
		has_root |= lines[i].inside == 0;
	}
	if (!has_root)
		return err_hint(e, err_say(e, -EINVAL, "%s: id 0 is not mapped", option),
				"the container is set up as its own root, so map it, for example "
				"0:100000:65536");
	return 0;
}

static int finish_map(struct spec *s, struct err *e)
{
	struct userns_spec *u = &s->userns;
	int r;

	if (u->n_uid == 0) {
		u->uid = u->gid;
		u->n_uid = u->n_gid;
	} else if (u->n_gid == 0) {
		u->gid = u->uid;
		u->n_gid = u->n_uid;
	}
	r = check_map(u->uid, u->n_uid, "user id map", e);
	return r < 0 ? r : check_map(u->gid, u->n_gid, "group id map", e);
}

static int finish_keep_id(struct spec *s, const struct facts *f, struct err *e)
{
	struct userns_spec *u = &s->userns;

	if (f->caller_uid == 0)
		return err_hint(
			e,
			err_say(e, -EINVAL,
				"--userns keep-id: the caller is root, and root "
				"outside would be kept inside"),
			"run honu through sudo, which tells who asked, or use --userns auto");
	if (u->keep_uid == UINT32_MAX)
		u->keep_uid = f->caller_uid;
	if (u->keep_gid == UINT32_MAX)
		u->keep_gid = f->caller_gid;
	return 0;
}

static int finish_userns(struct spec *s, const struct facts *f, struct err *e)
{
	struct userns_spec *u = &s->userns;

	if (u->map == USERNS_MAP && !spec_own_userns(s))
		return err_hint(e,
				err_say(e, -EINVAL,
					"%s: an id map goes with an own user namespace only",
					s->ns[NS_USER].origin),
				"leave one of them out");
	if (!spec_own_userns(s))
		return 0;
	switch (u->map) {
	case USERNS_AUTO:
		return 0;
	case USERNS_KEEP_ID:
		return finish_keep_id(s, f, e);
	case USERNS_MAP:
		return finish_map(s, e);
	}
	return 0;
}

/* procfs has to be mounted by the user namespace that owns the pid namespace. */
static int check_pid(const struct spec *s, struct err *e)
{
	const struct ns_spec *ns = &s->ns[NS_PID];

	if (ns->mode != NS_PATH || !spec_own_userns(s))
		return 0;
	return err_hint(
		e,
		err_say(e, -EINVAL,
			"%s: with a user namespace of its own the container cannot mount /proc "
			"for those processes",
			ns->origin),
		"share the user namespace as well: --userns container:NAME (or path:FILE), or "
		"--userns host");
}

static int check_time(const struct spec *s, struct err *e)
{
	const struct ns_spec *ns = &s->ns[NS_TIME];

	if ((s->time_monotonic == 0 && s->time_boottime == 0) || ns->mode == NS_PRIVATE)
		return 0;
	return err_hint(e,
			err_say(e, -EINVAL, "--time-offset: the clocks of %s belong to others",
				ns->origin),
			"leave --timens out, or say --timens private");
}

static int finish_hostname(struct spec *s, const struct facts *f, struct err *e)
{
	const struct ns_spec *ns = &s->ns[NS_UTS];

	if (s->hostname && ns->mode != NS_PRIVATE)
		return err_hint(e,
				err_say(e, -EINVAL, "--hostname %s: %s shares the name of %s",
					s->hostname, ns->origin,
					ns->mode == NS_HOST ? "the host" : "others"),
				"leave --uts or --hostname out");
	if (!s->hostname && ns->mode == NS_HOST && f->hostname)
		s->hostname = f->hostname;
	if (!s->hostname)
		s->hostname = s->name ? s->name : s->id ? s->id : "honu";
	return 0;
}

int finish_namespaces(struct spec *s, const struct facts *f, struct err *e)
{
	int r;

	for (int type = 0; type < _NS_N; type++)
		if (s->ns[type].mode == NS_CONTAINER)
			return err_say(e, -ENOTRECOVERABLE, "%s: the container was not looked up",
				       s->ns[type].origin);
	r = finish_userns(s, f, e);
	if (r < 0)
		return r;
	r = check_pid(s, e);
	if (r < 0)
		return r;
	r = check_time(s, e);
	return r < 0 ? r : finish_hostname(s, f, e);
}
