/* cli/halt.c - see halt.h. */
#include <errno.h>
#include <poll.h>

#include "cli/halting.h"
#include "cli/patience.h"

#define IDLE_MS 1000 /* where nobody asks for less */

struct halt_run {
	struct targets *t;
	struct halting *list;
	struct pollfd *poll; /* two each */
	size_t n, told;	     /* told: to whom the caller was told of */
};

static void show(const struct halt_run *w)
{
	const char *name = NULL;
	int64_t until = 0;
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++) {
		const struct halting *h = &w->list[i];

		if (h->done)
			continue;
		name = n++ == 0 ? h->g->typed : name;
		if (h->kill_at > until)
			until = h->kill_at;
	}
	if (n > 0)
		patience_show(name, n, until);
}

/* Until somebody ends or it is time to look at one again. False: Ctrl-C. */
static bool wait_for_any(struct halt_run *w)
{
	int64_t now = patience_now(), at = now + IDLE_MS;
	int r;

	for (size_t i = 0; i < w->n; i++) {
		const struct halting *h = &w->list[i];

		w->poll[2 * i] = (struct pollfd){ h->process, POLLIN, 0 };
		w->poll[2 * i + 1] = (struct pollfd){ h->supervisor, POLLIN, 0 };
		if (!h->done && halting_next(h) < at)
			at = halting_next(h);
	}
	r = patience_is_over() ? 0 : poll(w->poll, 2 * w->n, at > now ? (int)(at - now) : 0);
	now = patience_now();
	for (size_t i = 0; r > 0 && i < w->n; i++) {
		struct halting *h = &w->list[i];
		bool ended = w->poll[2 * i].revents, left = w->poll[2 * i + 1].revents;

		if (ended || left)
			halting_wake(h, ended, left, now);
	}
	return !patience_is_over();
}

/* True: all have ended. */
static bool look_at_all(struct halt_run *w, halt_fn *each)
{
	int64_t now = patience_now();

	for (size_t i = 0; i < w->n; i++)
		if (!w->list[i].done && now >= halting_next(&w->list[i]))
			halting_look(&w->list[i], now);
	for (; w->told < w->n && w->list[w->told].done; w->told++) {
		struct halting *h = &w->list[w->told];

		patience_hide();
		each(w->t, h->g, h->result, &h->e);
	}
	return w->told == w->n;
}

static void break_off(struct halt_run *w, halt_fn *each)
{
	patience_hide();
	for (size_t i = 0; i < w->n; i++) {
		struct halting *h = &w->list[i];
		struct err e = { 0 };

		if (h->done && i >= w->told)
			each(w->t, h->g, h->result, &h->e);
		if (h->done)
			continue;
		halting_end(h, -EINTR);
		h->g->done = true;
		(void)err_say(&e, -EINTR, "container '%s' was told to end, and may still do so",
			      h->g->typed);
		report_note(e.text);
	}
	w->t->status = 130;
}

bool halt_all(struct targets *t, const struct halt *how, halt_fn *each)
{
	struct halt_run w = { .t = t };
	bool finished = false;

	w.list = arena_alloc(&t->arena, (t->n + 1) * sizeof(*w.list));
	w.poll = arena_alloc(&t->arena, 2 * (t->n + 1) * sizeof(*w.poll));
	for (size_t i = 0; i < t->n; i++) {
		if (t->list[i].done)
			continue;
		w.list[w.n++] = halting_new(&t->list[i], how);
	}
	patience_begin();
	while (!(finished = look_at_all(&w, each)) && wait_for_any(&w))
		show(&w);
	if (!finished)
		break_off(&w, each);
	patience_end();
	return finished;
}
