/* spec/finish_process.c - the environment of the program, who it is, and its terminal. */
#include <errno.h>
#include <string.h>

#include "facts/facts.h"
#include "spec/finish.h"
#include "spec/parse.h"
#include "spec/spec.h"

#define DEFAULT_PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

struct environment {
	struct arena *arena;
	const char **list;
	size_t n;
};

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

static void put_listen_fds(struct environment *v, const struct spec *s)
{
	if (s->listen_fds == 0)
		return;
	put(v, arena_printf(v->arena, "LISTEN_FDS=%u", s->listen_fds));
	put(v, "LISTEN_PID="); /* completed inside: only there is the number known */
	if (s->listen_fdnames)
		put(v, arena_printf(v->arena, "LISTEN_FDNAMES=%s", s->listen_fdnames));
}

static void finish_environment(struct spec *s, const struct facts *f)
{
	struct environment v = { .arena = s->arena };

	put(&v, DEFAULT_PATH);
	put(&v, "HOME="); /* completed inside: the tree's /etc/passwd says where */
	if (s->ns[NS_UTS].mode != NS_PATH)
		put(&v, arena_printf(s->arena, "HOSTNAME=%s", s->hostname));
	put(&v, "container=honu");
	if (s->tty == TTY_ON)
		put(&v, arena_printf(s->arena, "TERM=%s", s->term ? s->term : "xterm"));
	if (f->timezone)
		put(&v, arena_printf(s->arena, "TZ=%s", f->timezone));
	for (size_t i = 0; i < s->n_env; i++)
		put(&v, s->env[i]);
	/* What honu itself hands in is not for anybody to say otherwise. */
	if (s->n_secrets > 0)
		put(&v, "CREDENTIALS_DIRECTORY=/run/secrets");
	put_listen_fds(&v, s);
	s->env = v.list;
	s->n_env = v.n;
	arena_push(s->arena, s->env, s->n_env, NULL);
	s->n_env--;
	s->n_env_file = 0;
}

int finish_process(struct spec *s, const struct facts *f, struct err *e)
{
	if (s->init && !f->init_path)
		return err_hint(e, err_say(e, -ENOENT, "--init: honu-init is not installed"),
				"install it beside honu, or leave --init out");
	/* Nobody sits before one that was only made, or runs in the background. */
	if (s->tty == TTY_AUTO && (s->detach || s->created))
		s->tty = TTY_OFF;
	if (s->tty == TTY_AUTO)
		s->tty = f->stdin_tty && f->stdout_tty ? TTY_ON : TTY_OFF;
	/* Whoever calls stays themselves, so that is who the program is. */
	if (!s->user && spec_own_userns(s) && s->userns.map == USERNS_KEEP_ID)
		s->user = arena_printf(s->arena, "%u:%u", s->userns.keep_uid, s->userns.keep_gid);
	if (!s->user)
		s->user = "0";
	if (!s->cwd)
		s->cwd = "/";
	finish_environment(s, f);
	return 0;
}
