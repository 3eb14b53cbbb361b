/* run/cause.c - why a step failed and what to do: found by looking, where looking is possible.
 * Host side, after the fact. Here: namespaces, control groups, kernel settings. */
#include "run/cause.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "spec/spec.h"

static void cause_of_clone(const struct failure *f)
{
	bool joins = f->plan->steps[0].kind == STEP_NS_TARGET;

	if (joins && (f->code == -ENOMEM || f->code == -ENODEV || f->code == -ENOENT))
		/* A pid namespace whose first process is gone takes nobody. */
		err_hint(f->e, f->code, "the container ended meanwhile, or memory ran out");
	else if (joins && f->code == -EBUSY)
		err_hint(f->e, f->code,
			 "the control group has just been given children: once more");
	else if (f->code == -ENOSPC)
		err_hint(f->e, f->code, "a limit in /proc/sys/user/max_*_namespaces is reached");
	else if (f->code == -EPERM)
		err_hint(f->e, f->code,
			 "honu lacks CAP_SYS_ADMIN, or user namespaces are switched off: "
			 "see 'sysctl kernel.unprivileged_userns_clone user.max_user_namespaces'");
	else if (f->code == -EINVAL && strcmp(f->op, "setns") != 0)
		err_hint(f->e, f->code, "this kernel lacks a kind of namespace (CONFIG_*_NS)");
	else if (f->code == -EAGAIN)
		err_hint(f->e, f->code,
			 "a limit on processes is reached: see 'ulimit -u' and the pids control "
			 "group");
}

static void cause_of_join(const struct failure *f)
{
	if (f->code == -ESRCH || f->code == -EINVAL)
		err_hint(f->e, f->code, "the container ended meanwhile");
	else if (f->code == -EPERM)
		err_hint(f->e, f->code,
			 "honu lacks CAP_SYS_ADMIN, or runs in a user namespace below the "
			 "container's");
}

static void cause_of_group(const struct failure *f)
{
	if (f->code == -ENOENT || f->code == -ENODEV)
		err_hint(f->e, f->code,
			 "the container ended meanwhile, or %s is not mounted where you are",
			 f->step->cgroup_open.mountpoint);
	else if (f->code == -EROFS || f->code == -EACCES || f->code == -EPERM)
		err_hint(f->e, f->code,
			 "honu may not write below %s: is it mounted read-only here?",
			 f->step->cgroup_open.mountpoint);
}

static void cause_of_namespace(const struct failure *f)
{
	const struct ns_open_step *o = &f->step->ns_open;

	if (f->code == -ESRCH)
		err_hint(f->e, f->code, "the container ended meanwhile");
	else if (f->code == -ENOENT)
		err_hint(f->e, f->code, "there is no %s; see 'lsns', or the files in /proc/PID/ns",
			 o->path);
	else if (f->code == -EINVAL)
		err_hint(f->e, f->code, "%s is not a namespace of that kind; see 'lsns --type %s'",
			 o->path, ns_file(o->type));
}

static void cause_of_clock(const struct failure *f)
{
	if (f->code == -ERANGE)
		err_hint(f->e, f->code,
			 "no clock can stand before 0: not more can be taken off than the machine "
			 "is up (see 'uptime')");
}

static void cause_of_cgroup(const struct failure *f)
{
	if (f->code == -EROFS || f->code == -EACCES || f->code == -EPERM)
		err_hint(f->e, f->code,
			 "honu may not write below %s: is it mounted read-only here?",
			 f->step->cgroup_make.mountpoint);
	else if (f->code == -ENOSPC)
		err_hint(f->e, f->code,
			 "the number of control groups is limited: see cgroup.max.descendants of "
			 "the parent groups");
	else if (f->code == -EEXIST)
		err_hint(f->e, f->code, "a group of that name is left over: run 'honu gc'");
}

/* On v2 a group with processes can have no controllers for its children (cgroups(7)). */
static void cause_of_enabling(const struct failure *f, const struct cgroup_write_step *w)
{
	if (f->code == -EBUSY)
		err_hint(f->e, f->code,
			 "processes live in %s/%s itself: give a --cgroup-parent without any",
			 w->mountpoint, w->path);
	else if (f->code == -ENOENT)
		err_hint(f->e, f->code,
			 "a group above does not hand that controller down: see its "
			 "cgroup.subtree_control");
}

static void cause_of_write(const struct failure *f)
{
	const struct cgroup_write_step *w = &f->step->cgroup_write;

	if (strcmp(w->file, "cgroup.subtree_control") == 0)
		cause_of_enabling(f, w);
	else if (f->code == -ENOENT || f->code == -EOPNOTSUPP)
		err_hint(f->e, f->code, "this kernel has no %s: it was built without it", w->file);
	else if (f->code == -EBUSY && strncmp(w->file, "memory.", 7) == 0)
		err_hint(f->e, f->code,
			 "it uses more than that, and what it uses cannot be taken from it");
	else if (f->code == -EINVAL && strncmp(w->file, "cpu.rt_", 7) == 0)
		err_hint(f->e, f->code,
			 "the group above has less real time: see its cpu.rt_runtime_us");
	else if (f->code == -EINVAL || f->code == -ERANGE || f->code == -EACCES)
		err_hint(f->e, f->code, "the kernel does not take '%s' there%s", w->values[0],
			 strncmp(w->file, "cpuset.", 7) == 0 ?
				 ": the group above has to allow all of it" :
				 "");
	else if (f->code == -ENODEV)
		err_hint(f->e, f->code, "the disk has gone meanwhile, or has no queue of its own");
}

static void cause_of_sysctl(const struct failure *f)
{
	const struct sysctl_write_step *w = &f->step->sysctl_write;

	if (f->code == -ENOENT)
		err_hint(f->e, f->code,
			 "this kernel has no such setting, or not for a container: see "
			 "'ls /proc/sys/%.*s' inside",
			 (int)(strrchr(w->path, '/') ? strrchr(w->path, '/') - w->path : 0),
			 w->path);
	else if (f->code == -EINVAL || f->code == -ERANGE)
		err_hint(f->e, f->code, "the kernel does not take the value '%s' for it", w->value);
	else if (f->code == -EACCES || f->code == -EPERM)
		err_hint(
			f->e, f->code,
			"the kernel lets only the host's root write it: --userns host, or leave it "
			"out");
}

static void cause_of_limits(const struct failure *f)
{
	if (f->code == -EPERM)
		err_hint(
			f->e, f->code,
			"a hard limit above our own needs CAP_SYS_RESOURCE (see 'ulimit -H -a'), and "
			"nofile ends at 'sysctl fs.nr_open'");
}

void run_cause(const struct run *r, const struct step *s, const char *op, int code, struct err *e)
{
	const struct failure f = {
		.plan = r->plan, .step = s, .slots = r->slots, .op = op, .code = code, .e = e
	};

	if (strncmp(op, "fault ", 6) == 0)
		return; /* HONU_FAULT: nothing to be found */
	switch ((int)s->kind) {
	case STEP_TREE_MAKE:
	case STEP_MOUNT_OPEN:
	case STEP_MOUNT_IDMAP:
	case STEP_MOUNT_OVERLAY:
	case STEP_MOUNT_ATTACH:
	case STEP_MOUNT_FS:
		cause_of_mount(&f);
		break;
	case STEP_CRED_RESOLVE:
	case STEP_CRED_SWITCH:
	case STEP_PROC_CWD:
	case STEP_EXEC_RESOLVE:
	case STEP_EXEC:
		cause_of_process(&f);
		break;
	case STEP_NS_CLONE:
		cause_of_clone(&f);
		break;
	case STEP_NS_TARGET:
	case STEP_NS_JOIN:
		cause_of_join(&f);
		break;
	case STEP_CGROUP_OPEN:
		cause_of_group(&f);
		break;
	case STEP_NS_OPEN:
		cause_of_namespace(&f);
		break;
	case STEP_NS_TIME:
		cause_of_clock(&f);
		break;
	case STEP_CGROUP_MAKE:
		cause_of_cgroup(&f);
		break;
	case STEP_CGROUP_WRITE:
		cause_of_write(&f);
		break;
	case STEP_SYSCTL_WRITE:
		cause_of_sysctl(&f);
		break;
	case STEP_PROC_LIMITS:
		cause_of_limits(&f);
		break;
	default:
		break;
	}
}
