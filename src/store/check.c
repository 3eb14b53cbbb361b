/* store/check.c - see check.h. */
#include "store/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "store/parts.h"

typedef int entry_fn(const char *name, void *data);

/* What lies in a directory; one that does not exist is empty. */
static int each_entry(int dir_fd, const char *path, entry_fn *fn, void *data)
{
	_cleanup_close_ int fd =
		openat(dir_fd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -EBADF; /* the stream closes it */

	const struct dirent *entry;
	while ((errno = 0, entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		int r = fn(entry->d_name, data);
		if (r != 0)
			return r;
	}
	return -errno;
}

struct links {
	const struct store *store;
	const char *folder;
	store_link_fn *fn;
	void *data;
};

static bool is_base(const char *name)
{
	uint32_t base;

	return number_u32(name, &base) == 0 && (name[0] != '0' || name[1] == '\0') &&
	       base % STORE_RANGE_STEP == 0;
}

static int check_link(const char *name, void *data)
{
	const struct links *l = data;
	char id[STORE_ID_LENGTH + 1];
	bool is_ours = strcmp(l->folder, "names") == 0 ? store_name_is_valid(name) : is_base(name);
	int r = is_ours ? link_read(l->store, l->folder, name, id) : -EBADMSG;

	if (r == -ENOENT)
		return 0; /* gone by now */
	if (r < 0)
		return r == -EBADMSG || r == -EINVAL ? l->fn(name, "", LINK_FOREIGN, l->data) : r;
	return l->fn(name, id, link_is_stale(l->store, id) ? LINK_STALE : LINK_OWNED, l->data);
}

int store_check_links(const struct store *s, const char *folder, store_link_fn *fn, void *data)
{
	struct links l = { .store = s, .folder = folder, .fn = fn, .data = data };

	return each_entry(s->fd, folder, check_link, &l);
}

int store_drop_link(const struct store *s, const char *folder, const char *name)
{
	int r = link_reap(s, folder, name);

	return r < 0 ? r : r == 1 ? 0 : -EEXIST;
}

struct directories {
	store_directory_fn *fn;
	void *data;
};

static int check_directory(const char *name, void *data)
{
	const struct directories *d = data;

	return d->fn(name, store_id_is_valid(name), d->data);
}

int store_check_directories(const struct store *s, store_directory_fn *fn, void *data)
{
	struct directories d = { .fn = fn, .data = data };

	return each_entry(s->fd, "containers", check_directory, &d);
}

int store_check_open(const struct store *s, const char *id, const char *name,
		     struct store_container *ret)
{
	int r = container_open(s, id, ret);

	if (r < 0)
		return r;
	(void)snprintf(ret->name, sizeof(ret->name), "%s", name);
	return 0;
}

struct leftovers {
	bool lives;
	store_file_fn *fn;
	void *data;
};

static int check_file(const char *name, void *data)
{
	const struct leftovers *l = data;
	const char *dot = strrchr(name, '.');
	uint32_t pid;

	if (!dot || (strcmp(name, "exit.new") == 0 && l->lives))
		return 0;
	if (strcmp(dot, ".new") == 0 ||
	    (strncmp(name, "status.", strlen("status.")) == 0 && number_u32(dot + 1, &pid) == 0))
		return l->fn(name, l->data);
	return 0;
}

int store_check_leftovers(const struct store_container *c, bool lives, store_file_fn *fn,
			  void *data)
{
	struct leftovers l = { .lives = lives, .fn = fn, .data = data };

	return each_entry(c->fd, ".", check_file, &l);
}

int store_drop_file(struct store_container *c, const char *name)
{
	return unlinkat(c->fd, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

bool store_is_watched(const struct store_container *c)
{
	return container_is_locked(c->fd);
}

bool store_was_renamed(const struct store_container *c)
{
	return faccessat(c->fd, "name", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool store_name_counts(const struct store_container *c, const char *name)
{
	return names_is_wanted(c->fd, "name", name);
}

int store_claim_ids(struct store_container *c, uint32_t base, uint32_t size)
{
	return range_claim(c, base, size);
}

int store_release_base(struct store_container *c, const char *base)
{
	return link_release(c->store, "ids", base, c->id);
}
