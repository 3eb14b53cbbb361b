/* facts/limits.c - what this host can limit: only read when something is to be limited. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "facts/parts.h"

#define SMALL ((size_t)64 * 1024)

const char *facts_parse_scheduler(char *text)
{
	char *open = strchr(text, '['), *close = open ? strchr(open, ']') : NULL;

	if (close) {
		*close = '\0';
		return open + 1;
	}
	text[strcspn(text, "\n ")] = '\0';
	return *text ? text : "none"; /* of those without a queue there is only one */
}

bool facts_parse_device(const char *text, uint32_t *ret_major, uint32_t *ret_minor)
{
	const char *colon = strchr(text, ':');
	char number[16] = "";

	if (!colon || (size_t)(colon - text) >= sizeof(number))
		return false;
	memcpy(number, text, (size_t)(colon - text));
	if (number_u32(number, ret_major) < 0)
		return false;
	size_t n = strcspn(colon + 1, " \n");
	if (n >= sizeof(number))
		return false;
	memset(number, 0, sizeof(number));
	memcpy(number, colon + 1, n);
	return number_u32(number, ret_minor) == 0;
}

/* "8:0 enable=1 ctrl=auto …", a line for each disk. */
void facts_parse_cost(char *text, struct facts *f)
{
	uint32_t major, minor;
	const char *line;

	while ((line = facts_next_line(&text))) {
		if (!facts_parse_device(line, &major, &minor) || !strstr(line, " enable=1"))
			continue;
		for (size_t i = 0; i < f->n_disks; i++)
			if (f->disks[i].major == major && f->disks[i].minor == minor)
				f->disks[i].cost = true;
	}
}

static void read_disk(struct arena *a, struct facts *f, const char *name)
{
	char *size = facts_read_file(a, arena_printf(a, "/sys/block/%s/size", name), SMALL);
	char *device = facts_read_file(a, arena_printf(a, "/sys/block/%s/dev", name), SMALL);
	char *queue =
		facts_read_file(a, arena_printf(a, "/sys/block/%s/queue/scheduler", name), SMALL);
	struct disk d = { .name = arena_strdup(a, name) };

	/* A loop device that nobody has set up has no size. */
	if (!size || strcmp(size, "0\n") == 0 || !device ||
	    !facts_parse_device(device, &d.major, &d.minor))
		return;
	d.scheduler = queue ? facts_parse_scheduler(queue) : "none";
	arena_push(a, f->disks, f->n_disks, d);
}

static void read_disks(struct arena *a, struct facts *f)
{
	_cleanup_dir_ DIR *dir = opendir("/sys/block");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			read_disk(a, f, entry->d_name);
}

/* "hugepages-2048kB" is what control groups call 2MB. */
static void read_pages(struct arena *a, struct facts *f)
{
	_cleanup_dir_ DIR *dir = opendir("/sys/kernel/mm/hugepages");
	const struct dirent *entry;
	static const char before[] = "hugepages-";

	f->huge_pages = "";
	while (dir && (entry = readdir(dir))) {
		const char *digits = entry->d_name + sizeof(before) - 1;
		static const char *const units[] = { "KB", "MB", "GB" };
		size_t unit = 0;
		uint64_t size;

		if (strncmp(entry->d_name, before, sizeof(before) - 1) != 0 ||
		    number_u64(arena_strndup(a, digits, strspn(digits, "0123456789")), &size) < 0)
			continue;
		for (; size >= 1024 && unit < ELEMENTS(units) - 1; size /= 1024)
			unit++;
		f->huge_pages = arena_printf(a, "%s%s%llu%s", f->huge_pages,
					     *f->huge_pages ? " " : "", (unsigned long long)size,
					     units[unit]);
	}
}

static const char *read_line(struct arena *a, const char *mountpoint, const char *file)
{
	char *text = facts_read_file(a, arena_printf(a, "%s/%s", mountpoint, file), SMALL);

	return text ? facts_next_line(&text) : NULL;
}

void facts_read_limits(struct arena *a, struct facts *f)
{
	const struct cgroup_hierarchy *memory = facts_cgroup(f, "memory");

	read_disks(a, f);
	read_pages(a, f);
	f->swap_counted = memory && access(arena_printf(a, "%s/memory.memsw.limit_in_bytes",
							memory->mountpoint),
					   F_OK) == 0;
	for (size_t i = 0; i < f->n_cgroups; i++) {
		const char *top = f->cgroups[i].mountpoint;
		char *cost;

		if (!f->cgroups[i].is_v2)
			continue;
		f->cgroup2_controllers = read_line(a, top, "cgroup.controllers");
		f->cgroup2_cpus = read_line(a, top, "cpuset.cpus.effective");
		f->cgroup2_mems = read_line(a, top, "cpuset.mems.effective");
		cost = facts_read_file(a, arena_printf(a, "%s/io.cost.qos", top), SMALL);
		if (cost)
			facts_parse_cost(cost, f);
	}
}
