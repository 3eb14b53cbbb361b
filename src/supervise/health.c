/* supervise/health.c - see health.h. */
#include "supervise/health.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/events.h"
#include "store/note.h"
#include "supervise/buffer.h"
#include "supervise/clock.h"
#include "supervise/line.h"
#include "sys/process.h"

enum { EXIT_TIMED_OUT = 124, EXIT_ENGINE = 125 };

static BUFFER char output[4096];

static const char *const states[_HEALTH_STATE_N] = { "starting", "healthy", "unhealthy" };
static const char *const actions[_HEALTH_ACTION_N] = { NULL, "kill", "restart", "stop" };

void health_open(struct health *h, const struct watch_settings *s, const struct handed *handed)
{
	*h = (struct health){ .settings = s,
			      .handed = handed,
			      .started = clock_now(),
			      .next = NEVER,
			      .give_up = NEVER,
			      .pidfd = -EBADF,
			      .output = -EBADF };
	if (s->health_kind == HEALTH_NO)
		return;
	h->next = h->started + s->health_interval * NS_PER_MS;
}

/* ---- what is told ---- */

static void put_note(const struct health *h, int code)
{
	char text[128] = "";
	struct line l = LINE_IN(text);

	line_add(&l, states[h->state]);
	line_add(&l, " ");
	line_number(&l, h->failures);
	line_add(&l, " ");
	line_number(&l, (uint64_t)code);
	line_add(&l, " ");
	line_number(&l, clock_date());
	if (h->acted != HEALTH_ACTION_NONE) {
		line_add(&l, " ");
		line_add(&l, actions[h->acted]);
	}
	(void)note_put(h->handed->fd[HANDOVER_CONTAINER], "health", text);
}

static void put_output(const struct health *h)
{
	int container = h->handed->fd[HANDOVER_CONTAINER];
	_cleanup_close_ int fd = openat(container, "health.log.new",
					O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
					0600);

	if (fd >= 0 && write(fd, output, h->length) == (ssize_t)h->length)
		(void)renameat(container, "health.log.new", container, "health.log");
}

static void append_event(const struct health *h)
{
	const char *const attributes[] = { "status", states[h->state], NULL };
	int state = h->handed->fd[HANDOVER_STATE];

	if (state >= 0)
		(void)event_append(state, h->settings->id, h->settings->name, "health_status",
				   attributes);
}

/* ---- one probe ---- */

static _Noreturn void become_probe(const struct health *h, pid_t parent, int pipe)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_ENGINE);
	(void)setsid();				/* the group that is killed */
	if (dup3(pipe, STDOUT_FILENO, 0) < 0 || /* cloexec: the probe's output */
	    dup3(pipe, STDERR_FILENO, 0) < 0)	/* cloexec: and errors */
		_exit(EXIT_ENGINE);
	end_reset();
	probe_run(h->settings, h->handed);
}

static void start_probe(struct health *h, uint64_t now)
{
	pid_t parent = getpid();
	int ends[2];

	h->next = now + h->settings->health_interval * NS_PER_MS;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
		return;
	h->length = 0;
	h->timed_out = false;
	h->probe = sys_clone3(0, &h->pidfd, SIGCHLD, -1);
	if (h->probe == 0)
		become_probe(h, parent, ends[1]);
	(void)close(ends[1]);
	h->output = ends[0];
	if (h->probe < 0) {
		h->pidfd = -EBADF;
		fd_closep(&h->output);
		return;
	}
	h->next = NEVER;
	h->give_up = now + h->settings->health_timeout * NS_PER_MS;
}

/* The first 4 KiB are kept; what follows is read and dropped. */
static void read_output(struct health *h)
{
	char rest[512];
	ssize_t n;

	do {
		if (h->length < sizeof(output)) {
			n = read(h->output, output + h->length, sizeof(output) - h->length);
			h->length += n > 0 ? (size_t)n : 0;
		} else {
			n = read(h->output, rest, sizeof(rest));
		}
	} while (n > 0);
	if (n == 0)
		fd_closep(&h->output);
}

static void kill_probe(const struct health *h)
{
	(void)kill(-h->probe, SIGKILL);
	(void)sys_pidfd_send_signal(h->pidfd, SIGKILL); /* before its setsid() */
}

/* -> its status. */
static int reap_probe(struct health *h)
{
	siginfo_t info = { 0 };
	int r;

	do
		r = waitid(P_PIDFD, (id_t)h->pidfd, &info, WEXITED);
	while (r < 0 && errno == EINTR);
	if (h->output >= 0)
		read_output(h);
	fd_closep(&h->output);
	fd_closep(&h->pidfd);
	h->give_up = NEVER;
	if (h->timed_out)
		return EXIT_TIMED_OUT;
	if (r < 0)
		return EXIT_ENGINE;
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

/* ---- what follows ---- */

/* docker's rules: in the start period a failure does not count until a probe has succeeded. */
static void judge(struct health *h, int code, uint64_t now)
{
	const struct watch_settings *s = h->settings;
	bool starts = h->state == HEALTH_STARTING && now < h->started + s->health_start * NS_PER_MS;

	if (code == 0) {
		h->failures = 0;
		h->state = HEALTH_HEALTHY;
		return;
	}
	if (!starts)
		h->failures++;
	if (h->failures >= s->health_retries)
		h->state = HEALTH_UNHEALTHY;
}

static enum health_action finish_probe(struct health *h)
{
	enum health_action action = HEALTH_ACTION_NONE;
	enum health_state before = h->state;
	uint64_t now = clock_now();
	int code = reap_probe(h);

	h->next = now + h->settings->health_interval * NS_PER_MS;
	judge(h, code, now);
	if (h->state == HEALTH_UNHEALTHY && before != HEALTH_UNHEALTHY) {
		action = (enum health_action)h->settings->health_action;
		h->acted = action;
	}
	put_output(h);
	put_note(h, code);
	if (h->state != before)
		append_event(h);
	return action;
}

static bool is_paused(const struct health *h)
{
	char status[128];

	return note_get(h->handed->fd[HANDOVER_CONTAINER], "status", status, sizeof(status)) >= 0 &&
	       strncmp(status, "paused ", 7) == 0;
}

/* ---- the loop's ---- */

enum health_action health_work(struct health *h, const struct pollfd p[HEALTH_POLL_N])
{
	uint64_t now;

	if (p[HEALTH_POLL_OUTPUT].revents)
		read_output(h);
	if (p[HEALTH_POLL_PROBE].revents)
		return finish_probe(h);
	now = clock_now();
	if (h->pidfd >= 0 && now >= h->give_up) {
		kill_probe(h);
		h->timed_out = true;
		h->give_up = NEVER; /* its end comes through the pidfd */
	} else if (h->pidfd < 0 && now >= h->next) {
		if (is_paused(h))
			h->next = now + h->settings->health_interval * NS_PER_MS;
		else
			start_probe(h, now);
	}
	return HEALTH_ACTION_NONE;
}

void health_end(struct health *h)
{
	h->next = NEVER;
	if (h->pidfd < 0)
		return;
	kill_probe(h);
	(void)reap_probe(h);
}
