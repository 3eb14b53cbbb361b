/* store/record.c - record.json: what was asked for, as it was resolved. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "store/parts.h"

#define RECORD "record.json"
#define RECORD_NEW "record.json.new" /* a dead writer's goes with the directory */
#define RECORD_MAX ((off_t)16 * 1024 * 1024)

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

static int replace_record(int dir_fd, const char *json, size_t len)
{
	_cleanup_close_ int fd = openat(
		dir_fd, RECORD_NEW, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	int r = write_all(fd, json, len);
	if (r == 0 && renameat(dir_fd, RECORD_NEW, dir_fd, RECORD) < 0)
		r = -errno;
	if (r < 0)
		(void)unlinkat(dir_fd, RECORD_NEW, 0);
	return r;
}

int store_put_record(struct store_container *c, const char *json, size_t len, struct err *e)
{
	int r = replace_record(c->fd, json, len);

	if (r == 0)
		return 0;
	return store_full(
		c->store,
		err_set(e, r, "write the record of container %s in %s", c->id, c->store->path), e);
}

static int read_all(int fd, char *data, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(fd, data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return -EIO; /* records do not shrink */
		done += (size_t)n;
	}
	return 0;
}

int store_get_record(const struct store_container *c, struct arena *a, char **ret, struct err *e)
{
	struct stat st;
	_cleanup_close_ int fd = openat(c->fd, RECORD, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return err_hint(
			e, err_say(e, -ENOENT, "container %s has no record", c->id),
			"it is being made or removed just now, or died while it was; 'honu gc' "
			"clears it away");
	if (fd < 0 || fstat(fd, &st) < 0)
		return err_set(e, -errno, "read the record of container %s", c->id);
	if (!S_ISREG(st.st_mode) || st.st_size > RECORD_MAX)
		return err_say(e, -EBADMSG, "the record of container %s is damaged", c->id);
	char *json = arena_alloc(a, (size_t)st.st_size + 1);
	int r = read_all(fd, json, (size_t)st.st_size);
	if (r < 0)
		return err_set(e, r, "read the record of container %s", c->id);
	*ret = json;
	return 0;
}
