/* copy/unpack.c - see unpack.h.
 *
 * The archive is hostile. libarchive takes it apart in a process that can reach nothing but the
 * destination (copy/place.c, copy/confine.c); names in it that are absolute or have ".." are refused, and
 * what is made is made by copy/create.c. Only formats and compressions that libarchive knows by itself:
 * it would run a program for others. */
#include "copy/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/cleanup.h"
#include "copy/confine.h"
#include "copy/create.h"
#include "copy/landing.h"
#include "copy/pack.h"
#include "copy/pax_time.h"
#include "copy/resolve.h"

#define INPUT_ROOM ((size_t)256 * 1024)

struct unpacking {
	const struct unpack *job;
	struct err e;
	struct archive *archive;
	struct create create;
	struct stat base;  /* the directory that everything is below */
	struct stat place; /* the destination, where it exists */
	bool exists;
	char name[NAME_MAX + 1]; /* of the destination in base; "": it is base */
	char top[NAME_MAX + 1];	 /* of the copy in base; "": its content goes there */
	bool has_top;
	bool ended; /* the stream */
	unsigned long long devices;
	char input[INPUT_ROOM];
};

static void entry_freep(struct archive_entry **entry)
{
	archive_entry_free(*entry);
}

static bool is_stopped(const struct unpacking *u)
{
	return *u->job->stop != 0;
}

/* ---- messages ---- */

/* what is below the destination, "" for itself. */
static int fail(struct unpacking *u, int code, const char *path)
{
	const struct copy_place *to = u->job->place;
	const char *below = u->name[0] && strncmp(path, u->name, strlen(u->name)) == 0 ?
				    path + strlen(u->name) :
				    path;
	bool slash = below[0] != '\0' && below[0] != '/' && strcmp(to->path, "/") != 0;
	int r = err_set(&u->e, code, "write %s%s%s%s", to->label, to->path, slash ? "/" : "",
			below);

	switch (-code) {
	case EISDIR:
		return err_hint(&u->e,
				err_say(&u->e, r,
					"%s%s%s%s is a directory: nothing else can take its place",
					to->label, to->path, slash ? "/" : "", below),
				"remove it first, or choose another destination");
	case ENOTDIR:
		return err_hint(&u->e,
				err_say(&u->e, r,
					"%s%s%s%s is no directory: none can take its place",
					to->label, to->path, slash ? "/" : "", below),
				"remove it first, or choose another destination");
	case EROFS:
		return err_hint(&u->e, r,
				"it is read-only there: see --read-only and the volume's "
				"options of 'honu run'");
	case EINVAL:
	case EOVERFLOW:
		if (!u->create.owners)
			return r;
		return err_hint(&u->e, r,
				"--archive keeps owners, and this one does not exist there: "
				"leave it away");
	default:
		return r;
	}
}

static int archive_failed(struct unpacking *u)
{
	int code = archive_errno(u->archive);

	if (is_stopped(u))
		return -EINTR;
	/* The end that packs says why. */
	if (u->ended && u->job->ready >= 0)
		return -EPIPE;
	return err_hint(
		&u->e,
		err_say(&u->e, code > 0 ? -code : -EBADMSG, "read the archive: %s",
			archive_error_string(u->archive)),
		"a tar archive is wanted, plain or compressed with gzip, bzip2, xz or zstd");
}

/* ---- the stream ---- */

static la_ssize_t get(struct archive *a, void *data, const void **ret)
{
	struct unpacking *u = data;
	ssize_t n;

	do
		n = read(u->job->stream, u->input, sizeof(u->input));
	while (n < 0 && errno == EINTR && !is_stopped(u));
	if (n < 0)
		archive_set_error(a, errno, "%s", strerror(errno));
	u->ended = n == 0;
	*ret = u->input;
	return n;
}

static int open_archive(struct unpacking *u)
{
	static int (*const filters[])(struct archive *) = {
		archive_read_support_filter_gzip,
		archive_read_support_filter_bzip2,
		archive_read_support_filter_xz,
		archive_read_support_filter_zstd,
	};

	u->archive = archive_read_new();
	if (!u->archive)
		return err_set(&u->e, -ENOMEM, "begin to read the archive");
	for (size_t i = 0; u->job->ready < 0 && i < ELEMENTS(filters); i++)
		(void)filters[i](u->archive); /* a warning: by another program, which cannot run */
	/* Names as they are: those that say that they are UTF-8 would be normalized. What cannot be
	 * converted is left alone, and to this character set nothing but ASCII can. */
	if (u->job->ready < 0)
		(void)setlocale(LC_CTYPE, "C");
	if (archive_read_support_format_tar(u->archive) != ARCHIVE_OK ||
	    archive_read_open(u->archive, u, NULL, get, NULL) != ARCHIVE_OK)
		return archive_failed(u);
	return 0;
}

/* ---- where it goes ---- */

static int refuse_landing(struct unpacking *u, int code)
{
	const struct copy_place *to = u->job->place;

	switch (-code) {
	case EISDIR:
		return err_hint(&u->e,
				err_say(&u->e, code,
					"%s%s is a file: a directory cannot be copied onto it",
					to->label, to->path),
				"remove it first, or choose another destination");
	case ENOTDIR:
		return err_hint(&u->e,
				err_say(&u->e, code, "%s%s is no directory", to->label, to->path),
				"without a slash at its end the file is replaced");
	default:
		return err_hint(&u->e,
				err_say(&u->e, code, "there is no directory %s%s", to->label,
					to->path),
				"without a slash at its end a file of that name is made");
	}
}

/* Called for the first entry, which is the source itself. */
static int land(struct unpacking *u, bool directory)
{
	const struct unpack *job = u->job;
	struct landing_question q = {
		.from_directory = directory,
		.from_contents = job->from->contents || !*job->from->name,
		.exists = u->exists,
		.to_directory = u->exists && S_ISDIR(u->place.st_mode),
		.to_asserted = job->place->directory,
	};
	enum landing landing = LANDING_ITSELF;
	int r = landing_decide(&q, &landing);
	const char *top = landing == LANDING_INSIDE ? job->from->name : u->name;

	if (r < 0)
		return refuse_landing(u, r);
	if (q.exists && !q.to_directory && !S_ISREG(u->place.st_mode))
		return err_hint(&u->e,
				err_say(&u->e, -EINVAL, "%s%s is neither a file nor a directory",
					job->place->label, job->place->path),
				"choose another destination");
	if (strlen(top) > NAME_MAX)
		return err_set(&u->e, -ENAMETOOLONG, "%s", top);
	memcpy(u->top, top, strlen(top) + 1);
	u->has_top = true;
	return 0;
}

/* The path below the base that an entry's name means. */
static int place_name(struct unpacking *u, const char *name, char ret[PATH_MAX])
{
	size_t used = 0;
	bool first = true;

	if (!name || name[0] == '/')
		return -EXDEV;
	for (size_t n = 0; *name; name += n) {
		const char *component = name;

		n = strspn(name, "/");
		if (n > 0)
			continue;
		n = strcspn(name, "/");
		if (n == 2 && name[0] == '.' && name[1] == '.')
			return -EXDEV;
		if (n == 1 && name[0] == '.')
			continue;
		if (first && u->job->ready >= 0) {
			if (n != strlen(COPY_TOP) || memcmp(name, COPY_TOP, n) != 0)
				return -EXDEV;
			component = u->top;
		}
		first = false;
		size_t length = component == name ? n : strlen(component);
		if (length == 0)
			continue;
		if (used + 1 + length >= PATH_MAX)
			return -ENAMETOOLONG;
		if (used > 0)
			ret[used++] = '/';
		memcpy(ret + used, component, length);
		used += length;
	}
	ret[used] = '\0';
	return 0;
}

static int refuse_name(struct unpacking *u, int code, const char *name)
{
	if (code == -EXDEV)
		return err_hint(&u->e,
				err_say(&u->e, code,
					"the archive has a name that leads out of it: '%s'",
					name ? name : ""),
				"names in it have to be relative, without '..'");
	return err_set(&u->e, code, "the archive's '%s'", name);
}

/* ---- entries ---- */

static int copy_data(struct unpacking *u, int fd, off_t *ret_end)
{
	const void *bytes;
	la_int64_t offset;
	size_t size;
	int r;

	while ((r = archive_read_data_block(u->archive, &bytes, &size, &offset)) == ARCHIVE_OK ||
	       r == ARCHIVE_WARN) {
		for (size_t done = 0; done < size;) {
			ssize_t n = pwrite(fd, (const char *)bytes + done, size - done,
					   offset + (off_t)done);

			if (n < 0 && errno == EINTR && !is_stopped(u))
				continue;
			if (n < 0)
				return -errno;
			done += (size_t)n;
		}
		if (offset + (off_t)size > *ret_end)
			*ret_end = offset + (off_t)size;
		u->job->report->bytes += size;
		copy_report_progress(u->job->report);
		if (is_stopped(u))
			return -EINTR;
	}
	return r == ARCHIVE_EOF ? 0 : archive_failed(u);
}

static int make_file(struct unpacking *u, const char *path, const struct create_what *w)
{
	struct create_file f;
	off_t end = 0;
	int r = create_file_begin(&u->create, path, &f);

	if (r < 0)
		return r;
	r = copy_data(u, f.fd, &end);
	if (r < 0) {
		create_file_cancel(&f);
		return r;
	}
	if (archive_entry_size_is_set(w->entry) && archive_entry_size(w->entry) > end)
		end = archive_entry_size(w->entry);
	return create_file_end(&u->create, &f, w, end);
}

/* A device is a right: only who asked for all that belongs to the files gets it. */
static int make_device(struct unpacking *u, const char *path, const struct create_what *w)
{
	int r = u->create.owners ? create_node(&u->create, path, w) : -EPERM;

	if (r != -EPERM)
		return r;
	if (u->job->ready >= 0 && strcmp(path, u->top) == 0)
		return err_hint(
			&u->e,
			err_say(&u->e, r, "%s%s is a device", u->job->from->label,
				u->job->from->path),
			"--archive makes device nodes, where the user namespace is the host's");
	u->devices++;
	return 0;
}

static int make_directory(struct unpacking *u, const char *path, const struct create_what *w)
{
	struct copy_ready ready;
	struct stat st = u->base;
	int r = 0;

	/* What is there already and was named as the destination stays as it is. */
	if (path[0] != '\0')
		r = create_directory(&u->create, path, w, &st);
	if (r < 0 || u->job->ready < 0 || strcmp(path, u->top) != 0)
		return r;
	ready = (struct copy_ready){ .device = st.st_dev, .inode = st.st_ino };
	(void)!write(u->job->ready, &ready, sizeof(ready));
	return 0;
}

static int make_linked(struct unpacking *u, const char *path, const char *old)
{
	char place[PATH_MAX];
	int r = place_name(u, old, place);

	return r < 0 ? refuse_name(u, r, old) : create_hard_link(&u->create, path, place);
}

static int make_entry(struct unpacking *u, struct archive_entry *entry, const char *path)
{
	const struct create_what w = {
		.mode = archive_entry_mode(entry),
		.uid = (uid_t)archive_entry_uid(entry),
		.gid = (gid_t)archive_entry_gid(entry),
		.mtime = pax_time_read(
			(struct timespec){ .tv_sec = archive_entry_mtime(entry),
					   .tv_nsec = archive_entry_mtime_nsec(entry) }),
		.rdev = archive_entry_rdev(entry),
		.entry = entry,
	};

	if (archive_entry_hardlink(entry))
		return make_linked(u, path, archive_entry_hardlink(entry));
	if (S_ISDIR(w.mode))
		return make_directory(u, path, &w);
	if (path[0] == '\0')
		return -EISDIR;
	switch (w.mode & S_IFMT) {
	case S_IFREG:
		return make_file(u, path, &w);
	case S_IFLNK:
		return create_symlink(&u->create, path, archive_entry_symlink(entry), &w);
	case S_IFIFO:
		return create_node(&u->create, path, &w);
	case S_IFCHR:
	case S_IFBLK:
		return make_device(u, path, &w);
	default:
		return -EOPNOTSUPP;
	}
}

static int add_entry(struct unpacking *u, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);
	char path[PATH_MAX];
	int r = 0;

	if (u->job->ready >= 0 && !u->has_top)
		r = land(u, archive_entry_filetype(entry) == AE_IFDIR);
	if (r < 0)
		return r;
	r = place_name(u, name, path);
	if (r < 0)
		return refuse_name(u, r, name);
	r = make_entry(u, entry, path);
	if (r < 0 && u->e.code == 0 && r != -EINTR && r != -EPIPE)
		r = fail(u, r, path);
	u->job->report->files++;
	copy_report_progress(u->job->report);
	return r;
}

static int add_entries(struct unpacking *u)
{
	_cleanup_(entry_freep) struct archive_entry *entry = archive_entry_new();
	const char *path = "";
	int r = 0, status;

	if (!entry)
		return err_set(&u->e, -ENOMEM, "read the archive");
	while (r == 0 && (status = archive_read_next_header2(u->archive, entry)) != ARCHIVE_EOF) {
		if (status != ARCHIVE_OK && status != ARCHIVE_WARN)
			r = archive_failed(u);
		else
			r = is_stopped(u) ? -EINTR : add_entry(u, entry);
	}
	if (r == 0 && u->job->ready >= 0 && !u->has_top)
		return -EPIPE;
	if (r < 0)
		return r;
	r = create_finish(&u->create, &path);
	return r < 0 ? fail(u, r, path) : 0;
}

/* ---- all of it ---- */

static int no_parent(struct unpacking *u, int code)
{
	const struct copy_place *to = u->job->place;
	int r = err_set(&u->e, code, "%s%s", to->label, to->path);

	if (code != -ENOENT && code != -ENOTDIR)
		return r;
	return err_hint(&u->e,
			err_say(&u->e, r, "there is no directory to put %s%s in", to->label,
				to->path),
			"make it first: only the last component of a destination may be missing");
}

/* Opens the directory that everything will be below: the destination, or the one that holds it. */
static int find_destination(struct unpacking *u, int *ret)
{
	_cleanup_close_ int parent = -EBADF;
	struct copy_resolved at;
	int r = copy_resolve(u->job->place->path, u->job->place->where == COPY_HOST, true, &at);
	bool directory = r == 0 && at.exists && S_ISDIR(at.st.st_mode);

	parent = at.parent;
	if (r < 0)
		return no_parent(u, r);
	if (u->job->ready < 0 && !directory)
		return err_hint(&u->e,
				err_say(&u->e, -ENOTDIR, "%s%s is no directory",
					u->job->place->label, u->job->place->path),
				"an archive is unpacked into a directory that exists");
	u->exists = at.exists;
	u->place = at.st;
	if (!directory)
		memcpy(u->name, at.name, sizeof(u->name));
	*ret = openat(parent, directory ? at.name : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*ret < 0 || fstat(*ret, &u->base) < 0)
		return err_set(&u->e, -errno, "%s%s", u->job->place->label, u->job->place->path);
	return 0;
}

static int unpack_all(struct unpacking *u)
{
	const struct unpack *job = u->job;
	_cleanup_close_ int base = -EBADF;
	bool host = job->place->where == COPY_HOST;
	int r = host ? 0 : confine_rights(job->parent, &u->e);

	if (r == 0)
		r = find_destination(u, &base);
	if (r == 0 && host) {
		r = copy_place_jail(base, &u->e);
		fd_closep(&base);
		base = r < 0 ? r : open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (r == 0)
			r = confine_rights(job->parent, &u->e);
	}
	if (r < 0)
		return r;
	u->create.base = take_fd(base);
	u->create.follow = job->ready < 0;
	u->create.owners = job->archive;
	u->create.trusted = job->from->where == COPY_HOST || job->from->where == COPY_STREAM;
	r = open_archive(u);
	return r < 0 ? r : add_entries(u);
}

int unpack(const struct unpack *job)
{
	static struct unpacking u;
	int r;

	u.job = job;
	u.create = CREATE_EMPTY;
	r = unpack_all(&u);
	if (r < 0)
		create_cancel(&u.create);
	if (r == -EPIPE || r == -EINTR)
		copy_report_cut(job->report);
	else if (r < 0)
		copy_report_failed(job->report, &u.e);
	if (r == 0 && u.devices)
		copy_report_note(job->report,
				 "%llu device nodes left out: --archive makes them, "
				 "where the user namespace is the host's",
				 u.devices);
	if (r == 0 && u.create.lacking)
		copy_report_note(
			job->report,
			"%llu extended attributes left out: the destination has none of that kind",
			u.create.lacking);
	create_done(&u.create);
	return r < 0 ? 1 : 0;
}
