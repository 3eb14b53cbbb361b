/* cli/settle.c - see settle.h. */
#include "cli/settle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "run/journal.h"
#include "store/events.h"
#include "store/exit.h"

/* docker's, for one of which nobody saw the end. */
#define CODE_UNKNOWN 255

static bool says_alive(const struct store_status *s)
{
	return strcmp(s->phase, "created") != 0 && strcmp(s->phase, "stopped") != 0;
}

/* -> 1: kept, 0: not */
static int is_kept(const struct store_container *c, struct err *e)
{
	struct store_summary u;
	int r = store_get_summary(c, &u, e);

	if (r == -ENOENT)
		return 0;
	return r < 0 ? r : u.keep;
}

static int write_exit(struct store_container *c, const struct store_status *s, struct err *e)
{
	struct exit_record x;
	const char *cause;
	char code[16];
	int r;

	/* exit_prepare() has removed that of the run before. */
	if (exit_get(c->fd, &x) == 0)
		return 0; /* its supervisor wrote it, or a settle that was killed */
	x = exit_record_new();
	x.cause = s->same_boot ? EXIT_LOST : EXIT_BOOT;
	x.code = CODE_UNKNOWN;
	r = exit_put(c->fd, &x);
	if (r < 0)
		return err_set(e, r, "write how container %s ended", c->id);
	cause = exit_cause_name(x.cause);
	(void)snprintf(code, sizeof(code), "%d", x.code);
	event_append(c->store->fd, c->id, c->name, "die",
		     (const char *const[]){ "exitCode", code, "cause", cause, NULL });
	return 0;
}

int settle_locked(struct store_container *c, struct err *e)
{
	struct journal j = { .fd = c->journal };
	struct store_status s;
	int r = store_get_status(c, &s, e), kept;

	/* After another boot there is nothing to undo any more, and undoing that is no error. */
	if (r == 0)
		r = journal_undo_all(&j, e);
	kept = r < 0 ? r : is_kept(c, e);
	if (kept < 0)
		return kept;
	if (!kept)
		return SETTLED_GONE;
	if (!says_alive(&s))
		return SETTLED_BEFORE;
	r = write_exit(c, &s, e);
	if (r == 0)
		r = store_put_status(c, "stopped", 0, e);
	return r < 0 ? r : SETTLED_NOW;
}

int settle(struct store_container *c, struct err *e)
{
	int r = c->alive >= 0 ? 0 : store_lock_container(c, e);

	if (r == 0)
		r = settle_locked(c, e);
	if (r != SETTLED_GONE)
		return r;
	r = store_remove(c, e);
	return r < 0 ? r : SETTLED_GONE;
}
