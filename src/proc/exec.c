/* proc/exec.c - finds the program and becomes it. Inside: system calls only. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "proc/inside.h"

/* 0 when path could be executed by us as we are now. */
static int can_execute(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	if (!S_ISREG(st.st_mode))
		return -EACCES;
	/* The call itself: the C library's is a loop of others where the kernel lacks it. */
	return syscall(SYS_faccessat2, AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
}

static int take_path(struct slots *slots, const char *dir, size_t n, const char *name)
{
	size_t length = strlen(name);

	if (n + 1 + length >= sizeof(slots->program))
		return -ENAMETOOLONG;
	memcpy(slots->program, dir, n);
	if (n > 0)
		slots->program[n++] = '/';
	memcpy(slots->program + n, name, length + 1);
	return 0;
}

int exec_resolve_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct exec_resolve_step *e = &s->exec_resolve;
	int worst = -ENOENT, r;

	*op = "find the program";
	if (strchr(e->program, '/')) {
		r = take_path(slots, "", 0, e->program);
		return r < 0 ? r : can_execute(slots->program);
	}
	if (e->program[0] == '\0')
		return -ENOENT;
	for (const char *p = e->path;;) {
		size_t n = strcspn(p, ":");

		r = take_path(slots, p, n, e->program);
		if (r == 0)
			r = can_execute(slots->program);
		if (r == 0)
			return 0;
		if (r == -EACCES) /* as execvp: go on, but say what stood in the way */
			worst = r;
		if (p[n] == '\0')
			return worst;
		p += n + 1;
	}
}

/* What our caller had us ignore (nohup, a Python parent) is not the container's; handlers are
 * gone since the clone (CLONE_CLEAR_SIGHAND). */
static void reset_signals(uint64_t ignored)
{
	struct {
		void *handler;
		unsigned long flags;
		void *restorer;
		uint64_t mask;
	} fresh = { 0 };
	uint64_t none = 0;

	for (int n = 1; n < 65; n++) {
		if (ignored & UINT64_C(1) << (n - 1))
			(void)syscall(SYS_rt_sigaction, n, &fresh, NULL, sizeof(none));
	}
	(void)syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none));
}

/* Completes the place-holders of the environment with what only we know. */
static void complete_environment(struct slots *slots)
{
	char *p = slots->listen_pid + sizeof(slots->listen_pid);
	unsigned pid = (unsigned)getpid();

	for (char **e = slots->envp; *e; e++) {
		if (strcmp(*e, "HOME=") == 0) {
			*e = slots->home;
		} else if (strcmp(*e, "LISTEN_PID=") == 0) {
			*--p = '\0';
			do
				*--p = (char)('0' + pid % 10);
			while ((pid /= 10) > 0);
			p -= sizeof("LISTEN_PID=") - 1;
			memcpy(p, "LISTEN_PID=", sizeof("LISTEN_PID=") - 1);
			*e = p;
		}
	}
}

/* honu-exec CHANNEL PATH ARGUMENT...: it closes the channel when it has become the program. */
static int execute_stub(const struct exec_step *e, struct slots *slots, const char **op)
{
	char *end = slots->channel_text + sizeof(slots->channel_text) - 1;
	unsigned rest = (unsigned)slots->channel;

	do
		*--end = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	slots->argv[0] = (char *)"honu-exec";
	slots->argv[1] = end;
	slots->argv[2] = slots->program;
	memcpy((void *)(slots->argv + 3), (const void *)e->argv, (e->n_argv + 1) * sizeof(char *));
	*op = "fcntl F_SETFD";
	if (fcntl(slots->channel, F_SETFD, 0) < 0)
		return -errno;
	*op = "execveat";
	syscall(SYS_execveat, slots->fd[SLOT_EXEC], "", slots->argv, slots->envp, AT_EMPTY_PATH);
	return -errno;
}

int exec_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct exec_step *e = &s->exec;

	complete_environment(slots);
	reset_signals(slots->ignored);
	if (e->by_stub)
		return execute_stub(e, slots, op);
	*op = "execve";
	if (e->init)
		syscall(SYS_execveat, slots->fd[SLOT_INIT], "", e->argv, slots->envp,
			AT_EMPTY_PATH);
	else
		(void)execve(slots->program, (char *const *)e->argv, slots->envp);
	return -errno;
}
