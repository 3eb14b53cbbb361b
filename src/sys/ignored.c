/* sys/ignored.c - see ignored.h. */
#include "sys/ignored.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The call itself: the C library keeps signals 32 to 34 for itself and denies that they exist. */
static bool is_ignored(int signal)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		uint64_t mask;
	} action;

	return syscall(SYS_rt_sigaction, signal, NULL, &action, sizeof(action.mask)) == 0 &&
	       action.handler == SIG_IGN;
}

uint64_t ignored_signals(void)
{
	static uint64_t ignored;
	static bool known;

	for (int n = 1; !known && n <= 64; n++) {
		if (is_ignored(n))
			ignored |= UINT64_C(1) << (n - 1);
	}
	known = true;
	return ignored;
}
