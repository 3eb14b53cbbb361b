/* cli/fsck_groups.c - honu fsck: control groups of containers that do not exist, or have ended.
 *
 * A group tells the id of its container and not its state directory. So one without a container here
 * may well be somebody else's. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cgroup/group.h"
#include "cli/fsck.h"
#include "facts/facts.h"

#define DEPTH_MAX 32
#define PREFIX "honu-"

/* A group has one path in all hierarchies that it is in. */
struct found {
	const char *path; /* below the mount points */
	size_t parent;	  /* length of it without "/honu-ID" */
	const char *id;
	const char **bases; /* mount points */
	size_t n;
	bool inhabited; /* in one of them */
};

struct search {
	struct fsck *f;
	struct found *list;
	size_t n;
};

static const char *id_of(const char *name)
{
	if (strncmp(name, PREFIX, strlen(PREFIX)) != 0)
		return NULL;
	name += strlen(PREFIX);
	return strlen(name) == STORE_ID_LENGTH &&
			       strspn(name, "0123456789abcdef") == STORE_ID_LENGTH ?
		       name :
		       NULL;
}

/* Does any process live in the group dir_fd or below? What cannot be read counts as one. */
static bool is_inhabited(int dir_fd, unsigned depth)
{
	_cleanup_close_ int procs = openat(dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
	_cleanup_close_ int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_dir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	char byte;

	if (!dir || procs < 0 || depth > DEPTH_MAX)
		return true;
	(void)take_fd(fd);
	/* A v2 group with threads of its own refuses (EOPNOTSUPP): somebody lives there. */
	if (read(procs, &byte, 1) != 0)
		return true;
	while ((entry = readdir(dir))) {
		_cleanup_close_ int child = -EBADF;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		child = openat(dir_fd, entry->d_name,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child < 0 || is_inhabited(child, depth + 1))
			return true;
	}
	return false;
}

static struct found *found_at(struct search *s, const char *path, const char *id)
{
	struct arena *a = s->f->arena;
	const char *slash = strrchr(path, '/');

	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i].path, path) == 0)
			return &s->list[i];
	struct found x = { .path = path,
			   .parent = slash ? (size_t)(slash - path) : 0,
			   .id = arena_strdup(a, id) };
	arena_push(a, s->list, s->n, x);
	return &s->list[s->n - 1];
}

/* path: of the group dir_fd, below the mount point; "" there. */
static void walk_groups(struct search *s, const char *base, int dir_fd, const char *path,
			unsigned depth)
{
	_cleanup_close_ int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_dir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir || depth > DEPTH_MAX)
		return;
	(void)take_fd(fd);
	while ((entry = readdir(dir))) {
		_cleanup_close_ int child = -EBADF;
		const char *id = id_of(entry->d_name), *below;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		child = openat(dir_fd, entry->d_name,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (child < 0)
			continue; /* removed by now */
		below = arena_printf(s->f->arena, "%s%s%s", path, path[0] ? "/" : "",
				     entry->d_name);
		if (!id) {
			walk_groups(s, base, child, below, depth + 1);
			continue;
		}
		struct found *x = found_at(s, below, id);
		arena_push(s->f->arena, x->bases, x->n, base);
		x->inhabited = x->inhabited || is_inhabited(child, 0);
	}
}

/* As a shell has it: "/sys/fs/cgroup/{cpu,memory}/honu-0123456789ab". */
static const char *where(const struct search *s, const struct found *x)
{
	_cleanup_text_ struct text t = { 0 };
	const char *first = x->bases[0];
	size_t shared = (size_t)(strrchr(first, '/') - first) + 1;

	for (size_t i = 1; i < x->n; i++)
		if (strncmp(x->bases[i], first, shared) != 0)
			shared = 0;
	if (x->n == 1)
		return arena_printf(s->f->arena, "%s/%s", first, x->path);
	text_add_bytes(&t, first, shared);
	for (size_t i = 0; i < x->n; i++)
		text_printf(&t, "%s%s", i == 0 ? "{" : ",", x->bases[i] + shared);
	text_printf(&t, "}/%s", x->path);
	return arena_strdup(s->f->arena, text_get(&t));
}

static int end_groups(const struct found *x)
{
	int first = 0;

	for (size_t i = 0; i < x->n; i++) {
		int r = cgroup_end(x->bases[i], x->path, x->parent);

		if (r < 0 && first == 0)
			first = r;
	}
	return first;
}

static void say_orphan(const struct search *s, const struct found *x)
{
	struct fsck *f = s->f;

	f->noting = !f->groups;
	struct finding *y = fsck_find(
		f, x->id, where(s, x),
		x->inhabited ? "another state directory may have that; else end its processes" :
			       "another state directory may have that; else 'honu fsck --repair "
			       "--groups' removes the group",
		"there is no container %s in %s%s", x->id, f->store->path,
		x->inhabited ? ", and processes live in its group" : "");

	f->noting = false;
	if (y && f->groups && !x->inhabited)
		fsck_mended(f, y, end_groups(x), NULL);
}

/* One of ours that has ended, and nothing but its group is left. */
static void say_leftover(const struct search *s, const struct found *x, struct store_container *c)
{
	struct finding *y = fsck_find(s->f, c->id, where(s, x),
				      "'honu fsck --repair' ends who lives there and removes it",
				      "container %s has ended, but its group is there", c->id);
	struct err e = { 0 };
	int r;

	if (!y)
		return;
	r = store_lock_container(c, &e);
	fsck_mended(s->f, y, r < 0 ? r : end_groups(x), &e);
}

static void check_group(const struct search *s, const struct found *x)
{
	_cleanup_(store_container_done) struct store_container c = STORE_CONTAINER_EMPTY;
	struct store_status status;
	int r = store_check_open(s->f->store, x->id, fsck_name(s->f, x->id), &c);

	if (r == -ENOENT)
		say_orphan(s, x);
	else if (r == 0 && store_get_status(&c, &status, NULL) == 0 && !status.alive &&
		 (strcmp(status.phase, "created") == 0 || strcmp(status.phase, "stopped") == 0))
		say_leftover(s, x, &c);
}

int fsck_groups(struct fsck *f, struct err *e)
{
	struct search s = { .f = f };
	struct facts *facts;
	int r = facts_read(f->arena, &facts, e);

	if (r < 0)
		return r;
	for (size_t i = 0; i < facts->n_cgroups; i++) {
		const char *base = facts->cgroups[i].mountpoint;
		_cleanup_close_ int fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			return err_set(e, -errno, "open %s", base);
		walk_groups(&s, base, fd, "", 0);
	}
	for (size_t i = 0; i < s.n; i++)
		check_group(&s, &s.list[i]);
	return 0;
}
