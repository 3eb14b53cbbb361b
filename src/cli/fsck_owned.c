/* cli/fsck_owned.c - honu fsck: names and id ranges of one container from its side, leftovers in its
 * directory, detached execs. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "cli/fsck_subject.h"
#include "store/execs.h"

/* ---- names ---- */

static const char *link_path(const struct subject *s, const char *folder, const char *name)
{
	return arena_printf(s->f->arena, "%s/%s", folder, name);
}

/* Of several names one counts, if a rename was killed; else nobody knows which. */
static void check_many_names(struct subject *s)
{
	const struct fsck *f = s->f;
	const char *counts = NULL;

	for (size_t i = 0; i < f->n_names; i++)
		if (strcmp(f->names[i].id, s->c.id) == 0 &&
		    store_name_counts(&s->c, f->names[i].name))
			counts = f->names[i].name;
	for (size_t i = 0; i < f->n_names; i++) {
		const char *name = f->names[i].name;
		struct finding *x;
		struct err e = { 0 };

		if (strcmp(f->names[i].id, s->c.id) != 0 || (counts && strcmp(name, counts) == 0))
			continue;
		x = fsck_find(
			s->f, s->c.id, link_path(s, "names", name),
			counts ? "'honu fsck --repair' frees it" :
				 "'honu rename' to the one that it is to have frees the others",
			counts ? "was the name of a container that is called '%s' now" :
				 "is not the only name of its container",
			counts);
		if (x && counts)
			fsck_mended(s->f, x, store_rename(&s->c, counts, &e), &e);
	}
}

/* A name goes before its container does; so a container that has lost the one it was made with was
 * renamed, or somebody removed the link. */
static void check_lost_name(struct subject *s)
{
	const char *name = s->spec ? s->spec->name : NULL;
	struct finding *x;
	struct err e = { 0 };

	if (!name || store_was_renamed(&s->c))
		return;
	x = fsck_find(s->f, s->c.id, link_path(s, "names", name),
		      "'honu rename' gives it a name, and so does 'honu fsck --repair'",
		      "does not lead to container %s, whose record has that name", s->c.id);
	if (x)
		fsck_mended(s->f, x, store_rename(&s->c, name, &e), &e);
}

static void check_names(struct subject *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->f->n_names; i++)
		n += strcmp(s->f->names[i].id, s->c.id) == 0;
	if (n == 0)
		check_lost_name(s);
	else if (n > 1)
		check_many_names(s);
}

/* ---- id ranges ---- */

/* What was leased for it, from its record: the line of the map that is not the caller's own. */
static uint32_t range_of(const struct spec *spec, uint32_t *ret_base)
{
	const struct userns_spec *u = &spec->userns;
	const struct id_line *longest = NULL;
	uint32_t size = spec_range_size(spec);

	for (size_t i = 0; i < u->n_uid; i++)
		if (!longest || u->uid[i].count > longest->count)
			longest = &u->uid[i];
	if (!longest || longest->outside < longest->inside)
		return 0;
	*ret_base = longest->outside - longest->inside;
	return *ret_base % STORE_RANGE_STEP == 0 ? size : 0;
}

static const char *owner_of(const struct fsck *f, uint32_t base)
{
	for (size_t i = 0; i < f->n_ids; i++) {
		uint32_t n;

		if (number_u32(f->ids[i].name, &n) == 0 && n == base)
			return f->ids[i].id;
	}
	return NULL;
}

static void check_claimed(struct subject *s, uint32_t base, uint32_t size)
{
	for (uint32_t at = base; at - base < size; at += STORE_RANGE_STEP) {
		const char *owner = owner_of(s->f, at);
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", at);
		if (owner && strcmp(owner, s->c.id) == 0)
			continue;
		if (owner) {
			(void)fsck_find(s->f, s->c.id, link_path(s, "ids", name),
					"'honu rm' removes one of them; then make it again",
					"leads to container %s, but container %s has these ids "
					"as well",
					owner, s->c.id);
			return;
		}
		struct finding *x = fsck_find(
			s->f, s->c.id, link_path(s, "ids", name),
			"'honu fsck --repair' claims them, unless somebody else has by then",
			"does not exist: the ids of container %s could be given to another one",
			s->c.id);
		if (x)
			fsck_mended(s->f, x, store_claim_ids(&s->c, base, size), NULL);
		return;
	}
}

static void check_ids(struct subject *s)
{
	uint32_t base = 0, size;

	if (!s->spec)
		return;
	size = range_of(s->spec, &base);
	check_claimed(s, base, size);
	for (size_t i = 0; i < s->f->n_ids; i++) {
		const struct fsck_link *l = &s->f->ids[i];
		struct finding *x;
		uint32_t n;

		if (strcmp(l->id, s->c.id) != 0 || number_u32(l->name, &n) < 0 ||
		    (n >= base && n - base < size))
			continue;
		x = fsck_find(s->f, s->c.id, link_path(s, "ids", l->name),
			      "'honu fsck --repair' gives them back, once it has ended",
			      "leads to container %s, whose record does not have these ids",
			      s->c.id);
		if (x && s->locked)
			fsck_mended(s->f, x, store_release_base(&s->c, l->name), NULL);
	}
}

/* ---- leftovers ---- */

static int check_leftover(const char *name, void *data)
{
	struct subject *s = data;
	struct finding *x = fsck_find(s->f, s->c.id, subject_path(s, name),
				      "it is in nobody's way; 'honu fsck --repair' removes it, "
				      "once the container has ended",
				      "was begun by a writer that was killed");

	if (x && s->locked)
		fsck_mended(s->f, x, store_drop_file(&s->c, name), NULL);
	return 0;
}

static void check_exec(struct subject *s, const char *file, uint32_t number)
{
	struct exec_entry x;
	struct finding *found;
	struct err e = { 0 };

	if (execs_get(&s->c, number, &x, NULL) != -EBADMSG)
		return;
	found = fsck_find(s->f, s->c.id,
			  subject_path(s, arena_printf(s->f->arena, "exec/%s", file)),
			  "'honu fsck --repair' removes it, once the container has ended",
			  "is damaged: nothing says how process number %u ended", number);
	if (found && s->locked)
		fsck_mended(s->f, found, execs_remove(&s->c, number, &e), &e);
}

/* Detached execs, of which nobody has asked yet: "7", and "7.run" of one that runs. */
static void check_execs(struct subject *s)
{
	_cleanup_close_ int fd =
		openat(s->c.fd, "exec", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_dir_ DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return;
	(void)take_fd(fd);
	while ((entry = readdir(dir))) {
		const char *dot = strchr(entry->d_name, '.');
		char digits[16];
		uint32_t number;

		if (dot && strcmp(dot, ".run") != 0)
			continue; /* a writer's */
		(void)snprintf(digits, sizeof(digits), "%.*s", (int)strcspn(entry->d_name, "."),
			       entry->d_name);
		if (number_u32(digits, &number) == 0)
			check_exec(s, entry->d_name, number);
	}
}

void fsck_owned(struct subject *s)
{
	check_names(s);
	check_ids(s);
	(void)store_check_leftovers(&s->c, s->lives, check_leftover, s);
	check_execs(s);
}
