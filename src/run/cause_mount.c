/* run/cause_mount.c - why a mount could not be prepared or attached. Host side, after the fact. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "run/cause.h"
#include "sys/path.h"

/* The name of the file system that holds path, as mountinfo has it; "" when unknown. */
static void filesystem_of(const char *path, char *ret, size_t room)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/mountinfo", "re");
	uint64_t mount = 0;
	char line[8192];

	ret[0] = '\0';
	if (!f || sys_mount_id(AT_FDCWD, path, 0, &mount) < 0)
		return;
	while (fgets(line, sizeof(line), f)) {
		unsigned long long id;
		char *type = strstr(line, " - ");

		if (!type || sscanf(line, "%llu ", &id) != 1 || id != mount)
			continue;
		type += 3;
		type[strcspn(type, " ")] = '\0';
		(void)snprintf(ret, room, "%s", type);
	}
}

static bool is_option(const char *origin)
{
	return origin && origin[0] == '-';
}

static void idmap(const struct failure *f)
{
	const struct mount_idmap_step *m = &f->step->mount_idmap;
	char type[64];

	filesystem_of(m->source, type, sizeof(type));
	if (f->code == -EINVAL && *type && is_option(f->step->origin))
		err_hint(
			f->e, f->code,
			"the kernel cannot map the ids of %s (%s)%s: add the option 'noidmap' (its "
			"files then belong to nobody inside)%s, or use --userns host",
			m->source, type, m->recursive ? ", or of what is mounted below it" : "",
			m->recursive ? ", or 'bind' to leave out what is below" : "");
	else if (f->code == -EINVAL && *type)
		err_hint(
			f->e, f->code,
			"the kernel cannot map the ids of %s (%s): use --userns host, or copy it to "
			"another file system",
			m->source, type);
	else if (f->code == -EPERM)
		err_hint(f->e, f->code,
			 "%s is id-mapped already, or honu is itself in a user namespace: use "
			 "--userns host",
			 m->source);
}

/* A path of the host could not be opened. */
static void path_of_host(const struct failure *f, const char *path)
{
	struct stat st;

	if (f->code == -ENOENT)
		err_hint(f->e, f->code, "there is no %s on the host: make it, or correct the path",
			 path);
	else if (f->code == -ENOTDIR && stat(path, &st) == 0)
		err_hint(f->e, f->code, "%s is a file, and this has to be a directory", path);
	else if (f->code == -ENOTDIR)
		err_hint(f->e, f->code, "something in %s is a file, where a directory should be",
			 path);
	else if (f->code == -ELOOP)
		err_hint(f->e, f->code, "its symbolic links lead in circles: see 'namei -l %s'",
			 path);
	else if (f->code == -EACCES || f->code == -EPERM)
		err_hint(f->e, f->code, "honu may not open %s: run it as root", path);
}

static void open_source(const struct failure *f)
{
	const char *source = f->step->mount_open.source;

	if (strcmp(f->op, "propagation") != 0) {
		path_of_host(f, source);
		return;
	}
	(void)err_say(f->e, f->code,
		      "%s: %s lies on a private mount: nothing could be shared with it",
		      f->step->origin, source);
	err_hint(f->e, f->code, "on the host: mount --bind %s %s && mount --make-shared %s", source,
		 source, source);
}

/* Which of the files that a tree copies could not be read. */
static void make_tree(const struct failure *f)
{
	const struct tree_make_step *t = &f->step->tree_make;

	if (f->code == -EPERM && strcmp(f->op, "mknod") == 0)
		err_hint(f->e, f->code,
			 "only the host's root makes device nodes, and honu is itself in a user "
			 "namespace");
	for (size_t i = 0; i < t->n_entries; i++) {
		const struct tree_entry *entry = &t->entries[i];
		struct stat st;
		int code = 0;

		if (entry->kind != TREE_COPY)
			continue;
		if (stat(entry->text, &st) < 0)
			code = -errno;
		else if (S_ISDIR(st.st_mode))
			code = -EISDIR;
		else if (f->code == -EFBIG && S_ISREG(st.st_mode) && st.st_size > 16 * 1024 * 1024)
			code = -EFBIG;
		if (code != f->code)
			continue;
		(void)err_set(f->e, code, "--secret %s=%s", entry->path, entry->text);
		if (code == -EISDIR || code == -EFBIG)
			err_hint(f->e, code, "a secret is one file, of at most 16 MiB");
		else
			path_of_host(f, entry->text);
		return;
	}
}

static void overlay(const struct failure *f)
{
	const struct mount_overlay_step *m = &f->step->mount_overlay;
	const char *const paths[] = { m->upper, m->work };
	struct stat st[2];

	for (size_t i = 0; i < ELEMENTS(paths); i++) {
		if (!paths[i])
			return;
		if (stat(paths[i], &st[i]) < 0) {
			err_hint(f->e, f->code, "there is no %s on the host: make it, empty",
				 paths[i]);
			return;
		}
		if (!S_ISDIR(st[i].st_mode)) {
			err_hint(f->e, f->code, "%s is not a directory", paths[i]);
			return;
		}
	}
	if (st[0].st_dev != st[1].st_dev)
		err_hint(f->e, f->code, "%s and %s have to lie on one file system", m->upper,
			 m->work);
	else if (f->code == -EBUSY)
		err_hint(f->e, f->code, "another overlay uses %s or %s", m->upper, m->work);
	else
		err_hint(f->e, f->code, "see dmesg: the file system of %s may not do for this",
			 m->upper);
}

static void attach(const struct failure *f)
{
	const char *target = step_object(f->plan, f->step);
	bool making = strcmp(f->op, "make the mount point") == 0;

	if (making && f->code == -EROFS)
		err_hint(
			f->e, f->code,
			"the root is read-only and has no %s: make it there, or leave the mount out",
			target);
	else if (making && (f->code == -EACCES || f->code == -EPERM))
		err_hint(f->e, f->code,
			 "there is no %s, and the directory where it would be is not for the "
			 "container's root to write to: make it on the host",
			 target);
	else if (f->code == -ENOTDIR)
		err_hint(f->e, f->code,
			 "the source is a directory, but %s in the container is a file", target);
	else if (f->code == -EISDIR)
		err_hint(f->e, f->code,
			 "the source is a file, but %s in the container is a directory", target);
	else if (f->code == -ELOOP)
		err_hint(f->e, f->code,
			 "%s in the container goes through a link of /proc or in circles: refused",
			 target);
	else if (f->code == -EPERM && f->step->kind == STEP_MOUNT_FS)
		err_hint(
			f->e, f->code,
			"the kernel lets a user namespace mount %s only where it owns the namespace "
			"shown and nothing covers the host's /proc or /sys: honu in a container needs "
			"--userns host",
			f->step->mount_fs.type);
}

void cause_of_mount(const struct failure *f)
{
	switch ((int)f->step->kind) {
	case STEP_TREE_MAKE:
		make_tree(f);
		break;
	case STEP_MOUNT_OPEN:
		open_source(f);
		break;
	case STEP_MOUNT_IDMAP:
		idmap(f);
		break;
	case STEP_MOUNT_OVERLAY:
		overlay(f);
		break;
	default:
		attach(f);
		break;
	}
}
