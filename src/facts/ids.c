/* facts/ids.c - who asked, and which id ranges belong to others. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "facts/parts.h"

#define SUBID_MAX ((size_t)1024 * 1024)
#define NSPAWN_DIRECTORY "/run/systemd/nspawn-uid"
#define NSPAWN_COUNT 65536

void facts_parse_subids(struct arena *a, char *text, struct facts *f)
{
	char *line;

	while ((line = facts_next_line(&text))) {
		struct id_range range;

		(void)facts_next_field(&line, ':');
		const char *base = facts_next_field(&line, ':');
		const char *count = facts_next_field(&line, ':');
		if (!count || line || number_u32(base, &range.base) < 0 ||
		    number_u32(count, &range.count) < 0 || range.count == 0)
			continue;
		arena_push(a, f->taken, f->n_taken, range);
	}
}

/* systemd-nspawn locks a file named after the first id of each range that it uses. */
static void read_nspawn(struct arena *a, struct facts *f)
{
	_cleanup_dir_ DIR *dir = opendir(NSPAWN_DIRECTORY);
	const struct dirent *entry;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		struct id_range range = { .count = NSPAWN_COUNT };

		if (number_u32(entry->d_name, &range.base) == 0)
			arena_push(a, f->taken, f->n_taken, range);
	}
}

bool facts_range_taken(const struct facts *f, uint32_t base, uint32_t count)
{
	return id_range_find(f->taken, f->n_taken, base, count) != NULL;
}

void facts_read_ids(struct facts *f)
{
	const char *uid = getenv("SUDO_UID"), *gid = getenv("SUDO_GID");

	f->euid = geteuid();
	/* Only root may believe them: anybody else could have set them. */
	if (f->euid != 0 || !uid || !gid || number_id(uid, &f->caller_uid) < 0 ||
	    number_id(gid, &f->caller_gid) < 0) {
		f->caller_uid = getuid();
		f->caller_gid = getgid();
	}
}

int facts_read_ranges(struct arena *a, struct facts *f, struct err *e)
{
	static const char *const files[] = { "/etc/subuid", "/etc/subgid" };
	char *text;

	for (size_t i = 0; i < ELEMENTS(files); i++) {
		int r = facts_read_needed(a, files[i], SUBID_MAX, &text, e);

		if (r < 0)
			return r;
		facts_parse_subids(a, text, f);
	}
	read_nspawn(a, f);
	return 0;
}
