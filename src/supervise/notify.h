/* supervise/notify.h - what the container says by sd_notify(3): kept as a note, and passed on.
 *
 * The note `notify` is "STATE TEXT": starting, ready, reloading or stopping, and the last STATUS=.
 * Should: pass on to our own $NOTIFY_SOCKET what concerns a service manager. Must not: believe a
 * process that is not the container's, or keep descriptors that came along. */
#pragma once

#include <poll.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include "supervise/watch_settings.h"

struct notify {
	int fd; /* notify.sock; -EBADF: there is none */
	int container;
	const struct watch_settings *settings;
	struct stat_of_namespace {
		dev_t device;
		ino_t inode;
	} pids, ours; /* the pid namespace of the first process, and our own */
	const char *state;
	int relay; /* socket to our own manager; -EBADF: nobody listens */
	struct sockaddr_un manager;
	socklen_t manager_length;
};

void notify_open(struct notify *n, int fd, int container, const struct watch_settings *s);

static inline struct pollfd notify_poll(const struct notify *n)
{
	return (struct pollfd){ n->fd >= 0 ? n->fd : -1, POLLIN, 0 };
}

/* Something has come. */
void notify_work(struct notify *n);
