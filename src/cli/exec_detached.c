/* cli/exec_detached.c - honu exec --detach: a process that stays in the container when its client is
 * gone. Like a detached container it belongs to whoever cloned it, which becomes honu-supervise and
 * leaves its end in exec/N. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/detached.h"
#include "cli/exec.h"
#include "cli/supervisor.h"
#include "run/run.h"
#include "store/execs.h"

/* Nobody types and nobody reads. */
static int use_nothing(struct err *e)
{
	_cleanup_close_ int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < 3; fd++)
		if (null < 0 || dup2(null, fd) < 0) /* cloexec: these three are the program's */
			return err_set(e, -errno, "take /dev/null as standard streams");
	return 0;
}

static int walk(struct exec_job *j, struct run *run, struct journal *journal, struct err *e)
{
	int r = use_nothing(e);

	if (r == 0)
		r = run_new(run, j->plan, journal, false, e);
	if (r == 0)
		r = run_walk(run, e);
	return r < 0 ? r : run_confirm(run, e);
}

/* Returns only when it failed: then the program is gone. */
static int start(struct exec_job *j, int ready, uint32_t *number, struct err *e)
{
	struct journal journal = { .fd = j->container.journal };
	struct run run = { 0 };
	int r = walk(j, &run, &journal, e);

	if (r < 0)
		return r;
	r = execs_claim(&j->container, run.slots->pid, number, e);
	if (r == 0) {
		const struct supervisor_exec x = { .arena = &j->arena,
						   .store = &j->store,
						   .container = &j->container,
						   .number = *number,
						   .pid = run.slots->pid,
						   .pidfd = run.slots->fd[SLOT_PIDFD],
						   .pty = run.slots->fd[SLOT_PTY],
						   .ready = ready,
						   .quiet = j->quiet };

		exec_job_started(j, *number);
		r = supervisor_watch(&x, e);
	}
	run_end(&run);
	return r;
}

static _Noreturn void child(struct exec_job *j, int ready, uint32_t *number)
{
	struct err e = { 0 };

	(void)setsid();
	(void)signal(SIGCHLD, SIG_DFL);
	(void)start(j, ready, number, &e);
	detached_fail(ready, &e);
	_exit(EXIT_ENGINE);
}

int exec_detached(struct exec_job *j, uint32_t *ret_number, struct err *e)
{
	_cleanup_close_ int ready = -EBADF, theirs = -EBADF;
	uint32_t *number = mmap(NULL, sizeof(*number), PROT_READ | PROT_WRITE,
				MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int ends[2], r;
	pid_t pid;

	if (number == MAP_FAILED)
		return err_set(e, -errno, "prepare the number");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set(e, -errno, "make a pipe");
	ready = ends[0];
	theirs = ends[1];
	for (size_t i = 0; i < j->plan->n_notes; i++)
		report_note(j->plan->notes[i]);
	pid = fork();
	if (pid < 0)
		return err_set(e, -errno, "fork the supervisor");
	if (pid == 0) {
		fd_closep(&ready);
		child(j, theirs, number);
	}
	fd_closep(&theirs);
	r = detached_await(ready, e);
	*ret_number = *number;
	if (r < 0)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	return r;
}
