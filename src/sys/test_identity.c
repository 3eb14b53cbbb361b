/* sys/test_identity.c - a process is found by pid and start time together, or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "sys/identity.h"
#include "sys/process.h"

/* A child that waits until `go` is closed, and executes sleep(1) then. */
static pid_t fork_waiting(int *ret_go)
{
	int ends[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		(void)close(ends[1]);
		(void)!read(ends[0], &byte, 1);
		(void)execlp("sleep", "sleep", "1000", NULL);
		_exit(127);
	}
	assert_true(pid > 0);
	(void)close(ends[0]);
	*ret_go = ends[1];
	return pid;
}

static void end(pid_t pid)
{
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static void another_start_time_is_another_process(void **state)
{
	_cleanup_close_ int go = -EBADF;
	_cleanup_close_ int fd = -EBADF;
	pid_t pid = fork_waiting(&go);
	uint64_t started = 0;

	(void)state;
	assert_int_equal(sys_start_time(pid, &started), 0);
	assert_true(started > 0);
	assert_int_equal(sys_pidfd_open_started(pid, started + 1), -ESRCH);
	fd = sys_pidfd_open_started(pid, started);
	assert_true(fd >= 0);
	end(pid);
	assert_int_equal(sys_pidfd_open_started(pid, started), -ESRCH);
	assert_int_equal(sys_start_time(pid, &started), -ESRCH);
	assert_int_equal(sys_pidfd_open_started(0, 0), -ESRCH);
	assert_int_equal(sys_pidfd_open_started(-1, 0), -ESRCH);
}

/* It may take a moment until the child is there. */
static bool comes_true(bool wanted, pid_t pid)
{
	for (int i = 0; i < 2000 && sys_is_copy(pid, getpid()) != wanted; i++)
		(void)usleep(1000);
	return sys_is_copy(pid, getpid()) == wanted;
}

static void a_child_is_a_copy_until_it_executes(void **state)
{
	_cleanup_close_ int go = -EBADF;
	pid_t pid = fork_waiting(&go);

	(void)state;
	assert_true(comes_true(true, pid));
	fd_closep(&go);
	assert_true(comes_true(false, pid));
	end(pid);
	assert_false(sys_is_copy(pid, getpid()));
}

static void the_first_of_a_pid_namespace(void **state)
{
	int pidfd = -EBADF;
	pid_t pid;

	(void)state;
	assert_false(sys_is_namespace_init(getpid()));
	pid = sys_clone3(CLONE_NEWPID | (geteuid() == 0 ? 0 : CLONE_NEWUSER), &pidfd, SIGCHLD, -1);
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			(void)pause();
	}
	if (pid < 0) {
		print_message("there can be no pid namespace here: %s\n", strerror(-pid));
		skip();
	}
	assert_true(sys_is_namespace_init(pid));
	end(pid);
	assert_false(sys_is_namespace_init(pid));
	(void)close(pidfd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(another_start_time_is_another_process),
		cmocka_unit_test(a_child_is_a_copy_until_it_executes),
		cmocka_unit_test(the_first_of_a_pid_namespace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
