/* base/signal_name.c - see signal_name.h. The numbers of real-time signals are the kernel's (32 to
 * 64) with SIGRTMIN as programs linked with glibc know it: 34. */
#include "base/signal_name.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/number.h"

#define REALTIME_MIN 34
#define REALTIME_MAX 64

static const char *const names[] = {
	[SIGHUP] = "SIGHUP",	   [SIGINT] = "SIGINT",	      [SIGQUIT] = "SIGQUIT",
	[SIGILL] = "SIGILL",	   [SIGTRAP] = "SIGTRAP",     [SIGABRT] = "SIGABRT",
	[SIGBUS] = "SIGBUS",	   [SIGFPE] = "SIGFPE",	      [SIGKILL] = "SIGKILL",
	[SIGUSR1] = "SIGUSR1",	   [SIGSEGV] = "SIGSEGV",     [SIGUSR2] = "SIGUSR2",
	[SIGPIPE] = "SIGPIPE",	   [SIGALRM] = "SIGALRM",     [SIGTERM] = "SIGTERM",
	[SIGSTKFLT] = "SIGSTKFLT", [SIGCHLD] = "SIGCHLD",     [SIGCONT] = "SIGCONT",
	[SIGSTOP] = "SIGSTOP",	   [SIGTSTP] = "SIGTSTP",     [SIGTTIN] = "SIGTTIN",
	[SIGTTOU] = "SIGTTOU",	   [SIGURG] = "SIGURG",	      [SIGXCPU] = "SIGXCPU",
	[SIGXFSZ] = "SIGXFSZ",	   [SIGVTALRM] = "SIGVTALRM", [SIGPROF] = "SIGPROF",
	[SIGWINCH] = "SIGWINCH",   [SIGIO] = "SIGIO",	      [SIGPWR] = "SIGPWR",
	[SIGSYS] = "SIGSYS",
};

/* "+3", "-1", "" -> how many; -EINVAL. */
static int offset(const char *text, char sign, uint32_t *ret)
{
	*ret = 0;
	if (*text == '\0')
		return 0;
	return *text == sign ? number_u32(text + 1, ret) : -EINVAL;
}

static int parse_realtime(const char *text, int *ret)
{
	uint32_t n;

	if (strncasecmp(text, "RTMIN", 5) == 0 && offset(text + 5, '+', &n) == 0 &&
	    n <= REALTIME_MAX - REALTIME_MIN)
		*ret = REALTIME_MIN + (int)n;
	else if (strncasecmp(text, "RTMAX", 5) == 0 && offset(text + 5, '-', &n) == 0 &&
		 n <= REALTIME_MAX - REALTIME_MIN)
		*ret = REALTIME_MAX - (int)n;
	else
		return -EINVAL;
	return 0;
}

int signal_parse(const char *text, int *ret)
{
	uint32_t n;

	if (number_u32(text, &n) == 0) {
		if (n < 1 || n > REALTIME_MAX)
			return -EINVAL;
		*ret = (int)n;
		return 0;
	}
	if (strncasecmp(text, "SIG", 3) == 0)
		text += 3;
	for (int i = 1; i < (int)ELEMENTS(names); i++) {
		if (names[i] && strcasecmp(names[i] + 3, text) == 0) {
			*ret = i;
			return 0;
		}
	}
	return parse_realtime(text, ret);
}

const char *signal_name(int signal)
{
	static char realtime[16];

	if (signal > 0 && signal < (int)ELEMENTS(names))
		return names[signal];
	if (signal < REALTIME_MIN || signal > REALTIME_MAX)
		return NULL;
	(void)snprintf(realtime, sizeof(realtime), "SIGRTMIN+%d", signal - REALTIME_MIN);
	return realtime;
}
