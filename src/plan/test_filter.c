/* plan/test_filter.c - the default seccomp filter, proved against its own table by an interpreter
 * of classic BPF, and then shown to the kernel. */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asm/ioctls.h>
#include <cmocka.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <linux/seccomp.h>

#include "base/arena.h"
#include "base/capability.h"
#include "base/cleanup.h"
#include "plan/filter.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#else
#define ARCH AUDIT_ARCH_AARCH64
#endif

#define CAP(name) (1ull << CAP_##name)
#define CAPS_DEFAULT                                                                              \
	(CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FSETID) | CAP(FOWNER) | CAP(SETGID) | CAP(SETUID) | \
	 CAP(SETFCAP) | CAP(SETPCAP) | CAP(NET_BIND_SERVICE) | CAP(SYS_CHROOT) | CAP(KILL))

/* Verdicts, short. */
#define ALLOW SECCOMP_RET_ALLOW
#define DENY (SECCOMP_RET_ERRNO | EPERM)
#define HIDE (SECCOMP_RET_ERRNO | ENOSYS)
#define NO_PROTOCOL (SECCOMP_RET_ERRNO | EPROTONOSUPPORT)

#define NUMBERS 1024		    /* of calls to look at: twice what exists */
#define UPPER 0xa5a5a5a500000000ull /* what a caller may add and the kernel does not look at */

struct filter {
	const struct sock_filter *code;
	uint16_t length;
};

static struct arena arena;
static const struct filter_rule *rule_of[NUMBERS];

static struct filter build(uint64_t capabilities)
{
	struct filter f = { 0 };

	assert_int_equal(filter_build(&arena, capabilities, &f.code, &f.length), 0);
	return f;
}

/* What the kernel does with a program, for the instructions that the filter is made of; any other
 * one, and any jump or load out of bounds, fails the test. */
static uint32_t interpret(const struct filter *f, const struct seccomp_data *data)
{
	uint32_t accumulator = 0;

	for (unsigned pc = 0; pc < f->length; pc++) {
		const struct sock_filter *i = &f->code[pc];
		bool yes;

		switch (i->code) {
		case BPF_LD | BPF_W | BPF_ABS:
			assert_true(i->k % 4 == 0 && i->k + 4 <= sizeof(*data));
			memcpy(&accumulator, (const char *)data + i->k, sizeof(accumulator));
			continue;
		case BPF_RET | BPF_K:
			return i->k;
		case BPF_JMP | BPF_JEQ | BPF_K:
			yes = accumulator == i->k;
			break;
		case BPF_JMP | BPF_JGE | BPF_K:
			yes = accumulator >= i->k;
			break;
		case BPF_JMP | BPF_JSET | BPF_K:
			yes = (accumulator & i->k) != 0;
			break;
		default:
			fail_msg("instruction %u has the unexpected code %#x", pc, i->code);
			return 0;
		}
		pc += yes ? i->jt : i->jf;
	}
	fail_msg("the program runs over its end of %u", f->length);
	return 0;
}

static uint32_t verdict(const struct filter *f, uint32_t number, uint64_t a0, uint64_t a1,
			uint64_t a2)
{
	struct seccomp_data data = { .nr = (int)number, .arch = ARCH, .args = { a0, a1, a2 } };

	return interpret(f, &data);
}

/* What the table says about a call whose arguments are all 0. */
static uint32_t expected(uint32_t number, uint64_t capabilities)
{
	const struct filter_rule *rule = rule_of[number];

	if (!rule)
		return HIDE;
	if (rule->unless & capabilities)
		return ALLOW;
	switch (rule->action) {
	case FILTER_DENY:
		return DENY;
	case FILTER_HIDE:
		return HIDE;
	case FILTER_ALLOW:
	case FILTER_CHECK_NAMESPACES:
	case FILTER_CHECK_IOCTL:
	case FILTER_CHECK_PERSONALITY:
	case FILTER_CHECK_SOCKET:
	case _FILTER_ACTION_N:
		break;
	}
	return ALLOW;
}

static void assert_agrees(uint64_t capabilities)
{
	struct filter f = build(capabilities);

	for (uint32_t number = 0; number < NUMBERS; number++) {
		uint32_t got = verdict(&f, number, 0, 0, 0);
		uint32_t wanted = expected(number, capabilities);

		if (got != wanted)
			fail_msg("call %u (%s) with capabilities %#llx: %#x, not %#x", number,
				 rule_of[number] ? rule_of[number]->name : "-",
				 (unsigned long long)capabilities, got, wanted);
	}
	arena_done(&arena);
}

/* The table is sorted, each number stands in it once, and who is refused is told why. */
static void table_is_in_order(void **state)
{
	size_t n;
	const struct filter_rule *rules = filter_rules(&n);

	(void)state;
	assert_in_range(n, 250, NUMBERS);
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			assert_in_range(rules[i].number, rules[i - 1].number + 1, NUMBERS - 1);
		if (rules[i].action != FILTER_ALLOW && !*rules[i].why)
			fail_msg("'%s' is refused without a reason", rules[i].name);
	}
}

/* Every number gets what its rule says: for no, the default, every, each single and each pair of
 * capabilities. A range joins its neighbours for the capability of its own rule and splits off for
 * that of theirs, so pairs show every shape that the ranges take around a number. */
static void program_agrees_with_table(void **state)
{
	(void)state;
	assert_agrees(0);
	assert_agrees(CAPS_DEFAULT);
	assert_agrees(UINT64_MAX);
	for (unsigned i = 0; i < CAPABILITY_N; i++)
		for (unsigned j = i; j < CAPABILITY_N; j++)
			assert_agrees(1ull << i | 1ull << j);
}

/* The numbers that no table holds: x32 (bit 30), negative ones, and those just above ours. */
static void unknown_numbers_are_hidden(void **state)
{
	struct filter f = build(UINT64_MAX);

	(void)state;
	assert_int_equal(verdict(&f, 0x40000000u | SYS_getpid, 0, 0, 0), HIDE);
	assert_int_equal(verdict(&f, 0x40000000u | 512, 0, 0, 0), HIDE);
	assert_int_equal(verdict(&f, UINT32_MAX, 0, 0, 0), HIDE);
	assert_int_equal(verdict(&f, INT32_MAX, 0, 0, 0), HIDE);
	assert_int_equal(verdict(&f, NUMBERS, 0, 0, 0), HIDE);
}

/* No call of another architecture gets through, whatever its number. */
static void foreign_calls_end_the_process(void **state)
{
	static const uint32_t foreign[] = {
		AUDIT_ARCH_I386, AUDIT_ARCH_ARM, AUDIT_ARCH_RISCV64, 0, ARCH ^ 1, UINT32_MAX,
	};
	struct filter f = build(UINT64_MAX);

	(void)state;
	for (size_t i = 0; i < ELEMENTS(foreign); i++)
		for (int number = 0; number < NUMBERS; number++) {
			struct seccomp_data data = { .nr = number, .arch = foreign[i] };

			assert_int_equal(interpret(&f, &data), SECCOMP_RET_KILL_PROCESS);
		}
}

/* Every install costs the start of a container: 160 instructions at most for the default. */
static void program_stays_small(void **state)
{
	(void)state;
	assert_in_range(build(CAPS_DEFAULT).length, 32, 160);
}

/* One row: a call, its arguments, who makes it, the verdict. */
struct argument_row {
	uint32_t number;
	uint64_t a0, a1, a2;
	uint64_t capabilities;
	uint32_t wanted;
};

static void assert_rows(const struct argument_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct argument_row *row = &rows[i];
		struct filter f = build(row->capabilities);
		uint32_t got = verdict(&f, row->number, row->a0, row->a1, row->a2);

		if (got != row->wanted)
			fail_msg("row %zu: %s(%#llx, %#llx, %#llx): %#x, not %#x", i,
				 rule_of[row->number]->name, (unsigned long long)row->a0,
				 (unsigned long long)row->a1, (unsigned long long)row->a2, got,
				 row->wanted);
	}
}

/* Only CAP_SYS_ADMIN makes namespaces; fork and threads go on; each flag counts alone, in company,
 * and with bits that the kernel does not read. */
static void new_namespaces_need_sys_admin(void **state)
{
	static const uint32_t flags[] = {
		CLONE_NEWNS,   CLONE_NEWCGROUP, CLONE_NEWUTS, CLONE_NEWIPC,
		CLONE_NEWUSER, CLONE_NEWPID,	CLONE_NEWNET, CLONE_NEWTIME,
	};
	static const uint32_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
				       CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
				       CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	static const struct argument_row rows[] = {
		{ SYS_clone, thread, 0, 0, 0, ALLOW },
		{ SYS_clone, CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | 17, 0, 0, 0, ALLOW },
		{ SYS_clone, CLONE_VM | CLONE_VFORK | 17, UINT64_MAX, UINT64_MAX, 0, ALLOW },
		{ SYS_clone, UPPER | thread, 0, 0, 0, ALLOW },
		{ SYS_unshare, CLONE_FS | CLONE_FILES, 0, 0, 0, ALLOW },
		{ SYS_clone3, 0, 0, 0, 0, HIDE },
		{ SYS_clone3, 0, 0, 0, CAPS_DEFAULT, HIDE },
		{ SYS_clone3, 0, 0, 0, CAP(SYS_ADMIN), ALLOW },
	};

	(void)state;
	assert_rows(rows, ELEMENTS(rows));
	for (size_t i = 0; i < ELEMENTS(flags); i++) {
		const struct argument_row by_flag[] = {
			{ SYS_clone, flags[i] | 17, 0, 0, CAPS_DEFAULT, DENY },
			{ SYS_clone, UPPER | thread | flags[i], 0, 0, 0, DENY },
			{ SYS_clone, flags[i], 0, 0, ~CAP(SYS_ADMIN), DENY },
			{ SYS_clone, flags[i], 0, 0, CAP(SYS_ADMIN), ALLOW },
			{ SYS_unshare, flags[i], 0, 0, CAPS_DEFAULT, DENY },
			{ SYS_unshare, UPPER | CLONE_FS | flags[i], 0, 0, 0, DENY },
			{ SYS_unshare, flags[i], 0, 0, CAP(SYS_ADMIN), ALLOW },
		};

		assert_rows(by_flag, ELEMENTS(by_flag));
	}
}

/* ioctl, personality and socket: what is refused stays refused with upper bits added (the kernel
 * cuts them off) and with every capability; neighbours of what is refused are not. */
static void arguments_are_compared_as_the_kernel_reads_them(void **state)
{
	static const struct argument_row rows[] = {
		{ SYS_ioctl, 0, TIOCSTI, 0, UINT64_MAX, DENY },
		{ SYS_ioctl, 0, UPPER | TIOCSTI, 0, UINT64_MAX, DENY },
		{ SYS_ioctl, 0, UINT32_MAX + 1ull + TIOCSTI, 0, 0, DENY },
		{ SYS_ioctl, 7, TIOCLINUX, 0, 0, DENY },
		{ SYS_ioctl, 7, UPPER | TIOCLINUX, 0, UINT64_MAX, DENY },
		{ SYS_ioctl, TIOCSTI, TCGETS, TIOCLINUX, 0, ALLOW },
		{ SYS_ioctl, 0, TIOCSTI + 1, 0, 0, ALLOW },
		{ SYS_ioctl, 0, TIOCLINUX - 1, 0, 0, ALLOW },
		{ SYS_personality, 0x0, 0, 0, 0, ALLOW },
		{ SYS_personality, 0x8, 0, 0, 0, ALLOW },
		{ SYS_personality, 0x20000, 0, 0, 0, ALLOW },
		{ SYS_personality, 0x20008, 0, 0, 0, ALLOW },
		{ SYS_personality, 0xffffffff, 0, 0, 0, ALLOW },
		{ SYS_personality, UINT64_MAX, 0, 0, 0, ALLOW },
		{ SYS_personality, 0x1, 0, 0, UINT64_MAX, DENY },
		{ SYS_personality, 0x400000, 0, 0, 0, DENY },
		{ SYS_personality, UPPER | 0x400000, 0, 0, 0, DENY },
		{ SYS_personality, 0x20009, 0, 0, 0, DENY },
		{ SYS_socket, AF_VSOCK, SOCK_STREAM, 0, UINT64_MAX, DENY },
		{ SYS_socket, UPPER | AF_VSOCK, SOCK_STREAM, 0, 0, DENY },
		{ SYS_socket, AF_ALG, SOCK_SEQPACKET, 0, UINT64_MAX, DENY },
		{ SYS_socket, UPPER | AF_ALG, SOCK_SEQPACKET, 0, 0, DENY },
		{ SYS_socket, AF_UNIX, SOCK_STREAM, NETLINK_AUDIT, 0, ALLOW },
		{ SYS_socket, AF_INET6, SOCK_STREAM, 6, 0, ALLOW },
		{ SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, 0, ALLOW },
		{ SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT, CAPS_DEFAULT, NO_PROTOCOL },
		{ SYS_socket, AF_NETLINK, SOCK_RAW, UPPER | NETLINK_AUDIT, 0, NO_PROTOCOL },
		{ SYS_socket, AF_NETLINK, SOCK_RAW, NETLINK_AUDIT, CAP(AUDIT_WRITE), ALLOW },
	};

	(void)state;
	assert_rows(rows, ELEMENTS(rows));
}

static void install(const struct filter *f)
{
	struct sock_fprog program = { .len = f->length, .filter = (struct sock_filter *)f->code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) {
		perror("install the filter");
		_exit(99);
	}
}

static int error_of(long result)
{
	return result < 0 ? errno : 0;
}

/* In a process of its own: the number of the first call that the kernel answers otherwise. */
static int calls_under_filter(const struct filter *f)
{
	install(f);
	const struct {
		int error;
		int wanted;
	} rows[] = {
		{ error_of(syscall(SYS_getpid)), 0 },
		{ error_of(mount(NULL, "", NULL, 0, NULL)), EPERM }, /* would be EFAULT */
		{ error_of(syscall(1000)), ENOSYS },
		{ error_of(syscall(SYS_ioctl, -1, TIOCSTI, "x")), EPERM },
		{ error_of(syscall(SYS_ioctl, -1, UPPER | TIOCSTI, "x")), EPERM },
		{ error_of(syscall(SYS_ioctl, -1, TCGETS, NULL)), EBADF },
		{ error_of(unshare(CLONE_NEWUSER)), EPERM },
		{ error_of(unshare(CLONE_FS)), 0 },
		{ error_of(syscall(SYS_clone3, NULL, 0)), ENOSYS },
		{ error_of(socket(AF_VSOCK, SOCK_STREAM, 0)), EPERM },
		{ error_of(socket(AF_NETLINK, SOCK_RAW, NETLINK_AUDIT)), EPROTONOSUPPORT },
		{ error_of(socket(AF_UNIX, SOCK_STREAM, 0)), 0 },
#ifdef __x86_64__
		{ error_of(syscall(0x40000000 | SYS_getpid)), ENOSYS },
#endif
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (rows[i].error != rows[i].wanted) {
			print_message("row %zu: errno %d, not %d\n", i, rows[i].error,
				      rows[i].wanted);
			return (int)i + 1;
		}
	return 0;
}

/* The kernel accepts the program and answers as the table says. */
static void kernel_obeys(void **state)
{
	struct filter f = build(CAPS_DEFAULT);
	int status;

	(void)state;
	pid_t child = fork();
	if (child == 0)
		_exit(calls_under_filter(&f));
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

#ifdef __x86_64__
/* getpid() as a 32-bit program calls it: the way it ended. */
static int status_of_32_bit_call(const struct filter *f)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		long result = 20;

		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core file of what is meant to die */
		if (f)
			install(f);
		__asm__ volatile("int $0x80" : "+a"(result) : : "memory");
		_exit(0);
	}
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* A 64-bit process cannot reach the kernel through the 32-bit door, whose numbers mean others. */
static void kernel_ends_32_bit_calls(void **state)
{
	struct filter f = build(UINT64_MAX);

	(void)state;
	if (status_of_32_bit_call(NULL) != 0)
		skip(); /* this kernel has no 32-bit calls at all */
	int status = status_of_32_bit_call(&f);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
}
#endif

static int index_rules(void **state)
{
	size_t n;
	const struct filter_rule *rules = filter_rules(&n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		if (rules[i].number < NUMBERS)
			rule_of[rules[i].number] = &rules[i];
	return 0;
}

static int forget(void **state)
{
	(void)state;
	arena_done(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(table_is_in_order, forget),
		cmocka_unit_test_teardown(program_agrees_with_table, forget),
		cmocka_unit_test_teardown(unknown_numbers_are_hidden, forget),
		cmocka_unit_test_teardown(foreign_calls_end_the_process, forget),
		cmocka_unit_test_teardown(program_stays_small, forget),
		cmocka_unit_test_teardown(new_namespaces_need_sys_admin, forget),
		cmocka_unit_test_teardown(arguments_are_compared_as_the_kernel_reads_them, forget),
		cmocka_unit_test_teardown(kernel_obeys, forget),
#ifdef __x86_64__
		cmocka_unit_test_teardown(kernel_ends_32_bit_calls, forget),
#endif
	};

	return cmocka_run_group_tests_name("plan/filter", tests, index_rules, NULL);
}
