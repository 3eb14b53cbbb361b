/* run/journal.c - see journal.h. Host side. */
#include "run/journal.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
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

static int undo_one(const struct undo *u)
{
	switch ((enum undo_kind)u->kind) {
	case UNDO_NOTHING:
	case _UNDO_KIND_N:
		return 0;
	case UNDO_CGROUP:
		return cgroup_end(u->base, u->name, u->kept);
	}
	return 0;
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

int journal_undo_all(struct journal *j, struct err *e)
{
	struct undo u;
	int first = 0;
	off_t end;

	if (j->fd < 0)
		return 0;
	end = lseek(j->fd, 0, SEEK_END);
	if (end < 0)
		return err_set(e, -errno, "read the journal");
	/* Newest first. What is left over at the end is a torn record: its step never ran. */
	for (off_t at = end / (off_t)sizeof(u) - 1; at >= 0; at--) {
		ssize_t n = pread(j->fd, &u, sizeof(u), at * (off_t)sizeof(u));

		if (n < 0 && first == 0)
			first = err_set(e, -errno, "read the journal");
		if (n != (ssize_t)sizeof(u) || !is_valid(&u))
			continue;
		int r = undo_one(&u);
		if (r < 0 && first == 0)
			first = err_set(e, r, "remove the control group %s/%s", u.base, u.name);
	}
	if (first == 0 && ftruncate(j->fd, 0) < 0)
		first = err_set(e, -errno, "empty the journal");
	return first;
}
