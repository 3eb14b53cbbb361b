/* cli/joined.c - see joined.h.
 *
 * A map is read through a process that lives in the namespace, and by us, since its right-hand side
 * is in the ids of whoever opens the file (user_namespaces(7)). A namespace that a file keeps alive
 * may have none: so one of our own goes there. */
#include "cli/joined.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

/* A child in the namespace, for as long as *ret_hold is open: it ends with honu. -> its pid */
static int enter_child(int ns, int *ret_hold)
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
		if (setns(ns, CLONE_NEWUSER) < 0)
			answer = errno;
		(void)!write(theirs, &answer, sizeof(answer));
		(void)!read(theirs, &answer, sizeof(answer)); /* end of file */
		_exit(0);
	}
	fd_closep(&theirs);
	if (read(ours, &answer, sizeof(answer)) != sizeof(answer))
		answer = ECHILD;
	if (answer == 0) {
		*ret_hold = take_fd(ours);
		return pid;
	}
	fd_closep(&ours);
	(void)waitpid(pid, NULL, 0);
	return -answer;
}

static int read_map(struct arena *a, pid_t pid, const char *file, struct id_line **lines, size_t *n)
{
	_cleanup_file_ FILE *f = NULL;
	struct id_line line;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", pid, file);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	*lines = NULL;
	*n = 0;
	while (fscanf(f, "%u %u %u", &line.inside, &line.outside, &line.count) == 3)
		arena_push(a, *lines, *n, line);
	return 0;
}

int joined_map(struct spec *s, struct err *e)
{
	const struct ns_spec *ns = &s->ns[NS_USER];
	struct userns_spec *u = &s->userns;
	_cleanup_close_ int fd = -EBADF;
	_cleanup_close_ int hold = -EBADF;
	int pid, r;

	if (ns->mode != NS_PATH)
		return 0;
	fd = open(ns->target, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	pid = enter_child(fd, &hold);
	if (pid < 0)
		return 0;
	r = read_map(s->arena, pid, "uid_map", &u->uid, &u->n_uid);
	if (r == 0)
		r = read_map(s->arena, pid, "gid_map", &u->gid, &u->n_gid);
	fd_closep(&hold);
	(void)waitpid(pid, NULL, 0);
	if (r < 0)
		return err_set(e, r, "%s: read its id map", ns->origin);
	if (spec_uid_outside(s, 0) == UINT32_MAX || spec_gid_outside(s, 0) == UINT32_MAX)
		return err_hint(
			e, err_say(e, -EINVAL, "%s: it has no root", ns->origin),
			"the container is set up as root of its user namespace: map id 0 there");
	return 0;
}
