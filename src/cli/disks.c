/* cli/disks.c - see disks.h. */
#include "cli/disks.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "facts/facts.h"

/* A partition has no queue of its own: /sys/dev/block/8:1 -> …/block/sda/sda1, and its disk is above. */
static int disk_of(dev_t device, struct limit_spec *l)
{
	char path[128], text[64];
	_cleanup_file_ FILE *f = NULL;
	bool partition;

	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/partition", major(device),
		       minor(device));
	partition = access(path, F_OK) == 0;
	(void)snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/%sdev", major(device),
		       minor(device), partition ? "../" : "");
	f = fopen(path, "re");
	if (!f)
		return -errno;
	if (!fgets(text, sizeof(text), f) || !facts_parse_device(text, &l->major, &l->minor))
		return -ENODEV;
	return 0;
}

static int resolve(struct limit_spec *l, struct err *e)
{
	struct stat st;
	int r;

	if (stat(l->subject, &st) < 0)
		return err_hint(e, err_set(e, -errno, "%s", l->origin),
				"name a disk's node (see 'lsblk --paths'), or anything on it");
	if (S_ISCHR(st.st_mode))
		return err_hint(e, err_say(e, -ENOTBLK, "%s: %s is no disk", l->origin, l->subject),
				"see 'lsblk --paths' for those there are");
	r = disk_of(S_ISBLK(st.st_mode) ? st.st_rdev : st.st_dev, l);
	if (r < 0)
		return err_hint(e,
				err_say(e, -ENOTBLK, "%s: %s lies on no disk that the kernel names",
					l->origin, l->subject),
				"file systems in memory, over the network or of several disks "
				"have none: name the disk's node (see 'lsblk --paths')");
	return 0;
}

int disks_resolve(struct spec *s, struct err *e)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < s->n_limits; i++)
		if (limit_rows[s->limits[i].type].subject == SUBJECT_DEVICE)
			r = resolve(&s->limits[i], e);
	return r;
}
