/* supervise/watch.c - honu-supervise: what stays beside each detached container.
 *
 *	honu-supervise ID SETTING...		see handover.h
 *
 * Should: move what the container writes, serve clients, end it when asked to, note how it ended,
 * and become "honu finish ID". Cost next to nothing: no wake-up while nothing happens.
 * Must not: allocate, undo anything, lose a byte that the container had written, or do with the
 * container what only the plan knows about. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/attach.h"
#include "supervise/clock.h"
#include "supervise/end.h"
#include "supervise/health.h"
#include "supervise/input.h"
#include "supervise/line.h"
#include "supervise/log.h"
#include "supervise/notify.h"
#include "supervise/stream.h"
#include "sys/process.h"

enum { EXIT_ENGINE = 125 };

/* How long slow clients may take to hear of the end. */
#define FAREWELL NS_PER_S

struct watch {
	struct watch_settings settings;
	struct handed handed;
	int signals;
	struct log log;
	struct input input;
	struct attach attach;
	struct streams streams;
	struct notify notify;
	struct health health;
	bool stopping;	  /* the stop signal has been sent */
	bool killed;	  /* and SIGKILL after it */
	uint64_t kill_at; /* deadline */
	bool warm;	  /* memory may be given back */
	bool ended;
};

enum {
	POLL_SIGNALS,
	POLL_END,
	POLL_INPUT,
	POLL_LOG,
	POLL_NOTIFY,
	POLL_HEALTH,
	POLL_STREAMS = POLL_HEALTH + HEALTH_POLL_N,
	POLL_ATTACH = POLL_STREAMS + _STREAM_N,
	_POLL_N = POLL_ATTACH + ATTACH_POLL_N
};

static struct watch watch;

#define PAGE ((uintptr_t)4096)
#define STACK_SHED ((uintptr_t)65536)

/* From supervise.ld; not there in a test. */
extern char cold_begin[] __attribute__((weak)), cold_end[] __attribute__((weak));

/* ---- start ---- */

/* Whoever started us reads this and the end of the file behind it. */
static _Noreturn __attribute__((noinline)) void fail(const char *text, int error)
{
	char buffer[1024];
	struct line l = LINE_IN(buffer);
	int fd = watch.handed.fd[HANDOVER_READY];

	line_add(&l, "honu-supervise: ");
	line_add(&l, text);
	if (error != 0) {
		line_add(&l, ": ");
		line_add(&l, strerror(error < 0 ? -error : error));
	}
	line_add(&l, "\n");
	(void)!write(fd >= 0 ? fd : STDERR_FILENO, buffer, (size_t)(l.at - buffer));
	_exit(EXIT_ENGINE);
}

/* What of the fixed numbers is there becomes close-on-exec; anything else that was left open goes.
 * To be called before anything is opened here, which would take a number that is free. */
static void take_handed(struct handed *h)
{
	for (int fd = 0; fd < _HANDOVER_END; fd++)
		h->fd[fd] = fd >= HANDOVER_CONTAINER && fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 ?
				    fd :
				    -EBADF;
	(void)syscall(SYS_close_range, _HANDOVER_END, ~0U, 0);
}

static void require(const struct handed *h, enum handover_fd fd, const char *text)
{
	if (h->fd[fd] < 0)
		fail(text, 0);
}

static void require_all(const struct watch *w)
{
	bool runs = w->settings.wait == WAIT_NOT;

	require(&w->handed, HANDOVER_CONTAINER, "the container's directory was not handed over");
	if (runs)
		require(&w->handed, HANDOVER_PIDFD, "the first process was not handed over");
	if (w->settings.exec == 0) {
		require(&w->handed, HANDOVER_HONU, "honu's executable was not handed over");
		if (!w->settings.state)
			fail("setting state= is missing", 0);
	}
	if (runs && w->settings.log_driver == LOG_TO_FILE)
		require(&w->handed, HANDOVER_LOG, "log/ was not handed over");
}

static void go_quiet(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail("open /dev/null", errno);
	for (int standard = STDIN_FILENO; standard <= STDERR_FILENO; standard++)
		if (fd == standard)
			(void)fcntl(fd, F_SETFD, 0);
		else if (dup3(fd, standard, 0) < 0) /* cloexec: for honu finish */
			fail("dup3", errno);
	if (fd > STDERR_FILENO)
		(void)close(fd);
	if (chdir("/") < 0)
		fail("chdir /", errno);
}

static int open_signals(void)
{
	const uint64_t mask = UINT64_C(1) << (SIGTERM - 1);
	int fd = (int)syscall(SYS_signalfd4, -1, &mask, sizeof(mask), SFD_CLOEXEC | SFD_NONBLOCK);

	if (fd < 0)
		fail("signalfd", errno);
	return fd;
}

static void open_streams(struct watch *w)
{
	const int *fd = w->handed.fd;
	int r = log_open(&w->log, &w->settings, fd[HANDOVER_LOG]);

	if (r < 0)
		fail(w->settings.log_driver == LOG_TO_JOURNAL ?
			     "connect to /run/systemd/journal/socket" :
			     "open the log",
		     r);
	input_open(&w->input, fd[HANDOVER_INPUT], w->settings.tty);
	attach_open(&w->attach, fd[HANDOVER_ATTACH], &w->input, &w->log);
	streams_open(&w->streams, &w->log, &w->attach);
	if (w->settings.tty)
		streams_add_pty(&w->streams, fd[HANDOVER_INPUT]);
	else
		streams_add_pipes(&w->streams, fd[HANDOVER_OUTPUT], fd[HANDOVER_ERROR]);
	notify_open(&w->notify, fd[HANDOVER_NOTIFY], fd[HANDOVER_CONTAINER], &w->settings);
	health_open(&w->health, &w->settings, &w->handed);
	if (w->attach.listener >= 0)
		(void)fcntl(w->attach.listener, F_SETFL,
			    fcntl(w->attach.listener, F_GETFL) | O_NONBLOCK);
}

/* Gives back the memory of what is not needed just now: code that lies apart (supervise.ld), and
 * the stack below our frame. Both come back when they are touched. */
static void shed(void)
{
	char *address = __builtin_frame_address(0);
	char *frame = address - ((uintptr_t)address & (PAGE - 1));
	uintptr_t last = (uintptr_t)cold_end & ~(PAGE - 1);

	if (last > (uintptr_t)cold_begin)
		(void)madvise(cold_begin, last + PAGE - (uintptr_t)cold_begin, MADV_DONTNEED);
	/* A page remains for the frames of the call itself. */
	(void)madvise(frame - STACK_SHED, STACK_SHED - PAGE, MADV_DONTNEED);
}

/* ---- the loop ---- */

/* From systemd, say: the container is to stop. honu stop signals the first process itself. */
static void stop(struct watch *w)
{
	if (w->stopping)
		return;
	w->stopping = true;
	health_end(&w->health);
	w->kill_at = clock_now() + w->settings.stop_timeout * NS_PER_MS;
	(void)sys_pidfd_send_signal(w->handed.fd[HANDOVER_PIDFD], (int)w->settings.stop_signal);
}

static void kill_in_time(struct watch *w)
{
	if (w->kill_at == NEVER || clock_now() < w->kill_at)
		return;
	w->kill_at = NEVER;
	w->killed = true;
	(void)sys_pidfd_send_signal(w->handed.fd[HANDOVER_PIDFD], SIGKILL);
}

static void act(struct watch *w, enum health_action action)
{
	if (action == HEALTH_ACTION_KILL)
		(void)sys_pidfd_send_signal(w->handed.fd[HANDOVER_PIDFD], SIGKILL);
	else if (action != HEALTH_ACTION_NONE)
		stop(w);
}

static void turn(struct watch *w)
{
	struct pollfd p[_POLL_N];
	uint64_t deadline = w->kill_at;
	struct timespec left;

	p[POLL_SIGNALS] = (struct pollfd){ w->signals, POLLIN, 0 };
	p[POLL_END] = (struct pollfd){ w->handed.fd[HANDOVER_PIDFD], POLLIN, 0 };
	p[POLL_INPUT] = input_poll(&w->input);
	p[POLL_LOG] = log_poll(&w->log);
	p[POLL_NOTIFY] = notify_poll(&w->notify);
	deadline = earlier(deadline, health_poll(&w->health, p + POLL_HEALTH));
	deadline = earlier(deadline, streams_poll(&w->streams, p + POLL_STREAMS));
	deadline = earlier(deadline, attach_poll(&w->attach, p + POLL_ATTACH));
	if (w->warm)
		shed();
	if (ppoll(p, _POLL_N, clock_left(deadline, &left), NULL) < 0)
		return; /* EINTR, ENOMEM: nothing is known, so nothing is done */
	if (p[POLL_SIGNALS].revents && end_is_asked(&w->settings, &w->handed, w->signals))
		stop(w);
	input_work(&w->input, &p[POLL_INPUT]);
	w->warm = p[POLL_NOTIFY].revents || health_is_due(&w->health, p + POLL_HEALTH);
	if (p[POLL_NOTIFY].revents)
		notify_work(&w->notify);
	if (health_is_due(&w->health, p + POLL_HEALTH))
		act(w, health_work(&w->health, p + POLL_HEALTH));
	attach_work(&w->attach, p + POLL_ATTACH);
	if (p[POLL_LOG].revents)
		w->log.retry = 0;
	streams_work(&w->streams, p + POLL_STREAMS);
	attach_pump(&w->attach);
	kill_in_time(w);
	w->ended = p[POLL_END].revents != 0;
}

/* Whoever came at the last moment hears of the end as well. */
static void take_last_clients(struct watch *w)
{
	struct pollfd p[ATTACH_POLL_N];

	(void)attach_poll(&w->attach, p);
	if (poll(p, ATTACH_POLL_N, 0) > 0)
		attach_work(&w->attach, p);
}

/* Not part of main(), whose frame stays for good. */
static _Noreturn __attribute__((noinline)) void end(struct watch *w)
{
	struct exit_record x = end_reap(w->handed.fd[HANDOVER_PIDFD]);

	x.started = w->settings.started;
	if (w->killed && x.signal == SIGKILL)
		x.cause = EXIT_BY_STOP;
	if (w->health.acted != HEALTH_ACTION_NONE)
		x.cause = EXIT_BY_HEALTH;
	health_end(&w->health);
	take_last_clients(w);
	streams_drain(&w->streams);
	end_record(&w->settings, &w->handed, &x);
	attach_end(&w->attach, x.code, clock_now() + FAREWELL);
	if (w->settings.exec != 0)
		_exit(0);
	(void)end_is_asked(&w->settings, &w->handed, w->signals);
	end_finish(&w->settings, &w->handed);
}

static __attribute__((noinline)) void start(struct watch *w, int argc, char **argv)
{
	char text[512] = "";
	int r;

	take_handed(&w->handed);
	(void)prctl(PR_SET_NAME, "honu-supervise");
	r = watch_settings_read(argc, argv, &w->settings, text, sizeof(text));
	if (r < 0)
		fail(text, 0);
	require_all(w);
	end_claim();
	go_quiet();
	w->signals = open_signals();
	w->kill_at = NEVER;
	if (w->settings.started == 0)
		w->settings.started = clock_date();
	if (w->settings.wait == WAIT_NOT)
		open_streams(w);
	fd_closep(&w->handed.fd[HANDOVER_READY]);
}

int main(int argc, char **argv)
{
	struct watch *w = &watch;

	start(w, argc, argv);
	w->warm = true;
	if (w->settings.wait != WAIT_NOT)
		wait_and_finish(&w->settings, &w->handed, w->signals);
	while (!w->ended)
		turn(w);
	end(w);
}
