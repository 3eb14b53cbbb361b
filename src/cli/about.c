/* cli/about.c - honu help and honu version. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/cleanup.h"
#include "cli/help.h"
#include "cli/verb.h"

static void overview(FILE *f)
{
	static const char *const titles[] = {
		[VERBS_LIFE] = "Life of a container",
		[VERBS_INSIDE] = "Looking inside",
		[VERBS_SEEING] = "Seeing",
		[VERBS_HOUSE] = "House-keeping",
	};
	static_assert(ELEMENTS(titles) == _VERBS_N, "a group of verbs lacks its title");

	(void)fputs("honu: run anything along the container spectrum, and see how it is done\n\n"
		    "usage: honu [--state DIR] VERB …\n",
		    f);
	for (int group = 0; group < _VERBS_N; group++) {
		(void)fprintf(f, "\n%s:\n", titles[group]);
		for (size_t i = 0; i < n_verbs; i++)
			if (!verbs[i]->hidden && (int)verbs[i]->group == group)
				(void)fprintf(f, "  %-9s %s\n", verbs[i]->name, verbs[i]->summary);
	}
	(void)fputs("\n'honu help VERB' tells more. To begin with:\n\n"
		    "  honu run -- sh -c 'echo hello from pid $$ on $(hostname)'\n"
		    "  honu run ./some-debian-tree bash\n"
		    "  honu explain run -- sh\n",
		    f);
}

static int run_help(const struct global *g, int argc, char *const *argv)
{
	struct err e = { 0 };
	bool man = argc == 2 && strcmp(argv[0], "--man") == 0;
	const char *name = argc > 0 ? argv[man ? 1 : 0] : NULL;

	(void)g;
	if (!name) {
		overview(stdout);
		return 0;
	}
	if (man && strcmp(name, "verbs") == 0) {
		help_man_verbs(stdout);
		return 0;
	}
	const struct verb *verb = verb_find(name);
	if (!verb || verb->hidden) {
		(void)err_say(&e, -EINVAL, "no help on '%s'", name);
		(void)err_hint(&e, -EINVAL, "'honu help' lists every verb");
		return report(NULL, &e);
	}
	if (man)
		help_man(verb, stdout);
	else
		help_verb(verb, stdout);
	return 0;
}

const struct verb verb_help = {
	.name = "help",
	.group = VERBS_HOUSE,
	.usage = "[VERB]",
	.summary = "this list, or more about one verb",
	.help = overview,
	.run = run_help,
};

static int version(const struct global *g, int argc, char *const *argv)
{
	struct utsname u;

	(void)g;
	(void)argc;
	(void)argv;
	(void)printf("honu %s\n", HONU_VERSION);
	if (uname(&u) == 0)
		(void)printf("on %s %s %s\n", u.sysname, u.release, u.machine);
	return 0;
}

const struct verb verb_version = {
	.name = "version",
	.group = VERBS_HOUSE,
	.usage = "",
	.summary = "the version of honu and of the kernel",
	.text = "Prints the version of honu and of the kernel.",
	.run = version,
};
