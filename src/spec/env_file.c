/* spec/env_file.c - variables of the environment: names, order of precedence, and --env-file. */
#include <errno.h>
#include <string.h>

#include "spec/parse.h"
#include "spec/spec.h"

bool env_name_is_valid(const char *variable)
{
	size_t n = strcspn(variable, "=");

	return n > 0 && strcspn(variable, " \t\n") >= n;
}

const char *env_find(char *const *environment, const char *name)
{
	size_t n = strcspn(name, "=");

	for (; environment && *environment; environment++)
		if (strncmp(*environment, name, n) == 0 && (*environment)[n] == '=')
			return *environment;
	return NULL;
}

void env_add(struct spec *s, const char *variable, bool from_file)
{
	arena_push(s->arena, s->env, s->n_env, variable);
	if (from_file) {
		memmove((void *)&s->env[s->n_env_file + 1], (const void *)&s->env[s->n_env_file],
			(s->n_env - 1 - s->n_env_file) * sizeof(*s->env));
		s->env[s->n_env_file++] = variable;
	}
	arena_push(s->arena, s->env, s->n_env, NULL);
	s->n_env--;
}

static int read_variable(const struct setting_use *u, struct spec *s, const char *line,
			 size_t number, struct err *e)
{
	if (!env_name_is_valid(line))
		return err_hint(
			e,
			err_say(e, -EINVAL, "--env-file '%s': line %zu: expected NAME=VALUE",
				u->value, number),
			"names have no blanks, and nothing stands before them (no 'export')");
	if (!strchr(line, '=')) {
		line = env_find(u->environment, line);
		if (!line)
			return 0;
	}
	env_add(s, arena_strdup(s->arena, line), true);
	return 0;
}

int parse_env_file(const struct setting_use *u, struct spec *s, struct err *e)
{
	return line_file_read(u, s, read_variable, e);
}
