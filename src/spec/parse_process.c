/* spec/parse_process.c - settings of the program: who it is, where it starts, what it is given. */
#include <string.h>

#include "base/number.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

/* More would leave the program no descriptors of its own. */
#define PRESERVE_FDS_MAX 512

int parse_name(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (!field_is_name(u->value, 63))
		return setting_refuse(u, e,
				      "expected at most 63 letters, digits, _ . or -, of which "
				      "the first is a letter or digit");
	s->name = u->value;
	return 0;
}

int parse_switch(const struct setting_use *u, struct spec *s, struct err *e)
{
	return setting_read_switch(u, (bool *)((char *)s + u->setting->which), e);
}

int parse_tty(const struct setting_use *u, struct spec *s, struct err *e)
{
	bool on;
	int r = setting_read_switch(u, &on, e);

	if (r < 0)
		return r;
	s->tty = on ? TTY_ON : TTY_OFF;
	return 0;
}

int parse_env(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char *variable = u->value;

	if (!env_name_is_valid(variable))
		return setting_refuse(u, e, "expected NAME=VALUE, or NAME to pass it on");
	if (!strchr(variable, '='))
		variable = env_find(u->environment, variable);
	if (variable)
		env_add(s, arena_strdup(s->arena, variable), false);
	return 0;
}

int parse_workdir(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (u->value[0] != '/')
		return setting_refuse(u, e, "expected an absolute path inside the container");
	s->cwd = u->value;
	return 0;
}

/* A name as /etc/passwd can have it, or an id. */
static bool is_user(const char *s)
{
	uint32_t id;

	if (field_consists_of(s, FIELD_DIGITS))
		return number_id(s, &id) == 0;
	return *s && *s != '-' && !strpbrk(s, ":/, \t\n");
}

int parse_user(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char **fields;
	size_t n = fields_split(s->arena, u->value, ':', &fields);

	if (n > 2 || !is_user(fields[0]) || (n == 2 && !is_user(fields[1])))
		return setting_refuse(u, e, "expected USER or USER:GROUP, names or ids");
	s->user = u->value;
	return 0;
}

int parse_group_add(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (!is_user(u->value))
		return setting_refuse(u, e, "expected the name or id of a group");
	arena_push(s->arena, s->groups, s->n_groups, u->value);
	return 0;
}

int parse_umask(const struct setting_use *u, struct spec *s, struct err *e)
{
	uint32_t mask;

	if (number_mode(u->value, &mask) < 0 || mask > 0777)
		return setting_refuse(u, e, "expected an octal number from 0 to 777");
	s->umask = mask;
	return 0;
}

int parse_preserve_fds(const struct setting_use *u, struct spec *s, struct err *e)
{
	uint32_t n;

	if (number_u32(u->value, &n) < 0 || n > PRESERVE_FDS_MAX)
		return setting_refuse(u, e, "expected a number from 0 to %d", PRESERVE_FDS_MAX);
	s->preserve_fds = n;
	return 0;
}
