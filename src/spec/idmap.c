/* spec/idmap.c - the id map of an own user namespace. */
#include <errno.h>
#include <string.h>

#include "spec/spec.h"

bool spec_own_userns(const struct spec *s)
{
	return s->ns[NS_USER].mode == NS_PRIVATE;
}

uint32_t spec_range_size(const struct spec *s)
{
	return spec_own_userns(s) && s->userns.map != USERNS_MAP ? s->userns.size : 0;
}

static void add_line(struct arena *a, struct id_line **lines, size_t *n, struct id_line line)
{
	if (line.count > 0)
		arena_push(a, *lines, *n, line);
}

/* The range, with the caller's own id in the place of one of it. */
static void map_range(struct arena *a, uint32_t base, uint32_t size, uint32_t kept, uint32_t caller,
		      struct id_line **ret, size_t *ret_n)
{
	struct id_line *lines = NULL;
	size_t n = 0;

	if (kept >= size) {
		add_line(a, &lines, &n, (struct id_line){ 0, base, size });
		add_line(a, &lines, &n, (struct id_line){ kept, caller, 1 });
	} else {
		add_line(a, &lines, &n, (struct id_line){ 0, base, kept });
		add_line(a, &lines, &n, (struct id_line){ kept, caller, 1 });
		add_line(a, &lines, &n,
			 (struct id_line){ kept + 1, base + kept + 1, size - kept - 1 });
	}
	*ret = lines;
	*ret_n = n;
}

int spec_set_range(struct spec *s, uint32_t base, uint32_t caller_uid, uint32_t caller_gid,
		   struct err *e)
{
	struct userns_spec *u = &s->userns;
	uint32_t size = spec_range_size(s), end;
	uint32_t kept_uid = u->keep_uid == UINT32_MAX ? caller_uid : u->keep_uid;
	uint32_t kept_gid = u->keep_gid == UINT32_MAX ? caller_gid : u->keep_gid;

	if (size == 0)
		return 0;
	if (__builtin_add_overflow(base, size, &end))
		return err_say(e, -ERANGE, "the id range %u:%u ends beyond the last id", base,
			       size);
	if (u->map == USERNS_AUTO) {
		struct id_line line = { 0, base, size };

		u->uid = u->gid = NULL;
		u->n_uid = u->n_gid = 0;
		arena_push(s->arena, u->uid, u->n_uid, line);
		arena_push(s->arena, u->gid, u->n_gid, line);
		return 0;
	}
	if ((caller_uid >= base && caller_uid < end) || (caller_gid >= base && caller_gid < end))
		return err_say(e, -ERANGE, "the id range %u:%u holds the ids of the caller (%u:%u)",
			       base, size, caller_uid, caller_gid);
	map_range(s->arena, base, size, kept_uid, caller_uid, &u->uid, &u->n_uid);
	map_range(s->arena, base, size, kept_gid, caller_gid, &u->gid, &u->n_gid);
	return 0;
}

static uint32_t outside(const struct spec *s, const struct id_line *lines, size_t n,
			uint32_t inside)
{
	/* Of a joined one that nobody has read yet nothing is known. */
	if (s->ns[NS_USER].mode == NS_HOST || (n == 0 && !spec_own_userns(s)))
		return inside;
	for (size_t i = 0; i < n; i++)
		if (inside >= lines[i].inside && inside - lines[i].inside < lines[i].count)
			return lines[i].outside + (inside - lines[i].inside);
	return UINT32_MAX;
}

uint32_t spec_uid_outside(const struct spec *s, uint32_t inside)
{
	return outside(s, s->userns.uid, s->userns.n_uid, inside);
}

uint32_t spec_gid_outside(const struct spec *s, uint32_t inside)
{
	return outside(s, s->userns.gid, s->userns.n_gid, inside);
}
