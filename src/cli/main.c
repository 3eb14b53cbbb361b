/* cli/main.c - honu VERB …: finds the verb. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "cli/verb.h"

/* In the order of help; one a line, so that two people can add theirs at once. */
/* clang-format off */
const struct verb *const verbs[] = {
	&verb_run,
	&verb_create,
	&verb_start,
	&verb_stop,
	&verb_restart,
	&verb_kill,
	&verb_pause,
	&verb_resume,
	&verb_rm,
	&verb_rename,
	&verb_wait,
	&verb_exec,
	&verb_attach,
	&verb_cp,
	&verb_diff,
	&verb_update,
	&verb_logs,
	&verb_ps,
	&verb_inspect,
	&verb_stats,
	&verb_events,
	&verb_why,
	&verb_explain,
	&verb_fsck,
	&verb_gc,
	&verb_finish,
	&verb_help,
	&verb_version,
};
/* clang-format on */
const size_t n_verbs = ELEMENTS(verbs);

const struct verb *verb_find(const char *name)
{
	for (size_t i = 0; i < n_verbs; i++) {
		if (strcmp(verbs[i]->name, name) == 0 ||
		    (verbs[i]->alias && strcmp(verbs[i]->alias, name) == 0))
			return verbs[i];
	}
	return NULL;
}

static int unknown_verb(const char *name)
{
	const char *names[2 * ELEMENTS(verbs)];
	struct err e = { 0 };
	const char *near;
	size_t n = 0;

	for (size_t i = 0; i < ELEMENTS(verbs); i++) {
		names[n++] = verbs[i]->name;
		if (verbs[i]->alias)
			names[n++] = verbs[i]->alias;
	}
	near = text_nearest(name, names, n);
	(void)err_say(&e, -EINVAL, "unknown verb '%s'", name);
	if (near)
		(void)err_hint(&e, -EINVAL, "did you mean 'honu %s'? 'honu help' lists every verb",
			       near);
	else
		(void)err_hint(&e, -EINVAL, "'honu help' lists every verb");
	return report(NULL, &e);
}

static int unknown_option(const char *word)
{
	struct err e = { 0 };

	(void)err_say(&e, -EINVAL, "unknown option '%s' before the verb", word);
	(void)err_hint(
		&e, -EINVAL,
		"options of a verb come after it: honu run %s …; before it stands --state DIR",
		word);
	return report(NULL, &e);
}

/* The number of a stream that the caller closed would go to the first file that we open, and what
 * is printed into it. */
static void hold_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", O_RDWR | O_CLOEXEC);
	}
}

int main(int argc, char **argv)
{
	struct global g = { .environment = environ, .argv = argv };
	int i = 1;

	hold_streams();
	/* What is made in a tree has its own mode, whatever mask the caller has. */
	(void)umask(022);
	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return verb_help.run(&g, 0, argv + argc);
		if (strcmp(argv[i], "--version") == 0 || strcmp(argv[i], "-v") == 0)
			return verb_version.run(&g, 0, argv + argc);
		if (strncmp(argv[i], "--state=", 8) == 0)
			g.state = argv[i] + 8;
		else if (strcmp(argv[i], "--state") == 0 && i + 1 < argc)
			g.state = argv[++i];
		else
			return unknown_option(argv[i]);
	}
	if (i >= argc) {
		(void)verb_help.run(&g, 0, argv + argc);
		return EXIT_ENGINE;
	}
	const struct verb *verb = verb_find(argv[i]);
	if (!verb)
		return unknown_verb(argv[i]);
	return verb->run(&g, argc - i - 1, argv + i + 1);
}
