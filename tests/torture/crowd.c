/* tests/torture/crowd.c - see crowd.h. Who gets a name, who is refused it and who is killed is
 * chance; that everybody ends in one of these three ways, and nothing stays, is not. */
#include "torture/crowd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"

#define CROWD 100
#define NAMES 5
#define LIFE_MS 1500 /* within which a victim is killed */
#define LIMIT_MS 60000
#define WORDS_MAX 64

struct one {
	pid_t pid; /* 0: has ended */
	int said;
	int64_t doom; /* when it is killed; INT64_MAX: never */
	bool killed;
};

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static _Noreturn void become(const struct torture *t, char *const *argv, const char *name, int said)
{
	char *mark = strdup(t->scope.mark);
	char *words[WORDS_MAX] = { 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (size_t i = 0; argv[i] && i + 1 < WORDS_MAX; i++)
		words[i] = name && strcmp(argv[i], "@") == 0 ? (char *)name : argv[i];
	if (!mark || null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(said, STDERR_FILENO) < 0 || putenv(mark) != 0)
		_exit(124);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)execv(words[0], words);
	_exit(124);
}

static struct one start(const struct torture *t, char *const *argv, const char *name)
{
	struct one o = { .said = memfd_create("said", MFD_CLOEXEC), .doom = INT64_MAX };

	if (fflush(stdout) != 0)
		abort();
	o.pid = fork();
	if (o.pid == 0)
		become(t, argv, name, o.said);
	return o;
}

static void judge(const struct one *o, int status, const char *name, struct text *why)
{
	char said[1024];
	ssize_t n = pread(o->said, said, sizeof(said) - 1, 0);

	said[n > 0 ? n : 0] = '\0';
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && o->killed)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 125 && strstr(said, "' is taken"))
		return;
	text_printf(why, "%s: wait status %#x\n%s", name, (unsigned)status, said);
}

/* Kills whose time has come, judges who has ended. -> how many still run */
static size_t look_after(struct one *list, size_t n, int64_t now, const char *const *names,
			 struct text *why)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		struct one *o = &list[i];
		int status;

		if (o->pid <= 0)
			continue;
		if (!o->killed && o->doom <= now) {
			(void)kill(o->pid, SIGKILL);
			o->killed = true;
		}
		if (waitpid(o->pid, &status, WNOHANG) == o->pid) {
			judge(o, status, names[i], why);
			fd_closep(&o->said);
			o->pid = 0;
		} else {
			left++;
		}
	}
	return left;
}

void torture_crowd(struct torture *t)
{
	static const char *const container_names[NAMES] = { "crab", "coral", "conch", "cowrie",
							    "clam" };
	char *const gc_words[] = { t->argv[0], (char *)"gc", NULL };
	_cleanup_text_ struct text why = { 0 };
	struct one list[CROWD + 1];
	const char *names[CROWD + 1];
	int64_t begin = now_ms();
	unsigned seed = (unsigned)time(NULL);

	text_printf(&t->title, "%d containers at once on %d names, killed at random", CROWD, NAMES);
	srandom(seed);
	for (size_t i = 0; i < CROWD; i++) {
		names[i] = container_names[(size_t)random() % NAMES];
		list[i] = start(t, t->argv, names[i]);
		if (random() % 2)
			list[i].doom = now_ms() + random() % LIFE_MS;
	}
	/* Somebody clears away all the time. */
	names[CROWD] = "gc";
	list[CROWD] = start(t, gc_words, NULL);
	while (look_after(list, CROWD + 1, now_ms(), names, &why) > 0) {
		const struct timespec pause = { 0, 1000000 };

		if (list[CROWD].pid == 0 && look_after(list, CROWD, now_ms(), names, &why) > 0)
			list[CROWD] = start(t, gc_words, NULL);
		if (now_ms() - begin > LIMIT_MS) {
			text_printf(&why, "still running after %d s\n", LIMIT_MS / 1000);
			for (size_t i = 0; i <= CROWD; i++)
				list[i].doom = 0;
			begin = INT64_MAX;
		}
		(void)nanosleep(&pause, NULL);
	}
	torture_settle(t, &why);
	torture_gc(t, &why);
	torture_compare(t, "after 'honu gc'", &why);
	char name[64];
	(void)snprintf(name, sizeof(name), "the crowd of seed %u", seed);
	torture_verdict(t, name, &why);
}
