/* copy/confine.c - see confine.h.
 *
 * A C library loads code at odd moments: name services, character sets, locales. In a root that a
 * container wrote, that code is the container's (CVE-2019-14271), and so is any program that is
 * looked up there (CVE-2026-41567). honu-copy has no use for either, and here the kernel is told to
 * refuse both: nothing can be executed, no memory can become executable. */
#include "copy/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include "base/cleanup.h"
#include "sys/process.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "copy/confine.c does not know this architecture"
#endif
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the lower half of an argument stands elsewhere on a big-endian machine"
#endif

#define BIT(capability) (UINT64_C(1) << (capability))
/* To read and write whatever owner and mode say, to give files away, to set what is for their owner
 * to set, set-user-id bits, capabilities of programs, and to make device nodes. */
#define KEPT                                                                          \
	(BIT(CAP_DAC_OVERRIDE) | BIT(CAP_CHOWN) | BIT(CAP_FOWNER) | BIT(CAP_FSETID) | \
	 BIT(CAP_SETFCAP) | BIT(CAP_MKNOD))

/* Files; memory for data; our own signals; the clock; one message to honu. */
static const unsigned allowed[] = {
	SYS_read,	  SYS_write,	      SYS_pread64,	   SYS_pwrite64,
	SYS_lseek,	  SYS_close,	      SYS_fcntl,	   SYS_fstat,
	SYS_newfstatat,	  SYS_statx,	      SYS_fstatfs,	   SYS_openat,
	SYS_openat2,	  SYS_getdents64,     SYS_readlinkat,	   SYS_mkdirat,
	SYS_symlinkat,	  SYS_linkat,	      SYS_unlinkat,	   SYS_renameat,
	SYS_renameat2,	  SYS_mknodat,	      SYS_fchmod,	   SYS_fchown,
	SYS_fchownat,	  SYS_utimensat,      SYS_ftruncate,	   SYS_flistxattr,
	SYS_fgetxattr,	  SYS_fsetxattr,      SYS_sendto,	   SYS_brk,
	SYS_munmap,	  SYS_mremap,	      SYS_madvise,	   SYS_futex,
	SYS_getrandom,	  SYS_getpid,	      SYS_gettid,	   SYS_clock_gettime,
	SYS_rt_sigaction, SYS_rt_sigreturn,   SYS_tgkill,	   SYS_exit,
	SYS_exit_group,	  SYS_rt_sigprocmask, SYS_restart_syscall,
};

/* Allowed unless the third argument has PROT_EXEC. */
static const unsigned allowed_for_data[] = { SYS_mmap, SYS_mprotect };

#define N_ALLOWED (sizeof(allowed) / sizeof(allowed[0]))
#define N_FOR_DATA (sizeof(allowed_for_data) / sizeof(allowed_for_data[0]))
#define LENGTH (4 + N_FOR_DATA + N_ALLOWED + 5)

/* Prologue, a comparison for each call, verdicts. Jumps count from the instruction behind. */
static int install_filter(void)
{
	const struct sock_filter load_arch =
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	const struct sock_filter load_call =
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	const struct sock_filter load_protection =
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args) + 2 * sizeof(uint64_t));
	const struct sock_filter kill = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
	const struct sock_filter deny = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	const struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_filter program[LENGTH];
	const size_t check = LENGTH - 4, denied = LENGTH - 2, granted = LENGTH - 1;
	size_t n = 0;

	program[n++] = load_arch;
	program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0);
	program[n++] = kill;
	program[n++] = load_call;
	for (size_t i = 0; i < N_FOR_DATA; i++, n++)
		program[n] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
							  allowed_for_data[i],
							  (uint8_t)(check - n - 1), 0);
	for (size_t i = 0; i < N_ALLOWED; i++, n++)
		program[n] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i],
							  (uint8_t)(granted - n - 1), 0);
	program[n++] = deny; /* none of them */
	program[n++] = load_protection;
	program[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0,
						    (uint8_t)(granted - denied));
	program[n++] = deny;
	program[n++] = allow;
	struct sock_fprog filter = { .len = (uint16_t)n, .filter = program };
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0 ? -errno : 0;
}
_Static_assert(LENGTH < 256, "a jump has 8 bits");

/* Root in a container of somebody else's may lack some. */
static uint64_t permitted(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { 0 };

	if (syscall(SYS_capget, &header, data) < 0)
		return 0;
	return data[0].permitted | (uint64_t)data[1].permitted << 32;
}

static bool is_kept(const int *keep, size_t n, int fd)
{
	for (size_t i = 0; i < n; i++)
		if (keep[i] == fd)
			return true;
	return false;
}

int confine_descriptors(const int *keep, size_t n, struct err *e)
{
	_cleanup_close_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int highest = STDERR_FILENO;

	if (null < 0)
		return err_set(e, -errno, "open /dev/null");
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (!is_kept(keep, n, fd) && dup3(null, fd, O_CLOEXEC) < 0)
			return err_set(e, -errno, "close the standard streams");
	for (size_t i = 0; i < n; i++)
		if (keep[i] > highest)
			highest = keep[i];
	for (int fd = STDERR_FILENO + 1; fd < highest; fd++)
		if (!is_kept(keep, n, fd))
			(void)close(fd);
	null = -EBADF; /* closed as well */
	if (syscall(SYS_close_range, highest + 1, ~0U, 0) < 0)
		return err_set(e, -errno, "close_range");
	return 0;
}

int confine_rights(pid_t parent, struct err *e)
{
	uint64_t kept = KEPT & permitted();
	int r;

	(void)umask(0);
	/* What it could regain by executing a program it cannot: it executes none. */
	r = sys_capset(kept, kept, 0);
	if (r < 0)
		return err_set(e, r, "drop capabilities");
	/* After the last change of credentials, which resets it. */
	if (prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
		return err_set(e, -errno, "prctl PR_SET_PDEATHSIG");
	if (getppid() != parent)
		return err_say(e, -ECHILD, "honu-copy ended");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return err_set(e, -errno, "prctl PR_SET_NO_NEW_PRIVS");
	r = install_filter();
	return r < 0 ? err_set(e, r, "install the filter of system calls") : 0;
}
