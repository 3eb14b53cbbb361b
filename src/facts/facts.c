/* facts/facts.c - reads the host, part by part. */
#include "facts/facts.h"

#include <unistd.h>

#include "facts/parts.h"

static void read_streams(struct facts *f)
{
	f->stdin_tty = isatty(STDIN_FILENO);
	f->stdout_tty = isatty(STDOUT_FILENO);
	f->stderr_tty = isatty(STDERR_FILENO);
}

int facts_read(struct arena *a, struct facts **ret, struct err *e)
{
	struct facts *f = arena_new(a, struct facts);
	int r;

	r = facts_read_kernel(a, f, e);
	if (r < 0)
		return r;
	facts_read_ids(f);
	r = facts_read_cgroups(a, f, e);
	if (r < 0)
		return r;
	facts_read_files(a, f);
	read_streams(f);
	*ret = f;
	return 0;
}

int facts_read_join(struct arena *a, struct facts **ret, struct err *e)
{
	struct facts *f = arena_new(a, struct facts);
	int r = facts_read_kernel(a, f, e);

	if (r < 0)
		return r;
	facts_read_ids(f);
	read_streams(f);
	*ret = f;
	return 0;
}
