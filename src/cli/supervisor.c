/* cli/supervisor.c - see supervisor.h. */
#include "cli/supervisor.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/verb.h"
#include "supervise/handover.h"

/* Above every number that is handed over, so that nothing is overwritten on its way. */
#define ASIDE 64

struct command {
	struct arena *arena;
	const char **argv;
	size_t n;
};

#define word(c, ...) \
	arena_push((c)->arena, (c)->argv, (c)->n, arena_printf((c)->arena, __VA_ARGS__))

static void add_log(struct command *c, const struct spec *s)
{
	static const char *const drivers[] = {
		[LOG_FILE] = "file",
		[LOG_NONE] = "none",
		[LOG_JOURNALD] = "journald",
	};
	static_assert(ELEMENTS(drivers) == _LOG_DRIVER_N, "a log driver lacks its word");

	word(c, "log=%s", drivers[s->log_driver]);
	if (s->log_driver == LOG_FILE) {
		word(c, "log-size=%llu", (unsigned long long)s->log_size);
		word(c, "log-files=%u", s->log_files);
	}
	word(c, "log-mode=%s", s->log_non_blocking ? "non-blocking" : "blocking");
}

static void add_health(struct command *c, const struct health_spec *h)
{
	static const char *const kinds[] = {
		[HEALTH_NONE] = "none",
		[HEALTH_EXEC] = "exec",
		[HEALTH_TCP] = "tcp",
		[HEALTH_HTTP] = "http",
	};
	static_assert(ELEMENTS(kinds) == _HEALTH_KIND_N, "a kind of healthcheck lacks its word");
	static const char *const actions[] = {
		[HEALTH_LEAVE] = "none",
		[HEALTH_KILL] = "kill",
		[HEALTH_RESTART] = "restart",
		[HEALTH_STOP] = "stop",
	};
	static_assert(ELEMENTS(actions) == _HEALTH_ACTION_N, "a health action lacks its word");

	if (h->kind == HEALTH_NONE)
		return;
	word(c, "health=%s", kinds[h->kind]);
	if (h->kind != HEALTH_EXEC)
		word(c, "health-port=%u", h->port);
	if (h->kind == HEALTH_HTTP)
		word(c, "health-path=%s", h->path);
	word(c, "health-interval=%u", h->interval);
	word(c, "health-timeout=%u", h->timeout);
	word(c, "health-start=%u", h->start_period);
	word(c, "health-retries=%u", h->retries);
	word(c, "health-action=%s", actions[h->action]);
}

static void add_first(struct command *c, const struct store *store,
		      const struct store_container *container)
{
	word(c, "honu-supervise");
	word(c, "%s", container->id);
	word(c, "state=%s", store->path);
	if (container->name[0])
		word(c, "name=%s", container->name);
}

static void add_settings(struct command *c, const struct launch *l)
{
	const struct spec *spec = l->prepared->spec;

	word(c, "pid=%d", (int)l->run.slots->pid);
	word(c, "tty=%d", spec->tty == TTY_ON);
	word(c, "stop-signal=%d", spec->stop_signal);
	if (spec->stop_timeout != UINT32_MAX)
		word(c, "stop-timeout=%u", spec->stop_timeout);
	add_log(c, spec);
	add_health(c, &spec->health);
}

/* Everything to its number, and nothing else open behind the execve. */
static int place(int fd[_HANDOVER_END])
{
	for (int i = HANDOVER_CONTAINER; i < _HANDOVER_END; i++) {
		if (fd[i] < 0)
			continue;
		fd[i] = fcntl(fd[i], F_DUPFD_CLOEXEC, ASIDE);
		if (fd[i] < 0)
			return -errno;
	}
	for (int i = HANDOVER_CONTAINER; i < _HANDOVER_END; i++) {
		if (fd[i] < 0)
			(void)close(i);
		else if (dup2(fd[i], i) < 0) /* cloexec: honu-supervise's */
			return -errno;
	}
	return syscall(SYS_close_range, _HANDOVER_END, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ? -errno : 0;
}

static int execute(const struct store *store, const struct store_container *container,
		   struct command *c, int fd[_HANDOVER_END], struct err *e)
{
	const char *program = facts_find_program(c->arena, "honu-supervise");
	int r;

	if (!program)
		return err_hint(e, err_say(e, -ENOENT, "honu-supervise is not installed"),
				"it belongs beside honu, in libexec/honu");
	arena_push(c->arena, c->argv, c->n, NULL);
	fd[HANDOVER_CONTAINER] = container->fd;
	fd[HANDOVER_ALIVE] = container->alive;
	fd[HANDOVER_STATE] = store->fd;
	fd[HANDOVER_HONU] = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	if (fd[HANDOVER_HONU] < 0)
		return err_set(e, -errno, "open honu's own executable");
	bool has_client = fd[HANDOVER_READY] >= 0;
	r = place(fd);
	if (r == 0)
		(void)execve(program, (char *const *)c->argv, environ);
	/* Our own descriptors are gone: nothing can be undone here. The client does it, or whoever
	 * settles the container next. */
	(void)err_set(e, r < 0 ? r : -errno, "execute %s", program);
	if (has_client)
		(void)!write(HANDOVER_READY, e, sizeof(*e));
	_exit(EXIT_ENGINE);
}

int supervisor_execute(const struct launch *l, struct streams *t, struct err *e)
{
	struct command c = { .arena = &l->prepared->arena };

	add_first(&c, l->store, &l->container);
	add_settings(&c, l);
	return execute(l->store, &l->container, &c, t->supervisor, e);
}

static void set_empty(int fd[_HANDOVER_END])
{
	for (int i = 0; i < _HANDOVER_END; i++)
		fd[i] = -EBADF;
}

int supervisor_wait(const struct launch *l, uint32_t ms, struct err *e)
{
	struct command c = { .arena = &l->prepared->arena };
	int fd[_HANDOVER_END];

	set_empty(fd);
	add_first(&c, l->store, &l->container);
	word(&c, "wait=%u", ms);
	return execute(l->store, &l->container, &c, fd, e);
}

int supervisor_watch(const struct supervisor_exec *x, struct err *e)
{
	struct command c = { .arena = x->arena };
	struct store store = *x->store;
	int fd[_HANDOVER_END];

	if (x->quiet)
		store.fd = -EBADF;
	set_empty(fd);
	fd[HANDOVER_READY] = x->ready;
	fd[HANDOVER_PIDFD] = x->pidfd;
	fd[HANDOVER_INPUT] = x->pty;
	add_first(&c, x->store, x->container);
	word(&c, "exec=%u", x->number);
	word(&c, "pid=%d", (int)x->pid);
	word(&c, "tty=%d", x->pty >= 0);
	word(&c, "log=none");
	return execute(&store, x->container, &c, fd, e);
}
