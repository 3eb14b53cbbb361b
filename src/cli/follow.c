/* cli/follow.c - see follow.h. */
#include "cli/follow.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "sys/process.h"

#define LOOK_AGAIN 200 /* ms */

#define EVENTS                                                                              \
	(IN_CREATE | IN_DELETE | IN_DELETE_SELF | IN_MODIFY | IN_MOVED_FROM | IN_MOVED_TO | \
	 IN_ATTRIB | IN_ONLYDIR)

void follow_open(struct follow *w, struct arena *a)
{
	*w = (struct follow){ .arena = a, .inotify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK) };
	if (w->inotify < 0)
		w->inotify = -EBADF;
}

void follow_done(struct follow *w)
{
	fd_closep(&w->inotify);
	for (size_t i = 0; i < w->n_processes; i++)
		fd_closep(&w->processes[i]);
	w->n_processes = 0;
}

void follow_directory(struct follow *w, int dir_fd)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", dir_fd);
	if (w->inotify >= 0 && inotify_add_watch(w->inotify, path, EVENTS) < 0)
		fd_closep(&w->inotify); /* no watch left: rather look at all of them again */
}

/* The pid may be somebody else's by now. Then nobody holds the lock, or somebody else does and wrote
 * another status: whoever looks once more before waiting, as follow_wait() asks, sees it. */
void follow_supervisor(struct follow *w, const struct store_status *status)
{
	int fd = status->alive && status->supervisor > 0 ? sys_pidfd_open(status->supervisor) :
							   -EBADF;

	if (fd >= 0)
		arena_push(w->arena, w->processes, w->n_processes, fd);
}

static void drain(int fd)
{
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));

	while (read(fd, events, sizeof(events)) > 0)
		;
}

/* A supervisor that is gone stays so: it wakes once. */
static void forget_ended(struct follow *w, const struct pollfd *polled)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n_processes; i++) {
		if (polled[i + 1].revents)
			fd_closep(&w->processes[i]);
		else
			w->processes[n++] = w->processes[i];
	}
	w->n_processes = n;
}

int follow_wait(struct follow *w, int64_t timeout, struct err *e)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct pollfd *polled = arena_alloc(&a, (w->n_processes + 1) * sizeof(*polled));
	bool looks_again = w->inotify < 0 && (timeout < 0 || timeout > LOOK_AGAIN);
	int n;

	polled[0] = (struct pollfd){ .fd = w->inotify, .events = POLLIN };
	for (size_t i = 0; i < w->n_processes; i++)
		polled[i + 1] = (struct pollfd){ .fd = w->processes[i], .events = POLLIN };
	if (timeout > INT32_MAX)
		timeout = INT32_MAX;
	n = poll(polled, w->n_processes + 1, looks_again ? LOOK_AGAIN : (int)timeout);
	if (n < 0 && errno != EINTR)
		return err_set(e, -errno, "wait for a change");
	if (n > 0) {
		if (polled[0].revents)
			drain(w->inotify);
		forget_ended(w, polled);
	}
	return n != 0 || looks_again;
}

int64_t follow_now(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
