/* plan/explain_proc.c - credentials, console and program as shell commands.
 *
 * A shell cannot give up a right and go on, so the steps collect options in "$@", and the last
 * command hands them to setpriv(1), which puts them in the order that honu has. */
#include "plan/explain.h"

#include <inttypes.h>
#include <string.h>

#include "base/rlimit.h"
#include "base/capability.h"
#include "base/cleanup.h"
#include "plan/names.h"

/* ---- credentials ---- */

void explain_cred_root(struct explain *x, const struct cred_root_step *s)
{
	(void)s;
	explain_line(x, "exec setpriv --reuid 0 --regid 0 --clear-groups bash -eu");
}

void explain_cred_keyring(struct explain *x, const struct cred_keyring_step *s)
{
	(void)s;
	explain_inexpressible(
		x, "keyctl(KEYCTL_JOIN_SESSION_KEYRING); 'keyctl session NAME PROGRAM' of "
		   "the package keyutils does it");
}

static bool is_number(const char *s)
{
	return *s && s[strspn(s, "0123456789")] == '\0';
}

/* awk prints a field of each line of /etc/passwd or /etc/group that fits. A number needs no file. */
static void add_lookup(struct explain *x, const char *key, const char *program, const char *file)
{
	text_add(x->t, "$(awk -F: -v key=");
	explain_word(x, key);
	text_printf(x->t, " '%s' ", program);
	explain_inside_path(x, file);
	text_add(x->t, is_number(key) ? " 2>/dev/null || :)" : ")");
}

static void add_id(struct explain *x, const char *id, const char *file)
{
	if (is_number(id))
		text_add(x->t, id);
	else
		add_lookup(x, id, "$1 == key { print $3 }", file);
}

static void add_groups(struct explain *x, const struct cred_resolve_step *s, const char *user)
{
	explain_indent(x);
	text_add(x->t, "groups=");
	if (is_number(user))
		text_add(x->t, "''\n");
	else {
		add_lookup(x, user, "index(\",\" $4 \",\", \",\" key \",\") { printf \"%s,\", $3 }",
			   "/etc/group");
		explain_end(x);
	}
	for (size_t i = 0; i < s->n_groups; i++) {
		explain_indent(x);
		text_add(x->t, "groups=\"$groups\"");
		add_id(x, s->groups[i], "/etc/group");
		text_add(x->t, ",\n");
	}
}

void explain_cred_resolve(struct explain *x, const struct cred_resolve_step *s)
{
	const char *colon = strchr(s->user, ':');
	_cleanup_text_ struct text user = { 0 };

	text_add_bytes(&user, s->user, colon ? (size_t)(colon - s->user) : strlen(s->user));
	bool number = is_number(text_get(&user));

	explain_indent(x);
	text_add(x->t, "uid=");
	add_id(x, text_get(&user), "/etc/passwd");
	explain_end(x);
	explain_indent(x);
	text_add(x->t, "gid=");
	if (colon)
		add_id(x, colon + 1, "/etc/group");
	else
		add_lookup(x, text_get(&user),
			   number ? "$3 == key { print $4; exit }" : "$1 == key { print $4; exit }",
			   "/etc/passwd");
	text_add(x->t, colon ? "\n" : "; gid=${gid:-0}\n");
	add_groups(x, s, text_get(&user));
	if (s->keep_home)
		return;
	explain_indent(x);
	text_add(x->t, "home=");
	add_lookup(x, text_get(&user),
		   number ? "$3 == key { print $6; exit }" : "$1 == key { print $6; exit }",
		   "/etc/passwd");
	text_add(x->t, "; home=${home:-/}\n");
	x->has_home = true;
}

void explain_cred_bound(struct explain *x, const struct cred_bound_step *s)
{
	_cleanup_text_ struct text kept = { 0 };

	names_add_capabilities(&kept, s->keep, s->last, "+");
	explain_indent(x);
	text_printf(x->t, "set -- \"$@\" --bounding-set -all%s%s\n", kept.length ? "," : "",
		    text_get(&kept));
	x->has_setpriv = true;
}

void explain_cred_switch(struct explain *x, const struct cred_switch_step *s)
{
	explain_line(x, "set -- \"$@\" --reuid \"$uid\" --regid \"$gid\"");
	if (s->keep_groups)
		explain_line(x, "set -- \"$@\" --keep-groups");
	else
		explain_line(x, "if [ \"$groups\" ]; then set -- \"$@\" --groups \"${groups%%,}\"; "
				"else set -- \"$@\" --clear-groups; fi");
	x->has_setpriv = true;
}

void explain_cred_caps(struct explain *x, const struct cred_caps_step *s)
{
	_cleanup_text_ struct text kept = { 0 };

	names_add_capabilities(&kept, s->keep, CAPABILITY_N - 1, "");
	explain_indent(x);
	text_printf(x->t, "# root gets what the bounding set leaves (%s), any other user nothing\n",
		    kept.length ? text_get(&kept) : "none");
	explain_line(x, "set -- \"$@\" --inh-caps -all --ambient-caps -all");
	x->has_setpriv = true;
}

void explain_cred_no_new_privs(struct explain *x, const struct cred_no_new_privs_step *s)
{
	(void)s;
	explain_line(x, "set -- \"$@\" --no-new-privs");
	x->has_setpriv = true;
}

void explain_cred_seccomp(struct explain *x, const struct cred_seccomp_step *s)
{
	explain_inexpressible(x,
			      "seccomp(2) installs a filter of %" PRIu16 " instructions; the line "
			      "\"Seccomp: 2\" of /proc/PID/status shows it",
			      s->length);
}

/* ---- process ---- */

void explain_proc_session(struct explain *x, const struct proc_session_step *s)
{
	(void)s;
	explain_line(x, "export prefix=setsid");
	x->has_prefix = true;
}

static void add_limit(struct explain *x, uint64_t value)
{
	if (value == UINT64_MAX)
		text_add(x->t, "unlimited");
	else
		text_printf(x->t, "%" PRIu64, value);
}

void explain_proc_limits(struct explain *x, const struct proc_limits_step *s)
{
	for (size_t i = 0; i < s->n_limits; i++) {
		const struct rlimit_spec *l = &s->limits[i];
		const char *name = rlimit_name(l->resource);

		if (!name)
			continue;
		explain_indent(x);
		text_printf(x->t, "prlimit --pid $$ --%s=", name);
		add_limit(x, l->soft);
		text_add(x->t, ":");
		add_limit(x, l->hard);
		explain_end(x);
	}
}

void explain_proc_oom(struct explain *x, const struct proc_oom_step *s)
{
	explain_line(x, "choom --adjust %d --pid \"$child\"", s->score);
}

void explain_proc_seal(struct explain *x, const struct proc_seal_step *s)
{
	explain_inexpressible(x, "memfd_create(2) with all of its seals: a file that nobody can "
				 "write to, whatever he may do");
	explain_approximately(x);
	explain_indent(x);
	text_add(x->t, "cp ");
	explain_word(x, s->path);
	text_add(x->t, " ");
	explain_stage(x, s->slot);
	explain_end(x);
}

void explain_proc_hide(struct explain *x, const struct proc_hide_step *s)
{
	(void)s;
	explain_inexpressible(x, "prctl(PR_SET_DUMPABLE, 0); execve(2) takes it back");
}

void explain_proc_umask(struct explain *x, const struct proc_umask_step *s)
{
	explain_line(x, "umask %04" PRIo32, s->mask);
}

void explain_proc_parent(struct explain *x, const struct proc_parent_step *s)
{
	(void)s;
	explain_line(x, "set -- \"$@\" --pdeathsig KILL");
	x->has_setpriv = true;
}

void explain_proc_fds(struct explain *x, const struct proc_fds_step *s)
{
	explain_inexpressible(x,
			      "close_range(%" PRIu32 ", ~0, CLOSE_RANGE_CLOEXEC); %" PRIu32
			      " descriptors from 3 on stay",
			      3 + s->keep, s->keep);
}

void explain_proc_cwd(struct explain *x, const struct proc_cwd_step *s)
{
	if (s->make) {
		explain_indent(x);
		text_add(x->t, "mkdir -p ");
		explain_inside_path(x, s->path);
		explain_end(x);
	}
	explain_indent(x);
	text_add(x->t, "cd ");
	explain_inside_path(x, s->path);
	explain_end(x);
}

/* ---- console ---- */

void explain_console_open(struct explain *x, const struct console_open_step *s)
{
	(void)s;
	explain_inexpressible(x, "/dev/pts/ptmx opened, unlocked and its other side taken with "
				 "TIOCGPTPEER; honu copies between it and your terminal");
}

void explain_console_attach(struct explain *x, const struct console_attach_step *s)
{
	(void)s;
	explain_inexpressible(x, "the bind is made from the descriptor of the terminal");
	explain_approximately(x);
	explain_indent(x);
	text_add(x->t, ": >> ");
	explain_inside_path(x, "/dev/console");
	explain_end(x);
	explain_indent(x);
	text_add(x->t, "mount --bind ");
	explain_inside_path(x, "/dev/pts/0");
	text_add(x->t, " ");
	explain_inside_path(x, "/dev/console");
	explain_end(x);
}

void explain_console_use(struct explain *x, const struct console_use_step *s)
{
	(void)s;
	explain_line(x, "prefix='setsid --ctty'  # and /dev/console at the last command");
	x->has_prefix = true;
	x->has_console = true;
}

/* ---- program ---- */

void explain_exec_resolve(struct explain *x, const struct exec_resolve_step *s)
{
	explain_indent(x);
	text_add(x->t, "program=$(PATH=");
	explain_word(x, s->path ? s->path : "");
	text_add(x->t, " type -P ");
	explain_word(x, s->program);
	text_add(x->t, ") || exit 127\n");
}

/* One variable; what cred.resolve and exec complete has nothing behind the sign. */
static void add_variable(struct explain *x, const char *variable)
{
	if (strcmp(variable, "HOME=") == 0)
		text_add(x->t, x->has_home ? "HOME=\"$home\"" : "HOME=");
	else if (strcmp(variable, "LISTEN_PID=") == 0)
		text_add(x->t, "LISTEN_PID=$$");
	else
		explain_word(x, variable);
}

static void add_environment(struct explain *x)
{
	text_add(x->t, "env -i \\\n");
	for (size_t i = 0; i < x->p->n_env; i++) {
		explain_indent(x);
		text_add(x->t, "\t");
		add_variable(x, x->p->env[i]);
		text_add(x->t, " \\\n");
	}
	explain_indent(x);
	text_add(x->t, "\t");
}

void explain_exec(struct explain *x, const struct exec_step *s)
{
	if (s->init)
		explain_inexpressible(
			x, "honu-init comes from a descriptor: no path inside leads to it");
	if (s->by_stub)
		explain_inexpressible(x, "honu-exec, sealed, executes the program: a root of the "
					 "host's user namespace cannot reach honu's own file "
					 "through /proc/PID/exe");
	explain_indent(x);
	text_printf(x->t, "exec %s%s", x->has_prefix ? "$prefix " : "",
		    x->has_setpriv ? "setpriv \"$@\" -- " : "");
	add_environment(x);
	if (s->init) {
		explain_stage(x, SLOT_INIT);
		text_add(x->t, " -- ");
	}
	text_add(x->t, "\"$program\"");
	/* After "honu-init --" and the program's own name, which $program stands for. */
	for (size_t i = s->init ? 3 : 1; i < s->n_argv; i++) {
		text_add(x->t, " ");
		explain_word(x, s->argv[i]);
	}
	text_add(x->t, x->has_console ? " < /dev/console > /dev/console 2>&1" : " <&8");
	text_add(x->t, " 8<&- 9>&-\n");
}
