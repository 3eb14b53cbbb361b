/* tests/cli/probe.c - what a shell cannot try from inside a container.
 *
 * usage: probe unlock PATH     tries every way to make a read-only mount writable
 *        probe call NUMBER     makes a system call without arguments, prints its error
 *        probe call x32 NUMBER the same, by the x32 numbering
 *        probe call i386       getpid, as a 32-bit program makes it
 *        probe chroot          the classic way out of a chroot; prints what / then holds
 *        probe clocks          monotonic and boottime in seconds
 *        probe uid             the effective user id
 *
 * Static, so that it runs in every tree. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys/mount_api.h"

#define X32_BIT 0x40000000L

/* ---- unlock ---- */

static const struct mount_attr writable = { .attr_clr = MOUNT_ATTR_RDONLY };

static int remount_bind(const char *path)
{
	return mount(NULL, path, NULL, MS_REMOUNT | MS_BIND, NULL) < 0 ? -errno : 0;
}

static int remount_superblock(const char *path)
{
	return mount(NULL, path, NULL, MS_REMOUNT, NULL) < 0 ? -errno : 0;
}

static int set_attributes(const char *path, unsigned flags)
{
	long r = syscall(SYS_mount_setattr, AT_FDCWD, path, flags, &writable, sizeof(writable));

	return r < 0 ? -errno : 0;
}

static int clear_attribute(const char *path)
{
	return set_attributes(path, 0);
}

static int clear_attribute_recursively(const char *path)
{
	return set_attributes(path, AT_RECURSIVE);
}

static int reconfigure(const char *path)
{
	int fs = (int)syscall(SYS_fspick, AT_FDCWD, path, FSPICK_CLOEXEC);
	int r;

	if (fs < 0)
		return -errno;
	r = sys_fsconfig_flag(fs, "rw");
	if (r == 0)
		r = sys_result(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0));
	(void)close(fs);
	return r;
}

/* 0 when something can be written at the directory or file that fd is open at. */
static int try_write(int fd)
{
	struct stat st;
	char self[64];
	int out;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode)) {
		out = openat(fd, "probe-was-here", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	} else {
		(void)snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
		out = open(self, O_WRONLY | O_APPEND | O_CLOEXEC);
	}
	if (out < 0)
		return -errno;
	(void)close(out);
	return 0;
}

static int try_write_path(const char *path)
{
	int fd = open(path, O_PATH | O_CLOEXEC), r;

	if (fd < 0)
		return -errno;
	r = try_write(fd);
	(void)close(fd);
	return r;
}

/* A copy of the mount, which nobody has attached anywhere yet. */
static int write_through_copy(const char *path)
{
	int copy = sys_open_tree_clone(AT_FDCWD, path, AT_RECURSIVE), r;

	if (copy < 0)
		return copy;
	r = sys_mount_setattr(copy, false, &writable);
	if (r == 0)
		r = try_write(copy);
	(void)close(copy);
	return r;
}

static int bind_elsewhere(const char *path)
{
	static const char place[] = "/dev/shm/probe-copy";
	struct stat st;
	int r;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode)) {
		r = mkdir(place, 0700);
	} else {
		r = open(place, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
		if (r >= 0)
			(void)close(r);
	}
	if (r < 0 && errno != EEXIST)
		return -errno;
	if (mount(path, place, NULL, MS_BIND, NULL) < 0)
		return -errno;
	r = remount_bind(place);
	if (r < 0)
		r = clear_attribute(place);
	if (r == 0)
		r = try_write_path(place);
	(void)umount2(place, MNT_DETACH);
	return r;
}

/* Being root in one more user namespace, with mounts of one's own. */
static int in_own_namespaces(const char *path)
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (pid == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
			_exit(errno);
		if (remount_bind(path) < 0 && clear_attribute(path) < 0)
			_exit(EPERM);
		_exit(-try_write_path(path));
	}
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -ECHILD;
}

static int unlock(const char *path)
{
	static const struct {
		const char *name;
		int (*attempt)(const char *path);
		bool writes; /* its result is that of a write */
	} ways[] = {
		{ "mount-remount-bind", remount_bind, false },
		{ "mount-remount", remount_superblock, false },
		{ "mount_setattr", clear_attribute, false },
		{ "mount_setattr-recursive", clear_attribute_recursively, false },
		{ "fsconfig-reconfigure", reconfigure, false },
		{ "open_tree-copy", write_through_copy, true },
		{ "bind-elsewhere", bind_elsewhere, true },
		{ "own-namespaces", in_own_namespaces, true },
	};
	bool opened = false;

	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		int r = ways[i].attempt(path);
		int w = ways[i].writes ? r : try_write_path(path);

		(void)printf("%s: %s, then writing: %s\n", ways[i].name,
			     r == 0 ? "done" : strerrorname_np(-r),
			     w == 0 ? "DONE" : strerrorname_np(-w));
		opened |= w == 0;
	}
	(void)puts(opened ? "writable" : "locked");
	return opened;
}

/* ---- the others ---- */

static int call(long number)
{
	long r = syscall(number, -1L, -1L, -1L, -1L, -1L, -1L);

	(void)puts(r < 0 ? strerrorname_np(errno) : "done");
	return 0;
}

#ifdef __x86_64__
static int call_i386(void)
{
	long r = 20; /* getpid there */

	__asm__ volatile("int $0x80" : "+a"(r) : : "memory", "r8", "r9", "r10", "r11");
	(void)puts(r > 0 ? "done" : strerrorname_np((int)-r));
	return 0;
}
#endif

/* chroot(2): "the superuser can escape from a chroot jail by doing: mkdir foo; chroot foo; cd .." */
static int break_chroot(void)
{
	const struct dirent *entry;
	DIR *dir;

	if (mkdir("/dev/shm/probe-jail", 0700) < 0 || chroot("/dev/shm/probe-jail") < 0) {
		perror("probe: chroot");
		return 2;
	}
	for (int i = 0; i < 64; i++)
		if (chdir("..") < 0)
			break;
	if (chroot(".") < 0 || !(dir = opendir("/"))) {
		perror("probe: leave the chroot");
		return 2;
	}
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			(void)puts(entry->d_name);
	(void)closedir(dir);
	return 0;
}

static int clocks(void)
{
	struct timespec monotonic, boottime;

	if (clock_gettime(CLOCK_MONOTONIC, &monotonic) < 0 ||
	    clock_gettime(CLOCK_BOOTTIME, &boottime) < 0)
		return 2;
	(void)printf("%lld %lld\n", (long long)monotonic.tv_sec, (long long)boottime.tv_sec);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if (argc == 3 && strcmp(verb, "unlock") == 0)
		return unlock(argv[2]);
#ifdef __x86_64__
	if (argc == 3 && strcmp(verb, "call") == 0 && strcmp(argv[2], "i386") == 0)
		return call_i386();
#endif
	if (argc == 3 && strcmp(verb, "call") == 0)
		return call(strtol(argv[2], NULL, 0));
	if (argc == 4 && strcmp(verb, "call") == 0 && strcmp(argv[2], "x32") == 0)
		return call(strtol(argv[3], NULL, 0) | X32_BIT);
	if (strcmp(verb, "chroot") == 0)
		return break_chroot();
	if (strcmp(verb, "clocks") == 0)
		return clocks();
	if (strcmp(verb, "uid") == 0)
		return printf("%u\n", geteuid()) < 0;
	(void)fputs("probe: see the top of tests/cli/probe.c\n", stderr);
	return 2;
}
