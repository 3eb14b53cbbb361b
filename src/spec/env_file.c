/* spec/env_file.c - variables of the environment: names, order of precedence, and --env-file,
 * the one setting whose value has to be read from the host at once. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

/* Far more than execve() takes for one string (128 KiB). */
#define ENV_FILE_MAX (1024 * 1024)

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

static int read_line(const struct setting_use *u, struct spec *s, char *line, size_t number,
		     struct err *e)
{
	const char *variable = line + strspn(line, " \t");

	if (*variable == '\0' || *variable == '#')
		return 0;
	if (!env_name_is_valid(variable))
		return err_hint(
			e,
			err_say(e, -EINVAL, "--env-file '%s': line %zu: expected NAME=VALUE",
				u->value, number),
			"names have no blanks, and nothing stands before them (no 'export')");
	if (!strchr(variable, '=')) {
		variable = env_find(u->environment, variable);
		if (!variable)
			return 0;
	}
	env_add(s, arena_strdup(s->arena, variable), true);
	return 0;
}

static int cannot_read(const struct setting_use *u, const char *path, struct err *e)
{
	return err_hint(e, err_set(e, -errno, "--env-file '%s'", u->value),
			"%s has to be a text file that honu may read", path);
}

int parse_env_file(const struct setting_use *u, struct spec *s, struct err *e)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_file_ FILE *f = NULL;
	size_t room = 0, total = 0;
	const char *path;
	ssize_t n;
	int r;

	if (!*u->value)
		return setting_refuse(u, e, "expected a file");
	r = path_absolute(s->arena, u->cwd, u->value, &path, e);
	if (r < 0)
		return r;
	f = fopen(path, "re");
	if (!f)
		return cannot_read(u, path, e);
	for (size_t number = 1; (n = getline(&line, &room, f)) >= 0; number++) {
		total += (size_t)n;
		if (total > ENV_FILE_MAX || strlen(line) != (size_t)n)
			return err_hint(e,
					err_say(e, -EINVAL,
						"--env-file '%s': line %zu: not a text "
						"file of at most 1 MiB",
						u->value, number),
					"for example: %s", u->setting->example);
		line[strcspn(line, "\r\n")] = '\0';
		r = read_line(u, s, line, number, e);
		if (r < 0)
			return r;
	}
	return ferror(f) ? cannot_read(u, path, e) : 0;
}
