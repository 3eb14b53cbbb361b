/* store/remove.c - removing a container: name and ranges first, its directory last. */
#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/cleanup.h"
#include "store/parts.h"

#define DEPTH_MAX 16

static int remove_contents(int dir_fd, int depth);

/* A directory in the directory dir_fd, but nothing that is mounted there. */
static int open_sub_directory(int dir_fd, const char *name)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_XDEV,
	};
	long fd = syscall(SYS_openat2, dir_fd, name, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

static int remove_entry(int dir_fd, const char *name, int depth)
{
	if (unlinkat(dir_fd, name, 0) == 0 || errno == ENOENT)
		return 0;
	if (errno != EISDIR)
		return -errno;
	if (depth >= DEPTH_MAX)
		return -ELOOP;
	_cleanup_close_ int sub = open_sub_directory(dir_fd, name);
	if (sub < 0)
		return sub == -ENOENT ? 0 : sub;
	int r = remove_contents(sub, depth + 1);
	if (r < 0)
		return r;
	return unlinkat(dir_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT ? -errno : 0;
}

/* A container's own directory, at depth 0, keeps what it takes care of itself. */
static bool stays(const char *name, int depth)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0 ||
	       (depth == 0 && (strcmp(name, "alive") == 0 || strcmp(name, "name") == 0));
}

static int remove_contents(int dir_fd, int depth)
{
	_cleanup_close_ int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -EBADF; /* the stream closes it */

	const struct dirent *entry;
	while ((errno = 0, entry = readdir(dir))) {
		const char *name = entry->d_name;

		if (stays(name, depth))
			continue;
		int r = remove_entry(dir_fd, name, depth);
		if (r < 0)
			return r;
	}
	return -errno;
}

/* What a container in the foreground has, so that its directory need not be read. */
static int remove_usual(const struct store_container *c)
{
	static const char *const files[] = { "record.json", "status", "journal" };

	for (size_t i = 0; i < ELEMENTS(files); i++)
		if (unlinkat(c->fd, files[i], 0) < 0 && errno != ENOENT)
			return -errno;
	return 0;
}

static int remove_everything(struct store_container *c)
{
	int r = names_release_renamed(c);

	return r < 0 ? r : remove_contents(c->fd, 0);
}

int container_delete(struct store_container *c)
{
	struct container_path path = container_path(c->id);
	int r;

	r = c->is_new ? remove_usual(c) : remove_everything(c);
	if (r < 0)
		return r;
	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		if (unlinkat(c->fd, "alive", 0) < 0 && errno != ENOENT)
			return -errno;
		if (unlinkat(c->store->fd, path.text, AT_REMOVEDIR) == 0 || errno == ENOENT)
			return 0;
		if (errno != ENOTEMPTY)
			return -errno;
		/* There is more in it; or somebody who took it for dead, or is making a container
		 * of the same id, has put an `alive` there: then it is theirs. */
		r = container_lock(c, false);
		if (r == -EWOULDBLOCK || r == -ENOENT)
			return 0;
		if (r < 0)
			return r;
		r = remove_everything(c);
		if (r < 0)
			return r;
	}
	return -EAGAIN;
}

int store_remove(struct store_container *c, struct err *e)
{
	int r;

	if (c->alive < 0) {
		r = container_lock(c, false);
		if (r == -ENOENT)
			return 0;
		if (r == -EWOULDBLOCK)
			return err_hint(e, err_say(e, -EBUSY, "container %s is running", c->id),
					"stop it first, or remove it with --force");
		if (r < 0)
			return err_set(e, r, "lock container %s", c->id);
	}
	/* First, so that a removal that was begun is finished by whoever collects. */
	if (!c->is_new && unlinkat(c->fd, "summary", 0) < 0 && errno != ENOENT)
		return err_set(e, -errno, "remove the summary of container %s", c->id);
	r = c->name[0] != '\0' ? link_release(c->store, "names", c->name, c->id) : 0;
	if (r < 0)
		return err_set(e, r, "free the name '%s' in %s", c->name, c->store->path);
	r = range_release(c);
	if (r < 0)
		return err_set(e, r, "free the id ranges of container %s in %s", c->id,
			       c->store->path);
	r = container_delete(c);
	if (r < 0)
		return err_set(e, r, "remove %s/containers/%s", c->store->path, c->id);
	return 0;
}
