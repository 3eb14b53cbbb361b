/* tests/cli/probe.c - what a shell cannot try from inside a container.
 *
 * usage: probe unlock PATH     tries every way to make a read-only mount writable
 *        probe call NUMBER     makes a system call without arguments, prints its error
 *        probe call x32 NUMBER the same, by the x32 numbering
 *        probe call i386       getpid, as a 32-bit program makes it
 *        probe chroot          the classic way out of a chroot; prints what / then holds
 *        probe clocks          monotonic and boottime in seconds
 *        probe uid             the effective user id
 *        probe hunt PROGRAM MS [NAME]
 *                              tries to get at processes that come into this pid namespace, as long
 *                              as they are not PROGRAM yet, and at no others than NAME: for so long
 *        probe keyring         number and name of the session keyring
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

/* ---- hunt ---- */

enum { PREY_EXE, PREY_FD, PREY_MEM, PREY_CWD, PREY_ROOT, PREY_ENVIRON, PREY_MAPS, _PREY_N };

static const char *const prey[] = {
	[PREY_EXE] = "exe",   [PREY_FD] = "fd/3",	  [PREY_MEM] = "mem",	[PREY_CWD] = "cwd",
	[PREY_ROOT] = "root", [PREY_ENVIRON] = "environ", [PREY_MAPS] = "maps",
};

struct hunt {
	const char *program, *name;
	unsigned seen, reached[_PREY_N];
	int exe; /* of the first that could be opened */
};

static bool read_name(const char *pid, char ret[32])
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%.16s/comm", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, 31);
	if (fd >= 0)
		(void)close(fd);
	if (n <= 0)
		return false;
	ret[n - 1] = '\0';
	return true;
}

/* -> whether the executable can be seen; *ret_sealed: it is one that nobody can write to. */
static bool sees_executable(const char *pid, bool *ret_sealed)
{
	char path[64], target[256];

	(void)snprintf(path, sizeof(path), "/proc/%.16s/exe", pid);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	target[n > 0 ? n : 0] = '\0';
	*ret_sealed = strncmp(target, "/memfd:", 7) == 0;
	return n > 0;
}

static bool reaches(const char *pid, int what)
{
	char path[64], target[256];
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%.16s/%s", pid, prey[what]);
	if (what == PREY_CWD || what == PREY_ROOT || what == PREY_FD)
		return readlink(path, target, sizeof(target)) > 0;
	fd = open(path, what == PREY_MEM ? O_RDWR | O_CLOEXEC : O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool is = (what != PREY_ENVIRON && what != PREY_MAPS) || read(fd, target, 1) > 0;
	(void)close(fd);
	return is;
}

/* What is reached counts only while it is not the program yet, nor honu-exec. */
static void try_one(struct hunt *h, const char *pid)
{
	char name[32], path[64];
	bool sealed;

	if (!read_name(pid, name) || strcmp(name, h->program) == 0 ||
	    (h->name && strcmp(name, h->name) != 0))
		return;
	h->seen++;
	if (sees_executable(pid, &sealed)) {
		if (sealed || !read_name(pid, name) || strcmp(name, h->program) == 0)
			return;
		h->reached[PREY_EXE]++;
		(void)snprintf(path, sizeof(path), "/proc/%.16s/exe", pid);
		if (h->exe < 0)
			h->exe = open(path, O_RDONLY | O_CLOEXEC);
		return;
	}
	for (int i = PREY_FD; i < _PREY_N; i++)
		if (reaches(pid, i) && !sees_executable(pid, &sealed) && read_name(pid, name) &&
		    strcmp(name, h->program) != 0)
			h->reached[i]++;
}

static long now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

#define PID_ROOM (4 * 1024 * 1024 + 1) /* the kernel has no more */

/* 0: that is no process. */
static long number(const char *name)
{
	long n = strtol(name, NULL, 10);

	return n > 0 && n < PID_ROOM ? n : 0;
}

static int hunt(const char *program, long ms, const char *name)
{
	struct hunt h = { .program = program, .name = name, .exe = -1 };
	static bool before[PID_ROOM];
	long end = now_ms() + ms;
	const struct dirent *entry;
	DIR *dir = opendir("/proc");
	char path[64];

	if (!dir)
		return 2;
	before[0] = true;
	while ((entry = readdir(dir)))
		before[number(entry->d_name)] = true;
	(void)puts("hunting");
	(void)fflush(stdout);
	while (now_ms() < end) {
		rewinddir(dir);
		while ((entry = readdir(dir)))
			if (!before[number(entry->d_name)])
				try_one(&h, entry->d_name);
	}
	(void)printf("seen %s\n", h.seen > 0 ? "some" : "none");
	for (int i = 0; i < _PREY_N; i++)
		if (h.reached[i])
			(void)printf("reached %s %u times\n", prey[i], h.reached[i]);
	if (h.exe < 0)
		return 0;
	char target[256];
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", h.exe);
	ssize_t n = readlink(path, target, sizeof(target) - 1);
	(void)printf("first exe %.*s\n", (int)n, target);
	int fd;
	/* As long as anybody executes it nobody may write. */
	for (end = now_ms() + 10000;
	     (fd = open(path, O_WRONLY | O_CLOEXEC)) < 0 && errno == ETXTBSY && now_ms() < end;)
		(void)usleep(10000);
	(void)printf("exe for writing: %s\n", fd < 0 ? strerrorname_np(errno) : "open");
	return 0;
}

static int keyring(void)
{
	char text[256] = "";
	long id = syscall(SYS_keyctl, 0 /* KEYCTL_GET_KEYRING_ID */, -3, 0, 0, 0);
	long n = syscall(SYS_keyctl, 6 /* KEYCTL_DESCRIBE */, -3, text, sizeof(text), 0);

	(void)printf("%ld %s\n", id, n > 0 ? strrchr(text, ';') + 1 : strerrorname_np(errno));
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
	if ((argc == 4 || argc == 5) && strcmp(verb, "hunt") == 0)
		return hunt(argv[2], strtol(argv[3], NULL, 10), argv[4]);
	if (strcmp(verb, "keyring") == 0)
		return keyring();
	if (strcmp(verb, "uid") == 0)
		return printf("%u\n", geteuid()) < 0;
	(void)fputs("probe: see the top of tests/cli/probe.c\n", stderr);
	return 2;
}
