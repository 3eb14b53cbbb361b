/* supervise/end.c - see end.h. */
#include "supervise/end.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/events.h"
#include "store/note.h"
#include "supervise/clock.h"
#include "supervise/line.h"

enum { EXIT_ENGINE = 125 };

#define SIGNALS 64
#define OOM_SCORE "/proc/self/oom_score_adj"

static char oom_score[16]; /* of whoever executed us, as /proc has it; "" where it stays */

/* Around musl, which keeps signals 32 to 34 for itself. The kernel's struct sigaction begins with
 * the handler; SIG_DFL and SIG_IGN need no more. */
static void set_disposition(int signal, void (*handler)(int))
{
	const uint64_t action[4] = { (uint64_t)(uintptr_t)handler };

	(void)syscall(SYS_rt_sigaction, signal, action, NULL, sizeof(uint64_t));
}

static void set_mask(uint64_t mask)
{
	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof(mask));
}

static void write_oom_score(const char *text, size_t n)
{
	_cleanup_close_ int fd = open(OOM_SCORE, O_WRONLY | O_CLOEXEC);

	if (fd >= 0)
		(void)!write(fd, text, n);
}

static void claim_oom_score(void)
{
	_cleanup_close_ int fd = open(OOM_SCORE, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, oom_score, sizeof(oom_score) - 1);

	oom_score[n > 0 ? n : 0] = '\0';
	write_oom_score("-999", 4);
}

/* All but SIGTERM are ignored and not blocked: one that were pending would end honu when it unblocks
 * signals. SIGCHLD must not be ignored: the kernel would throw statuses away. */
void end_claim(void)
{
	set_mask(UINT64_C(1) << (SIGTERM - 1));
	for (int signal = 1; signal <= SIGNALS; signal++)
		set_disposition(signal, signal == SIGTERM || signal == SIGCHLD ? SIG_DFL : SIG_IGN);
	claim_oom_score();
}

void end_reset(void)
{
	for (int signal = 1; signal <= SIGNALS; signal++)
		set_disposition(signal, SIG_DFL);
	set_mask(0);
	write_oom_score(oom_score, strlen(oom_score));
}

/* As store_put_intent() writes it: wish, signal, forced, who asked, by which process, when. */
static void leave_intent(const struct watch_settings *s, int container,
			 const struct signalfd_siginfo *info)
{
	const uint64_t words[] = { s->stop_signal, 0, info->ssi_uid, info->ssi_pid, clock_date() };
	char text[128] = "";
	struct line l = LINE_IN(text);
	struct stat st;

	if (fstatat(container, "intent", &st, AT_SYMLINK_NOFOLLOW) == 0)
		return;
	line_add(&l, "stop");
	for (size_t i = 0; i < ELEMENTS(words); i++) {
		line_add(&l, " ");
		line_number(&l, words[i]);
	}
	(void)note_put(container, "intent", text);
}

bool end_is_asked(const struct watch_settings *s, const struct handed *h, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return false;
	if (s->exec == 0)
		leave_intent(s, h->fd[HANDOVER_CONTAINER], &info);
	return true;
}

struct exit_record end_reap(int pidfd)
{
	struct exit_record x = exit_record_new();
	siginfo_t info = { 0 };
	int r;

	x.ended = clock_date();
	do
		r = waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED);
	while (r < 0 && errno == EINTR);
	if (r < 0) {
		x.cause = EXIT_LOST; /* not our child: nobody can tell us */
		x.code = EXIT_ENGINE;
		return x;
	}
	if (info.si_code == CLD_EXITED) {
		x.cause = EXIT_BY_CODE;
		x.code = info.si_status;
		return x;
	}
	x.cause = EXIT_BY_SIGNAL;
	x.signal = info.si_status;
	x.code = 128 + info.si_status;
	x.dumped_core = info.si_code == CLD_DUMPED;
	return x;
}

/* exec/N is a file like `exit`, made in a directory of its own, since several may end at once. */
static void put_exec(int container, uint64_t number, const struct exit_record *x)
{
	_cleanup_close_ int dir = -EBADF;
	char name[64], made[64];
	struct line l = LINE_IN(name);

	line_add(&l, "exec/");
	line_number(&l, number);
	l = LINE_IN(made);
	line_add(&l, name);
	line_add(&l, ".new");
	if (mkdirat(container, made, 0700) < 0 && errno != EEXIST)
		return;
	dir = openat(container, made, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir >= 0 && exit_put(dir, x) == 0)
		(void)renameat(dir, "exit", container, name);
	(void)unlinkat(container, made, AT_REMOVEDIR);
}

static void append_event(const struct watch_settings *s, const struct handed *h,
			 const struct exit_record *x)
{
	char code[24] = "", signal[24] = "", number[24] = "";
	const char *attributes[] = { "exitCode", code, NULL, NULL, NULL, NULL, NULL };
	struct line l = LINE_IN(code);
	size_t n = 2;

	line_number(&l, (uint64_t)x->code);
	if (x->signal > 0) {
		l = LINE_IN(signal);
		line_number(&l, (uint64_t)x->signal);
		attributes[n++] = "signal";
		attributes[n++] = signal;
	}
	if (s->exec != 0) {
		l = LINE_IN(number);
		line_number(&l, s->exec);
		attributes[n++] = "execID";
		attributes[n++] = number;
	}
	(void)event_append(h->fd[HANDOVER_STATE], s->id, s->name, s->exec != 0 ? "exec_die" : "die",
			   attributes);
}

void end_record(const struct watch_settings *s, const struct handed *h, const struct exit_record *x)
{
	if (s->exec != 0)
		put_exec(h->fd[HANDOVER_CONTAINER], s->exec, x);
	else
		(void)exit_put(h->fd[HANDOVER_CONTAINER], x);
	if (h->fd[HANDOVER_STATE] >= 0)
		append_event(s, h, x);
}

char **end_environment(void)
{
	static const char *const names[] = { "PATH=", "NOTIFY_SOCKET=", "HONU_STATE=" };
	static char *kept[ELEMENTS(names) + 1];
	size_t n = 0;

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		char **e = environ;

		while (*e && strncmp(*e, names[i], strlen(names[i])) != 0)
			e++;
		if (*e)
			kept[n++] = *e;
	}
	kept[n] = NULL;
	return kept;
}

static void keep(int fd)
{
	if (fd >= 0)
		(void)fcntl(fd, F_SETFD, 0);
}

_Noreturn void end_finish(const struct watch_settings *s, const struct handed *h)
{
	char *const argv[] = { (char *)"honu",	 (char *)"--state", (char *)s->state,
			       (char *)"finish", (char *)s->id,	    NULL };

	keep(h->fd[HANDOVER_CONTAINER]);
	keep(h->fd[HANDOVER_ALIVE]);
	keep(h->fd[HANDOVER_STATE]);
	end_reset();
	(void)syscall(SYS_execveat, h->fd[HANDOVER_HONU], "", argv, end_environment(),
		      AT_EMPTY_PATH);
	_exit(EXIT_ENGINE); /* what there is to know is in `exit`; the next verb settles the rest */
}
