/* run/cause.c - why a step failed and what to do: found by looking, where looking is possible.
 * Host side, after the fact. */
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "run/run.h"

#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND 127

/* The name of the file system that holds path, as mountinfo has it; "" when unknown. */
static void filesystem_of(const char *path, char *ret, size_t room)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/mountinfo", "re");
	struct statx st;
	char line[8192];

	ret[0] = '\0';
	if (!f || statx(AT_FDCWD, path, 0, STATX_MNT_ID, &st) < 0)
		return;
	while (fgets(line, sizeof(line), f)) {
		unsigned long long id;
		char *type = strstr(line, " - ");

		if (!type || sscanf(line, "%llu ", &id) != 1 || id != st.stx_mnt_id)
			continue;
		type += 3;
		type[strcspn(type, " ")] = '\0';
		(void)snprintf(ret, room, "%s", type);
	}
}

static void idmap_cause(const struct step *s, int code, struct err *e)
{
	const char *source = s->mount_idmap.source;
	char type[64];

	filesystem_of(source, type, sizeof(type));
	if (code == -EINVAL && *type)
		err_hint(
			e, code,
			"%s lies on %s%s, whose ids the kernel cannot map: use --userns host, or for a "
			"--volume the option 'noidmap' (files then belong to nobody inside)",
			source, type, s->mount_idmap.recursive ? " or has a mount below it" : "");
	else if (code == -EPERM)
		err_hint(
			e, code,
			"%s is id-mapped already, or honu is itself in a user namespace: use --userns host",
			source);
}

static void open_cause(const struct step *s, int code, const char *op, struct err *e)
{
	const char *source = s->mount_open.source;

	if (strcmp(op, "propagation") == 0) {
		(void)err_say(e, code,
			      "%s lies on a private mount: nothing could be shared with it",
			      source);
		err_hint(e, code, "on the host: mount --bind %s %s && mount --make-shared %s",
			 source, source, source);
	} else if (code == -ENOENT) {
		err_hint(e, code, "there is no %s on the host: make it, or correct the path",
			 source);
	} else if (code == -ENOTDIR) {
		err_hint(e, code, "%s is not a directory: a root file system is one", source);
	} else if (code == -EACCES || code == -EPERM) {
		err_hint(e, code, "honu may not open %s: run it as root", source);
	}
}

static void attach_cause(const struct plan *p, const struct step *s, const char *op, int code,
			 struct err *e)
{
	const char *target = step_object(p, s);

	if (code == -EROFS && strcmp(op, "make the mount point") == 0)
		err_hint(
			e, code,
			"the root is read-only and has no %s: make it there, or leave the mount out",
			target);
	else if (code == -ENOTDIR)
		err_hint(e, code, "the source is a directory, but %s in the container is a file",
			 target);
	else if (code == -EISDIR)
		err_hint(e, code, "the source is a file, but %s in the container is a directory",
			 target);
	else if (code == -ELOOP)
		err_hint(e, code,
			 "%s in the container goes through a link of /proc or in circles: refused",
			 target);
	else if (code == -EPERM && s->kind == STEP_MOUNT_FS)
		err_hint(
			e, code,
			"the kernel lets a user namespace mount %s only where it owns the namespace shown "
			"and nothing covers the host's /proc or /sys: honu in a container needs --userns host",
			s->mount_fs.type);
}

static void clone_cause(const char *op, int code, struct err *e)
{
	if (code == -ENOSPC)
		err_hint(e, code, "a limit in /proc/sys/user/max_*_namespaces is reached");
	else if (code == -EPERM)
		err_hint(e, code,
			 "honu lacks CAP_SYS_ADMIN, or user namespaces are switched off: "
			 "see 'sysctl kernel.unprivileged_userns_clone user.max_user_namespaces'");
	else if (code == -EINVAL)
		err_hint(e, code, "%s: this kernel lacks a kind of namespace (CONFIG_*_NS)", op);
	else if (code == -EAGAIN)
		err_hint(
			e, code,
			"a limit on processes is reached: see 'ulimit -u' and the pids control group");
}

static void cgroup_cause(const struct step *s, int code, struct err *e)
{
	if (code == -EROFS || code == -EACCES || code == -EPERM)
		err_hint(e, code, "honu may not write below %s: is it mounted read-only here?",
			 s->cgroup_make.mountpoint);
	else if (code == -ENOSPC)
		err_hint(e, code,
			 "the number of control groups is limited: see cgroup.max.descendants "
			 "of the parent groups");
	else if (code == -EEXIST)
		err_hint(e, code, "a group of that name is left over: run 'honu gc'");
}

static void resolve_cause(const struct step *s, const char *op, int code, struct err *e)
{
	bool group = strstr(op, "group") != NULL;

	if (code == -ESRCH) {
		(void)err_say(e, code, "--user '%s': the container has no such %s",
			      s->cred_resolve.user, group ? "group" : "user");
		err_hint(
			e, code,
			"names are looked up in the container's own /etc/%s; a number always works",
			group ? "group" : "passwd");
	} else if (code == -ENOENT) {
		(void)err_say(e, code,
			      "--user '%s': the container has no /etc/passwd to look it up in",
			      s->cred_resolve.user);
		err_hint(e, code, "give the id as a number");
	} else if (code == -EINVAL) {
		err_hint(
			e, code,
			"expected USER[:GROUP], names or numbers; /etc/passwd must be a regular file");
	} else if (code == -E2BIG) {
		err_hint(e, code, "at most %d groups", GROUPS_MAX);
	}
}

static void switch_cause(int code, struct err *e)
{
	if (code == -EINVAL)
		err_hint(e, code,
			 "the id is not mapped in this user namespace: use a smaller one, or a "
			 "larger range with --userns auto:size=N");
}

static void missing_program(const char *program, struct err *e)
{
	(void)err_say(e, -ENOENT,
		      strchr(program, '/') ? "'%s': no such file or directory in the container" :
					     "'%s': executable file not found in $PATH",
		      program);
	(void)err_exit(e, -ENOENT, EXIT_NOT_FOUND);
	err_hint(e, -ENOENT,
		 strchr(program, '/') ?
			 "look with 'ls' inside: paths are the container's, not the host's" :
			 "give its full path, or set PATH with --env");
}

static void program_cause(const char *program, int code, bool resolving, struct err *e)
{
	switch (code) {
	case -ENOENT:
		if (resolving) {
			missing_program(program, e);
			return;
		}
		/* It was there a moment ago: what lacks is what it asks for. */
		(void)err_say(e, code,
			      "'%s': its interpreter or loader is missing in the container",
			      program);
		(void)err_exit(e, code, EXIT_NOT_FOUND);
		err_hint(e, code,
			 "a script names it in its first line ('#!…'); for a program see "
			 "'readelf -l' (INTERP): it was built for another system");
		return;
	case -ENOTDIR:
		missing_program(program, e);
		return;
	case -EACCES:
		(void)err_say(e, code, "'%s': permission denied", program);
		err_hint(e, code,
			 "it lacks the x bit for this user, a directory on the way is closed to "
			 "him, or its file system is mounted noexec");
		break;
	case -EISDIR:
		(void)err_say(e, code, "'%s': is a directory, not a program", program);
		err_hint(
			e, code,
			"a root directory comes first and the program after it: honu run DIRECTORY PROGRAM");
		break;
	case -ENOEXEC:
		(void)err_say(e, code, "'%s': exec format error", program);
		err_hint(
			e, code,
			"built for another kind of machine, or a script without '#!' in its first line");
		break;
	case -ELOOP:
		(void)err_say(e, code, "'%s': too many links", program);
		break;
	default:
		break;
	}
	(void)err_exit(e, code, EXIT_NOT_EXECUTABLE);
}

static void cwd_cause(const struct step *s, int code, struct err *e)
{
	if (code == -ENOENT)
		err_hint(e, code,
			 "there is no %s in the container: make it, or choose another --workdir",
			 s->proc_cwd.path);
	else if (code == -EXDEV)
		err_hint(e, code, "%s leads out of the container: refused", s->proc_cwd.path);
}

static void limits_cause(int code, struct err *e)
{
	if (code == -EPERM)
		err_hint(e, code,
			 "a hard limit above our own needs CAP_SYS_RESOURCE: see 'ulimit -H -a'");
}

static void ns_cause(const struct step *s, int code, struct err *e)
{
	if (s->kind == STEP_NS_OPEN && code == -ESRCH)
		err_hint(e, code, "the container ended meanwhile");
	else if (s->kind == STEP_NS_OPEN && code == -ENOENT)
		err_hint(e, code, "there is no such namespace file; see 'lsns', or /proc/PID/ns");
	else if (s->kind == STEP_NS_ENTER && code == -EINVAL)
		err_hint(e, code, "the file is not a namespace of that kind");
}

void run_cause(const struct run *r, const struct step *s, const char *op, int code, struct err *e)
{
	const struct step *last = &r->plan->steps[r->plan->n - 1];
	const char *program = last->exec.argv[last->exec.init ? 2 : 0];

	if (strncmp(op, "fault ", 6) == 0)
		return; /* HONU_FAULT: nothing to be found */
	switch ((int)s->kind) {
	case STEP_MOUNT_IDMAP:
		idmap_cause(s, code, e);
		break;
	case STEP_MOUNT_OPEN:
		open_cause(s, code, op, e);
		break;
	case STEP_MOUNT_ATTACH:
	case STEP_MOUNT_FS:
		attach_cause(r->plan, s, op, code, e);
		break;
	case STEP_NS_CLONE:
		clone_cause(op, code, e);
		break;
	case STEP_NS_OPEN:
	case STEP_NS_ENTER:
		ns_cause(s, code, e);
		break;
	case STEP_CGROUP_MAKE:
		cgroup_cause(s, code, e);
		break;
	case STEP_CRED_RESOLVE:
		resolve_cause(s, op, code, e);
		break;
	case STEP_CRED_SWITCH:
		switch_cause(code, e);
		break;
	case STEP_PROC_LIMITS:
		limits_cause(code, e);
		break;
	case STEP_PROC_CWD:
		cwd_cause(s, code, e);
		break;
	case STEP_EXEC_RESOLVE:
		program_cause(s->exec_resolve.program, code, true, e);
		break;
	case STEP_EXEC:
		program_cause(program, code, false, e);
		break;
	default:
		break;
	}
}
