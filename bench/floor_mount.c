/* bench/floor_mount.c - the floor's root: what the default `runc spec` mounts, masks and locks.
 *
 * Mounts use mount(2) where one call makes the mount in its final state, mount_setattr(2) where a
 * remount would have to repeat the flags: fewer calls is what is faster here. Paths are not
 * resolved safely: the tree is our own. */
#include "floor.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <unistd.h>

#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>

void mount_one(const char *type, const char *target, unsigned long flags, const char *data)
{
	must(mount(type, target, type, flags, data), "mount", target);
}

void mount_lock(const char *path, unsigned flags)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	must(mount_setattr(AT_FDCWD, path, flags, &attr, sizeof(attr)), "mount_setattr", path);
}

static void root_bind(const char *tree)
{
	must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "mount", "/ (rprivate)");
	must(mount(tree, tree, NULL, MS_BIND | MS_REC, NULL), "mount", tree);
	must(chdir(tree), "chdir", tree);
}

static void dev_fill(void)
{
	static const struct {
		const char *path;
		unsigned major, minor;
	} nodes[] = {
		{ "dev/null", 1, 3 },	{ "dev/zero", 1, 5 },	 { "dev/full", 1, 7 },
		{ "dev/random", 1, 8 }, { "dev/urandom", 1, 9 }, { "dev/tty", 5, 0 },
	};
	static const struct {
		const char *path, *target;
	} links[] = {
		{ "dev/ptmx", "pts/ptmx" },	     { "dev/fd", "/proc/self/fd" },
		{ "dev/stdin", "/proc/self/fd/0" },  { "dev/stdout", "/proc/self/fd/1" },
		{ "dev/stderr", "/proc/self/fd/2" }, { "dev/core", "/proc/kcore" },
	};
	static const char *const directories[] = { "dev/pts", "dev/shm", "dev/mqueue" };

	for (size_t i = 0; i < ELEMENTS(nodes); i++)
		must(mknod(nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)),
		     "mknod", nodes[i].path);
	for (size_t i = 0; i < ELEMENTS(links); i++)
		must(symlink(links[i].target, links[i].path), "symlink", links[i].path);
	for (size_t i = 0; i < ELEMENTS(directories); i++)
		must(mkdir(directories[i], 0755), "mkdir", directories[i]);
}

static void mounts_make(void)
{
	unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

	mount_one("proc", "proc", flags, NULL);
	mount_one("tmpfs", "dev", MS_NOSUID | MS_NOEXEC | MS_STRICTATIME, "mode=755,size=65536k");
	dev_fill();
	mount_one("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC,
		  "newinstance,ptmxmode=0666,mode=0620,gid=5");
	mount_one("tmpfs", "dev/shm", flags, "mode=1777,size=65536k");
	mount_one("mqueue", "dev/mqueue", flags, NULL);
	mount_one("sysfs", "sys", flags | MS_RDONLY, NULL);
	groups_mount();
}

/* A path that this kernel does not have needs no mask: the only error that is passed over. */
static bool is_absent(const char *path, struct stat *st)
{
	if (lstat(path, st) == 0)
		return false;
	must(errno == ENOENT ? 0 : -1, "lstat", path);
	return true;
}

/* The first directory gets an empty tmpfs, the others binds of it, which stay read-only. */
static void paths_mask(void)
{
	static const char *const paths[] = {
		"proc/acpi",	    "proc/asound",	  "proc/interrupts", "proc/kcore",
		"proc/keys",	    "proc/latency_stats", "proc/timer_list", "proc/timer_stats",
		"proc/sched_debug", "sys/firmware",	  "proc/scsi",
	};
	const char *empty = NULL;
	struct stat st;

	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		const char *path = paths[i];

		if (is_absent(path, &st))
			continue;
		if (!S_ISDIR(st.st_mode)) {
			must(mount("dev/null", path, NULL, MS_BIND, NULL), "mount", path);
		} else if (empty) {
			must(mount(empty, path, NULL, MS_BIND, NULL), "mount", path);
		} else {
			mount_one("tmpfs", path, MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
				  "mode=755,nr_inodes=1");
			empty = path;
		}
	}
}

static void paths_lock(void)
{
	static const char *const paths[] = {
		"proc/bus", "proc/fs", "proc/irq", "proc/sys", "proc/sysrq-trigger",
	};
	struct stat st;

	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		if (is_absent(paths[i], &st))
			continue;
		must(mount(paths[i], paths[i], NULL, MS_BIND | MS_REC, NULL), "mount", paths[i]);
		mount_lock(paths[i], AT_RECURSIVE);
	}
}

/* pivot_root(2): with "." twice the old root lies on top of the new one and is detached there. */
static void root_pivot(void)
{
	must(syscall(SYS_pivot_root, ".", "."), "pivot_root", ".");
	must(umount2(".", MNT_DETACH), "umount2", "old root");
	must(chdir("/"), "chdir", "/");
	mount_lock("/", 0);
}

void root_make(const char *tree)
{
	umask(0);
	root_bind(tree);
	mounts_make();
	paths_mask();
	paths_lock();
	root_pivot();
	umask(022);
}
