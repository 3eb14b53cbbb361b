/* spec/options.c - the command line: which words are options, which are their values. */
#include "spec/options.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/settings.h"

/* More would leave the program no descriptors of its own. */
#define LISTEN_FDS_MAX 512

struct reader {
	struct spec *spec;
	const struct options_from *from;
	int argc;
	char *const *argv;
	int next;    /* index of the next word */
	bool dashes; /* "--" ended the options */
};

static int give(struct spec *s, const struct options_from *from, const struct setting *setting,
		const char *value, struct err *e)
{
	struct arena *a = s->arena;
	struct setting_use use = {
		.setting = setting,
		.value = arena_strdup(a, value),
		.cwd = from->cwd,
		.environment = from->environment,
	};

	if (!setting->argument && strcmp(value, "true") == 0)
		use.origin = arena_printf(a, "--%s", setting->name);
	else
		use.origin = arena_printf(a, "--%s %s", setting->name, value);
	return setting->parse(&use, s, e);
}

int options_give(struct spec *s, const struct options_from *from, const char *name,
		 const char *value, struct err *e)
{
	const struct setting *setting = setting_find(name, strlen(name));

	return setting ? give(s, from, setting, value, e) :
			 err_say(e, -ENOTRECOVERABLE, "there is no setting '%s'", name);
}

/* The value of an option that needs one and has none attached: the next word. */
static int give_next(struct reader *o, const struct setting *setting, const char *typed,
		     struct err *e)
{
	if (o->next >= o->argc)
		return err_hint(e,
				err_say(e, -EINVAL, "option '%s' needs an argument: %s", typed,
					setting->argument),
				"for example: %s", setting->example);
	return give(o->spec, o->from, setting, o->argv[o->next++], e);
}

/* What docker has and a person may expect here: an honest answer beats a wild guess. */
static bool is_dockers(const char *name)
{
	static const char *const names[] = {
		"annotation",  "attach",    "domainname", "entrypoint",	 "expose",	 "gpus",
		"ip",	       "isolation", "link",	  "mac-address", "platform",	 "publish",
		"publish-all", "pull",	    "runtime",	  "storage-opt", "volumes-from",
	};

	for (size_t i = 0; i < ELEMENTS(names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static int unknown_long(const char *name, struct err *e)
{
	if (is_dockers(name))
		return err_hint(e,
				err_say(e, -EOPNOTSUPP, "option '--%s' is not supported yet", name),
				"docker has it, honu does not; see every option with "
				"'honu run --help'");

	const char *nearest = setting_nearest(name);
	int r = err_say(e, -EINVAL, "unknown option '--%s'", name);

	if (nearest)
		return err_hint(e, r,
				"did you mean '--%s'? See every option with 'honu run --help'",
				nearest);
	return err_hint(e, r, "see every option with 'honu run --help'");
}

/* --name, --name=value, --name value. */
static int read_long(struct reader *o, const char *word, struct err *e)
{
	const char *name = word + 2;
	size_t length = strcspn(name, "=");
	const char *attached = name[length] ? name + length + 1 : NULL;
	const struct setting *setting = setting_find(name, length);

	if (!setting && length == 4 && memcmp(name, "help", 4) == 0)
		return OPTIONS_HELP;
	if (!setting)
		return unknown_long(arena_strndup(o->spec->arena, name, length), e);
	if (attached)
		return give(o->spec, o->from, setting, attached, e);
	if (!setting->argument)
		return give(o->spec, o->from, setting, "true", e);
	return give_next(o, setting, word, e);
}

/* -t, -it, -v VALUE, -vVALUE, -v=VALUE, -i=false. */
static int read_short(struct reader *o, const char *word, struct err *e)
{
	for (const char *p = word + 1; *p; p++) {
		const struct setting *setting = setting_find_letter(*p);
		const char typed[] = { '-', *p, '\0' };
		int r;

		if (!setting && *p == 'p')
			return err_hint(
				e, err_say(e, -EOPNOTSUPP, "option '-%c' is not supported yet", *p),
				"docker has it, honu does not; see every option with "
				"'honu run --help'");
		if (!setting)
			return err_hint(e, err_say(e, -EINVAL, "unknown option '-%c'", *p),
					"see every option with 'honu run --help'");
		if (p[1] == '=')
			return give(o->spec, o->from, setting, p + 2, e);
		if (setting->argument)
			return p[1] ? give(o->spec, o->from, setting, p + 1, e) :
				      give_next(o, setting, typed, e);
		r = give(o->spec, o->from, setting, "true", e);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_options(struct reader *o, struct err *e)
{
	while (o->next < o->argc) {
		const char *word = o->argv[o->next];
		int r;

		if (word[0] != '-' || word[1] == '\0')
			return 0;
		o->next++;
		if (strcmp(word, "--") == 0) {
			o->dashes = true;
			return 0;
		}
		r = word[1] == '-' ? read_long(o, word, e) : read_short(o, word, e);
		if (r != 0)
			return r;
	}
	return 0;
}

static void remember_terminal(struct spec *s, const struct options_from *from)
{
	const char *term = env_find(from->environment, "TERM");

	if (term && term[strlen("TERM=")])
		s->term = arena_strdup(s->arena, term + strlen("TERM="));
}

int options_read(struct spec *s, const struct options_from *from, int argc, char *const *argv,
		 int *ret_first_positional, struct err *e)
{
	struct reader o = { .spec = s, .from = from, .argc = argc, .argv = argv };
	int r;

	remember_terminal(s, from);
	r = read_options(&o, e);
	if (r != 0)
		return r;
	*ret_first_positional = o.next;
	return 0;
}

static void set_program(struct spec *s, int argc, char *const *argv)
{
	s->argv = NULL;
	s->n_argv = 0;
	for (int i = 0; i < argc; i++)
		arena_push(s->arena, s->argv, s->n_argv, arena_strdup(s->arena, argv[i]));
	if (argc == 0)
		arena_push(s->arena, s->argv, s->n_argv, "/bin/sh");
	arena_push(s->arena, s->argv, s->n_argv, NULL);
	s->n_argv--;
}

static int read_root(struct reader *o, struct err *e)
{
	struct spec *s = o->spec;
	const char *word = o->argv[o->next];

	if (!path_is_explicit(word))
		return err_hint(
			e, err_say(e, -EOPNOTSUPP, "images are not supported yet: '%s'", word),
			"a directory is written './%s', and a program of the host's own /usr "
			"needs '--' before it",
			word);
	int r = path_absolute(s->arena, o->from->cwd, word, &s->root_path, e);
	if (r < 0)
		return r;
	s->root_kind = ROOT_DIRECTORY;
	s->root_origin = arena_strdup(s->arena, word);
	o->next++;
	if (o->next < o->argc && strcmp(o->argv[o->next], "--") == 0)
		o->next++;
	return 0;
}

int options_run(struct spec *s, const struct options_from *from, int argc, char *const *argv,
		struct err *e)
{
	struct reader o = { .spec = s, .from = from, .argc = argc, .argv = argv };
	int r;

	remember_terminal(s, from);
	r = read_options(&o, e);
	if (r != 0)
		return r;
	if (o.next >= argc)
		return err_hint(e, err_say(e, -EINVAL, "no program to run"),
				"for example: honu run -- sh, or with a directory as root: "
				"honu run ./tree sh");
	if (!o.dashes) {
		r = read_root(&o, e);
		if (r < 0)
			return r;
	}
	if (o.next < argc && argv[o.next][0] == '\0')
		return err_hint(e, err_say(e, -EINVAL, "the name of the program is empty"),
				"for example: honu run -- sh");
	set_program(s, argc - o.next, argv + o.next);
	return 0;
}

int options_take_listen_fds(struct spec *s, char *const *environment, pid_t pid, struct err *e)
{
	const char *owner = env_find(environment, "LISTEN_PID");
	const char *count = env_find(environment, "LISTEN_FDS");
	const char *names = env_find(environment, "LISTEN_FDNAMES");
	uint32_t number;

	/* Not for us: a parent that was activated forgot to clear its environment. */
	if (!owner || !count || number_u32(strchr(owner, '=') + 1, &number) < 0 ||
	    number != (uint32_t)pid)
		return 0;
	count = strchr(count, '=') + 1;
	if (number_u32(count, &number) < 0 || number > LISTEN_FDS_MAX)
		return err_hint(e,
				err_say(e, -EINVAL,
					"LISTEN_FDS '%s': expected a number from 0 to %d", count,
					LISTEN_FDS_MAX),
				"whatever activated honu set it; see sd_listen_fds(3)");
	s->listen_fds = number;
	if (number > 0 && names)
		s->listen_fdnames = arena_strdup(s->arena, strchr(names, '=') + 1);
	return 0;
}
