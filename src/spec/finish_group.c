/* spec/finish_group.c - limits of the control group that contradict or need each other. Whether the
 * host can hold them is found out when the plan is computed (plan/compile_limits.c). */
#include <errno.h>

#include "base/cleanup.h"
#include "spec/finish.h"
#include "spec/spec.h"

static int contradict(const struct limit_spec *a, const struct limit_spec *b, const char *hint,
		      struct err *e)
{
	return err_hint(e, err_say(e, -EINVAL, "%s contradicts %s", a->origin, b->origin), "%s",
			hint);
}

static int check_pairs(const struct spec *s, struct err *e)
{
	static const struct {
		enum limit_type a, b;
		const char *hint;
	} pairs[] = {
		{ LIMIT_CPU_QUOTA, LIMIT_CPUS, "both are the same limit: leave one out" },
		{ LIMIT_CPU_PERIOD, LIMIT_CPUS, "say --cpu-quota with --cpu-period" },
		{ LIMIT_CPU_WEIGHT, LIMIT_CPU_SHARES, "both are the same: leave one out" },
		{ LIMIT_CPU_IDLE, LIMIT_CPU_SHARES, "who is idle has no weight: leave one out" },
		{ LIMIT_CPU_IDLE, LIMIT_CPU_WEIGHT, "who is idle has no weight: leave one out" },
		{ LIMIT_MEMORY_LOW, LIMIT_MEMORY_RESERVATION,
		  "both are memory.low: leave one out" },
	};

	for (size_t i = 0; i < ELEMENTS(pairs); i++) {
		const struct limit_spec *a = limit_find(s, pairs[i].a),
					*b = limit_find(s, pairs[i].b);

		/* A switch that is off says nothing. */
		if (a && b && (a->type != LIMIT_CPU_IDLE || a->value))
			return contradict(a, b, pairs[i].hint, e);
	}
	return 0;
}

static int check_needs(const struct spec *s, struct err *e)
{
	const struct limit_spec *memory = limit_find(s, LIMIT_MEMORY);
	const struct limit_spec *swap = limit_find(s, LIMIT_MEMORY_SWAP);
	const struct limit_spec *waits = limit_find(s, LIMIT_OOM_KILL_DISABLE);
	bool bounded = memory && memory->value != LIMIT_ENDLESS;

	if (swap && swap->value != LIMIT_ENDLESS && !bounded)
		return err_hint(e,
				err_say(e, -EINVAL, "%s: there is no limit of memory alone",
					swap->origin),
				"say --memory as well: it is memory and swap together");
	if (waits && waits->value && !bounded)
		return err_hint(
			e, err_say(e, -EINVAL, "%s: there is no limit to wait at", waits->origin),
			"say --memory as well");
	return 0;
}

static int check_order(const struct spec *s, struct err *e)
{
	static const struct {
		enum limit_type less, more;
	} pairs[] = {
		{ LIMIT_MEMORY, LIMIT_MEMORY_SWAP },
		{ LIMIT_MEMORY_RESERVATION, LIMIT_MEMORY },
		{ LIMIT_CPU_BURST, LIMIT_CPU_QUOTA },
		{ LIMIT_CPU_RT_RUNTIME, LIMIT_CPU_RT_PERIOD },
	};

	for (size_t i = 0; i < ELEMENTS(pairs); i++) {
		const struct limit_spec *less = limit_find(s, pairs[i].less);
		const struct limit_spec *more = limit_find(s, pairs[i].more);

		if (!less || !more || less->value == LIMIT_ENDLESS || less->value <= more->value)
			continue;
		return err_hint(
			e, err_say(e, -EINVAL, "%s is more than %s", less->origin, more->origin),
			"it has to be the same or less");
	}
	return 0;
}

/* The kernel takes no burst without a quota, nor one above it. */
static int check_burst(const struct spec *s, struct err *e)
{
	const struct limit_spec *burst = limit_find(s, LIMIT_CPU_BURST);
	const struct limit_spec *quota = limit_find(s, LIMIT_CPU_QUOTA);
	const struct limit_spec *cpus = limit_find(s, LIMIT_CPUS);

	if (!burst || burst->value == 0 || (quota && quota->value != LIMIT_ENDLESS))
		return 0;
	if (cpus && cpus->value != LIMIT_ENDLESS &&
	    burst->value <= cpus->value / (LIMIT_CPU_UNIT / LIMIT_CPU_PERIOD_DEFAULT))
		return 0;
	if (cpus && cpus->value != LIMIT_ENDLESS)
		return err_hint(e,
				err_say(e, -EINVAL, "%s is more than %s gives in a period",
					burst->origin, cpus->origin),
				"it has to be the same or less: a period is 100000 microseconds");
	return err_hint(e, err_say(e, -EINVAL, "%s: there is no quota to save of", burst->origin),
			"say --cpus or --cpu-quota as well");
}

int spec_check_limits(const struct spec *s, struct err *e)
{
	int r;

	if (s->n_limits == 0)
		return 0;
	r = check_pairs(s, e);
	if (r == 0)
		r = check_needs(s, e);
	if (r == 0)
		r = check_order(s, e);
	return r < 0 ? r : check_burst(s, e);
}

int finish_group(struct spec *s, const struct facts *f, struct err *e)
{
	(void)f;
	return spec_check_limits(s, e);
}
