/* store/test_stop.h - a child that works under ptrace and is stopped at its n-th system call. */
#pragma once

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#include "store/test_directory.h"

#define SYSCALLS_MAX 2000

typedef int test_work_fn(const char *path);

static inline pid_t test_start(test_work_fn *work, const char *path)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 || raise(SIGSTOP) != 0)
			_exit(2);
		_exit(work(path));
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(ptrace(PTRACE_SETOPTIONS, child, NULL,
				PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL),
			 0);
	return child;
}

/* Lets the child go to the entry of its next system call. False: it has ended, well. */
static inline bool test_next_call(pid_t child)
{
	struct __ptrace_syscall_info info;
	int status;

	do {
		assert_int_equal(ptrace(PTRACE_SYSCALL, child, NULL, NULL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (WIFEXITED(status)) {
			assert_int_equal(WEXITSTATUS(status), 0);
			return false;
		}
		assert_true(WIFSTOPPED(status));
		assert_int_equal(WSTOPSIG(status), SIGTRAP | 0x80);
		assert_true(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) > 0);
	} while (info.op != PTRACE_SYSCALL_INFO_ENTRY);
	return true;
}

static inline bool test_go(pid_t child, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		if (!test_next_call(child))
			return false;
	return true;
}

static inline void test_end(pid_t child)
{
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
}
