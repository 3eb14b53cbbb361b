/* supervise/wait.c - the back-off between two runs of a container: nothing runs, and this costs
 * nothing but a process that sleeps. */
#include <errno.h>
#include <poll.h>

#include "supervise/clock.h"
#include "supervise/end.h"

_Noreturn void wait_and_finish(const struct watch_settings *s, const struct handed *h, int signals)
{
	uint64_t deadline = clock_now() + s->wait * NS_PER_MS;
	struct pollfd p = { signals, POLLIN, 0 };
	struct timespec left;

	while (ppoll(&p, 1, clock_left(deadline, &left), NULL) < 0 && errno == EINTR)
		;
	(void)end_is_asked(s, h, signals);
	end_finish(s, h);
}
