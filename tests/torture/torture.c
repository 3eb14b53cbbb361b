/* tests/torture/torture.c - does one bad thing to every step, or every system call, of a honu
 * command in turn; each time the host has to be as it was before. One TAP result a run, and on
 * failure a line for each bad case: step or call, its name, and what was wrong. Started by
 * tests/torture/run, which makes what the command needs. */
#include <errno.h>
#include <getopt.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "torture/crowd.h"
#include "torture/plan.h"
#include "torture/torture.h"
#include "torture/trial.h"
#include "torture/victim.h"

#define SETTLE_MS 5000
#define SHOWN_MAX 12  /* failed cases in full */
#define FAILED_MAX 40 /* after them there is nothing new to learn */

static void sleep_ms(long ms)
{
	const struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	(void)nanosleep(&t, NULL);
}

/* ---- what every case has to fulfil ---- */

/* Death by PDEATHSIG is quick but not instant; a process that stays is one that honu lost. */
void torture_settle(struct torture *t, struct text *why)
{
	for (long waited = 0, pause = 1;; waited += pause, pause += pause < 16) {
		_cleanup_text_ struct text list = { 0 };

		if (snapshot_processes(&t->scope, t->lingering, &list))
			return;
		if (waited > SETTLE_MS) {
			text_printf(why, "processes outlive honu:\n%s", text_get(&list));
			return;
		}
		sleep_ms(pause);
	}
}

/* The kernel takes mount namespaces and control groups of the dead apart in its own time. */
void torture_compare(struct torture *t, const char *when, struct text *why)
{
	for (long waited = 0, pause = 1;; waited += pause, pause += pause < 16) {
		_cleanup_text_ struct text differences = { 0 };
		_cleanup_(snapshot_done) struct snapshot now;

		snapshot_take(&t->scope, &now);
		if (snapshot_compare(&t->before, &now, &differences))
			return;
		if (waited > SETTLE_MS) {
			text_printf(why, "the host has changed %s:\n%s", when,
				    text_get(&differences));
			return;
		}
		sleep_ms(pause);
	}
}

void torture_gc(struct torture *t, struct text *why)
{
	char *const argv[] = { t->argv[0], (char *)"gc", NULL };
	struct trial gc = { .argv = argv, .mark = t->scope.mark };

	trial_run(&gc);
	if (gc.status != 0)
		text_printf(why, "honu gc: wait status %#x\n%s", (unsigned)gc.status, gc.said);
}

static void show(struct torture *t, const char *name, const struct text *why)
{
	text_printf(&t->report, "# %s\n", name);
	if (t->failed > SHOWN_MAX)
		return;
	for (const char *line = text_get(why); *line; line += strspn(line, "\n")) {
		int n = (int)strcspn(line, "\n");

		text_printf(&t->report, "#   %.*s\n", n, line);
		line += n;
	}
}

void torture_verdict(struct torture *t, const char *name, const struct text *why)
{
	_cleanup_text_ struct text rest = { 0 };

	t->cases++;
	if (why->length == 0)
		return;
	t->failed++;
	show(t, name, why);
	/* The next case is measured against what this one left, but has no processes to wait for. */
	snapshot_kill(&t->scope);
	torture_settle(t, &rest);
	snapshot_done(&t->before);
	snapshot_take(&t->scope, &t->before);
}

static void expect_manners(const struct trial *r, struct text *why)
{
	if (r->hung)
		text_printf(why, "still running after %d s\n", TRIAL_SECONDS);
	if (r->reflagged)
		text_add(why, "a stream that the caller shares has other flags than before\n");
}

static void say_what_honu_said(const char *said, struct text *why)
{
	if (why->length > 0 && *said)
		text_printf(why, "honu said: %s", said);
}

/* ---- steps ---- */

static void expect_failure(const struct trial *r, const char *words, struct text *why)
{
	if (!WIFEXITED(r->status) || WEXITSTATUS(r->status) != 125)
		text_printf(why, "wait status %#x, expected exit status 125\n",
			    (unsigned)r->status);
	if (!strstr(r->said, words))
		text_printf(why, "the message lacks '%s'\n", words);
}

static void one_step(struct torture *t, const struct plan_lines *p, size_t i, const char *when)
{
	_cleanup_text_ struct text why = { 0 };
	char fault[32], name[128], words[128];
	bool kill = strcmp(when, "kill") == 0;
	struct trial r = { .argv = t->argv, .mark = t->scope.mark, .fault = fault, .held = kill };

	(void)snprintf(fault, sizeof(fault), "%zu:%s", i + 1, when);
	(void)snprintf(name, sizeof(name), "step %zu of %zu (%s), %s", i + 1, p->n, p->step[i].name,
		       when);
	trial_run(&r);
	expect_manners(&r, &why);
	if (kill && p->step[i].host) {
		if (!WIFSIGNALED(r.status) || WTERMSIG(r.status) != SIGKILL)
			text_printf(&why, "wait status %#x, expected SIGKILL\n",
				    (unsigned)r.status);
	} else {
		(void)snprintf(words, sizeof(words),
			       kill ? "died at step %zu of %zu (%s" : "step %zu of %zu (%s", i + 1,
			       p->n, p->step[i].name);
		expect_failure(&r, words, &why);
	}
	say_what_honu_said(r.said, &why);
	torture_settle(t, &why);
	trial_release(&r);
	/* Who lives cleans up itself. */
	if (!WIFSIGNALED(r.status))
		torture_compare(t, "without 'honu gc'", &why);
	torture_gc(t, &why);
	torture_compare(t, "after 'honu gc'", &why);
	torture_verdict(t, name, &why);
}

static void every_step(struct torture *t, const char *when)
{
	_cleanup_(plan_lines_done) struct plan_lines p = { 0 };

	plan_lines_read(&p, t->argv);
	for (size_t i = 0; i < p.n; i++) {
		/* execve(2) does not come back. */
		if (strcmp(p.step[i].name, "exec") == 0 && strcmp(when, "after") == 0)
			continue;
		one_step(t, &p, i, when);
		if (t->failed >= FAILED_MAX)
			break;
	}
	text_printf(&t->title, "every step of a plan of %zu, %s", p.n,
		    strcmp(when, "kill") == 0 ? "killed" :
						(when[0] == 'b' ? "failed before it acts" :
								  "failed after it has acted"));
}

/* ---- system calls ---- */

/* A container whose honu was killed while the program ran: what gc and others come upon. */
static void leave_dead_one(struct torture *t, struct text *why)
{
	const char *const argv[] = { t->argv[0],	"run",		 "--rm",  "--name", "dead",
				     "--cgroup-parent", t->scope.cgroup, t->dead, "cat",    NULL };
	struct trial r = { .argv = (char *const *)argv,
			   .mark = t->scope.mark,
			   .held = true,
			   .blow = BLOW_KILL_WAIT };

	trial_run(&r);
	if (!WIFSIGNALED(r.status))
		text_printf(why, "the container to be found dead: wait status %#x\n%s",
			    (unsigned)r.status, r.said);
	torture_settle(t, why);
	trial_release(&r);
}

/* An error that does not matter to anybody may be passed over. */
static void expect_sense(const struct trial *r, struct text *why)
{
	if (r->hung)
		return;
	if (!WIFEXITED(r->status) || (WEXITSTATUS(r->status) != 0 && WEXITSTATUS(r->status) != 125))
		text_printf(why, "wait status %#x, expected exit status 0 or 125\n",
			    (unsigned)r->status);
	else if (WEXITSTATUS(r->status) == 125 && !strstr(r->said, "error: "))
		text_add(why, "it failed without a word\n");
}

/* false: honu makes fewer calls. */
static bool one_call(struct torture *t, enum blow blow, unsigned long n)
{
	_cleanup_text_ struct text why = { 0 };
	char name[128];
	struct trial r = { .argv = t->argv,
			   .mark = t->scope.mark,
			   .held = true,
			   .blow = blow,
			   .at = n,
			   .error = t->error };

	if (t->dead)
		leave_dead_one(t, &why);
	if (t->victim)
		victim_start(t, &why);
	trial_run(&r);
	bool reached = r.calls >= n;
	if (reached && r.hit) {
		_cleanup_free_ char *call =
			seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)r.number);

		(void)snprintf(name, sizeof(name), "call %lu (%s)", n, call ? call : "?");
		expect_manners(&r, &why);
		if (blow == BLOW_FAIL && r.age > t->first)
			expect_sense(&r, &why);
		say_what_honu_said(r.said, &why);
	} else {
		(void)snprintf(name, sizeof(name), "call %lu, not reached", n);
	}
	if (t->victim)
		victim_end(t, &why);
	torture_settle(t, &why);
	trial_release(&r);
	torture_gc(t, &why);
	torture_compare(t, "after 'honu gc'", &why);
	if (reached)
		torture_verdict(t, name, &why);
	return reached;
}

static void every_call(struct torture *t, enum blow blow)
{
	unsigned long n = 1;

	while (t->failed < FAILED_MAX && one_call(t, blow, n))
		n += t->every;
	text_printf(&t->title, "%s of some %lu system calls, ", t->every > 1 ? "a share" : "each",
		    n - 1);
	switch (blow) {
	case BLOW_KILL_ENTRY:
		text_add(&t->title, "killed as it is entered");
		break;
	case BLOW_KILL_EXIT:
		text_add(&t->title, "killed as it comes back");
		break;
	case BLOW_FAIL:
		text_printf(&t->title, "failed with %s", strerrorname_np(t->error));
		break;
	case BLOW_NONE:
	case BLOW_KILL_WAIT:
		break;
	}
}

/* ---- the command line ---- */

/* Without a blow the command works, and leaves nothing. */
static bool works(struct torture *t)
{
	_cleanup_text_ struct text why = { 0 };
	struct trial r = { .argv = t->argv, .mark = t->scope.mark };

	snapshot_take(&t->scope, &t->before);
	if (t->victim)
		victim_start(t, &why);
	trial_run(&r);
	if (r.status != 0)
		text_printf(&why, "wait status %#x, expected 0\n%s", (unsigned)r.status, r.said);
	if (t->victim)
		victim_end(t, &why);
	torture_compare(t, "by a run that succeeds", &why);
	torture_gc(t, &why);
	torture_compare(t, "after 'honu gc'", &why);
	torture_verdict(t, "without any harm", &why);
	return t->failed == 0;
}

static void usage(void)
{
	(void)fputs(
		"usage: torture [--cgroup NAME] [--volume DIR]... [--every N]\n"
		"               [--dead TREE] [--victim TREE [--paused | --lost]] [--lingering] LABEL MODE -- HONU VERB ARGUMENT...\n"
		"MODE: step:before step:after step:kill call:kill call:kill-after call:ENOMEM call:EIO\n"
		"      call:EINTR crowd\n",
		stderr);
	exit(2);
}

static void add_path(const char *list[SCOPE_PATHS], const char *path)
{
	size_t n = 0;

	while (list[n])
		n++;
	if (n + 1 >= SCOPE_PATHS)
		usage();
	list[n] = path;
}

static void read_options(struct torture *t, int argc, char **argv)
{
	static const struct option options[] = { { "cgroup", required_argument, NULL, 'c' },
						 { "volume", required_argument, NULL, 'v' },
						 { "every", required_argument, NULL, 'e' },
						 { "dead", required_argument, NULL, 'd' },
						 { "victim", required_argument, NULL, 'V' },
						 { "paused", no_argument, NULL, 'P' },
						 { "lost", no_argument, NULL, 'L' },
						 { "lingering", no_argument, NULL, 'l' },
						 { 0 } };
	uint32_t every = 1;
	int c;

	while ((c = getopt_long(argc, argv, "+", options, NULL)) >= 0) {
		switch (c) {
		case 'c':
			t->scope.cgroup = optarg;
			break;
		case 'v':
			add_path(t->scope.volume, optarg);
			break;
		case 'd':
			t->dead = optarg;
			break;
		case 'V':
			t->victim = optarg;
			break;
		case 'P':
			t->victim_is = VICTIM_PAUSED;
			break;
		case 'L':
			t->victim_is = VICTIM_LOST;
			break;
		case 'l':
			t->lingering = true;
			break;
		case 'e':
			if (number_u32(optarg, &every) < 0 || every == 0)
				usage();
			t->every = every;
			break;
		default:
			usage();
		}
	}
}

/* What the C library does before main() is not honu's to put into words. 'honu version' does that
 * and next to nothing else. */
static unsigned long count_start(const struct torture *t)
{
	char *const argv[] = { t->argv[0], (char *)"version", NULL };
	struct trial r = { .argv = argv, .mark = t->scope.mark, .blow = BLOW_FAIL, .at = 0 };

	trial_run(&r);
	return r.calls;
}

static const struct mode {
	const char *name;
	const char *when; /* of a step */
	enum blow blow;
	int error;
	bool crowd;
} modes[] = {
	{ .name = "step:before", .when = "before" },
	{ .name = "step:after", .when = "after" },
	{ .name = "step:kill", .when = "kill" },
	{ .name = "call:kill", .blow = BLOW_KILL_ENTRY },
	{ .name = "call:kill-after", .blow = BLOW_KILL_EXIT },
	{ .name = "call:ENOMEM", .blow = BLOW_FAIL, .error = ENOMEM },
	{ .name = "call:EIO", .blow = BLOW_FAIL, .error = EIO },
	{ .name = "call:EINTR", .blow = BLOW_FAIL, .error = EINTR },
	{ .name = "crowd", .crowd = true },
};

static const struct mode *find_mode(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(modes); i++) {
		if (strcmp(modes[i].name, name) == 0)
			return &modes[i];
	}
	usage();
	return NULL;
}

static void carry_out(struct torture *t, const struct mode *m)
{
	t->error = m->error;
	if (m->crowd)
		torture_crowd(t);
	else if (m->when)
		every_step(t, m->when);
	else
		every_call(t, m->blow);
}

int main(int argc, char **argv)
{
	struct torture t = { .every = 1 };
	char mark[64];

	read_options(&t, argc, argv);
	argc -= optind;
	argv += optind;
	t.scope.state = getenv("HONU_STATE");
	if (argc < 5 || strcmp(argv[2], "--") != 0 || !t.scope.cgroup || !t.scope.state)
		usage();
	const char *label = argv[0];
	const struct mode *m = find_mode(argv[1]);
	t.argv = argv + 3;
	(void)snprintf(mark, sizeof(mark), "HONU_TORTURE=%d", (int)getpid());
	t.scope.mark = mark;
	/* What loses its parent comes to us, so that nothing gets out of sight. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return 1;
	if (m->blow != BLOW_NONE) {
		const char *obstacle = trial_obstacle();

		if (obstacle) {
			(void)printf("ok - %s: %s # SKIP %s\n", label, m->name, obstacle);
			return 0;
		}
		t.first = count_start(&t);
	}
	if (m->crowd)
		snapshot_take(&t.scope, &t.before);
	if (m->crowd || works(&t))
		carry_out(&t, m);
	(void)printf("%sok - %s: %s (%lu cases, %lu bad)\n%s", t.failed ? "not " : "", label,
		     t.title.length ? text_get(&t.title) : "the command works", t.cases, t.failed,
		     text_get(&t.report));
	snapshot_done(&t.before);
	text_done(&t.title);
	text_done(&t.report);
	return t.failed ? 1 : 0;
}
