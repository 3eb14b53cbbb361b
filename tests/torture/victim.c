/* tests/torture/victim.c - see victim.h. */
#include "torture/victim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "torture/trial.h"

#define LIMIT_MS 10000

static struct {
	pid_t supervisor; /* 0: none */
	int input;	  /* the other end of the program's */
} victim = { .input = -EBADF };

static void sleep_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

static _Noreturn void become(const struct torture *t, int input)
{
	char *mark = strdup(t->scope.mark);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (!mark || null < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0 || putenv(mark) != 0)
		_exit(124);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)execl(t->argv[0], t->argv[0], "run", "--name", "victim", "--cgroup-parent",
		    t->scope.cgroup, t->victim, "cat", NULL);
	_exit(124);
}

static bool is_running(const struct torture *t)
{
	char path[PATH_MAX], id[64] = "", status[256] = "";

	(void)snprintf(path, sizeof(path), "%s/names/victim", t->scope.state);
	if (readlink(path, id, sizeof(id) - 1) < 0)
		return false;
	(void)snprintf(path, sizeof(path), "%s/containers/%s/status", t->scope.state, id);
	return readlink(path, status, sizeof(status) - 1) > 0 &&
	       strncmp(status, "running ", 8) == 0;
}

static void carry_out(struct torture *t, const char *const *words, struct text *why)
{
	const char *argv[8] = { t->argv[0] };
	struct trial r = { .argv = (char *const *)argv, .mark = t->scope.mark };

	for (size_t i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	trial_run(&r);
	if (r.status != 0)
		text_printf(why, "honu %s: wait status %#x\n%s", words[0], (unsigned)r.status,
			    r.said);
}

static void reap(struct text *why)
{
	for (long waited = 0; waited < LIMIT_MS; waited += 2) {
		if (waitpid(victim.supervisor, NULL, WNOHANG) != 0) {
			victim.supervisor = 0;
			return;
		}
		sleep_ms(2);
	}
	text_add(why, "the supervisor of the victim does not end\n");
}

void victim_start(struct torture *t, struct text *why)
{
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) < 0 || fflush(stdout) != 0)
		abort();
	victim.supervisor = fork();
	if (victim.supervisor == 0)
		become(t, pair[0]);
	(void)close(pair[0]);
	victim.input = pair[1];
	for (long waited = 0; !is_running(t) && waited < LIMIT_MS; waited++)
		sleep_ms(1);
	if (!is_running(t))
		text_add(why, "the victim does not start\n");
	sleep_ms(5); /* until its program runs */
	if (t->victim_is == VICTIM_PAUSED)
		carry_out(t, (const char *const[]){ "pause", "victim", NULL }, why);
	if (t->victim_is == VICTIM_LOST) {
		(void)kill(victim.supervisor, SIGKILL);
		reap(why);
	}
}

void victim_end(struct torture *t, struct text *why)
{
	carry_out(t, (const char *const[]){ "rm", "--all", "--force", NULL }, why);
	if (victim.supervisor > 0)
		reap(why);
	fd_closep(&victim.input);
}
