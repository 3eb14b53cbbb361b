/* run/journal.c - see journal.h. Host side. */
#include "run/journal.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "cgroup/freeze.h"
#include "cgroup/group.h"

#define MAGIC UINT32_C(0x756e6f68) /* "honu" */

int journal_append(struct journal *j, struct undo *u, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		u[i].magic = MAGIC;
		u[i].checksum = digest_fnv1a(&u[i], offsetof(struct undo, checksum));
	}
	return write(j->fd, u, n * sizeof(*u)) == (ssize_t)(n * sizeof(*u)) ? 0 : -errno;
}

/* A record that was written whole and by us. */
static int is_valid(struct undo *u)
{
	if (u->magic != MAGIC || u->checksum != digest_fnv1a(u, offsetof(struct undo, checksum)))
		return 0;
	u->base[sizeof(u->base) - 1] = '\0';
	u->name[sizeof(u->name) - 1] = '\0';
	return u->kind < _UNDO_KIND_N;
}

/* 1: there is a record at that place, 0: none, or torn: its step never ran. */
static int read_record(const struct journal *j, off_t at, struct undo *ret)
{
	ssize_t n = pread(j->fd, ret, sizeof(*ret), at * (off_t)sizeof(*ret));

	if (n < 0)
		return -errno;
	return n == (ssize_t)sizeof(*ret) && is_valid(ret);
}

int journal_each(const struct journal *j, journal_fn *fn, void *data)
{
	struct undo u;
	off_t end;

	if (j->fd < 0)
		return 0;
	end = lseek(j->fd, 0, SEEK_END);
	if (end < 0)
		return -errno;
	for (off_t at = 0; at < end / (off_t)sizeof(u); at++) {
		int r = read_record(j, at, &u);

		if (r > 0)
			r = fn(&u, data);
		if (r != 0)
			return r;
	}
	return 0;
}

int journal_check(const struct journal *j, unsigned *ret_n, unsigned *ret_damaged)
{
	unsigned n = 0, damaged = 0;
	struct undo u;
	off_t end = lseek(j->fd, 0, SEEK_END);

	if (end < 0)
		return -errno;
	for (off_t at = 0; at < end / (off_t)sizeof(u); at++, n++) {
		int r = read_record(j, at, &u);

		if (r < 0)
			return r;
		damaged += r == 0;
	}
	*ret_n = n;
	*ret_damaged = damaged;
	return 0;
}

/* Of all groups of a process the one that froze it may come last (v1), and until then it does not
 * end. */
static int thaw(const struct undo *u, void *data)
{
	(void)data;
	if (u->kind == UNDO_CGROUP)
		(void)cgroup_thaw(u->base, u->name);
	return 0;
}

/* thawed: by an earlier one. */
static int undo_one(const struct journal *j, const struct undo *u, bool *thawed)
{
	int r = 0;

	switch ((enum undo_kind)u->kind) {
	case UNDO_NOTHING:
	case _UNDO_KIND_N:
		return 0;
	case UNDO_CGROUP:
		/* Almost always nobody is left: one call. */
		r = cgroup_remove(u->base, u->name, u->kept);
		if (r != -EBUSY)
			return r;
		if (!*thawed)
			(void)journal_each(j, thaw, NULL);
		*thawed = true;
		return cgroup_end(u->base, u->name, u->kept);
	}
	return r;
}

int journal_undo_all(struct journal *j, struct err *e)
{
	bool thawed = false;
	struct undo u;
	int first = 0;
	off_t end;

	if (j->fd < 0)
		return 0;
	end = lseek(j->fd, 0, SEEK_END);
	if (end < 0)
		return err_set(e, -errno, "read the journal");
	off_t n = end / (off_t)sizeof(u);
	for (off_t at = n - 1; at >= 0; at--) { /* newest first */
		int r = read_record(j, at, &u);

		if (r < 0 && first == 0)
			first = err_set(e, r, "read the journal");
		if (r <= 0)
			continue;
		r = undo_one(j, &u, &thawed);
		if (r < 0 && first == 0)
			first = err_set(e, r, "remove the control group %s/%s", u.base, u.name);
	}
	if (first == 0 && ftruncate(j->fd, 0) < 0)
		first = err_set(e, -errno, "empty the journal");
	return first;
}

/* A leaf that was made for somebody who joined comes later than the container's own. */
static bool has_base(const struct journal_group *groups, int n, const char *base)
{
	for (int i = 0; i < n; i++)
		if (strcmp(groups[i].base, base) == 0)
			return true;
	return false;
}

int journal_groups(const struct journal *j, struct journal_group ret[JOURNAL_GROUPS])
{
	struct undo u[JOURNAL_GROUPS];
	int n = 0;
	ssize_t size = pread(j->fd, u, sizeof(u), 0);

	if (size < 0)
		return -errno;
	for (size_t i = 0; i < (size_t)size / sizeof(u[0]); i++) {
		if (!is_valid(&u[i]))
			return -EBADMSG;
		if (u[i].kind != UNDO_CGROUP || has_base(ret, n, u[i].base))
			continue;
		memcpy(ret[n].base, u[i].base, sizeof(ret[n].base));
		memcpy(ret[n].name, u[i].name, sizeof(ret[n].name));
		ret[n].is_v2 = cgroup_is_v2(u[i].base);
		n++;
	}
	return n;
}
