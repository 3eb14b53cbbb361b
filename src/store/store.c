/* store/store.c - the state directory itself: opening and making it, its lock, valid names. */
#include "store/store.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/parts.h"

#define DEFAULT_PATH "/var/lib/honu"

/* Somebody who collects an empty store may remove the directory between our two calls. */
static int open_directory(const char *path)
{
	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd >= 0 || errno != ENOENT)
			return fd < 0 ? -errno : fd;
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return -errno;
	}
	return -EAGAIN;
}

static char *absolute_path(const char *path)
{
	char *absolute;

	while (path[0] == '.' && path[1] == '/')
		path += 1 + strspn(path + 1, "/");
	if (path[0] == '/')
		return strdup(path);
	_cleanup_free_ char *cwd = getcwd(NULL, 0);
	if (!cwd || asprintf(&absolute, "%s/%s", cwd, path) < 0)
		return NULL;
	return absolute;
}

/* Who may write here could make honu, as root, undo whatever a forged journal says. */
static int check_owner(int fd, const char *path, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return err_set(e, -errno, "look at the state directory %s", path);
	if (st.st_uid != geteuid())
		return err_hint(e,
				err_say(e, -EPERM, "the state directory %s belongs to uid %u", path,
					(unsigned)st.st_uid),
				"choose one of your own with --state or HONU_STATE");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return err_hint(e,
				err_say(e, -EPERM,
					"others may write to the state directory %s (mode %04o)",
					path, (unsigned)st.st_mode & 07777),
				"'chmod 0700 %s', if you know what is in it", path);
	return 0;
}

int store_open(struct store *s, const char *path, struct err *e)
{
	if (!path)
		path = getenv("HONU_STATE");
	if (!path || path[0] == '\0')
		path = DEFAULT_PATH;
	_cleanup_free_ char *absolute = absolute_path(path);
	if (!absolute)
		return err_set(e, -errno, "find the state directory %s", path);
	_cleanup_close_ int fd = open_directory(absolute);
	if (fd == -EACCES || fd == -EPERM || fd == -EROFS)
		return err_hint(e, err_set(e, fd, "open the state directory %s", absolute),
				"run honu as root, or choose another directory with --state or "
				"HONU_STATE");
	if (fd < 0)
		return err_hint(e, err_set(e, fd, "open the state directory %s", absolute),
				"it is made where it is missing, but not the directories above it; "
				"choose another with --state or HONU_STATE");
	int r = check_owner(fd, absolute, e);
	if (r < 0)
		return r;
	s->fd = take_fd(fd);
	s->path = take_ptr(absolute);
	return 0;
}

void store_done(struct store *s)
{
	fd_closep(&s->fd);
	freep(&s->path);
	s->path = NULL;
}

/* The state directory was empty and somebody's store_collect() removed it: makes it again, under
 * the same number, since containers refer to it. */
static int reopen(const struct store *s)
{
	_cleanup_close_ int fd = open_directory(s->path);

	if (fd < 0)
		return fd;
	int r = check_owner(fd, s->path, NULL);
	if (r < 0)
		return r;
	return dup3(fd, s->fd, O_CLOEXEC) < 0 ? -errno : 0;
}

int store_make_folder(const struct store *s, const char *folder)
{
	for (int i = 0; i < STORE_ATTEMPTS; i++) {
		if (mkdirat(s->fd, folder, 0700) == 0 || errno == EEXIST)
			return 0;
		if (errno != ENOENT)
			return -errno;
		int r = reopen(s);
		if (r < 0)
			return r;
	}
	return -EAGAIN;
}

int store_full(const struct store *s, int r, struct err *e)
{
	if (r != -ENOSPC && r != -EDQUOT)
		return r;
	return err_hint(
		e, r,
		"make room there (see 'df %s' and 'df --inodes'), or choose another directory "
		"with --state or HONU_STATE",
		s->path);
}

int store_flock(int fd, int operation)
{
	while (flock(fd, operation) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int store_lock(const struct store *s)
{
	_cleanup_close_ int fd = openat(s->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int r = store_flock(fd, LOCK_EX);
	return r < 0 ? r : take_fd(fd);
}

int store_new_id(char ret[STORE_ID_LENGTH + 1], struct err *e)
{
	unsigned char random[STORE_ID_LENGTH / 2];

	/* Up to 256 bytes come whole or not at all (getrandom(2)). */
	while (getrandom(random, sizeof(random), 0) < 0)
		if (errno != EINTR)
			return err_set(e, -errno, "get random bytes for an id");
	for (size_t i = 0; i < sizeof(random); i++) {
		ret[2 * i] = "0123456789abcdef"[random[i] >> 4];
		ret[2 * i + 1] = "0123456789abcdef"[random[i] & 15];
	}
	ret[STORE_ID_LENGTH] = '\0';
	return 0;
}

bool store_id_is_valid(const char *id)
{
	return strspn(id, "0123456789abcdef") == STORE_ID_LENGTH && id[STORE_ID_LENGTH] == '\0';
}

bool store_name_is_valid(const char *name)
{
	static const char letters[] = "0123456789"
				      "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "_.-";
	size_t n = strspn(name, letters);

	return n > 0 && n < STORE_NAME_ROOM && name[n] == '\0' && !strchr("_.-", name[0]);
}
