/* spec/options.h - from a command line to a spec. */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "spec/spec.h"

/* What the command line alone does not say. */
struct options_from {
	const char *cwd;	  /* absolute: relative paths start here; NULL: it is gone */
	char *const *environment; /* NULL-terminated: --env NAME passes a variable on */
};

/* What options_read() and options_run() return when --help was asked for. */
#define OPTIONS_HELP 1

/* Enters the value of one setting, by its name, for a verb that has words of its own for some of
 * them. A switch that is only named has the value "true". */
int options_give(struct spec *s, const struct options_from *from, const char *name,
		 const char *value, struct err *e);

/* Reads options up to the first positional argument or to "--", whose successor is then the
 * first positional. argv starts after the verb. Returns 0, OPTIONS_HELP, or an error. */
int options_read(struct spec *s, const struct options_from *from, int argc, char *const *argv,
		 int *ret_first_positional, struct err *e);

/* The whole command line of run and explain: [OPTIONS] [ROOT] [--] PROGRAM [ARGUMENT...]. What
 * starts with / ./ or ../ is ROOT; "--" right after the options means the host's own /usr. */
int options_run(struct spec *s, const struct options_from *from, int argc, char *const *argv,
		struct err *e);

/* Takes over what sd_listen_fds(3) describes: LISTEN_FDS and LISTEN_FDNAMES, if LISTEN_PID is
 * pid. Nothing handed in is no error. */
int options_take_listen_fds(struct spec *s, char *const *environment, pid_t pid, struct err *e);
