/* cli/patience.c - see patience.h. */
#include "cli/patience.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define QUIET_MS 2000

static struct {
	volatile sig_atomic_t over;
	struct sigaction before;
	int64_t begun;
	int64_t shown; /* which second */
	bool terminal, visible;
} patience;

int64_t patience_now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void on_interrupt(int signal)
{
	(void)signal;
	patience.over = 1;
}

void patience_begin(void)
{
	struct sigaction action = { .sa_handler = on_interrupt }; /* ends poll(2) */

	patience.over = 0;
	patience.begun = patience_now();
	patience.terminal = isatty(STDERR_FILENO);
	(void)sigaction(SIGINT, NULL, &patience.before);
	if (patience.before.sa_handler != SIG_IGN)
		(void)sigaction(SIGINT, &action, NULL);
}

bool patience_is_over(void)
{
	return patience.over;
}

void patience_show(const char *name, size_t n, int64_t until)
{
	int64_t now = patience_now(), second = (now - patience.begun) / 1000;

	if (!patience.terminal || now - patience.begun < QUIET_MS ||
	    (patience.visible && second == patience.shown))
		return;
	patience.visible = true;
	patience.shown = second;
	(void)fputs("\r\033[Kwaiting for ", stderr);
	if (n == 1)
		(void)fprintf(stderr, "%s", name);
	else
		(void)fprintf(stderr, "%zu containers", n);
	if (until != INT64_MAX && until > now)
		(void)fprintf(stderr, ": %lld s left", (long long)(until - now + 999) / 1000);
	(void)fflush(stderr);
}

void patience_hide(void)
{
	if (patience.visible)
		(void)fputs("\r\033[K", stderr);
	patience.visible = false;
}

void patience_end(void)
{
	patience_hide();
	(void)sigaction(SIGINT, &patience.before, NULL);
}
