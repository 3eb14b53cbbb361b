/* plan/compile_process.c - console, user, limits, capabilities, filter, program. */
#include <errno.h>
#include <stdio.h>
#include <linux/mount.h>

#include "plan/compile.h"
#include "plan/filter.h"

bool compile_wants_console(const struct compiler *c)
{
	const struct spec *s = c->spec;

	if (c->exec)
		return s->tty == TTY_ON; /* whatever the container has there */
	if (s->root_kind == ROOT_SHARED || compile_has_target(c, "/dev"))
		return false; /* no devpts of our own: the caller's terminal is passed as it is */
	if (s->tty == TTY_AUTO)
		return c->facts->stdin_tty && c->facts->stdout_tty;
	return s->tty == TTY_ON;
}

static const char *env_value(const struct spec *s, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < s->n_env; i++) {
		if (strncmp(s->env[i], name, n) == 0 && s->env[i][n] == '=')
			return s->env[i] + n + 1;
	}
	return NULL;
}

void compile_user(struct compiler *c)
{
	const struct spec *s = c->spec;
	bool is_root = strcmp(s->user, "0") == 0;
	const char *home = env_value(s, "HOME");
	struct step *step =
		compile_add(c, ACTOR_INIT, STEP_CRED_RESOLVE, is_root ? NULL : "--user");

	step->cred_resolve = (struct cred_resolve_step){ .user = s->user,
							 .groups = s->groups,
							 .n_groups = s->n_groups,
							 .keep_home = home && *home,
							 .in_host = s->root_kind == ROOT_SHARED };
}

int compile_console(struct compiler *c)
{
	const struct spec *s = c->spec;
	struct step *step;

	compile_user(c);
	if (s->n_secrets > 0) {
		step = compile_add(c, ACTOR_INIT, STEP_MOUNT_ATTACH, s->secrets[0].origin);
		step->mount_attach = (struct mount_attach_step){ .slot = SLOT_SECRETS,
								 .target = "/run/secrets",
								 .attr_set = MOUNT_ATTR_RDONLY,
								 .propagation = MS_PRIVATE,
								 .own_files = true };
	}
	if (compile_wants_console(c)) {
		compile_add(c, ACTOR_INIT, STEP_CONSOLE_OPEN, NULL);
		compile_add(c, ACTOR_INIT, STEP_CONSOLE_ATTACH, NULL);
	} else if (s->tty == TTY_ON) {
		return err_hint(c->e,
				err_say(c->e, -EOPNOTSUPP,
					"--tty: needs a /dev of the container's own"),
				"leave --tty out: the program then has your terminal as it is");
	}
	return 0;
}

static int add_seccomp(struct compiler *c)
{
	struct step *s;
	const struct sock_filter *filter;
	uint16_t length;
	int r;

	if (!c->spec->seccomp)
		return 0;
	r = filter_build(c->arena, c->spec->capabilities, &filter, &length);
	if (r < 0)
		return err_set(c->e, r, "build the system call filter");
	s = compile_add(c, ACTOR_INIT, STEP_CRED_SECCOMP, NULL);
	s->cred_seccomp = (struct cred_seccomp_step){ .filter = filter,
						      .length = length,
						      .label = "default" };
	return 0;
}

static int add_rights(struct compiler *c)
{
	const struct spec *s = c->spec;
	int r;

	compile_add(c, ACTOR_INIT, STEP_CRED_CAPS, NULL)->cred_caps.keep = s->capabilities;
	/* After the last change of credentials, which would reset it. */
	compile_add(c, ACTOR_INIT, STEP_PROC_PARENT, NULL);
	if (s->no_new_privileges) {
		compile_add(c, ACTOR_INIT, STEP_CRED_NO_NEW_PRIVS, NULL);
		r = add_seccomp(c);
		if (r < 0)
			return r;
	}
	return 0;
}

static void add_exec(struct compiler *c)
{
	const struct spec *s = c->spec;
	const char **argv = NULL;
	size_t n = 0;

	if (s->init) {
		arena_push(c->arena, argv, n, "honu-init");
		arena_push(c->arena, argv, n, "--");
	}
	for (size_t i = 0; i < s->n_argv; i++)
		arena_push(c->arena, argv, n, s->argv[i]);
	arena_push(c->arena, argv, n, NULL);
	struct step *step = compile_add(c, ACTOR_INIT, STEP_EXEC, NULL);
	step->exec = (struct exec_step){
		.argv = argv, .n_argv = n - 1, .init = s->init, .by_stub = compile_wants_stub(c)
	};
}

/* In the host's user namespace a root inside could overwrite what executed it (CVE-2019-5736).
 * honu-init is sealed itself; where other processes can look at us before that,
 * cli/self.c has replaced all of honu. */
bool compile_wants_stub(const struct compiler *c)
{
	return !c->own_userns && !c->spec->init && c->facts->exec_path;
}

int compile_process(struct compiler *c)
{
	const struct spec *s = c->spec;
	const char *path = env_value(s, "PATH");
	struct step *step;

	if (s->n_rlimits > 0) {
		step = compile_add(c, ACTOR_INIT, STEP_PROC_LIMITS, NULL);
		step->proc_limits =
			(struct proc_limits_step){ .limits = s->rlimits, .n_limits = s->n_rlimits };
	}
	compile_add(c, ACTOR_INIT, STEP_PROC_UMASK, NULL)->proc_umask.mask =
		s->umask >= 0 ? (uint32_t)s->umask : 022;
	bool is_top = strcmp(s->cwd, "/") == 0;
	step = compile_add(c, ACTOR_INIT, STEP_PROC_CWD, is_top ? NULL : "--workdir");
	step->proc_cwd = (struct proc_cwd_step){ .path = s->cwd, .make = !is_top && !c->exec };
	if (compile_wants_console(c))
		compile_add(c, ACTOR_INIT, STEP_CONSOLE_USE, NULL);
	compile_add(c, ACTOR_INIT, STEP_PROC_FDS, NULL)->proc_fds.keep =
		s->preserve_fds + s->listen_fds;
	/* Without no_new_privs only CAP_SYS_ADMIN may set a filter, and becoming another user takes
	 * it out of effect. */
	int r = s->no_new_privileges ? 0 : add_seccomp(c);
	if (r < 0)
		return r;
	compile_add(c, ACTOR_INIT, STEP_CRED_SWITCH, NULL);
	step = compile_add(c, ACTOR_INIT, STEP_EXEC_RESOLVE, NULL);
	step->exec_resolve = (struct exec_resolve_step){ .program = s->argv[0],
							 .path = path ? path : "/usr/bin:/bin" };
	r = add_rights(c);
	if (r < 0)
		return r;
	add_exec(c);
	return 0;
}
