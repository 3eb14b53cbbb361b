/* copy/create.c - see create.h.
 *
 * Somebody else may write to the same directories: a container, through a volume of the host. So a
 * directory is opened below the base without following a link, a file is made by a call that fails
 * where something is there, and all that it gets it gets by descriptor. Where something has to give
 * way the new one is made beside it and renamed over it: nobody ever sees half of it, and a copy
 * that is interrupted leaves the old one. */
#include "copy/create.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "copy/attributes.h"
#include "sys/path.h"

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- the directory that something is made in ---- */

static int open_directory(const struct create *c, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_DIRECTORY | O_CLOEXEC,
				.resolve = RESOLVE_NO_MAGICLINKS };
	long fd;

	if (!c->follow)
		return sys_open_beneath(c->base, path, O_PATH | O_DIRECTORY);
	fd = syscall(SYS_openat2, c->base, path, &how, sizeof(how));
	return fd < 0 ? -errno : (int)fd;
}

/* Makes what is missing of a path, from its beginning. */
static int open_or_make(const struct create *c, const char *path)
{
	int fd = open_directory(c, path);
	char prefix[PATH_MAX];

	if (fd != -ENOENT || !c->follow)
		return fd;
	for (const char *p = path; p; p = strchr(p + 1, '/')) {
		size_t n = (size_t)(p - path);

		memcpy(prefix, path, n);
		prefix[n] = '\0';
		if (n > 0 && mkdirat(c->base, prefix, 0755) < 0 && errno != EEXIST)
			return -errno;
	}
	if (mkdirat(c->base, path, 0755) < 0 && errno != EEXIST)
		return -errno;
	return open_directory(c, path);
}

/* -> c->parent, the directory that holds path. The last one is kept: the next file is mostly in the
 * same one. */
static int parent_of(struct create *c, const char *path)
{
	size_t n = (size_t)(last_name(path) - path);
	char parent[PATH_MAX] = ".";

	if (n >= sizeof(parent))
		return -ENAMETOOLONG;
	if (n > 0) {
		memcpy(parent, path, n - 1);
		parent[n - 1] = '\0';
	}
	if (c->parent >= 0 && strcmp(parent, c->parent_path) == 0)
		return c->parent;
	fd_closep(&c->parent);
	c->parent = open_or_make(c, parent);
	memcpy(c->parent_path, parent, strlen(parent) + 1);
	return c->parent;
}

/* ---- what a file gets ---- */

/* A set-user-id program runs as its owner: where that is not who it was for the one who set the bit, it
 * would be a gift from whoever wrote the archive. */
static mode_t mode_of(const struct create *c, const struct create_what *w)
{
	mode_t mode = w->mode & 07777;

	if (S_ISDIR(w->mode) || c->owners)
		return mode;
	if (!c->trusted || w->uid != 0)
		mode &= ~(mode_t)S_ISUID;
	if (!c->trusted || w->gid != 0)
		mode &= ~(mode_t)S_ISGID;
	return mode;
}

static int set_times(int fd, const struct create_what *w)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, w->mtime };

	return futimens(fd, times) < 0 ? -errno : 0;
}

/* Owner first: a change of it takes set-user-id bits and capabilities away. */
static int furnish(struct create *c, int fd, const struct create_what *w)
{
	int r;

	if (c->owners && fchown(fd, w->uid, w->gid) < 0)
		return -errno;
	if (fchmod(fd, mode_of(c, w)) < 0)
		return -errno;
	r = attributes_write(fd, w->entry, c->owners, c->trusted);
	if (r > 0)
		c->lacking += (unsigned)r;
	return r < 0 ? r : 0;
}

/* The same for what cannot be opened. Never through a link. */
static int furnish_name(const struct create *c, int parent, const char *name,
			const struct create_what *w)
{
	const struct timespec times[2] = { { .tv_nsec = UTIME_OMIT }, w->mtime };

	if (c->owners && fchownat(parent, name, w->uid, w->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return utimensat(parent, name, times, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

/* ---- names that are taken ---- */

static bool is_directory(int parent, const char *name)
{
	struct stat st;

	return fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode);
}

static int draw_name(char ret[32])
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	(void)snprintf(ret, 32, ".honu-cp-%016llx", (unsigned long long)random);
	return 0;
}

typedef int make_fn(const struct create *c, int parent, const char *name, const void *data);

/* Makes it under its name, or, where that is taken, beside it and then in its place. */
static int make_or_replace(const struct create *c, int parent, const char *name, make_fn *make,
			   const void *data)
{
	char temporary[32];
	int r = make(c, parent, name, data);

	if (r != -EEXIST)
		return r;
	if (is_directory(parent, name))
		return -EISDIR;
	r = draw_name(temporary);
	if (r == 0)
		r = make(c, parent, temporary, data);
	if (r < 0)
		return r;
	if (renameat(parent, temporary, parent, name) < 0)
		r = -errno;
	/* Two names of one file: the kernel leaves both. */
	(void)unlinkat(parent, temporary, 0);
	return r;
}

/* ---- directories ---- */

/* 1: there is a link to a directory, which is as good. */
static int make_directory(const struct create *c, int parent, const char *name)
{
	struct stat st;

	if (mkdirat(parent, name, 0700) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (c->follow && S_ISLNK(st.st_mode) && fstatat(parent, name, &st, 0) == 0 &&
	    S_ISDIR(st.st_mode))
		return 1;
	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

int create_directory(struct create *c, const char *path, const struct create_what *w,
		     struct stat *ret)
{
	_cleanup_close_ int fd = -EBADF;
	int r = parent_of(c, path);

	if (r < 0)
		return r;
	r = make_directory(c, c->parent, last_name(path));
	if (r != 0)
		return r < 0 ? r : 0;
	fd = openat(c->parent, last_name(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, ret) < 0)
		return -errno;
	arena_push(&c->arena, c->directories, c->n_directories,
		   (struct created_directory){ .path = arena_strdup(&c->arena, path),
					       .mtime = w->mtime });
	return furnish(c, fd, w);
}

/* What is put into a directory changes its time: so all of them get theirs at the end. */
static int set_directory_times(const struct create *c, const struct created_directory *d)
{
	const struct create_what what = { .mtime = d->mtime };
	_cleanup_close_ int at = open_directory(c, d->path);
	_cleanup_close_ int fd = -EBADF;

	if (at < 0)
		return at;
	fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : set_times(fd, &what);
}

/* ---- regular files ---- */

int create_file_begin(struct create *c, const char *path, struct create_file *ret)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW;
	int r = parent_of(c, path);

	if (r < 0)
		return r;
	*ret = (struct create_file){ .fd = -EBADF, .parent = r, .name = last_name(path) };
	ret->fd = openat(ret->parent, ret->name, flags | O_CLOEXEC, 0600);
	if (ret->fd >= 0 || errno != EEXIST)
		return ret->fd < 0 ? -errno : 0;
	if (is_directory(ret->parent, ret->name))
		return -EISDIR;
	r = draw_name(ret->temporary);
	if (r < 0)
		return r;
	ret->fd = openat(ret->parent, ret->temporary, flags | O_CLOEXEC, 0600);
	return ret->fd < 0 ? -errno : 0;
}

void create_file_cancel(struct create_file *f)
{
	if (f->fd < 0)
		return;
	(void)unlinkat(f->parent, f->temporary[0] ? f->temporary : f->name, 0);
	fd_closep(&f->fd);
}

/* A file that something is mounted on (/etc/hosts of a container) cannot give way: its content does. */
static int overwrite(const struct create_file *f, const struct create_what *w, off_t size)
{
	_cleanup_close_ int fd = openat(f->parent, f->name,
					O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	char buffer[65536];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBUSY;
	if (ftruncate(fd, 0) < 0)
		return -errno;
	for (off_t at = 0; at < size;) {
		ssize_t n = pread(f->fd, buffer, sizeof(buffer), at);

		if (n > 0)
			n = pwrite(fd, buffer, (size_t)n, at);
		if (n <= 0)
			return n < 0 ? -errno : -EIO;
		at += n;
	}
	return set_times(fd, w);
}

int create_file_end(struct create *c, struct create_file *f, const struct create_what *w,
		    off_t size)
{
	int r = ftruncate(f->fd, size) < 0 ? -errno : furnish(c, f->fd, w);

	if (r == 0)
		r = set_times(f->fd, w);
	if (r == 0 && f->temporary[0] &&
	    renameat(f->parent, f->temporary, f->parent, f->name) < 0) {
		r = errno == EBUSY ? overwrite(f, w, size) : -errno;
		(void)unlinkat(f->parent, f->temporary, 0);
	}
	if (r < 0)
		create_file_cancel(f);
	fd_closep(&f->fd);
	return r;
}

/* ---- links and nodes ---- */

struct symlink {
	const char *target;
	const struct create_what *what;
};

static int make_symlink(const struct create *c, int parent, const char *name, const void *data)
{
	const struct symlink *l = data;

	if (symlinkat(l->target, parent, name) < 0)
		return -errno;
	return furnish_name(c, parent, name, l->what);
}

static int make_placeholder(const struct create *c, int parent, const char *name, const void *data)
{
	int fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0);

	(void)c;
	(void)data;
	if (fd < 0)
		return -errno;
	(void)close(fd);
	return 0;
}

static bool leads_out(const char *target)
{
	if (target[0] == '/')
		return true;
	for (const char *p = target; p; p = strchr(p, '/')) {
		p += *p == '/';
		if (strncmp(p, "..", 2) == 0 && (p[2] == '/' || p[2] == '\0'))
			return true;
	}
	return false;
}

static int add_placeholder(struct create *c, const char *path, const struct placeholder *like)
{
	struct placeholder p = *like;

	if (fstatat(c->parent, last_name(path), &p.st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	p.path = arena_strdup(&c->arena, path);
	arena_push(&c->arena, c->placeholders, c->n_placeholders, p);
	return 0;
}

/* Where links lead on, one that the archive brings could lead what follows it elsewhere than below the
 * base: until the end an empty file stands in its place. */
int create_symlink(struct create *c, const char *path, const char *target,
		   const struct create_what *w)
{
	const struct symlink l = { .target = target, .what = w };
	int parent = parent_of(c, path), r;

	if (parent < 0)
		return parent;
	if (!c->follow || !leads_out(target))
		return make_or_replace(c, parent, last_name(path), make_symlink, &l);
	r = make_or_replace(c, parent, last_name(path), make_placeholder, NULL);
	if (r < 0)
		return r;
	struct create_what *what = arena_new(&c->arena, struct create_what);
	*what = *w;
	return add_placeholder(c, path,
			       &(struct placeholder){ .target = arena_strdup(&c->arena, target),
						      .what = what });
}

static bool is_placeholder(const struct placeholder *p, const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_dev == p->st.st_dev && st->st_ino == p->st.st_ino;
}

struct hard_link {
	int parent;
	const char *name;
};

static int make_hard_link(const struct create *c, int parent, const char *name, const void *data)
{
	const struct hard_link *l = data;

	(void)c;
	return linkat(l->parent, l->name, parent, name, 0) < 0 ? -errno : 0;
}

int create_hard_link(struct create *c, const char *path, const char *old)
{
	_cleanup_close_ int old_parent = -EBADF;
	struct stat st;
	int r = parent_of(c, old);

	if (r < 0)
		return r;
	old_parent = fcntl(r, F_DUPFD_CLOEXEC, 3);
	if (old_parent < 0)
		return -errno;
	r = parent_of(c, path);
	if (r < 0)
		return r;
	const struct hard_link l = { .parent = old_parent, .name = last_name(old) };
	r = make_or_replace(c, c->parent, last_name(path), make_hard_link, &l);
	if (r < 0 || c->n_placeholders == 0)
		return r;
	if (fstatat(old_parent, l.name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	for (size_t i = 0; i < c->n_placeholders; i++) {
		struct placeholder p = c->placeholders[i];

		if (!is_placeholder(&p, &st))
			continue;
		p.like = p.like ? p.like : i + 1;
		return add_placeholder(c, path, &p);
	}
	return 0;
}

static int replace_placeholder(struct create *c, struct placeholder *p)
{
	const struct symlink l = { .target = p->target, .what = p->what };
	int parent = parent_of(c, p->path);
	struct stat st;

	if (parent < 0)
		return parent;
	if (fstatat(parent, last_name(p->path), &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!is_placeholder(p, &st))
		return 0; /* the archive has something else of that name, later */
	p->made = true;
	if (p->like > 0 && c->placeholders[p->like - 1].made &&
	    create_hard_link(c, p->path, c->placeholders[p->like - 1].path) == 0)
		return 0;
	parent = parent_of(c, p->path);
	return parent < 0 ? parent :
			    make_or_replace(c, parent, last_name(p->path), make_symlink, &l);
}

static int make_node(const struct create *c, int parent, const char *name, const void *data)
{
	const struct create_what *w = data;
	mode_t mode = (w->mode & S_IFMT) | mode_of(c, w);

	if (mknodat(parent, name, mode, w->rdev) < 0)
		return -errno;
	return furnish_name(c, parent, name, w);
}

int create_node(struct create *c, const char *path, const struct create_what *w)
{
	int parent = parent_of(c, path);

	return parent < 0 ? parent : make_or_replace(c, parent, last_name(path), make_node, w);
}

/* ---- the end ---- */

int create_finish(struct create *c, const char **ret_path)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < c->n_placeholders; i++) {
		*ret_path = c->placeholders[i].path;
		r = replace_placeholder(c, &c->placeholders[i]);
	}
	c->n_placeholders = 0;
	for (size_t i = c->n_directories; r == 0 && i > 0; i--) {
		*ret_path = c->directories[i - 1].path;
		r = set_directory_times(c, &c->directories[i - 1]);
	}
	return r;
}

void create_cancel(struct create *c)
{
	for (size_t i = 0; i < c->n_placeholders; i++) {
		const struct placeholder *p = &c->placeholders[i];
		int parent = parent_of(c, p->path);
		struct stat st;

		if (parent >= 0 &&
		    fstatat(parent, last_name(p->path), &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    is_placeholder(p, &st))
			(void)unlinkat(parent, last_name(p->path), 0);
	}
	c->n_placeholders = 0;
}

void create_done(struct create *c)
{
	fd_closep(&c->base);
	fd_closep(&c->parent);
	arena_done(&c->arena);
}
