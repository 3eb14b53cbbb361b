/* spec/restart.c - see restart.h. */
#include "spec/restart.h"

#include <string.h>

static bool is_wanted(const struct spec *s, const struct restart_run *run, uint32_t count)
{
	if (run->wished)
		return false;
	if (run->by_health)
		return true;
	switch (s->restart) {
	case RESTART_NO:
	case _RESTART_N:
		return false;
	case RESTART_ON_FAILURE:
		return run->code != 0 && (s->restart_max == 0 || count < s->restart_max);
	case RESTART_ALWAYS:
	case RESTART_UNLESS_STOPPED:
		return true;
	}
	return false;
}

struct restart_decision restart_decide(const struct spec *s, const struct restart_run *run)
{
	bool fresh = !run->at_start && run->ran_ms >= RESTART_RESET_MS;
	struct restart_decision d = { .count = fresh ? 0 : run->count };

	if (!is_wanted(s, run, d.count))
		return d;
	d.again = true;
	d.count++;
	d.delay = fresh || run->delay == 0 ? RESTART_DELAY_MIN : run->delay * 2;
	if (d.delay > RESTART_DELAY_MAX)
		d.delay = RESTART_DELAY_MAX;
	return d;
}

bool restart_at_boot(const char *policy, bool wished, bool was_running)
{
	if (strcmp(policy, "always") == 0)
		return true;
	if (wished)
		return false;
	if (strcmp(policy, "unless-stopped") == 0)
		return true;
	return strncmp(policy, "on-failure", strlen("on-failure")) == 0 && was_running;
}
