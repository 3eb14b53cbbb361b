/* supervise/notify.c - see notify.h. */
#include "supervise/notify.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/nsfs.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/printable.h"
#include "store/note.h"
#include "supervise/buffer.h"
#include "supervise/line.h"

#define MESSAGE_MAX 4096
#define DEPTH_MAX 32 /* of pid namespaces, pid_namespaces(7) */

/* Messages before others have their turn. */
#define MESSAGES_AT_ONCE 16

static BUFFER struct {
	char received[MESSAGE_MAX + 1];
	char passed[MESSAGE_MAX + 64];
	char status[NOTE_MAX + 1];
	char note[NOTE_MAX + 1];
} text;

/* ---- who may speak ---- */

static bool namespace_of(int fd, struct stat_of_namespace *ret)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return false;
	*ret = (struct stat_of_namespace){ st.st_dev, st.st_ino };
	return true;
}

static bool is_same(const struct stat_of_namespace *a, const struct stat_of_namespace *b)
{
	return a->inode == b->inode && a->device == b->device;
}

static int open_pids(uint64_t pid)
{
	char path[64] = "";
	struct line l = LINE_IN(path);

	line_add(&l, "/proc/");
	line_number(&l, pid);
	line_add(&l, "/ns/pid");
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* In the pid namespace of the first process, or in one below it. One that has ended meanwhile, as
 * systemd-notify(1) may have, cannot be told any more: it reached a socket in a directory that is
 * closed to everybody but us and those whom it was given to. */
static bool is_ours(const struct notify *n, pid_t pid)
{
	int fd;

	if (pid <= 0)
		return false; /* in no namespace that we can see into */
	if (is_same(&n->pids, &n->ours))
		return true; /* the container shares ours: there is no telling */
	fd = open_pids((uint64_t)pid);
	if (fd < 0)
		return errno == ENOENT || errno == ESRCH;
	for (int depth = 0; fd >= 0 && depth < DEPTH_MAX; depth++) {
		struct stat_of_namespace it;
		int parent;

		if (namespace_of(fd, &it) && is_same(&it, &n->pids)) {
			(void)close(fd);
			return true;
		}
		parent = ioctl(fd, NS_GET_PARENT); /* close-on-exec, as the kernel makes it */
		(void)close(fd);
		fd = parent;
	}
	fd_closep(&fd);
	return false;
}

/* -> length, 0 when it is to be passed over, or -1 when nothing waits. */
static ssize_t receive(const struct notify *n)
{
	char control[CMSG_SPACE(sizeof(struct ucred))]; /* no room for descriptors: they close */
	struct iovec part = { text.received, MESSAGE_MAX };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = control,
				  .msg_controllen = sizeof(control) };
	ssize_t length = recvmsg(n->fd, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *c = length < 0 ? NULL : CMSG_FIRSTHDR(&message);
	struct ucred sender;

	if (length < 0)
		return -1;
	if ((message.msg_flags & MSG_TRUNC) || !c || c->cmsg_level != SOL_SOCKET ||
	    c->cmsg_type != SCM_CREDENTIALS || c->cmsg_len != CMSG_LEN(sizeof(sender)))
		return 0;
	memcpy(&sender, CMSG_DATA(c), sizeof(sender));
	return is_ours(n, sender.pid) ? length : 0;
}

/* ---- what is said ---- */

static void take_status(const char *value)
{
	struct line l = LINE_IN(text.status);

	text.status[0] = '\0';
	while (*value) {
		size_t n = printable_length(value);

		/* Leaves room for the state, and does not cut a character. */
		if ((size_t)(l.end - l.at) < 16 + n)
			break;
		line_add_bytes(&l, n > 0 ? value : "?", n > 0 ? n : 1);
		value += n > 0 ? n : 1;
	}
}

static void put_note(const struct notify *n)
{
	char note[NOTE_MAX + 1] = "";
	struct line l = LINE_IN(note);

	line_add(&l, n->state);
	if (text.status[0]) {
		line_add(&l, " ");
		line_add(&l, text.status);
	}
	if (strcmp(note, text.note) == 0)
		return; /* a watchdog that is fed each second costs no write */
	if (note_put(n->container, "notify", note) == 0)
		memcpy(text.note, note, sizeof(note));
}

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

/* True when the line concerns a manager. */
static bool take_line(struct notify *n, const char *line)
{
	static const struct {
		const char *line, *state;
	} states[] = {
		{ "READY=1", "ready" },
		{ "RELOADING=1", "reloading" },
		{ "STOPPING=1", "stopping" },
	};
	static const char *const passed[] = { "STATUS=",	 "WATCHDOG=1",
					      "MONOTONIC_USEC=", "EXTEND_TIMEOUT_USEC=",
					      "ERRNO=",		 "MAINPID=" };

	for (size_t i = 0; i < ELEMENTS(states); i++)
		if (strcmp(line, states[i].line) == 0) {
			n->state = states[i].state;
			return true;
		}
	if (begins(line, "STATUS="))
		take_status(line + strlen("STATUS="));
	for (size_t i = 0; i < ELEMENTS(passed); i++)
		if (begins(line, passed[i]))
			return true;
	return false;
}

/* Pids inside mean somebody else outside. */
static void pass_line(const struct notify *n, struct line *l, const char *line)
{
	if (begins(line, "MAINPID=")) {
		line_add(l, "MAINPID=");
		line_number(l, n->settings->pid);
	} else {
		line_add(l, line);
	}
	line_add(l, "\n");
}

static void take_message(struct notify *n, size_t length)
{
	struct line passed = LINE_IN(text.passed);
	char *line = text.received, *next;

	text.received[length] = '\0';
	text.passed[0] = '\0';
	for (; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (take_line(n, line))
			pass_line(n, &passed, line);
	}
	put_note(n);
	if (n->relay >= 0 && text.passed[0])
		(void)sendto(n->relay, text.passed, (size_t)(passed.at - text.passed),
			     MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&n->manager,
			     n->manager_length);
}

/* ---- the loop's ---- */

/* sd_notify(3): a path, or "@" and a name in the abstract space. */
static void open_relay(struct notify *n)
{
	const char *name = getenv("NOTIFY_SOCKET");
	size_t length = name ? strlen(name) : 0;

	if (length < 2 || length >= sizeof(n->manager.sun_path) ||
	    (name[0] != '/' && name[0] != '@'))
		return;
	n->manager.sun_family = AF_UNIX;
	memcpy(n->manager.sun_path, name, length);
	if (name[0] == '@')
		n->manager.sun_path[0] = '\0';
	n->manager_length =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '/'));
	n->relay = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

void notify_open(struct notify *n, int fd, int container, const struct watch_settings *s)
{
	_cleanup_close_ int pids = -EBADF, ours = -EBADF;

	const int on = 1;

	*n = (struct notify){ .fd = fd,
			      .container = container,
			      .settings = s,
			      .state = "starting",
			      .relay = -EBADF };
	if (fd < 0)
		return;
	pids = open_pids(s->pid);
	ours = open_pids((uint64_t)getpid());
	if (pids >= 0)
		(void)namespace_of(pids, &n->pids);
	if (ours >= 0)
		(void)namespace_of(ours, &n->ours);
	/* What came before this has no sender. */
	(void)setsockopt(fd, SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
	open_relay(n);
}

void notify_work(struct notify *n)
{
	for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
		ssize_t length = receive(n);

		if (length < 0)
			return;
		if (length > 0)
			take_message(n, (size_t)length);
	}
}
