/* mount/open.c - mount sources as detached mounts: opened, fixed, id-mapped, overlaid.
 * Host side; see prepare.h. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "mount/prepare.h"
#include "sys/mount_api.h"
#include "sys/path.h"

/* The directory that holds path, as a descriptor. */
static int open_parent(const char *path)
{
	char parent[PATH_MAX];
	size_t n = (size_t)(strrchr(path, '/') - path);
	int fd;

	if (n >= sizeof(parent))
		return -ENAMETOOLONG;
	memcpy(parent, path, n);
	parent[n] = '\0';
	fd = open(n ? parent : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool is_directory(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

/* True when the mount that holds fd receives or sends mount events: "shared:N" or "master:N"
 * among the optional fields of its line in mountinfo (proc(5)). */
static int has_peers(int fd)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/mountinfo", "re");
	uint64_t mount = 0;
	int r;
	char line[8192];

	if (!f)
		return -errno;
	r = sys_mount_id(fd, "", AT_EMPTY_PATH, &mount);
	if (r < 0)
		return r;
	while (fgets(line, sizeof(line), f)) {
		unsigned long long id;

		if (sscanf(line, "%llu ", &id) != 1 || id != mount)
			continue;
		char *end = strstr(line, " - ");
		if (end)
			*end = '\0';
		return strstr(line, " shared:") || strstr(line, " master:");
	}
	return 0;
}

int mount_open_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct mount_open_step *m = &s->mount_open;
	_cleanup_close_ int source = -EBADF;
	_cleanup_close_ int tree = -EBADF;
	int r;

	*op = "open";
	source = open(m->source, O_PATH | O_CLOEXEC | (m->directory ? O_DIRECTORY : 0));
	if (source < 0)
		return errno == ENOENT && m->optional ? 0 : -errno;
	if (m->needs_peer) {
		*op = "propagation";
		r = has_peers(source);
		if (r <= 0)
			return r < 0 ? r : -EINVAL;
	}
	if (m->parent_of_file && !is_directory(source)) {
		int parent = open_parent(m->source);

		if (parent < 0)
			return parent;
		fd_closep(&source);
		source = parent;
	}
	*op = "open_tree";
	tree = sys_open_tree_clone(source, "", m->recursive ? AT_RECURSIVE : 0);
	if (tree < 0)
		return tree;
	if (m->attr) {
		struct mount_attr attr = { .attr_set = m->attr };

		*op = "mount_setattr";
		r = sys_mount_setattr(tree, m->recursive, &attr);
		if (r < 0)
			return r;
	}
	slots->fd[m->slot] = take_fd(tree);
	return 0;
}

int mount_idmap_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct mount_idmap_step *m = &s->mount_idmap;
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_IDMAP,
		.userns_fd = (uint64_t)slots->fd[SLOT_USERNS],
	};

	*op = "mount_setattr";
	return sys_mount_setattr(slots->fd[m->slot], m->recursive, &attr);
}

/* Sets a layer by descriptor, as a path through /proc/self/fd: the string form is understood by
 * every kernel that knows fsconfig for overlayfs. */
static int set_layer(int fs, const char *key, int dir, const char *name)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d%s%s", dir, name ? "/" : "",
		       name ? name : "");
	return sys_fsconfig_string(fs, key, path);
}

/* An empty directory, as a second lower layer: a read-only overlay needs two. */
static int empty_directory(const char **op)
{
	_cleanup_close_ int fs = -EBADF;
	int r;

	*op = "fsopen";
	fs = sys_fsopen("tmpfs");
	if (fs < 0)
		return fs;
	r = sys_fsconfig_create(fs);
	if (r < 0)
		return r;
	return sys_fsmount(fs, MOUNT_ATTR_RDONLY);
}

static int set_layers(int fs, const struct mount_overlay_step *m, const struct slots *slots,
		      int empty, const char **op)
{
	char lower[128];
	int r;

	*op = "fsconfig";
	if (m->upper_slot != SLOT_NONE) {
		r = set_layer(fs, "lowerdir", slots->fd[m->lower_slot], NULL);
		if (r == 0)
			r = set_layer(fs, "upperdir", slots->fd[m->upper_slot], "upper");
		if (r == 0)
			r = set_layer(fs, "workdir", slots->fd[m->upper_slot], "work");
		return r;
	}
	if (m->upper) {
		r = set_layer(fs, "lowerdir", slots->fd[m->lower_slot], NULL);
		if (r == 0)
			r = sys_fsconfig_string(fs, "upperdir", m->upper);
		if (r == 0)
			r = sys_fsconfig_string(fs, "workdir", m->work);
		return r;
	}
	(void)snprintf(lower, sizeof(lower), "/proc/self/fd/%d:/proc/self/fd/%d",
		       slots->fd[m->lower_slot], empty);
	return sys_fsconfig_string(fs, "lowerdir", lower);
}

/* Where source is a file, the overlay of its directory gives way to that file in it. */
static int only_file(const char *source, int *tree, const char **op)
{
	_cleanup_close_ int at = -EBADF;
	struct stat st;

	*op = "stat";
	if (stat(source, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return 0;
	*op = "open_tree";
	at = sys_open_beneath(*tree, strrchr(source, '/') + 1, O_PATH);
	if (at < 0)
		return at;
	int one = sys_open_tree_clone(at, "", 0);
	if (one < 0)
		return one;
	fd_closep(tree);
	*tree = one;
	return 0;
}

/* The root of an overlay shows the owner and mode of its upper directory: those of the lower. */
static int copy_owner(int lower, int upper, const char **op)
{
	struct stat st;

	*op = "copy the owner";
	if (fstat(lower, &st) < 0 || fchownat(upper, "upper", st.st_uid, st.st_gid, 0) < 0)
		return -errno;
	return fchmodat(upper, "upper", st.st_mode & 07777, 0) < 0 ? -errno : 0;
}

int mount_overlay_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct mount_overlay_step *m = &s->mount_overlay;
	bool readonly = m->upper_slot == SLOT_NONE && !m->upper;
	_cleanup_close_ int empty = -EBADF;
	_cleanup_close_ int fs = -EBADF;
	_cleanup_close_ int tree = -EBADF;
	int r;

	if (readonly) {
		empty = empty_directory(op);
		if (empty < 0)
			return empty;
	}
	if (m->upper_slot != SLOT_NONE) {
		r = copy_owner(slots->fd[m->lower_slot], slots->fd[m->upper_slot], op);
		if (r < 0)
			return r;
	}
	*op = "fsopen";
	fs = sys_fsopen("overlay");
	if (fs < 0)
		return fs;
	r = set_layers(fs, m, slots, empty, op);
	if (r < 0)
		return r;
	*op = "fsconfig CREATE";
	r = sys_fsconfig_create(fs);
	if (r < 0)
		return r;
	*op = "fsmount";
	tree = sys_fsmount(fs, m->attr | (readonly ? MOUNT_ATTR_RDONLY : 0));
	if (tree < 0)
		return tree;
	fd_closep(&slots->fd[m->lower_slot]);
	if (readonly) {
		r = only_file(m->source, &tree, op);
		if (r < 0)
			return r;
	}
	slots->fd[m->slot] = take_fd(tree);
	return 0;
}
