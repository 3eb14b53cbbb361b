/* cli/about.c - honu help and honu version. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "cli/help.h"
#include "cli/verb.h"

static void overview(FILE *f)
{
	(void)fputs("honu: run anything along the container spectrum, and see how it is done\n\n"
		    "usage: honu [--state DIR] VERB …\n\n",
		    f);
	for (size_t i = 0; i < n_verbs; i++)
		(void)fprintf(f, "  %-9s %s\n", verbs[i]->name, verbs[i]->summary);
	(void)fputs("\n'honu help VERB' tells more. To begin with:\n\n"
		    "  honu run -- sh -c 'echo hello from pid $$ on $(hostname)'\n"
		    "  honu run ./some-debian-tree bash\n"
		    "  honu explain run -- sh\n",
		    f);
}

static int help_verb(const struct global *g, int argc, char *const *argv)
{
	struct err e = { 0 };

	(void)g;
	if (argc == 0) {
		overview(stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[0], "--man") == 0 && strcmp(argv[1], "run") == 0) {
		help_man(stdout);
		return 0;
	}
	const struct verb *verb = verb_find(argv[0]);
	if (!verb || !verb->help) {
		(void)err_say(&e, -EINVAL, "no help on '%s'", argv[0]);
		(void)err_hint(&e, -EINVAL, "'honu help' lists every verb");
		return report(NULL, &e);
	}
	verb->help(stdout);
	return 0;
}

const struct verb verb_help = {
	.name = "help",
	.usage = "[VERB]",
	.summary = "this list, or more about one verb",
	.help = overview,
	.run = help_verb,
};

static void version_help(FILE *f)
{
	(void)fputs("usage: honu version\n", f);
}

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
	.usage = "",
	.summary = "the version of honu and of the kernel",
	.help = version_help,
	.run = version,
};
