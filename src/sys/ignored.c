/* sys/ignored.c - see ignored.h. */
#include "sys/ignored.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

uint64_t ignored_signals(void)
{
	static uint64_t ignored;
	static bool known;

	for (int n = 1; !known && n < NSIG; n++) {
		struct sigaction action;

		if (sigaction(n, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			ignored |= UINT64_C(1) << (n - 1);
	}
	known = true;
	return ignored;
}
