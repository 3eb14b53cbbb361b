/* init/exec.c - honu-exec: the last step between honu and a program in the host's user namespace.
 *
 *	honu-exec CHANNEL PATH ARGUMENT...
 *
 * Whoever executes a program can be reached through it: a script that begins with
 * "#!/proc/self/exe" runs its caller's executable, and a root of the host's user namespace could
 * then open that file for writing (CVE-2019-5736). So honu becomes this program first, opened from
 * a read-only mount that nobody else has, and this program becomes the container's. What it fails
 * at it tells honu through the channel (sys/channel.h), which closes when it does not.
 *
 * Linked without glibc: its start-up alone would cost ten times this program. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "sys/channel.h"

enum { EXIT_ENGINE = 125 };

int main(int argc, char **argv)
{
	struct channel_message m = { .kind = CHANNEL_FAILED, .step = UINT32_MAX };
	uint32_t channel;

	if (argc < 4 || number_u32(argv[1], &channel) < 0)
		return EXIT_ENGINE;
	(void)fcntl((int)channel, F_SETFD, FD_CLOEXEC);
	(void)execve(argv[2], argv + 3, environ);
	m.code = -errno;
	memcpy(m.op, "execve", sizeof("execve"));
	(void)!write((int)channel, &m, sizeof(m));
	return EXIT_ENGINE;
}
