/* spec/exec.c - see exec.h. As docker has it: environment, user, groups, directory, limits,
 * capabilities and filter are those of the container. */
#include "spec/exec.h"

#include <string.h>

#include "facts/facts.h"
#include "spec/finish.h"

struct environment {
	struct arena *arena;
	const char **list;
	size_t n;
};

static bool has_name(const char *variable, const char *name)
{
	size_t n = strlen(name);

	return strncmp(variable, name, n) == 0 && variable[n] == '=';
}

/* One variable of a name: the later one counts, in the place of the earlier one. */
static void put(struct environment *v, const char *variable)
{
	size_t length = strcspn(variable, "=") + 1;

	for (size_t i = 0; i < v->n; i++)
		if (strncmp(v->list[i], variable, length) == 0) {
			v->list[i] = variable;
			return;
		}
	arena_push(v->arena, v->list, v->n, variable);
}

/* What tells the first process about descriptors that it alone was handed. */
static bool is_of_first(const char *variable)
{
	return has_name(variable, "LISTEN_FDS") || has_name(variable, "LISTEN_PID") ||
	       has_name(variable, "LISTEN_FDNAMES");
}

static void set_environment(struct spec *s, const struct spec *container, const struct exec_spec *x)
{
	struct environment v = { .arena = s->arena };

	for (size_t i = 0; i < container->n_env; i++)
		if (!is_of_first(container->env[i]))
			put(&v, container->env[i]);
	if (x->tty)
		put(&v, arena_printf(s->arena, "TERM=%s", x->term ? x->term : "xterm"));
	for (size_t i = 0; i < x->n_env; i++)
		put(&v, x->env[i]);
	s->env = v.list;
	s->n_env = v.n;
	arena_push(s->arena, s->env, s->n_env, NULL);
	s->n_env--;
}

struct exec_spec exec_spec_from_words(const struct spec *words, const struct facts *f)
{
	bool on_terminal = f->stdin_tty && f->stdout_tty;

	return (struct exec_spec){
		.argv = words->argv,
		.n_argv = words->n_argv,
		.env = words->env,
		.n_env = words->n_env,
		.term = words->term,
		.user = words->user,
		.cwd = words->cwd,
		.tty = words->tty == TTY_ON || (words->tty == TTY_AUTO && on_terminal),
		.privileged = words->privileged,
		.timing = words->timing,
	};
}

struct spec *spec_of_exec(struct arena *a, const struct spec *container, const struct exec_spec *x,
			  const struct facts *f)
{
	struct spec *s = arena_new(a, struct spec);

	*s = *container;
	s->arena = a;
	s->argv = x->argv;
	s->n_argv = x->n_argv;
	s->user = x->user ? x->user : container->user;
	s->cwd = x->cwd ? x->cwd : container->cwd;
	s->tty = x->tty ? TTY_ON : TTY_OFF;
	if (x->privileged)
		s->capabilities = finish_givable(s, f);
	s->init = false;
	s->preserve_fds = s->listen_fds = 0;
	s->timing = x->timing;
	set_environment(s, container, x);
	return s;
}
