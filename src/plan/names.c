/* plan/names.c - see names.h. */
#include "plan/names.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <linux/mount.h>
#include <sched.h>
#include <sys/resource.h>

#include "base/capability.h"
#include "base/cleanup.h"
#include "plan/plan.h"

static void add_item(struct text *t, size_t start, const char *separator, const char *item)
{
	if (t->length > start)
		text_add(t, separator);
	text_add(t, item);
}

void names_add_attr(struct text *t, uint64_t attr, bool clear)
{
	static const struct {
		uint64_t bit;
		const char *set, *clear;
	} rows[] = {
		{ MOUNT_ATTR_RDONLY, "ro", "rw" },
		{ MOUNT_ATTR_NOSUID, "nosuid", "suid" },
		{ MOUNT_ATTR_NODEV, "nodev", "dev" },
		{ MOUNT_ATTR_NOEXEC, "noexec", "exec" },
		{ MOUNT_ATTR_NODIRATIME, "nodiratime", "diratime" },
		{ MOUNT_ATTR_NOSYMFOLLOW, "nosymfollow", "symfollow" },
	};
	size_t start = t->length;

	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		if (attr & rows[i].bit)
			add_item(t, start, ",", clear ? rows[i].clear : rows[i].set);
		attr &= ~rows[i].bit;
	}
	/* A field of three bits, not flags: to clear it means to choose anew. */
	if (!clear && (attr & MOUNT_ATTR__ATIME) == MOUNT_ATTR_NOATIME)
		add_item(t, start, ",", "noatime");
	if (!clear && (attr & MOUNT_ATTR__ATIME) == MOUNT_ATTR_STRICTATIME)
		add_item(t, start, ",", "strictatime");
	if (clear && (attr & MOUNT_ATTR__ATIME))
		add_item(t, start, ",", "relatime");
	attr &= ~(uint64_t)MOUNT_ATTR__ATIME;
	if (attr) {
		add_item(t, start, ",", "");
		text_printf(t, "0x%" PRIx64, attr);
	}
}

const char *names_propagation(uint64_t flags)
{
	static const struct {
		uint64_t bit;
		const char *one, *tree;
	} rows[] = {
		{ MS_PRIVATE, "private", "rprivate" },
		{ MS_SLAVE, "slave", "rslave" },
		{ MS_SHARED, "shared", "rshared" },
		{ MS_UNBINDABLE, "unbindable", "runbindable" },
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (flags & rows[i].bit)
			return flags & MS_REC ? rows[i].tree : rows[i].one;
	return "unchanged";
}

void names_add_clone(struct text *t, uint64_t flags)
{
	size_t start = t->length;

	for (enum ns_type type = 0; type < _NS_N; type++) {
		if (flags & ns_clone_flag(type))
			add_item(t, start, " ", ns_name(type));
		flags &= ~ns_clone_flag(type);
	}
	if (flags) {
		add_item(t, start, " ", "");
		text_printf(t, "0x%" PRIx64, flags);
	}
}

void names_add_slot(struct text *t, const struct plan *p, unsigned slot)
{
	if (slot < p->n_slots && p->slot_names && p->slot_names[slot])
		text_add(t, p->slot_names[slot]);
	else
		text_printf(t, "slot%u", slot);
}

void names_add_capabilities(struct text *t, uint64_t set, uint64_t last, const char *prefix)
{
	uint64_t all = last >= 63 ? UINT64_MAX : (UINT64_C(1) << (last + 1)) - 1;
	const char *separator = "";

	if ((set & all) == all) {
		text_printf(t, "%sall", prefix);
		return;
	}
	for (unsigned n = 0; n <= last && n < 64; n++) {
		const char *name = capability_name(n);

		if (!(set >> n & 1))
			continue;
		text_printf(t, "%s%s", separator, prefix);
		separator = ",";
		if (!name)
			text_printf(t, "cap_%u", n); /* setpriv(1) reads it so */
		for (; name && *name; name++)
			text_add_bytes(t, &(char){ (char)tolower((unsigned char)*name) }, 1);
	}
}
