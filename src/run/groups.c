/* run/groups.c - see groups.h. */
#include "run/groups.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/cleanup.h"
#include "cgroup/freeze.h"
#include "cgroup/group.h"

#define FREEZE_MS 10000
#define THAW_MS 1000

struct choice {
	enum cgroup_freezer freezer;
	unsigned groups;
	char base[UNDO_BASE_MAX], name[UNDO_NAME_MAX];
};

/* On pure v2 those who came in later (exec) live beside the payload: the group above holds all. */
static void cut_payload(char name[UNDO_NAME_MAX])
{
	static const char payload[] = "/payload";
	size_t n = strlen(name), tail = sizeof(payload) - 1;

	if (n > tail && strcmp(name + n - tail, payload) == 0)
		name[n - tail] = '\0';
}

static void whole_of(const struct undo *u, char ret[UNDO_NAME_MAX])
{
	memcpy(ret, u->name, sizeof(u->name));
	cut_payload(ret);
}

static int choose(const struct undo *u, void *data)
{
	struct choice *c = data;
	enum cgroup_freezer freezer;
	char name[UNDO_NAME_MAX];

	if (u->kind != UNDO_CGROUP)
		return 0;
	c->groups++;
	whole_of(u, name);
	freezer = cgroup_freezer_of(u->base, name);
	if (freezer <= c->freezer)
		return 0;
	c->freezer = freezer;
	memcpy(c->base, u->base, sizeof(c->base));
	memcpy(c->name, name, sizeof(c->name));
	return 0;
}

static int find_freezer(const struct journal *j, struct choice *c, struct err *e)
{
	int r = journal_each(j, choose, c);

	if (r < 0)
		return err_set(e, r, "read the journal");
	if (c->freezer != FREEZER_NONE)
		return 0;
	if (c->groups == 0)
		return err_hint(e,
				err_say(e, -EOPNOTSUPP, "it has no control group to be frozen in"),
				"honu found none that it may write to when it was started: see the "
				"note it gave then, and 'mount -t cgroup,cgroup2'");
	return err_hint(e, err_say(e, -EOPNOTSUPP, "none of its control groups can be frozen"),
			"that takes cgroup v2, or the v1 controller 'freezer'");
}

int groups_freeze(const struct journal *j, struct err *e)
{
	struct choice c = { 0 };
	int r = find_freezer(j, &c, e);

	if (r < 0)
		return r;
	r = cgroup_freeze(c.base, c.name, FREEZE_MS);
	if (r == -ETIMEDOUT)
		return err_hint(
			e,
			err_say(e, r, "not all its processes could be frozen within %d s",
				FREEZE_MS / 1000),
			"one hangs in the kernel: look for state D in 'ps -eo pid,stat,wchan,"
			"args'; they all go on for now");
	return r < 0 ? err_set(e, r, "freeze %s/%s", c.base, c.name) : 0;
}

/* What froze it need not be what would be chosen today: all are asked. */
static int thaw(const struct undo *u, void *data)
{
	char name[UNDO_NAME_MAX];

	(void)data;
	if (u->kind != UNDO_CGROUP)
		return 0;
	whole_of(u, name);
	(void)cgroup_thaw(u->base, name);
	return 0;
}

static int is_frozen(const struct undo *u, void *data)
{
	char name[UNDO_NAME_MAX];

	(void)data;
	if (u->kind != UNDO_CGROUP)
		return 0;
	whole_of(u, name);
	return cgroup_is_frozen(u->base, name);
}

int groups_are_frozen(const struct journal *j, struct err *e)
{
	int r = journal_each(j, is_frozen, NULL);

	return r < 0 ? err_set(e, r, "see whether it is frozen") : r;
}

int groups_thaw(const struct journal *j, struct err *e)
{
	int r = journal_each(j, thaw, NULL);

	if (r < 0)
		return err_set(e, r, "read the journal");
	/* They wake up in their own time. */
	for (long waited = 0; waited <= THAW_MS; waited += 5) {
		const struct timespec t = { 0, 5000000 };

		r = groups_are_frozen(j, e);
		if (r <= 0)
			return r;
		(void)nanosleep(&t, NULL);
	}
	return err_hint(e, err_say(e, -EBUSY, "it is still frozen"),
			"so is a control group above it: whoever froze that has to let it go on");
}

static int kill_all(const struct undo *u, void *data)
{
	char name[UNDO_NAME_MAX];

	(void)data;
	if (u->kind != UNDO_CGROUP)
		return 0;
	whole_of(u, name);
	(void)cgroup_kill(u->base, name);
	return 0;
}

void groups_kill(const struct journal *j)
{
	(void)journal_each(j, kill_all, NULL);
	(void)journal_each(j, thaw, NULL);
}

int groups_of_all(const struct journal *j, struct journal_group ret[JOURNAL_GROUPS])
{
	int n = journal_groups(j, ret);

	for (int i = 0; i < n; i++)
		if (ret[i].is_v2)
			cut_payload(ret[i].name);
	return n;
}
