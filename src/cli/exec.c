/* cli/exec.c - honu exec: one more process in a container that runs. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/exec.h"
#include "cli/exec_words.h"
#include "cli/help.h"
#include "cli/self.h"
#include "run/run.h"
#include "supervise/foreground.h"

/* As docker has it: only who asks for standard input gets it, so that a loop that reads lines and calls
 * honu for each keeps the rest of them. */
static int empty_input(const struct exec_job *j, struct err *e)
{
	_cleanup_close_ int null = -EBADF;

	if (j->interactive || j->x.tty)
		return 0;
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0) /* cloexec: it is the program's */
		return err_set(e, -errno, "take /dev/null as standard input");
	return 0;
}

/* Until the program runs a signal ends honu as it would any program, and what it has cloned with it:
 * in a container that somebody froze or stopped meanwhile that may be the only way out. */
static int supervise(const struct run *run, struct supervise_result *ret, struct err *e)
{
	const struct supervise s = { .pid = run->slots->pid,
				     .pidfd = run->slots->fd[SLOT_PIDFD],
				     .pty = run->slots->fd[SLOT_PTY] };
	int r;

	supervise_block_signals(NULL);
	r = supervise_foreground(&s, ret);
	return r < 0 ? err_set(e, r, "watch the program") : 0;
}

static void print_timing(const struct run *run)
{
	_cleanup_text_ struct text t = { 0 };

	run_timing(run, &t);
	(void)fputs(text_get(&t), stderr);
}

static int fail(const struct exec_job *j, const struct err *e)
{
	char context[96];

	(void)snprintf(context, sizeof(context), "exec '%s'", j->name);
	return report(context, e);
}

/* -> exit status */
static int in_foreground(struct exec_job *j)
{
	struct journal journal = { .fd = j->container.journal };
	struct supervise_result result = { 0 };
	struct run run = { 0 };
	struct err e = { 0 };
	int r;

	(void)signal(SIGCHLD, SIG_DFL); /* were it ignored, there would be no exit status */
	r = empty_input(j, &e);
	if (r == 0)
		r = run_new(&run, j->plan, &journal, j->x.timing, &e);
	for (size_t i = 0; r == 0 && i < j->plan->n_notes; i++)
		report_note(j->plan->notes[i]);
	if (r == 0)
		r = run_walk(&run, &e);
	if (r == 0)
		r = run_confirm(&run, &e);
	if (r == 0) {
		exec_job_started(j, 0);
		r = supervise(&run, &result, &e);
		if (r < 0)
			run_end(&run);
		else
			exec_job_ended(j, result.code, result.signal);
	}
	if (r == 0 && j->x.timing)
		print_timing(&run);
	run_done(&run);
	return r < 0 ? fail(j, &e) : result.code;
}

static int in_background(struct exec_job *j)
{
	struct err e = { 0 };
	uint32_t number = 0;
	int r = exec_detached(j, &number, &e);

	if (r < 0)
		return fail(j, &e);
	(void)printf("%u\n", number);
	return 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(exec_job_done) struct exec_job j = EXEC_JOB_EMPTY;
	struct err e = { 0 };
	int r = exec_job_read(&j, g, argc, argv, &e);

	if (r == EXEC_JOB_HELP) {
		help_verb(&verb_exec, stdout);
		return 0;
	}
	if (r == 0 && exec_job_is_exposed(&j))
		r = self_protect(g->argv, &e);
	if (r < 0)
		return report("exec", &e);
	return j.detach ? in_background(&j) : in_foreground(&j);
}

const struct verb verb_exec = {
	.name = "exec",
	.group = VERBS_INSIDE,
	.usage = "[OPTIONS] CONTAINER PROGRAM [ARGUMENT...]",
	.summary = "run one more program in a container that runs",
	.text = "Runs PROGRAM in a container that runs already: in all of its namespaces and control\n"
		"groups, with its environment, user, directory, limits, capabilities and filter, unless\n"
		"an option says otherwise. The program ends when honu ends, or with the container.\n"
		"\n"
		"With --detach it stays in the background, without input and output, and honu prints its\n"
		"number: 'honu wait CONTAINER/NUMBER' tells once how it ended.\n"
		"\n"
		"The exit status is the program's own, or 128 + n when signal n ended it; 125 when honu\n"
		"failed, 126 when the program cannot be executed, 127 when it is not there.",
	.example = "honu exec web ls -l /srv\n"
		   "honu exec -it web sh\n"
		   "honu exec -u www-data -w /srv -e DEBUG=1 web ./check",
	.words = exec_options,
	.n_words = EXEC_OPTIONS,
	.ends_at_first = true,
	.run = run,
};
