/* supervise/probe.c - one look at the container's health, in a process of its own that is killed
 * when it takes too long.
 *
 * A program inside is honu's to run: `honu exec --health ID` knows the container's record. A port is
 * tried from here, in the container's network: no shell, no program, nothing of the image. */
#include "supervise/health.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/line.h"

enum { EXIT_WELL = 0, EXIT_UNWELL = 1, EXIT_ENGINE = 125 };

static void tell(const char *what, const char *reason)
{
	char text[512];
	struct line l = LINE_IN(text);

	line_add(&l, what);
	if (reason) {
		line_add(&l, ": ");
		line_add(&l, reason);
	}
	line_add(&l, "\n");
	(void)!write(STDOUT_FILENO, text, (size_t)(l.at - text));
}

static _Noreturn void run_inside(const struct watch_settings *s, const struct handed *h)
{
	char *const argv[] = { (char *)"honu",
			       (char *)"--state",
			       (char *)s->state,
			       (char *)"exec",
			       (char *)"--health",
			       (char *)s->id,
			       NULL };

	(void)syscall(SYS_execveat, h->fd[HANDOVER_HONU], "", argv, end_environment(),
		      AT_EMPTY_PATH);
	tell("execute honu", strerror(errno));
	_exit(EXIT_ENGINE);
}

static bool shares_our_network(const struct watch_settings *s)
{
	char path[64] = "";
	struct line l = LINE_IN(path);
	struct stat its, ours;

	line_add(&l, "/proc/");
	line_number(&l, s->pid);
	line_add(&l, "/ns/net");
	return stat(path, &its) == 0 && stat("/proc/self/ns/net", &ours) == 0 &&
	       its.st_ino == ours.st_ino && its.st_dev == ours.st_dev;
}

/* Root may enter the network alone; anybody else has the right to it only in the container's user
 * namespace. */
static bool enter_network(const struct watch_settings *s, int pidfd)
{
	return shares_our_network(s) || setns(pidfd, CLONE_NEWNET) == 0 ||
	       setns(pidfd, CLONE_NEWUSER | CLONE_NEWNET) == 0;
}

/* -> a connected socket or -errno. */
static int connect_to(const struct sockaddr *address, socklen_t length)
{
	_cleanup_close_ int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, address, length) < 0)
		return -errno;
	return take_fd(fd);
}

static int connect_port(uint16_t port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
				  .sin_port = htons(port),
				  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
				   .sin6_port = htons(port),
				   .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	int first = connect_to((struct sockaddr *)&v4, sizeof(v4)), second;

	if (first >= 0)
		return first;
	second = connect_to((struct sockaddr *)&v6, sizeof(v6));
	return second >= 0 ? second : first;
}

static bool send_request(int fd, const struct watch_settings *s)
{
	char text[4096];
	struct line l = LINE_IN(text);

	line_add(&l, "GET ");
	line_add(&l, s->health_path);
	line_add(&l, " HTTP/1.1\r\nHost: localhost:");
	line_number(&l, s->health_port);
	line_add(&l, "\r\nUser-Agent: honu\r\nAccept: */*\r\nConnection: close\r\n\r\n");
	return send(fd, text, (size_t)(l.at - text), MSG_NOSIGNAL) == l.at - text;
}

/* The status line, without what follows it; false when there is none. */
static bool receive_status(int fd, char *ret, size_t room)
{
	size_t length = 0;

	while (length < room - 1) {
		ssize_t n = recv(fd, ret + length, room - 1 - length, 0);
		char *end;

		if (n <= 0)
			return false;
		length += (size_t)n;
		ret[length] = '\0';
		end = strpbrk(ret, "\r\n");
		if (end) {
			*end = '\0';
			return true;
		}
	}
	return false;
}

/* RFC 9112, section 4: "HTTP/1.1 200 OK" */
static bool is_good(const char *status)
{
	static const char form[] = "HTTP/1.d ddd";

	for (size_t i = 0; i < sizeof(form) - 1; i++)
		if (form[i] == 'd' ? status[i] < '0' || status[i] > '9' : status[i] != form[i])
			return false;
	return (status[9] == '2' || status[9] == '3') && (status[12] == ' ' || status[12] == '\0');
}

static int ask(int fd, const struct watch_settings *s)
{
	char status[512] = "";

	if (!send_request(fd, s) || !receive_status(fd, status, sizeof(status))) {
		tell("no answer", NULL);
		return EXIT_UNWELL;
	}
	tell(status, NULL);
	return is_good(status) ? EXIT_WELL : EXIT_UNWELL;
}

_Noreturn void probe_run(const struct watch_settings *s, const struct handed *h)
{
	int pidfd = STDERR_FILENO + 1, fd;

	if (s->health_kind == HEALTH_EXEC)
		run_inside(s, h);
	/* Not even for a moment longer: the lock on `alive` is among what we have. */
	if (dup3(h->fd[HANDOVER_PIDFD], pidfd, O_CLOEXEC) < 0)
		_exit(EXIT_ENGINE);
	(void)syscall(SYS_close_range, pidfd + 1, ~0U, 0);
	if (!enter_network(s, pidfd)) {
		tell("enter the container's network", strerror(errno));
		_exit(EXIT_ENGINE);
	}
	fd = connect_port((uint16_t)s->health_port);
	if (fd < 0) {
		tell("connect", strerror(-fd));
		_exit(EXIT_UNWELL);
	}
	_exit(s->health_kind == HEALTH_HTTP ? ask(fd, s) : EXIT_WELL);
}
