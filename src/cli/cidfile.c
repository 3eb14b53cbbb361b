/* cli/cidfile.c - see cidfile.h. */
#include "cli/cidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

int cidfile_write(const struct spec *s, struct err *e)
{
	_cleanup_close_ int fd = -EBADF;
	size_t n = strlen(s->id);

	if (!s->cidfile)
		return 0;
	fd = open(s->cidfile, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 && errno == EEXIST)
		return err_hint(
			e, err_say(e, -EEXIST, "--cidfile %s: the file exists", s->cidfile),
			"another container may have written it: remove it, or choose another");
	if (fd < 0 || write(fd, s->id, n) != (ssize_t)n)
		return err_set(e, -errno, "--cidfile: write %s", s->cidfile);
	return 0;
}
