/* cli/attached.c - see attached.h. */
#include "cli/attached.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "supervise/remote.h"
#include "sys/process.h"

static bool gives_input(const struct spec *s, const struct attach_options *o)
{
	return o->input && (s->interactive || s->tty == TTY_ON);
}

int attach_connect(const struct store_container *c, const struct spec *s,
		   const struct attach_options *o, struct err *e)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	_cleanup_close_ int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct remote r = { .socket = fd, .input = gives_input(s, o) };
	int k;

	if (fd < 0)
		return err_set(e, -errno, "make a socket");
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/attach.sock",
		       c->fd);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return err_hint(
			e, err_set(e, -errno, "connect to the supervisor of container %s", c->id),
			"only a container that was started with -d or 'honu start' can be "
			"attached to");
	k = remote_hello(&r);
	return k < 0 ? err_set(e, k, "talk to the supervisor of container %s", c->id) : take_fd(fd);
}

int attach_show(const struct store_container *c, const struct spec *s,
		const struct attach_options *o, int socket, struct err *e)
{
	_cleanup_close_ int fd = socket, pidfd = -EBADF;
	struct remote r = { .socket = fd,
			    .pidfd = -EBADF,
			    .tty = s->tty == TTY_ON,
			    .input = gives_input(s, o),
			    .namespace_init = s->ns[NS_PID].mode == NS_PRIVATE };
	const char *keys = o->keys ? o->keys : s->detach_keys;
	struct remote_result result;
	struct store_status status;
	int k;

	if (remote_keys(keys ? keys : "ctrl-p,ctrl-q", r.keys, &r.n_keys) < 0)
		return err_hint(e, err_say(e, -EINVAL, "--detach-keys '%s': no keys", keys),
				"letters and ctrl-LETTER with commas between, such as "
				"ctrl-p,ctrl-q");
	if (o->sig_proxy && store_get_status(c, &status, NULL) == 0 && status.alive) {
		pidfd = sys_pidfd_open(status.pid);
		r.pidfd = pidfd;
		r.pid = status.pid;
	}
	k = remote_show(&r, &result);
	if (k == -EPIPE || k == -ECONNRESET)
		return err_hint(e,
				err_say(e, -EPIPE, "the supervisor of container %s is gone", c->id),
				"'honu why %s' tells what is known", c->id);
	if (k < 0)
		return err_set(e, k, "show the streams of container %s", c->id);
	if (result.detached)
		(void)fputs("\r\ndetached: it runs on\n", stderr);
	return result.detached ? 0 : result.code;
}
