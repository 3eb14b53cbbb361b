/* copy/pack.c - see pack.h.
 *
 * The tree is read by descriptor, never through a link, so that what is swapped meanwhile is left
 * out or read as what it is then, and nothing else is. Formats are libarchive's: pax, with names and
 * values as the bytes they are, holes, and links to files that were there before. */
#include "copy/pack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <linux/magic.h>

#include <archive.h>
#include <archive_entry.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "copy/attributes.h"
#include "copy/confine.h"
#include "copy/pax_time.h"
#include "copy/resolve.h"

#define OUTPUT_ROOM ((size_t)256 * 1024)
#define BUFFER_ROOM ((size_t)256 * 1024)
/* Files of the kernel say that they are empty, or a page long, and are not. */
#define SYNTHETIC_MAX ((size_t)16 * 1024 * 1024)

struct packing {
	const struct pack *job;
	struct err e;
	struct archive *archive;
	struct archive_entry *entry;
	struct archive_entry_linkresolver *links;
	struct text path; /* in the archive, of what is being added */
	struct copy_ready top;
	size_t pending; /* bytes in output */
	unsigned long long sockets, changed, kernels, itself;
	char output[OUTPUT_ROOM], buffer[BUFFER_ROOM];
};

static const char zeros[65536];

static int fail(struct packing *p, int code, const char *what)
{
	const char *below = strchr(text_get(&p->path), '/');
	const struct copy_place *from = p->job->place;

	return err_set(&p->e, code, "%s %s%s%s", what, from->label, from->path,
		       below && below[1] ? below + (strcmp(from->path, "/") == 0) : "");
}

/* ---- the stream ---- */

static int flush(struct packing *p)
{
	size_t done = 0;

	while (done < p->pending) {
		ssize_t n = write(p->job->stream, p->output + done, p->pending - done);

		if (n < 0 && errno != EINTR)
			return -errno;
		done += n > 0 ? (size_t)n : 0;
	}
	p->pending = 0;
	return 0;
}

static la_ssize_t put(struct archive *a, void *data, const void *bytes, size_t n)
{
	struct packing *p = data;
	size_t taken = n < OUTPUT_ROOM - p->pending ? n : OUTPUT_ROOM - p->pending;
	int r;

	memcpy(p->output + p->pending, bytes, taken);
	p->pending += taken;
	if (p->pending < OUTPUT_ROOM)
		return (la_ssize_t)taken;
	r = flush(p);
	if (r == 0)
		return (la_ssize_t)taken;
	archive_set_error(a, -r, "%s", strerror(-r));
	return -1;
}

/* -EPIPE: whoever reads the archive has stopped. */
static int stream_error(struct packing *p)
{
	int code = archive_errno(p->archive);

	if (code == EPIPE)
		return -EPIPE;
	return err_say(&p->e, code > 0 ? -code : -EIO, "write the archive: %s",
		       archive_error_string(p->archive));
}

static int add_header(struct packing *p, struct archive_entry *entry)
{
	/* A name that is no UTF-8 is a warning: its bytes are kept. */
	if (archive_write_header(p->archive, entry) < ARCHIVE_WARN)
		return stream_error(p);
	p->job->report->files++;
	return 0;
}

static int add_data(struct packing *p, const void *bytes, size_t n)
{
	while (n > 0) {
		la_ssize_t done = archive_write_data(p->archive, bytes, n);

		if (done <= 0)
			return stream_error(p);
		bytes = (const char *)bytes + done;
		n -= (size_t)done;
		p->job->report->bytes += (uint64_t)done;
		copy_report_progress(p->job->report);
	}
	return 0;
}

/* ---- one file ---- */

static void describe(struct packing *p, const struct stat *st)
{
	struct archive_entry *entry = archive_entry_clear(p->entry);
	struct timespec mtime = pax_time_write(st->st_mtim);

	archive_entry_copy_pathname(entry, text_get(&p->path));
	archive_entry_set_filetype(entry, st->st_mode & S_IFMT);
	archive_entry_set_perm(entry, st->st_mode & 07777);
	archive_entry_set_uid(entry, st->st_uid);
	archive_entry_set_gid(entry, st->st_gid);
	archive_entry_set_mtime(entry, mtime.tv_sec, mtime.tv_nsec);
	archive_entry_set_size(entry, S_ISREG(st->st_mode) ? st->st_size : 0);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		archive_entry_set_rdev(entry, st->st_rdev);
}

/* True where the file is another name of one that is in the archive already. */
static bool find_link(struct packing *p, const struct stat *st)
{
	struct archive_entry *entry = p->entry, *spare = NULL;

	if (st->st_nlink < 2)
		return false;
	archive_entry_set_dev(entry, st->st_dev);
	archive_entry_set_ino64(entry, (la_int64_t)st->st_ino);
	archive_entry_set_nlink(entry, st->st_nlink);
	archive_entry_linkify(p->links, &entry, &spare);
	/* Numbers of this machine are nobody's business. */
	archive_entry_set_dev(entry, 0);
	archive_entry_set_ino64(entry, 0);
	archive_entry_set_nlink(entry, 0);
	return archive_entry_hardlink(entry) != NULL;
}

/* Where its data is, if it has holes. */
static void find_holes(struct packing *p, int fd, const struct stat *st)
{
	off_t data = 0, hole;

	if (st->st_blocks >= (st->st_size + 511) / 512)
		return;
	for (off_t at = 0; at < st->st_size; at = hole) {
		data = lseek(fd, at, SEEK_DATA);
		if (data < 0)
			break; /* ENXIO: a hole up to the end */
		hole = lseek(fd, data, SEEK_HOLE);
		if (hole < 0 || (data == 0 && hole >= st->st_size))
			return;
		hole = hole < st->st_size ? hole : st->st_size;
		archive_entry_sparse_add_entry(p->entry, data, hole - data);
	}
	if (archive_entry_sparse_count(p->entry) == 0)
		archive_entry_sparse_add_entry(p->entry, 0, 0);
}

static int add_zeros(struct packing *p, off_t n)
{
	int r = 0;

	while (r == 0 && n > 0) {
		size_t piece = n < (off_t)sizeof(zeros) ? (size_t)n : sizeof(zeros);

		r = add_data(p, zeros, piece);
		n -= (off_t)piece;
	}
	return r;
}

/* From one offset to another. 1: the file ended before. */
static int add_range(struct packing *p, int fd, off_t at, off_t end)
{
	while (at < end) {
		size_t wanted = end - at < (off_t)BUFFER_ROOM ? (size_t)(end - at) : BUFFER_ROOM;
		ssize_t n = pread(fd, p->buffer, wanted, at);
		int r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(p, -errno, "read");
		if (n == 0)
			return 1;
		r = add_data(p, p->buffer, (size_t)n);
		if (r < 0)
			return r;
		at += n;
	}
	return 0;
}

/* libarchive counts the holes as well, and writes nothing for them. What a file that shrinks lacks is
 * filled with zeros. */
static int add_content(struct packing *p, int fd, off_t size)
{
	la_int64_t offset = 0, length = size;
	int ranges = archive_entry_sparse_reset(p->entry);
	off_t at = 0;
	int r = 0;

	for (int i = 0; r == 0 && i < (ranges ? ranges : 1); i++) {
		if (ranges && archive_entry_sparse_next(p->entry, &offset, &length) != ARCHIVE_OK)
			break;
		r = add_zeros(p, offset - at);
		if (r == 0)
			r = add_range(p, fd, offset, offset + length);
		at = offset + length;
	}
	if (r == 0)
		r = add_zeros(p, size - at);
	p->changed += r == 1;
	return r < 0 ? r : 0;
}

static bool is_small(const struct stat *st)
{
	return st->st_size <= 4096 ||
	       (st->st_size <= (off_t)BUFFER_ROOM && st->st_blocks >= (st->st_size + 511) / 512);
}

/* Small files are read before their header is written: it then says how long they really are. */
static int add_small(struct packing *p, int fd)
{
	_cleanup_text_ struct text content = { 0 };
	ssize_t n;
	int r;

	do {
		n = read(fd, p->buffer, BUFFER_ROOM);
		if (n > 0)
			text_add_bytes(&content, p->buffer, (size_t)n);
	} while ((n > 0 && content.length < SYNTHETIC_MAX) || (n < 0 && errno == EINTR));
	if (n != 0)
		return fail(p, n < 0 ? -errno : -EFBIG, "read");
	archive_entry_set_size(p->entry, (la_int64_t)content.length);
	r = add_header(p, p->entry);
	return r < 0 ? r : add_data(p, text_get(&content), content.length);
}

static int open_regular(int dir, const char *name)
{
	/* Not waiting: it may have become a pipe. */
	int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
	int fd = openat(dir, name, flags | O_NOATIME | O_CLOEXEC);

	if (fd < 0 && errno == EPERM)
		fd = openat(dir, name, flags | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int add_regular(struct packing *p, int dir, const char *name)
{
	_cleanup_close_ int fd = open_regular(dir, name);
	struct stat st;
	int r;

	if (fd == -ENOENT || fd == -ELOOP)
		return 0; /* it was replaced just now */
	if (fd < 0)
		return fail(p, fd, "open");
	if (fstat(fd, &st) < 0)
		return fail(p, -errno, "look at");
	if (!S_ISREG(st.st_mode))
		return 0;
	describe(p, &st);
	attributes_read(fd, p->entry, p->job->archive);
	if (find_link(p, &st))
		return add_header(p, p->entry);
	if (is_small(&st))
		return add_small(p, fd);
	find_holes(p, fd, &st);
	r = add_header(p, p->entry);
	return r < 0 ? r : add_content(p, fd, st.st_size);
}

static int add_link(struct packing *p, int dir, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(dir, name, target, sizeof(target) - 1);

	if (n < 0)
		return errno == ENOENT || errno == EINVAL ? 0 : fail(p, -errno, "read the link");
	target[n] = '\0';
	describe(p, st);
	if (!find_link(p, st))
		archive_entry_copy_symlink(p->entry, target);
	return add_header(p, p->entry);
}

/* ---- directories ---- */

/* Views of the kernel: no files, and many of them never end. */
static bool is_of_kernel(int fd)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return false;
	switch ((unsigned long)fs.f_type) {
	case PROC_SUPER_MAGIC:
	case SYSFS_MAGIC:
	case CGROUP_SUPER_MAGIC:
	case CGROUP2_SUPER_MAGIC:
	case DEVPTS_SUPER_MAGIC:
	case DEBUGFS_MAGIC:
	case TRACEFS_MAGIC:
	case SECURITYFS_MAGIC:
	case BPF_FS_MAGIC:
		return true;
	default:
		return false;
	}
}

/* Hands out the top of the copy and waits for the other end to make it. */
static int wait_for_top(struct packing *p)
{
	size_t done = 0;
	int r = flush(p);

	while (r == 0 && done < sizeof(p->top)) {
		ssize_t n = read(p->job->ready, (char *)&p->top + done, sizeof(p->top) - done);

		if (n == 0)
			return -EPIPE;
		if (n < 0 && errno != EINTR)
			return err_set(&p->e, -errno, "wait for the other end");
		done += n > 0 ? (size_t)n : 0;
	}
	return r;
}

static int add(struct packing *p, int dir, const char *name, const struct stat *above);

static int add_names(struct packing *p, int fd, const struct stat *st)
{
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	size_t length = p->path.length;
	const struct dirent *d;
	int r = 0;

	if (!dir) {
		(void)close(fd);
		return fail(p, -errno, "read");
	}
	while (r == 0 && (errno = 0, d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		text_add(&p->path, "/");
		text_add(&p->path, d->d_name);
		r = add(p, dirfd(dir), d->d_name, st);
		if (r < 0)
			break; /* the path is in the message */
		p->path.length = length;
		p->path.data[length] = '\0';
	}
	if (r == 0 && errno != 0)
		r = fail(p, -errno, "read");
	return r;
}

/* above: the directory it lies in; NULL: it is what was asked for. */
static int add_directory(struct packing *p, int dir, const char *name, const struct stat *above)
{
	_cleanup_close_ int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0 && above && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return fail(p, -errno, "open");
	if (above && st.st_dev == p->top.device && st.st_ino == p->top.inode) {
		p->itself++;
		return 0;
	}
	describe(p, &st);
	attributes_read(fd, p->entry, p->job->archive);
	r = add_header(p, p->entry);
	if (r == 0 && !above && p->job->ready >= 0)
		r = wait_for_top(p);
	if (r < 0)
		return r;
	if (above && st.st_dev != above->st_dev && is_of_kernel(fd)) {
		p->kernels++;
		return 0;
	}
	return add_names(p, take_fd(fd), &st);
}

static int add(struct packing *p, int dir, const char *name, const struct stat *above)
{
	struct stat st;

	copy_report_progress(p->job->report);
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return above && errno == ENOENT ? 0 : fail(p, -errno, "look at");
	switch (st.st_mode & S_IFMT) {
	case S_IFDIR:
		return add_directory(p, dir, name, above);
	case S_IFREG:
		return add_regular(p, dir, name);
	case S_IFLNK:
		return add_link(p, dir, name, &st);
	case S_IFSOCK:
		p->sockets++;
		return above ? 0 :
			       err_say(&p->e, -EINVAL, "%s%s is a socket", p->job->place->label,
				       p->job->place->path);
	default:
		describe(p, &st);
		return add_header(p, p->entry);
	}
}

/* ---- all of it ---- */

static int find_source(struct packing *p, struct copy_resolved *ret)
{
	const struct copy_place *from = p->job->place;
	bool host = from->where == COPY_HOST;
	int r = copy_resolve(from->path, host, p->job->follow || from->directory, ret);

	if (r == 0 && !ret->exists)
		r = -ENOENT;
	if (r == 0 && from->directory && !S_ISDIR(ret->st.st_mode))
		r = -ENOTDIR;
	if (r == -ENOTDIR)
		return err_hint(&p->e,
				err_set(&p->e, r, "%s%s%s", from->label, from->path,
					from->directory ? "/" : ""),
				"what is no directory is written without a slash at its end");
	return r < 0 ? err_set(&p->e, r, "%s%s", from->label, from->path) : 0;
}

static int open_archive(struct packing *p)
{
	p->archive = archive_write_new();
	p->entry = archive_entry_new();
	p->links = archive_entry_linkresolver_new();
	if (!p->archive || !p->entry || !p->links)
		return err_set(&p->e, -ENOMEM, "begin the archive");
	archive_entry_linkresolver_set_strategy(p->links, ARCHIVE_FORMAT_TAR_PAX_INTERCHANGE);
	if (archive_write_set_format_pax(p->archive) != ARCHIVE_OK ||
	    archive_write_set_options(p->archive, "pax:xattrheader=SCHILY") != ARCHIVE_OK ||
	    /* What is between two honu-copies is bytes, not characters. */
	    (p->job->ready >= 0 &&
	     archive_write_set_options(p->archive, "pax:hdrcharset=BINARY") != ARCHIVE_OK) ||
	    archive_write_set_bytes_per_block(p->archive, 0) != ARCHIVE_OK ||
	    archive_write_open(p->archive, p, NULL, put, NULL) != ARCHIVE_OK)
		return err_say(&p->e, -EIO, "begin the archive: %s",
			       archive_error_string(p->archive));
	return 0;
}

static void note_omissions(const struct packing *p)
{
	const struct copy_report *r = p->job->report;

	if (p->sockets)
		copy_report_note(r, "%llu left out: sockets cannot be copied", p->sockets);
	if (p->kernels)
		copy_report_note(r, "%llu of the kernel's own file systems left out", p->kernels);
	if (p->changed)
		copy_report_note(r, "%llu changed while being read: what they lack is zeros",
				 p->changed);
	if (p->itself)
		copy_report_note(r, "left out: the copy, which lies within what is copied");
}

static int pack_all(struct packing *p)
{
	const struct copy_place *from = p->job->place;
	struct copy_resolved source;
	_cleanup_close_ int parent = -EBADF;
	bool host = from->where == COPY_HOST;
	int r = host ? 0 : confine_rights(p->job->parent, &p->e);

	if (r < 0)
		return r;
	r = find_source(p, &source);
	parent = source.parent;
	/* What our caller may look at, and we no longer: /proc/PID/root. */
	if (r == 0 && host)
		r = confine_rights(p->job->parent, &p->e);
	if (r == 0)
		r = open_archive(p);
	if (r < 0)
		return r;
	if (p->job->ready >= 0)
		text_add(&p->path, COPY_TOP);
	else
		text_add(&p->path, from->contents || !*from->name ? "." : from->name);
	r = add(p, parent, source.name, NULL);
	if (r == 0 && archive_write_close(p->archive) != ARCHIVE_OK)
		r = stream_error(p);
	return r < 0 ? r : flush(p);
}

int pack(const struct pack *job)
{
	static struct packing p;
	int r;

	p.job = job;
	r = pack_all(&p);
	if (r == -EPIPE)
		copy_report_cut(job->report);
	else if (r < 0 && p.e.code == 0)
		(void)err_set(&p.e, r, "write the archive");
	if (r < 0 && r != -EPIPE)
		copy_report_failed(job->report, &p.e);
	if (r < 0)
		return 1;
	note_omissions(&p);
	return 0;
}
