/* bench/floor.c - the least a container can cost: honu's yardstick.
 *
 * Does the kernel work of the default `runc spec` bundle and nothing else: no configuration, no
 * state, one clone3(), one process per container. The ratio of honu to this program is what honu
 * adds to the kernel; bench/same-view proves that both do the same work, so whatever honu sets up
 * by default belongs here too.
 *
 *	floor [--no-unified] TREE PROGRAM [ARGUMENT...]
 *
 * TREE holds the directories proc, dev and sys. Ends with the program's exit status, 128+n for a
 * signal, 125 when a call failed: a floor that skipped work would be too low, so the first failed
 * call ends it. */
#include "floor.h"

#include <assert.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/magic.h>
#include <linux/sched.h>
#include <linux/seccomp.h>

enum { EXIT_FLOOR = 125 };

static bool is_inside;

void must(long r, const char *call, const char *object)
{
	if (r >= 0)
		return;
	dprintf(STDERR_FILENO, "floor: %s %s: %s\n", call, object, strerror(errno));
	if (is_inside)
		_exit(EXIT_FLOOR); /* the parent removes the groups */
	r = groups_remove();
	if (r < 0)
		dprintf(STDERR_FILENO, "floor: groups are left: %s\n", strerror((int)-r));
	exit(EXIT_FLOOR);
}

const char *path_print(const char *format, ...)
{
	static char path[PATH_ROOM];
	va_list ap;

	va_start(ap, format);
	int n = vsnprintf(path, sizeof(path), format, ap);
	va_end(ap);
	if (n >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		n = -1;
	}
	must(n, "print", format);
	return path;
}

static void loopback_up(void)
{
	struct ifreq lo = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	must(fd, "socket", "AF_INET");
	must(ioctl(fd, SIOCSIFFLAGS, &lo), "ioctl SIOCSIFFLAGS", "lo");
	close(fd);
}

static void capabilities_drop(void)
{
	uint32_t keep = 1U << CAP_AUDIT_WRITE | 1U << CAP_KILL | 1U << CAP_NET_BIND_SERVICE;
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { .effective = keep, .permitted = keep } };

	static_assert(CAP_AUDIT_WRITE < 32 && CAP_KILL < 32 && CAP_NET_BIND_SERVICE < 32,
		      "keep is the first word of the set");
	/* The kernel says EINVAL behind its last capability: asking that way saves reading
	 * cap_last_cap. Linux 5.9 and later have CAP_CHECKPOINT_RESTORE. */
	for (unsigned long cap = 0;; cap++) {
		if (cap < 32 && keep & 1U << cap)
			continue;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		if (errno == EINVAL && cap > CAP_CHECKPOINT_RESTORE)
			break;
		must(-1, "prctl", "PR_CAPBSET_DROP");
	}
	must(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0), "prctl", "PR_CAP_AMBIENT");
	must(syscall(SYS_setgroups, 0, NULL), "setgroups", "none");
	must(syscall(SYS_setresgid, 0, 0, 0), "setresgid", "0");
	must(syscall(SYS_setresuid, 0, 0, 0), "setresuid", "0");
	must(syscall(SYS_capset, &header, data), "capset", "the three of runc spec");
}

static void privileges_lock(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog filter = { .len = 1, .filter = &allow };

	must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl", "PR_SET_NO_NEW_PRIVS");
	must(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter), "seccomp", "filter");
}

/* After clone3: system calls only. */
static _Noreturn void inside(const char *tree, char *const argv[])
{
	static char path[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
	static char term[] = "TERM=xterm";
	char *const environment[] = { path, term, NULL };
	struct rlimit files = { .rlim_cur = 1024, .rlim_max = 1024 };

	is_inside = true;
	groups_join();
	must(setsid(), "setsid", "");
	root_make(tree);
	must(sethostname("floor", 5), "sethostname", "floor");
	loopback_up();
	must(setrlimit(RLIMIT_NOFILE, &files), "setrlimit", "RLIMIT_NOFILE");
	must(close_range(3, ~0U, CLOSE_RANGE_CLOEXEC), "close_range", "3-");
	capabilities_drop();
	privileges_lock();
	execve(argv[0], argv, environment);
	must(-1, "execve", argv[0]);
	__builtin_unreachable();
}

static bool has_unified(void)
{
	struct statfs fs;

	return statfs("/sys/fs/cgroup/unified", &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC;
}

int main(int argc, char *argv[])
{
	struct clone_args args = {
		.flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS,
		.exit_signal = SIGCHLD,
	};
	bool with_unified = has_unified();
	int status;

	if (argc > 1 && strcmp(argv[1], "--no-unified") == 0) {
		with_unified = false;
		argv++;
		argc--;
	}
	if (argc < 3) {
		dprintf(STDERR_FILENO, "usage: floor [--no-unified] TREE PROGRAM [ARGUMENT...]\n");
		return EXIT_FLOOR;
	}
	groups_make(with_unified);
	if (with_unified) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)groups_unified_fd();
	}
	pid_t child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));

	must(child, "clone3", "");
	if (child == 0)
		inside(argv[1], argv + 2);
	must(waitpid(child, &status, 0), "waitpid", "");
	int r = groups_remove();

	if (r < 0) {
		errno = -r;
		must(-1, "rmdir", "the groups");
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
