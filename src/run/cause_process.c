/* run/cause_process.c - why the program could not be started as the one it was to be. Host side,
 * after the fact. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "proc/examine.h"
#include "run/cause.h"

#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127

/* The first step of a kind; every plan has one of those that are asked for here. */
static const struct step *find(const struct failure *f, enum step_kind kind)
{
	for (size_t i = 0; i < f->plan->n; i++)
		if (f->plan->steps[i].kind == kind)
			return &f->plan->steps[i];
	return f->step;
}

static void no_such_group(const struct failure *f)
{
	const struct cred_resolve_step *c = &f->step->cred_resolve;
	_cleanup_text_ struct text names = { 0 };

	if (strstr(f->op, "additional")) {
		for (size_t i = 0; i < c->n_groups; i++)
			text_printf(&names, "%s'%s'", i ? " or " : "", c->groups[i]);
		(void)err_say(f->e, f->code, "--group-add: the container has no group %s",
			      text_get(&names));
	} else {
		const char *colon = strchr(c->user, ':');

		(void)err_say(f->e, f->code, "--user '%s': the container has no group '%s'",
			      c->user, colon ? colon + 1 : "");
	}
	err_hint(f->e, f->code,
		 "names are looked up in the container's own /etc/group; a number always works");
}

static void resolve(const struct failure *f)
{
	const char *user = f->step->cred_resolve.user;
	const char *file = strstr(f->op, "group") ? "/etc/group" : "/etc/passwd";

	if (f->code == -ESRCH && strstr(f->op, "group")) {
		no_such_group(f);
	} else if (f->code == -ESRCH) {
		(void)err_say(f->e, f->code, "--user '%s': the container has no user '%.*s'", user,
			      (int)strcspn(user, ":"), user);
		err_hint(f->e, f->code,
			 "names are looked up in the container's own /etc/passwd; a number always "
			 "works");
	} else if (f->code == -ENOENT) {
		(void)err_say(f->e, f->code,
			      "--user '%s': the container has no %s to look it up in", user, file);
		err_hint(f->e, f->code, "give the id as a number");
	} else if (f->code == -EINVAL && strncmp(f->op, "look up", 7) == 0) {
		(void)err_say(f->e, f->code,
			      "--user '%s': %s in the container is not a regular file", user, file);
		err_hint(f->e, f->code, "give the id as a number, or make it a file");
	} else if (f->code == -EINVAL) {
		err_hint(f->e, f->code,
			 "expected USER[:GROUP], names of at most 255 characters or numbers");
	} else if (f->code == -E2BIG) {
		err_hint(f->e, f->code, "at most %d groups", GROUPS_MAX);
	}
}

static void change_ids(const struct failure *f)
{
	if (f->code != -EINVAL)
		return;
	(void)err_say(f->e, f->code,
		      "--user '%s': the id of the %s is not mapped in this user namespace",
		      find(f, STEP_CRED_RESOLVE)->cred_resolve.user,
		      strcmp(f->op, "setresuid") == 0 ? "user" : "group");
	err_hint(f->e, f->code, "use a smaller id, or a larger range: --userns auto:SIZE");
}

static void change_directory(const struct failure *f)
{
	const char *path = f->step->proc_cwd.path;

	if (f->code == -ENOENT)
		err_hint(f->e, f->code,
			 "there is no %s in the container: make it, or choose another --workdir",
			 path);
	else if (f->code == -ENOTDIR)
		err_hint(f->e, f->code, "%s in the container is not a directory", path);
	else if (f->code == -EROFS)
		err_hint(f->e, f->code,
			 "the root is read-only and has no %s: make it there, or choose another "
			 "--workdir",
			 path);
	else if (f->code == -EACCES)
		err_hint(f->e, f->code, "%s is closed to the container's root", path);
	else if (f->code == -ELOOP)
		err_hint(f->e, f->code, "%s goes through a link of /proc or in circles: refused",
			 path);
	else if (f->code == -EXDEV)
		err_hint(f->e, f->code, "%s leads out of the container: refused", path);
}

static void not_found(const struct failure *f, const char *program)
{
	if (strchr(program, '/')) {
		(void)err_say(f->e, -ENOENT, "'%s': no such file or directory in the container",
			      program);
		err_hint(f->e, -ENOENT,
			 "look with 'ls' inside: paths are the container's, not the host's");
	} else {
		(void)err_say(f->e, -ENOENT, "'%s': executable file not found in $PATH", program);
		err_hint(f->e, -ENOENT,
			 "the container has it in none of %s: give its full path, or set PATH with "
			 "--env",
			 find(f, STEP_EXEC_RESOLVE)->exec_resolve.path);
	}
	(void)err_exit(f->e, -ENOENT, EXIT_NOT_FOUND);
}

/* The container's root as far as it can still be reached: the mounts of its namespace are gone with
 * it, so the host's own /usr stands for that one. */
static int open_root(const struct failure *f)
{
	const struct step *attach = find(f, STEP_ROOT_ATTACH);
	unsigned slot = attach->kind == STEP_ROOT_ATTACH ? attach->root_attach.slot : SLOT_NONE;

	for (size_t i = 0; i < f->plan->n; i++)
		if (f->plan->steps[i].kind == STEP_TREE_MAKE &&
		    f->plan->steps[i].tree_make.slot == slot)
			slot = SLOT_NONE;
	if (slot == SLOT_NONE || f->slots->fd[slot] < 0)
		return open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fcntl(f->slots->fd[slot], F_DUPFD_CLOEXEC, 3);
}

/* A mount of ours that says so. The kernel takes it down with the namespace, some time or other. */
static bool is_on_noexec(const struct failure *f, const char *program)
{
	for (size_t i = 0; i < f->plan->n; i++) {
		const struct mount_attach_step *m = &f->plan->steps[i].mount_attach;
		size_t n;

		if (f->plan->steps[i].kind != STEP_MOUNT_ATTACH ||
		    !(m->attr_set & MOUNT_ATTR_NOEXEC))
			continue;
		n = strlen(m->target);
		if (strncmp(program, m->target, n) == 0 && program[n] == '/')
			return true;
	}
	return false;
}

/* Its path: as typed, or the first of that name in PATH. */
static void examine(const struct failure *f, const char *program, struct examination *x)
{
	_cleanup_close_ int root = open_root(f);
	const char *path = find(f, STEP_EXEC_RESOLVE)->exec_resolve.path;

	*x = (struct examination){ .finding = is_on_noexec(f, program) ? FOUND_MOUNT_NOEXEC :
									 FOUND_NOTHING };
	if (x->finding != FOUND_NOTHING)
		return;
	if (strchr(program, '/')) {
		proc_examine(root, program, x);
		return;
	}
	for (size_t n; *path && x->finding == FOUND_NOTHING; path += n + (path[n] == ':')) {
		_cleanup_text_ struct text full = { 0 };

		n = strcspn(path, ":");
		text_printf(&full, "%.*s/%s", (int)n, path, program);
		proc_examine(root, text_get(&full), x);
	}
}

/* What the file itself tells beats what the code means in general. True: it told something. */
static bool execute_examined(const struct failure *f, const char *program)
{
	struct examination x;

	examine(f, program, &x);
	switch (x.finding) {
	case FOUND_NOTHING:
	case FOUND_LIBRARY: /* the loader says so itself, once it runs */
		return false;
	case FOUND_EMPTY:
		(void)err_say(f->e, f->code, "'%s': the file is empty", program);
		err_hint(f->e, f->code, "a copy may have been cut short: look at it with 'ls -l'");
		break;
	case FOUND_NO_FORMAT:
		(void)err_say(f->e, f->code, "'%s': neither a program nor a script", program);
		err_hint(f->e, f->code,
			 "the first line of a script names its interpreter: '#!/bin/sh'");
		break;
	case FOUND_MACHINE:
		(void)err_say(f->e, f->code, "'%s': built for %s, and this machine cannot run that",
			      program, x.what);
		err_hint(f->e, f->code,
			 "take the tree or the program for this machine (see 'uname -m')");
		break;
	case FOUND_INTERPRETER:
		(void)err_say(f->e, f->code,
			      "'%s': a script whose interpreter %s is missing in the container",
			      program, x.what);
		err_hint(f->e, f->code,
			 "install it there, or correct the first line of the script");
		break;
	case FOUND_CARRIAGE:
		(void)err_say(f->e, f->code,
			      "'%s': a script whose first line ends with a carriage return",
			      program);
		err_hint(f->e, f->code,
			 "it was written on another system: sed -i 's/\\r$//' on it makes '%s' of "
			 "its interpreter",
			 x.what);
		break;
	case FOUND_LOADER:
		(void)err_say(f->e, f->code, "'%s': its loader %s is missing in the container",
			      program, x.what);
		err_hint(f->e, f->code,
			 "it was linked on another system (glibc or musl): install that C library "
			 "there, or take a static program");
		break;
	case FOUND_NOT_ALLOWED:
		(void)err_say(f->e, f->code, "'%s': permission denied: it lacks the x bit",
			      program);
		err_hint(f->e, f->code, "chmod +x it, or run it with its interpreter: sh %s",
			 program);
		break;
	case FOUND_MOUNT_NOEXEC:
		(void)err_say(f->e, f->code,
			      "'%s': permission denied: its file system is mounted noexec",
			      program);
		err_hint(f->e, f->code,
			 "leave 'noexec' out of the mount, or remount it with exec on the host");
		break;
	}
	return true;
}

/* It was there a moment ago: what lacks is what it asks for. */
static void no_interpreter(const struct failure *f, const char *program)
{
	if (!execute_examined(f, program)) {
		(void)err_say(f->e, f->code,
			      "'%s': its interpreter or loader is missing in the container",
			      program);
		err_hint(f->e, f->code,
			 "a script names it in its first line ('#!…'); for a program see 'readelf "
			 "-l' (INTERP): it was built for another system");
	}
	(void)err_exit(f->e, f->code, EXIT_NOT_FOUND);
}

static void execute(const struct failure *f, const char *program)
{
	static const struct {
		int code;
		const char *what, *hint;
	} rows[] = {
		{ -EACCES, "permission denied",
		  "it lacks the x bit for this user, a directory on the way is closed to him, or "
		  "its file system is mounted noexec" },
		{ -EISDIR, "is a directory, not a program",
		  "a root directory comes first and the program after it: honu run DIRECTORY "
		  "PROGRAM" },
		{ -ENOEXEC, "exec format error",
		  "built for another kind of machine, or a script without '#!' in its first line" },
		{ -ELOOP, "too many links", "its symbolic links lead in circles" },
		{ -E2BIG, "the arguments and the environment are too long",
		  "together they may have a quarter of the stack's limit (see --ulimit stack), each "
		  "of them 128 KiB" },
		{ -ETXTBSY, "somebody has it open for writing", "wait until it is written" },
	};
	bool told = (f->code == -EACCES || f->code == -ENOEXEC) && execute_examined(f, program);

	for (size_t i = 0; !told && i < ELEMENTS(rows); i++) {
		if (rows[i].code != f->code)
			continue;
		(void)err_say(f->e, f->code, "'%s': %s", program, rows[i].what);
		err_hint(f->e, f->code, "%s", rows[i].hint);
	}
	(void)err_exit(f->e, f->code, EXIT_NOT_EXECUTABLE);
}

void cause_of_process(const struct failure *f)
{
	const struct step *last = &f->plan->steps[f->plan->n - 1];
	const char *program = last->exec.argv[last->exec.init ? 2 : 0];

	switch ((int)f->step->kind) {
	case STEP_CRED_RESOLVE:
		resolve(f);
		break;
	case STEP_CRED_SWITCH:
		change_ids(f);
		break;
	case STEP_PROC_CWD:
		change_directory(f);
		break;
	default:
		if (f->code == -ENOTDIR || (f->code == -ENOENT && f->step->kind != STEP_EXEC))
			not_found(f, program);
		else if (f->code == -ENOENT)
			no_interpreter(f, program);
		else
			execute(f, program);
		break;
	}
}
