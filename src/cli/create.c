/* cli/create.c - honu create: a container that does not run yet. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/cidfile.h"
#include "cli/help.h"
#include "cli/launch.h"

static int create(struct launch *l, struct err *e)
{
	int r = launch_claim(l, e);

	if (r == 0)
		r = cidfile_write(l->prepared->spec, e);
	if (r == 0)
		r = launch_record(l, e);
	if (r == 0)
		r = store_put_status(&l->container, "created", 0, e);
	if (r < 0) {
		if (l->container.fd >= 0)
			(void)store_remove(&l->container, NULL);
		return r;
	}
	return 0;
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(prepare_done) struct prepared p = { .created = true };
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	_cleanup_(launch_done) struct launch l = LAUNCH_EMPTY;
	struct err e = { 0 };
	int r = prepare(&p, g, argc, argv, &e);

	if (r == PREPARED_HELP) {
		help_run(stdout);
		return 0;
	}
	if (r == 0)
		r = store_open(&store, g->state, &e);
	l.prepared = &p;
	l.store = &store;
	if (r == 0)
		r = create(&l, &e);
	if (r < 0)
		return report("create", &e);
	(void)puts(p.spec->id);
	return 0;
}

const struct verb verb_create = {
	.name = "create",
	.group = VERBS_LIFE,
	.usage = "[OPTIONS] [ROOT] [--] PROGRAM [ARGUMENT...]",
	.summary = "make a container without starting it",
	.text = "Takes the options of 'honu run', claims name and ids, and writes down what was asked for.\n"
		"Nothing runs until 'honu start'. Prints the container's id.",
	.example = "honu create --name web -v /srv/site:/site:ro ./debian python3 -m http.server",
	.help = NULL,
	.run = run,
};
