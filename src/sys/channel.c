/* sys/channel.c - see channel.h. */
#include "sys/channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int channel_open(int ret_fd[2])
{
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret_fd) < 0 ? -errno : 0;
}

int channel_send(int fd, const struct channel_message *m, const int *fds)
{
	union {
		struct cmsghdr header;
		unsigned char space[CMSG_SPACE(sizeof(int) * CHANNEL_FDS)];
	} control;
	struct iovec data = { .iov_base = (void *)m, .iov_len = sizeof(*m) };
	struct msghdr message = { .msg_iov = &data, .msg_iovlen = 1 };

	if (m->n_fds > CHANNEL_FDS)
		return -E2BIG;
	if (m->n_fds > 0) {
		size_t size = sizeof(int) * m->n_fds;

		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(&control.header), fds, size);
		message.msg_control = control.space;
		message.msg_controllen = CMSG_SPACE(size);
	}
	ssize_t n;
	do
		n = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n == (ssize_t)sizeof(*m) ? 0 : -EMSGSIZE;
}

int channel_receive(int fd, struct channel_message *ret, int ret_fds[CHANNEL_FDS])
{
	union {
		struct cmsghdr header;
		unsigned char space[CMSG_SPACE(sizeof(int) * CHANNEL_FDS)];
	} control;
	struct iovec data = { .iov_base = ret, .iov_len = sizeof(*ret) };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control.space,
		.msg_controllen = sizeof(control.space),
	};
	ssize_t n;

	/* ECONNRESET, once: the other end is gone and had not read all of ours. What it sent before
	 * is still there. */
	do
		n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n == 0)
		return 0;
	if (n < 0)
		return -errno;

	size_t received = 0;
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
		received = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		memcpy(ret_fds, CMSG_DATA(c), received * sizeof(int));
	}
	if (n != (ssize_t)sizeof(*ret) || received != ret->n_fds ||
	    (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0) {
		for (size_t i = 0; i < received; i++)
			(void)close(ret_fds[i]);
		return -EBADMSG;
	}
	ret->op[sizeof(ret->op) - 1] = '\0';
	return 1;
}

int channel_is_alive(int fd)
{
	char byte;
	ssize_t n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return n > 0 || (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK));
}
