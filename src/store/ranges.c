/* store/ranges.c - id ranges: ids/BASE for each 65536 ids, consecutive for larger ranges.
 *
 * The search starts at a place derived from the id of the container, so that among thousands of
 * places the first try nearly always succeeds and nothing has to be read. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/parts.h"

struct base_name {
	char text[16];
};

static struct base_name base_name(uint32_t base)
{
	struct base_name n;

	(void)snprintf(n.text, sizeof(n.text), "%u", base);
	return n;
}

static int unclaim(struct store_container *c, uint32_t base, uint32_t n_steps)
{
	int r = 0;

	for (uint32_t i = 0; i < n_steps; i++) {
		int one = link_release(c->store, "ids", base_name(base + i * STORE_RANGE_STEP).text,
				       c->id);
		if (one < 0 && r == 0)
			r = one;
	}
	return r;
}

/* All of n_steps or nothing. *ret_taken: the step that somebody else has, on -EEXIST. */
static int claim(struct store_container *c, uint32_t base, uint32_t n_steps, uint32_t *ret_taken)
{
	for (uint32_t i = 0; i < n_steps; i++) {
		int r = link_claim(c->store, "ids", base_name(base + i * STORE_RANGE_STEP).text,
				   c->id);
		if (r < 0) {
			(void)unclaim(c, base, i);
			*ret_taken = i;
			return r;
		}
	}
	return 0;
}

int range_lease(struct store_container *c, uint32_t first, uint32_t last, uint32_t size,
		const struct id_range *taken, size_t n, uint32_t *ret_base, struct err *e)
{
	uint32_t places = (uint32_t)(((uint64_t)last + 1 - first) / STORE_RANGE_STEP);
	uint32_t n_steps = (uint32_t)(((uint64_t)size + STORE_RANGE_STEP - 1) / STORE_RANGE_STEP);
	int r;

	if (size == 0)
		return err_say(e, -EINVAL, "an id range of no ids");
	if (n_steps > places)
		return err_hint(e,
				err_say(e, -ERANGE,
					"an id range of %u ids: at most %llu are possible", size,
					(unsigned long long)places * STORE_RANGE_STEP),
				"ask for fewer: --userns auto:SIZE");

	uint32_t starts = places - n_steps + 1; /* places at which the whole range fits */
	uint32_t place = (uint32_t)(strtoull(c->id, NULL, 16) % starts);
	for (uint64_t seen = 0; seen < starts;) {
		uint32_t base = first + place * STORE_RANGE_STEP;
		uint32_t skip = 1;

		if (!id_range_find(taken, n, base, n_steps * STORE_RANGE_STEP)) {
			r = claim(c, base, n_steps, &skip);
			if (r == 0) {
				c->range_base = base;
				c->range_size = n_steps * STORE_RANGE_STEP;
				*ret_base = base;
				return 0;
			}
			if (r != -EEXIST)
				return err_set(e, r, "claim the id range %u in %s/ids", base,
					       c->store->path);
			skip++; /* on to the place behind the one that is taken */
		}
		seen += skip;
		place = skip < starts - place ? place + skip : 0;
	}
	return err_hint(
		e,
		err_say(e, -ENOSPC, "no id range of %u ids is free between %u and %u", size, first,
			last),
		"'honu gc' frees the ranges of dead containers, 'ls -l %s/ids' shows who has "
		"one; --userns host needs none",
		c->store->path);
}

int store_lease_ids(struct store_container *c, uint32_t size, const struct id_range *taken,
		    size_t n, uint32_t *ret_base, struct err *e)
{
	return range_lease(c, STORE_RANGE_FIRST, STORE_RANGE_LAST, size, taken, n, ret_base, e);
}

int range_claim(struct store_container *c, uint32_t base, uint32_t size)
{
	uint32_t n_steps = (uint32_t)(((uint64_t)size + STORE_RANGE_STEP - 1) / STORE_RANGE_STEP);

	for (uint32_t i = 0; i < n_steps; i++) {
		struct base_name name = base_name(base + i * STORE_RANGE_STEP);
		char owner[STORE_ID_LENGTH + 1];
		int r = link_claim(c->store, "ids", name.text, c->id);

		if (r == -EEXIST && link_read(c->store, "ids", name.text, owner) == 0 &&
		    strcmp(owner, c->id) == 0)
			continue;
		if (r < 0)
			return r;
	}
	return 0;
}

static int release_one(const struct store *s, const char *folder, const char *name, const char *id,
		       void *data)
{
	const struct store_container *c = data;

	return strcmp(id, c->id) == 0 ? link_release(s, folder, name, id) : 0;
}

int range_release(struct store_container *c)
{
	int r;

	if (!c->is_new)
		return link_each(c->store, "ids", release_one, c);
	r = unclaim(c, c->range_base, c->range_size / STORE_RANGE_STEP);
	if (r == 0)
		c->range_size = 0;
	return r;
}
