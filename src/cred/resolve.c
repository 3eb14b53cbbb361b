/* cred/resolve.c - names of users and groups, as the container's own files give them. Inside:
 * system calls only.
 *
 * The files belong to whoever made the tree: only regular files are read, without waiting
 * (a pipe or a terminal in their place would hang, CVE-2024-9676), at most FILE_LIMIT bytes, lines
 * at most as long as the buffer (CVE-2026-47262). */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cred/inside.h"
#include "sys/path.h"

#define FILE_LIMIT ((size_t)1024 * 1024)
#define FIELDS 7

struct lines {
	int fd;
	char *buffer;
	size_t room, used, at, total;
	bool at_end;
};

static int lines_open(struct lines *l, int root, const char *path, char *buffer, size_t room)
{
	struct stat st;
	int fd = sys_open_in_root(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return -EINVAL;
	}
	*l = (struct lines){ .fd = fd, .buffer = buffer, .room = room };
	return 0;
}

/* The next line without its end: 1 and *ret, 0 at the end. A line longer than the buffer is
 * skipped. */
static int lines_next(struct lines *l, char **ret)
{
	bool skipping = false;

	for (;;) {
		char *start = l->buffer + l->at;
		char *end = memchr(start, '\n', l->used - l->at);

		if (end || (l->at_end && l->at < l->used)) {
			size_t n = end ? (size_t)(end - start) : l->used - l->at;

			start[n] = '\0';
			l->at += n + (end != NULL);
			if (l->at > l->used)
				l->at = l->used;
			if (skipping) {
				skipping = false;
				continue;
			}
			*ret = start;
			return 1;
		}
		if (l->at_end)
			return 0;
		memmove(l->buffer, start, l->used - l->at);
		l->used -= l->at;
		l->at = 0;
		if (l->used >= l->room - 1) {
			skipping = true;
			l->used = 0;
		}
		size_t want = l->room - 1 - l->used;
		if (l->total >= FILE_LIMIT) {
			l->at_end = true;
			continue;
		}
		ssize_t n = read(l->fd, l->buffer + l->used, want);
		if (n < 0)
			return -errno;
		if (n == 0)
			l->at_end = true;
		l->used += (size_t)n;
		l->total += (size_t)n;
	}
}

/* Splits a line at ':' in place. -> how many fields */
static size_t split(char *line, char *field[FIELDS])
{
	size_t n = 0;

	while (n < FIELDS) {
		field[n++] = line;
		char *colon = strchr(line, ':');
		if (!colon || n == FIELDS)
			break;
		*colon = '\0';
		line = colon + 1;
	}
	return n;
}

static int add_group(struct slots *slots, gid_t gid)
{
	for (unsigned i = 0; i < slots->n_groups; i++) {
		if (slots->groups[i] == gid)
			return 0;
	}
	if (slots->n_groups >= GROUPS_MAX)
		return -E2BIG;
	slots->groups[slots->n_groups++] = gid;
	return 0;
}

static void set_home(struct slots *slots, const char *home)
{
	size_t n = strlen(home);

	if (n == 0 || home[0] != '/' || n >= sizeof(slots->home) - 5)
		return;
	memcpy(slots->home + 5, home, n + 1);
}

struct wanted {
	char name[256]; /* "" when it was a number */
	bool by_id;
	bool has_group; /* a group was written after ':' */
	char group[256];
};

static int take_word(char *ret, size_t room, const char *from, size_t n)
{
	if (n == 0 || n >= room)
		return -EINVAL;
	memcpy(ret, from, n);
	ret[n] = '\0';
	return 0;
}

static int read_user(const char *text, struct wanted *w, struct slots *slots)
{
	size_t n = strcspn(text, ":");
	int r = take_word(w->name, sizeof(w->name), text, n);

	if (r < 0)
		return r;
	w->has_group = text[n] == ':';
	if (w->has_group) {
		r = take_word(w->group, sizeof(w->group), text + n + 1, strlen(text + n + 1));
		if (r < 0)
			return r;
	}
	w->by_id = number_id(w->name, &slots->uid) == 0;
	return 0;
}

/* Looks the user up; fills uid, gid, home, and the name where only the id was known. */
static int find_user(int root, struct wanted *w, struct slots *slots)
{
	struct lines l;
	char *line, *field[FIELDS];
	bool found = false;
	int r = lines_open(&l, root, "/etc/passwd", slots->scratch, sizeof(slots->scratch));

	if (r < 0)
		return w->by_id ? 0 : r;
	while (!found && (r = lines_next(&l, &line)) > 0) {
		uint32_t uid, gid;

		if (split(line, field) < 6 || number_id(field[2], &uid) < 0 ||
		    number_id(field[3], &gid) < 0)
			continue;
		if (w->by_id ? uid != slots->uid : strcmp(field[0], w->name) != 0)
			continue;
		found = true;
		slots->uid = uid;
		slots->gid = gid;
		set_home(slots, field[5]);
		if (w->by_id && strlen(field[0]) < sizeof(w->name))
			memcpy(w->name, field[0], strlen(field[0]) + 1);
	}
	(void)close(l.fd);
	if (r < 0)
		return r;
	if (!found && w->by_id)
		w->name[0] = '\0';
	return found || w->by_id ? 0 : -ESRCH;
}

struct group_search {
	const char *member;	  /* add every group that lists this user; NULL: none */
	const char *primary;	  /* name of the group that becomes gid; NULL: none */
	const char *const *names; /* names to be added */
	size_t n_names;
	uint64_t found; /* bit i: names[i] */
	bool primary_found;
};

static bool lists_member(const char *members, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = members; *p; p += strcspn(p, ","), p += *p == ',') {
		if (strncmp(p, name, n) == 0 && (p[n] == ',' || p[n] == '\0'))
			return true;
	}
	return false;
}

static int scan_groups(int root, struct group_search *g, struct slots *slots)
{
	struct lines l;
	char *line, *field[FIELDS];
	int r = lines_open(&l, root, "/etc/group", slots->scratch, sizeof(slots->scratch));

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	while ((r = lines_next(&l, &line)) > 0) {
		size_t n = split(line, field);
		uint32_t gid;
		int k = 0;

		if (n < 3 || number_id(field[2], &gid) < 0)
			continue;
		if (g->primary && !g->primary_found && strcmp(field[0], g->primary) == 0) {
			slots->gid = gid;
			g->primary_found = true;
		}
		if (n > 3 && g->member && lists_member(field[3], g->member))
			k = add_group(slots, gid);
		for (size_t i = 0; k == 0 && i < g->n_names && i < 64; i++) {
			if (strcmp(field[0], g->names[i]) == 0) {
				g->found |= UINT64_C(1) << i;
				k = add_group(slots, gid);
			}
		}
		if (k < 0) {
			r = k;
			break;
		}
	}
	(void)close(l.fd);
	return r;
}

/* Group names that were written and are in no file; numbers need no file. */
static int check_groups(const struct group_search *g, struct slots *slots)
{
	uint32_t gid;

	for (size_t i = 0; i < g->n_names; i++) {
		if (number_id(g->names[i], &gid) == 0) {
			int r = add_group(slots, gid);
			if (r < 0)
				return r;
		} else if (i >= 64 || !(g->found & UINT64_C(1) << i)) {
			return -ESRCH;
		}
	}
	return 0;
}

int cred_resolve_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cred_resolve_step *c = &s->cred_resolve;
	struct wanted w = { 0 };
	struct group_search g = { .names = c->groups, .n_names = c->n_groups };
	uint32_t gid;
	int r;

	memcpy(slots->home, "HOME=/", sizeof("HOME=/"));
	slots->gid = 0;
	*op = "read the user";
	r = read_user(c->user, &w, slots);
	if (r < 0)
		return r;
	*op = "look up the user in /etc/passwd";
	r = find_user(slots->fd[SLOT_ROOT], &w, slots);
	if (r < 0)
		return r;
	*op = "look up the group in /etc/group";
	if (w.has_group && number_id(w.group, &gid) == 0)
		slots->gid = gid;
	else if (w.has_group)
		g.primary = w.group;
	else if (w.name[0])
		g.member = w.name; /* as login does; a group that was written replaces them */
	if (g.member || g.primary || g.n_names > 0) {
		r = scan_groups(slots->fd[SLOT_ROOT], &g, slots);
		if (r < 0)
			return r;
	}
	if (g.primary && !g.primary_found)
		return -ESRCH;
	*op = "look up additional groups";
	r = check_groups(&g, slots);
	if (r < 0)
		return r;
	/* The primary group is among the supplementary ones, so that a file which denies it by
	 * group keeps doing so (CVE-2022-36109). */
	return add_group(slots, slots->gid);
}
