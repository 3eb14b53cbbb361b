/* plan/explain_ns.c - namespaces, control groups, network and kernel settings as shell commands.
 *
 * What a namespace or a group has to surround is written as commands in front of unshare: setns(2)
 * and unshare(2) act on the process that calls them, and a shell only starts others. */
#include "plan/explain.h"

#include <inttypes.h>
#include <sched.h>

#include "base/cleanup.h"

/* ---- control groups ---- */

static void add_group_path(struct explain *x, const char *mountpoint, const char *path,
			   const char *file)
{
	_cleanup_text_ struct text whole = { 0 };

	text_printf(&whole, "%s%s%s", mountpoint, *path ? "/" : "", path);
	if (file)
		text_printf(&whole, "/%s", file);
	explain_word(x, text_get(&whole));
}

void explain_cgroup_make(struct explain *x, const struct cgroup_make_step *s)
{
	explain_indent(x);
	text_add(x->t, "mkdir -p ");
	add_group_path(x, s->mountpoint, s->path, NULL);
	explain_end(x);
	explain_inexpressible(x,
			      "the group's %s stays open for the first process: the kernel asks "
			      "for the rights of who opened it",
			      s->is_v2 ? "directory" : "tasks file");
}

/* honu fills the parents' files too, where they are empty: a v1 cpuset takes no process before. */
static void add_parent_writes(struct explain *x, const struct cgroup_write_step *s,
			      const char *value)
{
	for (const char *c = s->path; *c; c++) {
		_cleanup_text_ struct text parent = { 0 };

		if (*c != '/')
			continue;
		text_add_bytes(&parent, s->path, (size_t)(c - s->path));
		explain_indent(x);
		text_add(x->t, "grep -q . ");
		add_group_path(x, s->mountpoint, text_get(&parent), s->file);
		text_add(x->t, " || echo ");
		explain_word(x, value);
		text_add(x->t, " > ");
		add_group_path(x, s->mountpoint, text_get(&parent), s->file);
		explain_end(x);
	}
}

void explain_cgroup_write(struct explain *x, const struct cgroup_write_step *s)
{
	for (size_t i = 0; i < s->n_values; i++) {
		if (s->with_parents)
			add_parent_writes(x, s, s->values[i]);
		explain_indent(x);
		text_add(x->t, "echo ");
		explain_word(x, s->values[i]);
		text_add(x->t, " > ");
		add_group_path(x, s->mountpoint, s->path, s->file);
		explain_end(x);
	}
}

void explain_cgroup_open(struct explain *x, const struct cgroup_open_step *s)
{
	explain_inexpressible(x, "the group's %s stays open for the new process",
			      s->is_v2 ? "directory" : "tasks file");
	explain_approximately(x);
	if (s->leaf) {
		explain_remark(x, "in a group with controllers enabled for children nobody can be");
		explain_indent(x);
		text_add(x->t, "if grep -q . ");
		add_group_path(x, s->mountpoint, s->path, "cgroup.subtree_control");
		text_add(x->t, "; then group=");
		add_group_path(x, s->mountpoint, s->leaf, NULL);
		text_add(x->t, "; mkdir -p \"$group\"; else group=");
		add_group_path(x, s->mountpoint, s->path, NULL);
		text_add(x->t, "; fi\n");
		return;
	}
	explain_indent(x);
	text_add(x->t, "[ -d ");
	add_group_path(x, s->mountpoint, s->path, NULL);
	text_add(x->t, " ]\n");
}

void explain_cgroup_join(struct explain *x, const struct cgroup_join_step *s)
{
	explain_inexpressible(x, "0, which means \"me\", goes into the files that the host opened");
	explain_remark(x, "approximately, by the host, which has the right to:");
	explain_interrupt(x);
	for (unsigned i = 0; i < s->n_slots; i++) {
		struct explain_group group = explain_find_group(x, s->first_slot + i);

		if (!group.path)
			continue;
		text_add(x->t, "echo \"$child\" > ");
		add_group_path(x, group.mountpoint, group.path, "tasks");
		explain_end(x);
	}
	explain_resume(x);
}

/* ---- namespaces ---- */

static void add_identity(struct explain *x, uint32_t pid, uint64_t start_time)
{
	/* Field 22, counted behind the name of the program, which may hold blanks. */
	explain_line(x,
		     "[ \"$(sed 's/.*) //' /proc/%" PRIu32 "/stat | cut -d ' ' -f 20)\" = %" PRIu64
		     " ]  # still the process that started then",
		     pid, start_time);
}

void explain_ns_target(struct explain *x, const struct ns_target_step *s)
{
	x->target = s->pid;
	explain_inexpressible(x, "pidfd_open(2): a descriptor that never means another process");
	explain_approximately(x);
	add_identity(x, s->pid, s->start_time);
}

void explain_ns_open(struct explain *x, const struct ns_open_step *s)
{
	x->ns_path[s->type] = s->path;
	explain_inexpressible(x, "a descriptor keeps the namespace alive from here on");
	explain_approximately(x);
	if (s->pid)
		add_identity(x, s->pid, s->start_time);
	explain_indent(x);
	text_add(x->t, "[ -e ");
	explain_word(x, s->path ? s->path : "");
	text_add(x->t, " ]");
	explain_end(x);
}

static void add_chain_start(struct explain *x)
{
	x->has_chain = true;
	explain_indent(x);
	text_add(x->t, "set -- \"$@\" ");
}

static void add_enter(struct explain *x, enum ns_type type)
{
	add_chain_start(x);
	text_printf(x->t, "nsenter --%s=", ns_name(type));
	explain_word(x, x->ns_path[type] ? x->ns_path[type] : "");
	text_add(x->t, type == NS_USER ? " --preserve-credentials --\n" : " --\n");
}

void explain_ns_enter(struct explain *x, const struct ns_enter_step *s)
{
	explain_inexpressible(x, "setns(2) of honu itself");
	explain_approximately(x);
	if (!s->of_target) {
		add_enter(x, s->type);
		return;
	}
	add_chain_start(x);
	text_printf(x->t, "nsenter --target %" PRIu32 " --%s --no-fork --\n", x->target,
		    ns_name(s->type));
}

void explain_ns_leave(struct explain *x, const struct ns_leave_step *s)
{
	(void)s;
	explain_remark(x, "nothing to do in a shell: only the commands above were in there");
}

void explain_ns_time(struct explain *x, const struct ns_time_step *s)
{
	static const int64_t second = 1000000000;

	if (s->monotonic % second || s->boottime % second)
		explain_inexpressible(x,
				      "offsets of %" PRId64 " and %" PRId64
				      " nanoseconds; unshare takes whole seconds",
				      s->monotonic, s->boottime);
	add_chain_start(x);
	text_printf(x->t, "unshare --time --monotonic %" PRId64 " --boottime %" PRId64 " --\n",
		    s->monotonic / second, s->boottime / second);
}

/* What has to be in front of unshare because clone3 takes it as a flag. */
static void add_clone_chain(struct explain *x, const struct ns_clone_step *s)
{
	struct explain_group group = explain_find_group(x, SLOT_CGROUP2);

	if (s->with_cgroup && group.path) {
		explain_inexpressible(x, "CLONE_INTO_CGROUP: the process is born in its group");
		explain_approximately(x);
		add_chain_start(x);
		text_add(x->t, "sh -c 'echo 0 > \"$1\"; shift; exec \"$@\"' sh ");
		if (group.leaf)
			text_add(x->t, "\"$group\"/cgroup.procs");
		else
			add_group_path(x, group.mountpoint, group.path, "cgroup.procs");
		explain_end(x);
	}
	if (s->join_user)
		add_enter(x, NS_USER);
}

static void add_unshare(struct explain *x, uint64_t flags)
{
	text_add(x->t, "unshare");
	for (enum ns_type type = 0; type < _NS_N; type++)
		if (flags & ns_clone_flag(type))
			text_printf(x->t, " --%s", ns_name(type));
	/* Without this unshare(1) would make every mount private: here that is a step. */
	if (flags & CLONE_NEWNS)
		text_add(x->t, " --propagation unchanged");
	/* Until its ids are mapped the process has no user id there, so exec would take all
	 * capabilities away. */
	if (flags & CLONE_NEWUSER)
		text_add(x->t, " --keep-caps");
}

void explain_ns_clone(struct explain *x, const struct ns_clone_step *s)
{
	add_clone_chain(x, s);
	if (s->flags)
		explain_inexpressible(x, "one clone3(2) makes them all and returns a pidfd, which "
					 "never means another process");
	if (s->flags)
		explain_approximately(x);
	explain_line(x, "mkfifo \"$work\"/inside");
	explain_line(x, "exec 8<&0  # kept for the program");
	explain_remark(x, "bash, since it reads a pipe byte by byte: what it executes reads on");
	if (x->has_chain)
		text_add(x->t, "\"$@\" ");
	add_unshare(x, s->flags);
	text_add(x->t, " --fork bash -eu < \"$work\"/inside &\n");
	explain_line(x, "exec 9> \"$work\"/inside");
	explain_line(x, "until child=$(tr -d ' ' < /proc/$!/task/$!/children) && [ \"$child\" ]; "
			"do sleep 0.1; done");
	if (x->has_chain)
		explain_line(x, "set --");
	x->has_chain = false;
	x->cloned = true;
	x->own_mounts = s->flags & CLONE_NEWNS;
}

static void add_map(struct explain *x, const char *file, const struct id_line *lines, size_t n)
{
	explain_indent(x);
	text_add(x->t, "printf '");
	for (size_t i = 0; i < n; i++)
		text_printf(x->t, "%" PRIu32 " %" PRIu32 " %" PRIu32 "\\n", lines[i].inside,
			    lines[i].outside, lines[i].count);
	text_printf(x->t, "' > /proc/\"$child\"/%s\n", file);
}

void explain_ns_map(struct explain *x, const struct ns_map_step *s)
{
	explain_remark(x, "each line: first id inside, first id outside, how many");
	add_map(x, "uid_map", s->uid, s->n_uid);
	add_map(x, "gid_map", s->gid, s->n_gid);
}

void explain_ns_join(struct explain *x, const struct ns_join_step *s)
{
	explain_remark(x, "in a shell the container has to have bash, and what the rest needs");
	explain_indent(x);
	text_printf(x->t, "exec nsenter --target %" PRIu32, x->target);
	for (enum ns_type type = 0; type < _NS_N; type++)
		if (s->flags & ns_clone_flag(type))
			text_printf(x->t, " --%s", ns_name(type));
	text_add(x->t, " bash -eu\n");
}

void explain_ns_unshare(struct explain *x, const struct ns_unshare_step *s)
{
	explain_indent(x);
	text_add(x->t, "exec ");
	add_unshare(x, s->flags);
	text_add(x->t, " bash -eu\n");
}

/* ---- what lives in them ---- */

void explain_net_loopback(struct explain *x, const struct net_loopback_step *s)
{
	(void)s;
	explain_line(x, "ip link set lo up");
}

void explain_uts_name(struct explain *x, const struct uts_name_step *s)
{
	explain_indent(x);
	text_add(x->t, "hostname ");
	explain_word(x, s->hostname);
	explain_end(x);
}

void explain_sysctl_write(struct explain *x, const struct sysctl_write_step *s)
{
	_cleanup_text_ struct text path = { 0 };

	text_printf(&path, "/proc/sys/%s", s->path);
	explain_indent(x);
	text_add(x->t, "echo ");
	explain_word(x, s->value);
	text_add(x->t, " > ");
	explain_inside_path(x, text_get(&path));
	explain_end(x);
}
