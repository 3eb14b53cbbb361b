/* spec/parse_limits.c - what the container may use, and kernel settings of its own. */
#include <assert.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/rlimit.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

static bool read_limit(const char *text, uint64_t *ret)
{
	if (strcmp(text, "unlimited") == 0 || strcmp(text, "-1") == 0) {
		*ret = UINT64_MAX;
		return true;
	}
	return number_u64(text, ret) == 0;
}

int parse_ulimit(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct rlimit_spec limit = { .origin = u->origin };
	const char *name, *values, **fields;
	size_t n;

	if (!field_pair(s->arena, u->value, '=', &name, &values))
		return setting_refuse(u, e, "expected NAME=SOFT[:HARD]");
	while (limit.resource < RLIMITS && strcmp(rlimit_names[limit.resource], name) != 0)
		limit.resource++;
	if (limit.resource == RLIMITS) {
		const char *nearest = text_nearest(name, rlimit_names, RLIMITS);
		int r = setting_refuse(u, e, "no resource limit has the name '%s'", name);

		return nearest ? err_hint(e, r, "did you mean '%s'?", nearest) : r;
	}
	n = fields_split(s->arena, values, ':', &fields);
	if (n > 2 || !read_limit(fields[0], &limit.soft) || !read_limit(fields[n - 1], &limit.hard))
		return setting_refuse(u, e, "expected NAME=SOFT[:HARD] with numbers or unlimited");
	if (limit.soft > limit.hard)
		return setting_refuse(u, e, "the soft limit is above the hard one");
	for (size_t i = 0; i < s->n_rlimits; i++)
		if (s->rlimits[i].resource == limit.resource) {
			s->rlimits[i] = limit;
			return 0;
		}
	arena_push(s->arena, s->rlimits, s->n_rlimits, limit);
	return 0;
}

/* As sysctl(8) reads a key: the first separator tells which one separates, and the other one is
 * then part of a name. Kept with dots as separators. */
static bool read_key(char *key)
{
	char separator = key[strcspn(key, "./")];

	for (char *p = key; separator == '/' && *p; p++)
		*p = *p == '/' ? '.' : *p == '.' ? '/' : *p;
	return separator && field_consists_of(key, FIELD_LETTERS FIELD_DIGITS "._-/") &&
	       !strstr(key, "..") && key[0] != '.' && key[0] != '/' &&
	       !strchr("./", key[strlen(key) - 1]) && !strstr(key, "//");
}

int parse_sysctl(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct pair_spec pair = { .origin = u->origin };
	const char *key;

	if (!field_pair(s->arena, u->value, '=', &key, &pair.value) || !*pair.value)
		return setting_refuse(u, e, "expected KEY=VALUE");
	char *dotted = arena_strdup(s->arena, key);
	if (!read_key(dotted))
		return setting_refuse(u, e, "'%s' is not a key such as net.ipv4.ip_forward", key);
	pair.key = dotted;
	for (size_t i = 0; i < s->n_sysctls; i++)
		if (strcmp(s->sysctls[i].key, pair.key) == 0) {
			s->sysctls[i] = pair;
			return 0;
		}
	arena_push(s->arena, s->sysctls, s->n_sysctls, pair);
	return 0;
}

int parse_oom_score_adj(const struct setting_use *u, struct spec *s, struct err *e)
{
	int64_t score;

	if (number_i64(u->value, &score) < 0 || score < -1000 || score > 1000)
		return setting_refuse(u, e, "expected a number from -1000 to 1000");
	s->oom_score_set = true;
	s->oom_score_adj = score;
	return 0;
}

int parse_cgroup_parent(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char *path = path_inside(s->arena, arena_printf(s->arena, "/%s", u->value));

	if (!path || strcmp(path, "/") == 0 || strpbrk(path, "\n"))
		return setting_refuse(u, e, "expected the path of a control group without '..'");
	s->cgroup_parent = path + 1;
	return 0;
}
