/* store/intent.c - two notes: what a person asked for last, and the back-off of the restart
 * policy. */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "store/note.h"
#include "store/parts.h"

static const char *const wishes[] = {
	[WISH_NOTHING] = "nothing",
	[WISH_STOP] = "stop",
	[WISH_KILL] = "kill",
	[WISH_REMOVE] = "remove",
};
static_assert(ELEMENTS(wishes) == _WISH_N, "a wish lacks its word");

static int put(struct store_container *c, const char *name, const char *text, struct err *e)
{
	int r = text ? note_put(c->fd, name, text) : note_remove(c->fd, name);

	if (r == -ENOENT)
		return err_say(e, r, "container %s is gone", c->id);
	return r < 0 ? store_full(c->store,
				  err_set(e, r, "write the %s of container %s in %s", name, c->id,
					  c->store->path),
				  e) :
		       0;
}

/* Reads the n words of a note. 1: there is none. */
static int get(const struct store_container *c, const char *name, char *line, size_t room,
	       char *words[], size_t n, struct err *e)
{
	int r = note_get(c->fd, name, line, room);

	if (r == -ENOENT)
		return 1;
	if (r >= 0)
		r = note_split(line, ' ', words, n);
	return r < 0 && r != -EBADMSG ? err_set(e, r, "read the %s of container %s", name, c->id) :
					r;
}

static int damaged(const struct store_container *c, const char *name, struct err *e)
{
	return err_hint(e, err_say(e, -EBADMSG, "the %s of container %s is damaged", name, c->id),
			"'honu fsck' says what else is, and what can be mended");
}

int store_put_intent(struct store_container *c, enum store_wish wish, int signal, bool forced,
		     struct err *e)
{
	struct timespec now;
	char line[128];

	if (wish == WISH_NOTHING)
		return put(c, "intent", NULL, e);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	(void)snprintf(line, sizeof(line), "%s %d %d %u %d %llu", wishes[wish], signal, forced,
		       (unsigned)getuid(), (int)getpid(),
		       (unsigned long long)now.tv_sec * 1000000000 +
			       (unsigned long long)now.tv_nsec);
	return put(c, "intent", line, e);
}

int store_get_intent(const struct store_container *c, struct store_intent *ret, struct err *e)
{
	struct store_intent intent = { .wish = _WISH_N };
	uint32_t signal, forced, by;
	char line[128], *words[6];
	int r = get(c, "intent", line, sizeof(line), words, ELEMENTS(words), e);

	if (r == 1) {
		*ret = (struct store_intent){ .wish = WISH_NOTHING };
		return 0;
	}
	for (size_t i = WISH_STOP; r == 0 && i < ELEMENTS(wishes); i++)
		if (strcmp(words[0], wishes[i]) == 0)
			intent.wish = (enum store_wish)i;
	if (r == -EBADMSG ||
	    (r == 0 && (intent.wish == _WISH_N || number_u32(words[1], &signal) < 0 ||
			signal > 64 || number_u32(words[2], &forced) < 0 || forced > 1 ||
			number_u32(words[3], &intent.uid) < 0 || number_u32(words[4], &by) < 0 ||
			by > INT32_MAX || number_u64(words[5], &intent.time) < 0)))
		return damaged(c, "intent", e);
	if (r < 0)
		return r;
	intent.signal = (int)signal;
	intent.forced = forced;
	intent.by = (pid_t)by;
	*ret = intent;
	return 0;
}

int store_put_restarts(struct store_container *c, const struct store_restarts *n, struct err *e)
{
	char line[32];

	(void)snprintf(line, sizeof(line), "%u %u", n->count, n->delay);
	return put(c, "restarts", n->count > 0 ? line : NULL, e);
}

int store_get_restarts(const struct store_container *c, struct store_restarts *ret, struct err *e)
{
	struct store_restarts n = { 0 };
	char line[32], *words[2];
	int r = get(c, "restarts", line, sizeof(line), words, ELEMENTS(words), e);

	if (r == -EBADMSG ||
	    (r == 0 && (number_u32(words[0], &n.count) < 0 || number_u32(words[1], &n.delay) < 0)))
		return damaged(c, "restarts", e);
	if (r < 0)
		return r;
	*ret = n;
	return 0;
}
