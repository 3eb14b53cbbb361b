/* cgroup/evidence.c - see evidence.h. */
#include "cgroup/evidence.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"

/* v1 says "no limit" as the largest multiple of a page. */
#define V1_NO_LIMIT (UINT64_C(1) << 62)

struct cgroup_evidence cgroup_evidence_new(void)
{
	return (struct cgroup_evidence){ UINT64_MAX, UINT64_MAX, UINT64_MAX };
}

static int read_file(int group, const char *name, char *ret, size_t room)
{
	_cleanup_close_ int fd = openat(group, name, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, room - 1);

	if (n < 0)
		return -errno;
	ret[n] = '\0';
	return 0;
}

/* The whole file is one number. */
static void read_number(int group, const char *name, uint64_t *ret)
{
	char text[32];

	if (read_file(group, name, text, sizeof(text)) < 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	(void)number_u64(text, ret); /* "max" is none */
}

/* The number behind "key " at the start of a line. */
static void read_key(int group, const char *name, const char *key, uint64_t *ret)
{
	char text[512];
	size_t n = strlen(key);

	if (read_file(group, name, text, sizeof(text)) < 0)
		return;
	for (char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, n) != 0 || line[n] != ' ')
			continue;
		line[n + 1 + strspn(line + n + 1, "0123456789")] = '\0';
		(void)number_u64(line + n + 1, ret);
		return;
	}
}

void cgroup_read_evidence(const char *base, const char *path, struct cgroup_evidence *e)
{
	_cleanup_close_ int group = -EBADF;
	char directory[PATH_MAX];
	int n = snprintf(directory, sizeof(directory), "%s/%s", base, path);

	if (n < 0 || (size_t)n >= sizeof(directory))
		return;
	group = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (group < 0)
		return;
	read_key(group, "memory.oom_control", "oom_kill", &e->oom_kills);
	read_number(group, "memory.max_usage_in_bytes", &e->memory_peak);
	read_number(group, "memory.limit_in_bytes", &e->memory_limit);
	read_key(group, "memory.events", "oom_kill", &e->oom_kills);
	read_number(group, "memory.peak", &e->memory_peak);
	read_number(group, "memory.max", &e->memory_limit);
	if (e->memory_limit >= V1_NO_LIMIT)
		e->memory_limit = UINT64_MAX;
}
