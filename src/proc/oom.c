/* proc/oom.c - how likely the kernel picks the first process when memory runs out. Host side: in
 * a user namespace of its own the process may neither open its file (it is not dumpable after it
 * changed its ids, so the file belongs to the host's root) nor go below what honu has. */
#include "proc/oom.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"

int proc_oom_apply(const struct step *s, struct slots *slots, const char **op)
{
	_cleanup_close_ int fd = -EBADF;
	char path[64], text[16];
	int n = snprintf(text, sizeof(text), "%d", s->proc_oom.score);

	*op = "open";
	(void)snprintf(path, sizeof(path), "/proc/%d/oom_score_adj", slots->pid);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	*op = "write";
	return write(fd, text, (size_t)n) == n ? 0 : -errno;
}
