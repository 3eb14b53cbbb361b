/* supervise/foreground.c - see foreground.h. */
#include "supervise/foreground.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/console.h"
#include "supervise/signals.h"
#include "supervise/terminal.h"

struct foreground {
	const struct supervise *s;
	struct supervise_result result;
	int signals; /* signalfd */
	bool has_console;
	bool ended; /* the first process: reaped, result is complete */
	bool hasty; /* the user does not want to wait for the rest of the output */
	struct terminal terminal;
	struct console console; /* last */
};

enum { POLL_END, POLL_SIGNALS, POLL_CONSOLE, _POLL_N = POLL_CONSOLE + _CONSOLE_FD_N };

void supervise_block_signals(sigset_t *old)
{
	sigset_t taken;

	(void)signal(SIGCHLD, SIG_DFL);
	signals_taken(&taken);
	(void)sigprocmask(SIG_BLOCK, &taken, old);
}

static void forward(struct foreground *f, int signal)
{
	const struct supervise *s = f->s;

	/* An error means that it has just ended: the pidfd tells in a moment. */
	if (signals_forward(s->pidfd, s->pid, s->namespace_init, signal) == 1)
		f->result.ended_by = signal;
}

static void show_terminal(struct foreground *f)
{
	if (!f->has_console)
		return;
	terminal_raw(&f->terminal);
	terminal_copy_size(f->s->pty);
}

/* SIGTSTP was blocked and has been consumed by the signalfd: deliver it, for its default action,
 * with the terminal as the shell expects it. The container goes on; what it writes waits in the
 * pty. In an orphaned process group the kernel ignores the signal, and nothing happens. */
static void stop_honu(struct foreground *f)
{
	sigset_t stop;

	terminal_restore(&f->terminal);
	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTSTP);
	(void)raise(SIGTSTP);
	(void)sigprocmask(SIG_UNBLOCK, &stop, NULL); /* stops here */
	(void)sigprocmask(SIG_BLOCK, &stop, NULL);
	show_terminal(f);
}

static void handle_signal(struct foreground *f, int signal)
{
	switch (signal) {
	case SIGTSTP:
		stop_honu(f);
		return;
	case SIGWINCH:
		if (f->has_console) {
			terminal_copy_size(f->s->pty); /* the kernel signals inside */
			return;
		}
		break;
	case SIGCONT:
		show_terminal(f); /* somebody else may have had the terminal */
		break;
	case SIGHUP:
	case SIGINT:
	case SIGQUIT:
	case SIGTERM:
		f->hasty = f->ended;
		break;
	default:
		break;
	}
	if (!f->ended)
		forward(f, signal);
}

static int take_signals(struct foreground *f)
{
	struct signalfd_siginfo info[8];
	ssize_t n = read(f->signals, info, sizeof(info));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (size_t i = 0; i < (size_t)n / sizeof(info[0]); i++)
		handle_signal(f, (int)info[i].ssi_signo);
	return 0;
}

static int take_end(struct foreground *f)
{
	siginfo_t info = { 0 };

	if (waitid(P_PIDFD, (id_t)f->s->pidfd, &info, WEXITED) < 0)
		return errno == EINTR ? 0 : -errno;
	f->ended = true;
	if (f->has_console)
		console_end(&f->console);
	if (info.si_code == CLD_EXITED) {
		f->result = (struct supervise_result){ .code = info.si_status };
		return 0;
	}
	f->result.signal = info.si_status;
	if (f->result.signal != SIGKILL)
		f->result.ended_by = 0; /* it was quicker */
	f->result.code = 128 + (f->result.ended_by ? f->result.ended_by : f->result.signal);
	return 0;
}

static void serve_console(struct foreground *f, const struct pollfd *p)
{
	struct console *c = &f->console;
	const struct supervise *s = f->s;

	console_work(c, p);
	if (f->ended) {
		c->typed = 0;
		c->lost = false;
		return;
	}
	if (c->lost) {
		c->lost = false;
		forward(f, SIGHUP); /* as when a terminal is closed */
	}
	/* Ctrl-C inside goes to the foreground of the container's terminal, from the kernel, and
	 * is lost on pid 1 like any other. Where it reaches somebody else (a job of a shell), it is
	 * theirs. */
	if (c->typed && s->namespace_init && console_is_foreground(c, s->pid) &&
	    signals_is_lost(s->pid, c->typed))
		forward(f, c->typed);
	c->typed = 0;
}

static bool is_finished(const struct foreground *f)
{
	return f->ended && (!f->has_console || f->hasty || console_is_done(&f->console));
}

static int supervise_loop(struct foreground *f)
{
	int r;

	while (!is_finished(f)) {
		struct pollfd p[_POLL_N];
		int timeout = -1;

		for (int i = 0; i < _POLL_N; i++)
			p[i] = (struct pollfd){ .fd = -1 };
		p[POLL_SIGNALS] = (struct pollfd){ f->signals, POLLIN, 0 };
		if (!f->ended)
			p[POLL_END] = (struct pollfd){ f->s->pidfd, POLLIN, 0 };
		if (f->has_console)
			timeout = console_poll(&f->console, p + POLL_CONSOLE);
		if (poll(p, _POLL_N, timeout) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		if (p[POLL_SIGNALS].revents && (r = take_signals(f)) < 0)
			return r;
		if (f->has_console)
			serve_console(f, p + POLL_CONSOLE);
		if (p[POLL_END].revents && (r = take_end(f)) < 0)
			return r;
	}
	return 0;
}

int supervise_foreground(const struct supervise *s, struct supervise_result *ret)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, pipe_action;
	_cleanup_close_ int signals = -EBADF;
	struct foreground f;
	sigset_t taken;
	int r;

	/* console_open() clears the rest, 32 KiB that most containers do not need. */
	memset(&f, 0, offsetof(struct foreground, console));
	f.s = s;
	f.has_console = s->pty >= 0;
	signals_taken(&taken);
	signals = signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals < 0)
		return -errno;
	f.signals = signals;
	(void)sigaction(SIGPIPE, &ignore, &pipe_action); /* output that is lost is an error code */
	if (f.has_console) {
		terminal_open(&f.terminal);
		console_open(&f.console, s->pty);
		show_terminal(&f);
	}
	r = supervise_loop(&f);
	if (f.has_console) {
		terminal_restore(&f.terminal);
		console_close(&f.console);
	}
	(void)sigaction(SIGPIPE, &pipe_action, NULL);
	if (r < 0)
		return r;
	*ret = f.result;
	return 0;
}
