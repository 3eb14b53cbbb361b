/* net/loopback.c - lo up (netdevice(7)); the kernel gives it 127.0.0.1 and ::1 by itself.
 * Inside: system calls only. */
#include "net/loopback.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/cleanup.h"

int net_loopback_apply(const struct step *s, struct slots *slots, const char **op)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	_cleanup_close_ int fd = -EBADF;

	(void)s;
	(void)slots;
	*op = "socket";
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	*op = "ioctl SIOCSIFFLAGS";
	return ioctl(fd, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}
