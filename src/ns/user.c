/* ns/user.c - see user.h. Host side.
 *
 * A namespace is made by a process that enters it and mapped by us, from outside; the descriptor keeps
 * it when that process has ended. */
#include "ns/user.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "ns/clone.h"

/* A child in a namespace of its own, for as long as *ret_hold is open. -> its pid */
static int make_child(int *ret_hold)
{
	_cleanup_close_ int ours = -EBADF;
	_cleanup_close_ int theirs = -EBADF;
	int ends[2], answer = 0;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	ours = ends[0];
	theirs = ends[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		fd_closep(&ours);
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (unshare(CLONE_NEWUSER) < 0)
			answer = errno;
		(void)!write(theirs, &answer, sizeof(answer));
		(void)!read(theirs, &answer, sizeof(answer)); /* end of file */
		_exit(0);
	}
	fd_closep(&theirs);
	if (read(ours, &answer, sizeof(answer)) != (ssize_t)sizeof(answer))
		answer = ECHILD;
	if (answer == 0) {
		*ret_hold = take_fd(ours);
		return pid;
	}
	fd_closep(&ours);
	(void)waitpid(pid, NULL, 0);
	return -answer;
}

int ns_make_user(const struct userns_spec *u, const char **op)
{
	int fd[SLOT_USERNS + 1];
	const struct step map = {
		.ns_map = { .uid = u->uid, .n_uid = u->n_uid, .gid = u->gid, .n_gid = u->n_gid },
	};
	_cleanup_close_ int hold = -EBADF;
	int pid, r;

	*op = "unshare";
	pid = make_child(&hold);
	if (pid < 0)
		return pid;
	static struct slots slots;
	slots.fd = fd;
	slots.pid = pid;
	r = ns_map_apply(&map, &slots, op);
	fd_closep(&hold);
	(void)waitpid(pid, NULL, 0);
	return r < 0 ? r : fd[SLOT_USERNS];
}
