/* store/links.c - claims: names/NAME and ids/BASE are symbolic links to the id of their owner.
 *
 * symlink(2) makes a link or fails because it exists, so that a claim needs no lock. Taking over
 * a stale one does: between looking and unlinking, somebody else could have taken it over. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/parts.h"

struct link_path {
	char text[128]; /* "names/" and a name of up to 63 letters */
};

static struct link_path link_path(const char *folder, const char *name)
{
	struct link_path p;

	(void)snprintf(p.text, sizeof(p.text), "%s/%s", folder, name);
	return p;
}

int link_read(const struct store *s, const char *folder, const char *name,
	      char ret[STORE_ID_LENGTH + 1])
{
	char id[STORE_ID_LENGTH + 2];
	ssize_t n = readlinkat(s->fd, link_path(folder, name).text, id, sizeof(id) - 1);

	if (n < 0)
		return -errno;
	id[n] = '\0';
	if (!store_id_is_valid(id))
		return -EBADMSG;
	memcpy(ret, id, STORE_ID_LENGTH + 1);
	return 0;
}

bool link_is_stale(const struct store *s, const char *id)
{
	return faccessat(s->fd, link_path("containers", id).text, F_OK, AT_SYMLINK_NOFOLLOW) < 0 &&
	       errno == ENOENT;
}

int link_reap(const struct store *s, const char *folder, const char *name)
{
	char id[STORE_ID_LENGTH + 1];
	int r;

	_cleanup_close_ int lock = store_lock(s);
	if (lock < 0)
		return lock;
	r = link_read(s, folder, name, id);
	if (r == -ENOENT)
		return 1;
	if (r < 0)
		return r == -EBADMSG || r == -EINVAL ? 0 : r; /* not ours: leave it */
	if (!link_is_stale(s, id))
		return 0;
	if (unlinkat(s->fd, link_path(folder, name).text, 0) < 0 && errno != ENOENT)
		return -errno;
	return 1;
}

int link_claim(const struct store *s, const char *folder, const char *name, const char *id)
{
	int r;

	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		if (symlinkat(id, s->fd, link_path(folder, name).text) == 0)
			return 0;
		if (errno == ENOENT) {
			r = store_make_folder(s, folder);
			if (r < 0)
				return r;
			continue;
		}
		if (errno != EEXIST)
			return -errno;
		r = link_reap(s, folder, name);
		if (r <= 0)
			return r < 0 ? r : -EEXIST;
	}
	return -EAGAIN;
}

int link_release(const struct store *s, const char *folder, const char *name, const char *id)
{
	char owner[STORE_ID_LENGTH + 1];
	int r;

	/* Whoever removed id before us may have been killed after unlinking this name, and
	 * somebody else may have taken it since. */
	r = link_read(s, folder, name, owner);
	if (r == -ENOENT || (r == 0 && strcmp(owner, id) != 0))
		return 0;
	if (r < 0)
		return r;
	return unlinkat(s->fd, link_path(folder, name).text, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int link_each(const struct store *s, const char *folder, link_fn *fn, void *data)
{
	_cleanup_close_ int fd = openat(s->fd, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -EBADF; /* the stream closes it */

	const struct dirent *entry;
	while ((errno = 0, entry = readdir(dir))) {
		char id[STORE_ID_LENGTH + 1];

		if (entry->d_name[0] == '.' || strlen(entry->d_name) >= STORE_NAME_ROOM ||
		    link_read(s, folder, entry->d_name, id) < 0)
			continue;
		int r = fn(s, folder, entry->d_name, id, data);
		if (r != 0)
			return r;
	}
	return -errno;
}

static int sweep_one(const struct store *s, const char *folder, const char *name, const char *id,
		     void *data)
{
	(void)data;
	if (!link_is_stale(s, id))
		return 0;
	int r = link_reap(s, folder, name);
	return r < 0 ? r : 0;
}

int link_sweep(const struct store *s, const char *folder)
{
	return link_each(s, folder, sweep_one, NULL);
}
