/* spec/parse_security.c - capabilities and the other protections. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/capability.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

static const char *nearest_capability(struct arena *a, const char *typed)
{
	const char *names[CAPABILITY_N + 1];
	char *upper = arena_strdup(a, typed);

	for (char *p = upper; *p; p++)
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
	for (unsigned i = 0; i < CAPABILITY_N; i++)
		names[i] = capability_name(i);
	names[CAPABILITY_N] = "ALL";
	return text_nearest(strncmp(upper, "CAP_", 4) == 0 ? upper + 4 : upper, names,
			    CAPABILITY_N + 1);
}

/* ALL is every bit, so that it stays told apart from a list of all that we know. */
static int add_capabilities(const struct setting_use *u, struct spec *s, uint64_t *set,
			    struct err *e)
{
	const char **fields;
	size_t n = fields_split(s->arena, u->value, ',', &fields);

	for (size_t i = 0; i < n; i++) {
		int number = capability_number(fields[i]);

		if (strcasecmp(fields[i], "ALL") == 0) {
			*set = UINT64_MAX;
		} else if (number >= 0) {
			*set |= UINT64_C(1) << number;
		} else {
			const char *nearest = nearest_capability(s->arena, fields[i]);
			int r = setting_refuse(u, e, "no capability has the name '%s'", fields[i]);

			return nearest ? err_hint(e, r, "did you mean '%s'?", nearest) : r;
		}
	}
	return 0;
}

int parse_cap_add(const struct setting_use *u, struct spec *s, struct err *e)
{
	return add_capabilities(u, s, &s->capabilities_added, e);
}

int parse_cap_drop(const struct setting_use *u, struct spec *s, struct err *e)
{
	return add_capabilities(u, s, &s->capabilities_dropped, e);
}

static int read_no_new_privileges(const struct setting_use *u, struct spec *s, const char *value,
				  struct err *e)
{
	struct setting_use inner = *u;
	bool on;

	inner.value = value;
	if (setting_read_switch(&inner, &on, NULL) < 0)
		return setting_refuse(u, e, "no-new-privileges is true or false, not '%s'", value);
	s->no_new_privileges = on;
	return 0;
}

/* PATH[:PATH...] */
static int read_paths(const struct setting_use *u, struct spec *s, const char *value, bool mask,
		      struct err *e)
{
	const char **fields;
	size_t n = fields_split(s->arena, value, ':', &fields);

	for (size_t i = 0; i < n; i++) {
		const char *path = path_inside(s->arena, fields[i]);

		if (!path || strcmp(path, "/") == 0)
			return setting_refuse(u, e, "'%s' is not an absolute path below /",
					      fields[i]);
		if (mask)
			arena_push(s->arena, s->masked, s->n_masked, path);
		else
			arena_push(s->arena, s->unmasked, s->n_unmasked, path);
	}
	return 0;
}

static int read_seccomp(const struct setting_use *u, struct spec *s, const char *value,
			struct err *e)
{
	if (strcmp(value, "unconfined") == 0) {
		s->seccomp = false;
		return 0;
	}
	if (strcmp(value, "builtin") == 0 || strcmp(value, "default") == 0) {
		s->seccomp = true;
		return 0;
	}
	return err_hint(e,
			err_say(e, -EOPNOTSUPP,
				"--security-opt '%s': profiles from files are not supported yet",
				u->value),
			"seccomp=default is the filter of honu, seccomp=unconfined is none");
}

int parse_security_opt(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char *key = u->value, *value = "";

	/* docker once wrote a colon, and both are in use. */
	if (!field_pair(s->arena, u->value, '=', &key, &value))
		(void)field_pair(s->arena, u->value, ':', &key, &value);
	if (strcmp(key, "no-new-privileges") == 0 || strcmp(key, "no-new-privs") == 0)
		return read_no_new_privileges(u, s, *value ? value : "true", e);
	if (strcmp(key, "seccomp") == 0)
		return read_seccomp(u, s, value, e);
	if (strcmp(key, "mask") == 0)
		return read_paths(u, s, value, true, e);
	if ((strcmp(key, "unmask") == 0 && strcasecmp(value, "ALL") == 0) ||
	    strcmp(u->value, "systempaths=unconfined") == 0) {
		s->default_paths = false;
		return 0;
	}
	if (strcmp(key, "unmask") == 0)
		return read_paths(u, s, value, false, e);
	/* Neither label is ever set here, so these two hold already. */
	if (strcmp(u->value, "label=disable") == 0 || strcmp(u->value, "apparmor=unconfined") == 0)
		return 0;
	return setting_refuse(u, e,
			      "expected no-new-privileges[=false], seccomp=unconfined, "
			      "mask=PATH, unmask=PATH or unmask=ALL");
}
