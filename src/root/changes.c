/* root/changes.c - see changes.h. Host side.
 *
 * The tree is hostile: it is walked by descriptor, below its top, never through a link and never into
 * another mount. Of an overlay the upper directory is attached nowhere, and is not needed: a file that
 * was changed there is another inode than below, with a later time of change, and so is every
 * directory above it. What has the same time of change in both is the lower one, with all in it, and
 * is passed by: the walk visits what changed, not what there is. */
#include "root/changes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/stat.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "sys/path.h"

#define LOOK (STATX_BASIC_STATS)

struct names {
	struct arena arena;
	const char **list;
	size_t n;
};

/* What was there at first, at one directory: a directory, or entries. */
struct before {
	int fd; /* -EBADF: nothing was, or the entries below tell */
	const struct tree_entry *entries;
	size_t n;
};

struct walk {
	struct changes *c;
	struct before before;
	struct text path; /* of what is looked at */
	struct err *e;
};

enum verdict {
	SAME,	/* with all that is in it */
	INSIDE, /* it is, but perhaps not what is in it */
	CHANGED,
};

static void names_done(struct names *n)
{
	arena_done(&n->arena);
}

static int fail(struct walk *w, int code)
{
	return err_set(w->e, code, "look at %s in the container", text_get(&w->path));
}

static int open_directory(int dir, const char *name)
{
	struct open_how how = { .flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
					   RESOLVE_NO_XDEV };
	long fd = syscall(SYS_openat2, dir, name, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/* -ENOENT: it is gone, or something is mounted there. */
static int look(int dir, const char *name, struct statx *ret)
{
	if (syscall(SYS_statx, dir, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, LOOK, ret) < 0)
		return -errno;
	return ret->stx_attributes & STATX_ATTR_MOUNT_ROOT ? -ENOENT : 0;
}

/* ---- names of a directory ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort(struct names *n)
{
	if (n->n > 1)
		qsort((void *)n->list, n->n, sizeof(*n->list), compare_names);
}

static int read_names(int dir, struct names *ret)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	_cleanup_dir_ DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *d;

	if (!stream) {
		int r = -errno;

		fd_closep(&fd);
		return r;
	}
	while ((errno = 0, d = readdir(stream)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		const char *name = arena_strdup(&ret->arena, d->d_name);
		arena_push(&ret->arena, ret->list, ret->n, name);
	}
	sort(ret);
	return -errno;
}

/* The name of an entry in the directory at path ("/etc"; "" is the top), or NULL. */
static const char *name_below(const struct tree_entry *entry, const char *path)
{
	size_t n = strlen(path);
	const char *name = entry->path;

	if (n > 0) {
		if (strncmp(name, path + 1, n - 1) != 0 || name[n - 1] != '/')
			return NULL;
		name += n;
	}
	return strchr(name, '/') ? NULL : name;
}

static int read_names_before(const struct walk *w, int before, struct names *ret)
{
	if (!w->before.entries)
		return before < 0 ? 0 : read_names(before, ret);
	for (size_t i = 0; i < w->before.n; i++) {
		const char *name = name_below(&w->before.entries[i], text_get(&w->path));

		if (name)
			arena_push(&ret->arena, ret->list, ret->n, name);
	}
	sort(ret);
	return 0;
}

/* ---- what one of them was ---- */

static bool has_text(int dir, const char *name, const char *text, size_t size)
{
	_cleanup_close_ int fd =
		openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t length = text ? strlen(text) : 0;
	char buffer[4096];

	if (fd < 0 || size != length)
		return false;
	while (length > 0) {
		ssize_t n = read(fd, buffer, length < sizeof(buffer) ? length : sizeof(buffer));

		if (n <= 0 || memcmp(buffer, text, (size_t)n) != 0)
			return false;
		text += n;
		length -= (size_t)n;
	}
	return true;
}

static bool leads_to(int dir, const char *name, const char *text)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target));

	return n >= 0 && (size_t)n == strlen(text) && memcmp(target, text, (size_t)n) == 0;
}

static enum verdict compare_entry(const struct tree_entry *entry, int dir, const char *name,
				  const struct statx *now)
{
	bool alike = now->stx_uid == entry->uid && now->stx_gid == entry->gid &&
		     (entry->kind == TREE_LINK || (now->stx_mode & 07777) == entry->mode);

	switch (entry->kind) {
	case TREE_DIRECTORY:
		return alike && S_ISDIR(now->stx_mode) ? INSIDE : CHANGED;
	case TREE_LINK:
		return alike && leads_to(dir, name, entry->text) ? SAME : CHANGED;
	case TREE_FILE:
		return alike && S_ISREG(now->stx_mode) &&
				       has_text(dir, name, entry->text, now->stx_size) ?
			       SAME :
			       CHANGED;
	case TREE_NODE:
	case TREE_COPY:
		return alike ? SAME : CHANGED;
	}
	return CHANGED;
}

static enum verdict compare(const struct walk *w, int before, int dir, const char *name,
			    const struct statx *now)
{
	const char *path = text_get(&w->path) + 1;
	struct statx then;

	for (size_t i = 0; w->before.entries && i < w->before.n; i++)
		if (strcmp(w->before.entries[i].path, path) == 0)
			return compare_entry(&w->before.entries[i], dir, name, now);
	/* A mount on the lower one is not part of it. */
	if (syscall(SYS_statx, before, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT, LOOK, &then) <
	    0)
		return CHANGED;
	if (now->stx_ctime.tv_sec == then.stx_ctime.tv_sec &&
	    now->stx_ctime.tv_nsec == then.stx_ctime.tv_nsec)
		return SAME;
	return S_ISDIR(now->stx_mode) && now->stx_mode == then.stx_mode &&
			       now->stx_uid == spec_uid_outside(w->c->spec, then.stx_uid) &&
			       now->stx_gid == spec_gid_outside(w->c->spec, then.stx_gid) ?
		       INSIDE :
		       CHANGED;
}

/* ---- the walk ---- */

static bool leads_to_mount(const struct walk *w)
{
	const char *path = text_get(&w->path);
	size_t n = strlen(path);

	for (size_t i = 0; i < w->c->n_targets; i++)
		if (strncmp(w->c->targets[i], path, n) == 0 &&
		    (w->c->targets[i][n] == '/' || w->c->targets[i][n] == '\0'))
			return true;
	return false;
}

/* A directory in which nothing has changed: is it a change itself? */
static bool is_of_mounts(const struct walk *w, bool was, enum verdict verdict)
{
	if (was && verdict == INSIDE && w->before.entries)
		return true;
	return (!was || verdict == INSIDE) && leads_to_mount(w);
}

static void add(struct walk *w, enum change_kind kind)
{
	const char *path = arena_strdup(w->c->arena, text_get(&w->path));

	arena_push(w->c->arena, w->c->list, w->c->n, (struct change){ .kind = kind, .path = path });
}

static int walk(struct walk *w, int before, int now);

/* name in the directory now, which was there before or not. */
static int visit(struct walk *w, int before, bool was, int now, const char *name)
{
	_cleanup_close_ int below = -EBADF;
	_cleanup_close_ int below_before = -EBADF;
	enum verdict verdict = CHANGED;
	struct statx st;
	size_t n = w->c->n;
	int r = look(now, name, &st);

	if (r < 0)
		return r == -ENOENT ? 0 : fail(w, r);
	if (was)
		verdict = compare(w, before, now, name, &st);
	if (verdict == SAME)
		return 0;
	add(w, was ? CHANGE_CHANGED : CHANGE_ADDED);
	if (!S_ISDIR(st.stx_mode))
		return 0;
	below = open_directory(now, name);
	if (below < 0) /* replaced or mounted upon just now */
		return below == -ENOENT || below == -ENOTDIR || below == -EXDEV ? 0 :
										  fail(w, below);
	if (was && before >= 0)
		below_before = open_directory(before, name);
	r = walk(w, below_before, below);
	if (r == 0 && w->c->n == n + 1 && is_of_mounts(w, was, verdict))
		w->c->n = n;
	return r;
}

/* Two sorted lists, side by side. */
static int walk(struct walk *w, int before, int now)
{
	_cleanup_(names_done) struct names old = { 0 };
	_cleanup_(names_done) struct names new = { 0 };
	size_t length = w->path.length, i = 0, k = 0;
	int r = read_names(now, &new);

	if (r == 0)
		r = read_names_before(w, before, &old);
	if (r < 0)
		return fail(w, r);
	while (r == 0 && (i < old.n || k < new.n)) {
		int order = i == old.n ? 1 : k == new.n ? -1 : strcmp(old.list[i], new.list[k]);

		text_add(&w->path, "/");
		text_add(&w->path, order < 0 ? old.list[i] : new.list[k]);
		if (order < 0)
			add(w, CHANGE_DELETED);
		else
			r = visit(w, before, order == 0, now, new.list[k]);
		i += order <= 0;
		k += order >= 0;
		if (r == 0) {
			w->path.length = length;
			w->path.data[length] = '\0';
		}
	}
	return r;
}

static int run(struct changes *c, int root, const struct before *before, struct err *e)
{
	struct walk w = { .c = c, .before = *before, .e = e };
	int r = walk(&w, before->fd, root);

	text_done(&w.path);
	return r;
}

int changes_from_directory(struct changes *c, int root, int lower, struct err *e)
{
	return run(c, root, &(struct before){ .fd = lower }, e);
}

int changes_from_entries(struct changes *c, int root, const struct tree_entry *entries, size_t n,
			 struct err *e)
{
	return run(c, root, &(struct before){ .fd = -EBADF, .entries = entries, .n = n }, e);
}
