/* proc/seal.c - a small program of honu's as a sealed memfd (memfd_create(2), F_ADD_SEALS in
 * fcntl(2)). Host side.
 *
 * Whoever finds it through /proc/PID/exe finds a copy that nobody can write to (CVE-2019-5736).
 * For a few kilobytes that costs 10 us; a read-only mount of the file would cost 500 when it goes
 * away (the kernel waits for all its processors). */
#include "proc/seal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"

#ifndef MFD_EXEC /* Linux 6.3 */
#define MFD_EXEC 0x10U
#endif

static int make_file(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	if (fd < 0 && errno == EINVAL) /* before MFD_EXEC all of them could be executed */
		fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd < 0 ? -errno : fd;
}

static int copy(int from, int to, char *buffer, size_t room)
{
	ssize_t n;

	while ((n = read(from, buffer, room)) > 0) {
		if (write(to, buffer, (size_t)n) != n)
			return -errno;
	}
	return n < 0 ? -errno : 0;
}

int proc_seal_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct proc_seal_step *p = &s->proc_seal;
	const char *name = strrchr(p->path, '/');
	_cleanup_close_ int from = -EBADF;
	_cleanup_close_ int file = -EBADF;
	int r;

	*op = "open";
	from = open(p->path, O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return -errno;
	*op = "memfd_create";
	file = make_file(name ? name + 1 : p->path);
	if (file < 0)
		return file;
	*op = "copy";
	r = copy(from, file, slots->scratch, sizeof(slots->scratch));
	if (r < 0)
		return r;
	*op = "fcntl F_ADD_SEALS";
	if (fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		return -errno;
	slots->fd[p->slot] = take_fd(file);
	return 0;
}
