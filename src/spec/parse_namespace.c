/* spec/parse_namespace.c - whose namespaces, and the map of a user namespace. */
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

/* Half of what the kernel's clocks hold (KTIME_SEC_MAX / 2): it refuses larger ones. */
#define TIME_OFFSET_MAX INT64_C(4611686018)
#define NANOSECONDS INT64_C(1000000000)

static void set_mode(const struct setting_use *u, struct ns_spec *ns, enum ns_mode mode,
		     const char *target)
{
	*ns = (struct ns_spec){
		.mode = mode,
		.is_set = true,
		.target = target,
		.origin = u->origin,
	};
}

/* path:FILE, ns:FILE, container:NAME. 1: it was one; 0: it was not. */
static int read_shared(const struct setting_use *u, struct spec *s, struct ns_spec *ns,
		       struct err *e)
{
	const char *path = field_after(u->value, "path:");
	const char *container = field_after(u->value, "container:");

	if (!path)
		path = field_after(u->value, "ns:");
	if (path) {
		if (!*path)
			return setting_refuse(u, e,
					      "expected a file, such as path:/proc/1234/ns/%s",
					      ns_file(u->setting->which));
		const char *file;
		int r = path_absolute(s->arena, u->cwd, path, &file, e);

		if (r < 0)
			return r;
		set_mode(u, ns, NS_PATH, file);
		return 1;
	}
	if (container) {
		if (!field_is_name(container, 64))
			return setting_refuse(u, e,
					      "expected the name or id of a container after "
					      "container:");
		set_mode(u, ns, NS_CONTAINER, container);
		return 1;
	}
	return 0;
}

int parse_namespace(const struct setting_use *u, struct spec *s, struct err *e)
{
	enum ns_type type = (enum ns_type)u->setting->which;
	struct ns_spec *ns = &s->ns[type];
	const char *alias = type == NS_NET ? "none" : type == NS_IPC ? "shareable" : "private";
	int r;

	if (strcmp(u->value, "private") == 0 || strcmp(u->value, alias) == 0) {
		set_mode(u, ns, NS_PRIVATE, NULL);
		return 0;
	}
	if (strcmp(u->value, "host") == 0) {
		set_mode(u, ns, NS_HOST, NULL);
		return 0;
	}
	r = read_shared(u, s, ns, e);
	if (r != 0)
		return r < 0 ? r : 0;
	if (type == NS_NET && *u->value)
		return err_hint(
			e, err_say(e, -EOPNOTSUPP, "network '%s' is not supported yet", u->value),
			"there are private (only lo), host, path:FILE and container:NAME");
	return setting_refuse(u, e, "expected private, host, path:FILE or container:NAME");
}

/* INSIDE:OUTSIDE:COUNT */
static int read_line(const struct setting_use *u, struct spec *s, const char *text,
		     struct id_line *ret, struct err *e)
{
	const char **fields;
	size_t n = fields_split(s->arena, text, ':', &fields);
	struct id_line line;

	if (n != 3 || number_id(fields[0], &line.inside) < 0 ||
	    number_id(fields[1], &line.outside) < 0 || number_id(fields[2], &line.count) < 0)
		return err_hint(e,
				setting_refuse(u, e,
					       "expected INSIDE:OUTSIDE:COUNT, three numbers up to "
					       "%u",
					       UINT32_MAX - 1),
				"for example 0:100000:65536");
	if (line.count == 0)
		return err_hint(e, setting_refuse(u, e, "the count is 0: that maps nothing"),
				"for example 0:100000:65536");
	*ret = line;
	return 0;
}

static int add_lines(const struct setting_use *u, struct spec *s, const char *list, bool uid,
		     bool gid, struct err *e)
{
	const char **fields;
	size_t n = fields_split(s->arena, list, ',', &fields);
	struct userns_spec *map = &s->userns;

	if (map->map == USERNS_KEEP_ID)
		return err_hint(e, setting_refuse(u, e, "contradicts '%s'", s->ns[NS_USER].origin),
				"leave one of them out");
	for (size_t i = 0; i < n; i++) {
		struct id_line line;
		int r = read_line(u, s, fields[i], &line, e);

		if (r < 0)
			return r;
		if (uid)
			arena_push(s->arena, map->uid, map->n_uid, line);
		if (gid)
			arena_push(s->arena, map->gid, map->n_gid, line);
	}
	map->map = USERNS_MAP;
	return 0;
}

int parse_uidmap(const struct setting_use *u, struct spec *s, struct err *e)
{
	return add_lines(u, s, u->value, true, false, e);
}

int parse_gidmap(const struct setting_use *u, struct spec *s, struct err *e)
{
	return add_lines(u, s, u->value, false, true, e);
}

/* auto, auto:SIZE, auto:size=SIZE. Being the default it gives way to a map that was written. */
static int read_auto(const struct setting_use *u, struct spec *s, const char *rest, struct err *e)
{
	const char *size = *rest == ':' ? rest + 1 : rest;

	if (field_after(size, "size="))
		size = field_after(size, "size=");
	if (*rest && (number_id(size, &s->userns.size) < 0 || s->userns.size == 0))
		return setting_refuse(u, e, "expected auto, or auto:SIZE with a number of ids");
	if (s->userns.map != USERNS_MAP)
		s->userns.map = USERNS_AUTO;
	return 0;
}

/* keep-id, keep-id:uid=UID,gid=GID. */
static int read_keep_id(const struct setting_use *u, struct spec *s, const char *rest,
			struct err *e)
{
	const char **fields;
	size_t n = *rest == ':' ? fields_split(s->arena, rest + 1, ',', &fields) : 0;

	if (s->userns.map == USERNS_MAP)
		return err_hint(
			e, setting_refuse(u, e, "contradicts the id map that is given as well"),
			"leave one of them out");
	s->userns.map = USERNS_KEEP_ID;
	for (size_t i = 0; i < n; i++) {
		const char *uid = field_after(fields[i], "uid=");
		const char *gid = field_after(fields[i], "gid=");

		if ((!uid || number_id(uid, &s->userns.keep_uid) < 0) &&
		    (!gid || number_id(gid, &s->userns.keep_gid) < 0))
			return setting_refuse(u, e, "expected keep-id, or keep-id:uid=UID,gid=GID");
		s->userns.keep_given = true;
	}
	return 0;
}

int parse_userns(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char *rest_auto = field_after(u->value, "auto");
	const char *rest_keep = field_after(u->value, "keep-id");
	const char *lines = field_after(u->value, "map:");
	struct ns_spec *ns = &s->ns[NS_USER];
	int r;

	if (strcmp(u->value, "host") == 0) {
		set_mode(u, ns, NS_HOST, NULL);
		return 0;
	}
	r = read_shared(u, s, ns, e);
	if (r != 0)
		return r < 0 ? r : 0;
	if (strcmp(u->value, "private") == 0)
		r = read_auto(u, s, "", e);
	else if (rest_auto && (*rest_auto == '\0' || *rest_auto == ':'))
		r = read_auto(u, s, rest_auto, e);
	else if (rest_keep && (*rest_keep == '\0' || *rest_keep == ':'))
		r = read_keep_id(u, s, rest_keep, e);
	else if (lines)
		r = add_lines(u, s, lines, true, true, e);
	else
		r = setting_refuse(u, e,
				   "expected auto[:SIZE], keep-id, map:INSIDE:OUTSIDE:COUNT, "
				   "host, path:FILE or container:NAME");
	if (r < 0)
		return r;
	set_mode(u, ns, NS_PRIVATE, NULL);
	return 0;
}

int parse_time_offset(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char *monotonic = field_after(u->value, "monotonic=");
	const char *boottime = field_after(u->value, "boottime=");
	int64_t seconds;

	if ((!monotonic && !boottime) ||
	    number_i64(monotonic ? monotonic : boottime, &seconds) < 0 ||
	    seconds > TIME_OFFSET_MAX || seconds < -TIME_OFFSET_MAX)
		return setting_refuse(u, e,
				      "expected monotonic=SECONDS or boottime=SECONDS, at most "
				      "%lld either way",
				      (long long)TIME_OFFSET_MAX);
	if (monotonic)
		s->time_monotonic = seconds * NANOSECONDS;
	else
		s->time_boottime = seconds * NANOSECONDS;
	if (!s->ns[NS_TIME].is_set) {
		s->ns[NS_TIME].mode = NS_PRIVATE;
		s->ns[NS_TIME].origin = u->origin;
	}
	return 0;
}
