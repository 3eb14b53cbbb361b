/* spec/finish_life.c - what goes together of how a container starts, ends and is watched. */
#include <errno.h>
#include <string.h>

#include "spec/finish.h"
#include "spec/spec.h"

static const char *restart_word(const struct spec *s)
{
	switch (s->restart) {
	case RESTART_ON_FAILURE:
		return "on-failure";
	case RESTART_ALWAYS:
		return "always";
	case RESTART_UNLESS_STOPPED:
		return "unless-stopped";
	case RESTART_NO:
	case _RESTART_N:
		break;
	}
	return "no";
}

/* What only a supervisor does, which stays where honu itself has gone. */
static int need_supervisor(const struct spec *s, const char *origin, struct err *e)
{
	if (s->detach || s->created)
		return 0;
	return err_hint(
		e, err_say(e, -EINVAL, "%s: in the foreground a container ends with honu", origin),
		"add --detach; 'honu attach' then connects a terminal to it");
}

static int check_restart(struct spec *s, struct err *e)
{
	if (s->restart == RESTART_NO)
		return 0;
	if (s->remove)
		return err_hint(e,
				err_say(e, -EINVAL,
					"--rm and --restart %s: one removes what the other starts "
					"again",
					restart_word(s)),
				"leave one of them out");
	if (s->preserve_fds + s->listen_fds > 0)
		return err_hint(
			e,
			err_say(e, -EINVAL,
				"--restart %s: descriptors that are handed in are there for "
				"the first start only",
				restart_word(s)),
			"leave --preserve-fds out; whoever sets LISTEN_FDS can restart honu "
			"itself");
	return need_supervisor(s, arena_printf(s->arena, "--restart %s", restart_word(s)), e);
}

static int check_health(const struct spec *s, struct err *e)
{
	const struct health_spec *h = &s->health;

	if (!h->origin)
		return 0;
	if (h->disabled)
		return err_hint(e, err_say(e, -EINVAL, "%s: there is to be no check", h->origin),
				"leave it out, or --no-healthcheck and --health-cmd none");
	if (h->kind == HEALTH_NONE)
		return err_hint(e, err_say(e, -EINVAL, "%s: there is no check", h->origin),
				"say what to check: --health-cmd COMMAND, --health-tcp PORT or "
				"--health-http PORT/PATH");
	return need_supervisor(s, h->origin, e);
}

int finish_life(struct spec *s, const struct facts *f, struct err *e)
{
	int r;

	(void)f;
	if (s->replace && !s->name)
		return err_hint(e, err_say(e, -EINVAL, "--replace: there is no name to be free"),
				"name the container: --replace --name web");
	if (s->log_origin && s->log_driver != LOG_FILE)
		return err_hint(e,
				err_say(e, -EINVAL, "%s: only the log driver file has files",
					s->log_origin),
				"leave it out, or --log-driver %s",
				s->log_driver == LOG_NONE ? "none" : "journald");
	r = check_restart(s, e);
	return r < 0 ? r : check_health(s, e);
}
