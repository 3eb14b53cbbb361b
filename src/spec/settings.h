/* spec/settings.h - the one table of what can be said about a container.
 *
 * One row per setting serves the command line, the keys of unit files, help, the man page,
 * completion and the words of errors. A row is written with a macro of fixed arity, so one that
 * lacks a field does not compile. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct spec;
struct setting;

enum setting_group {
	GROUP_GENERAL,
	GROUP_PROCESS,
	GROUP_LIFE,
	GROUP_FILES,
	GROUP_NAMES,
	GROUP_SECURITY,
	GROUP_NAMESPACES,
	GROUP_LIMITS,
	_GROUP_N
};

enum completion {
	COMPLETE_NOTHING,
	COMPLETE_SWITCH, /* nothing, or =true and =false */
	COMPLETE_FILE,
	COMPLETE_DIRECTORY,
	COMPLETE_CONTAINER,
	COMPLETE_NAMESPACE, /* private, host, path:, container: */
	COMPLETE_CAPABILITY,
	COMPLETE_USER,
	COMPLETE_VARIABLE,
	COMPLETE_WORD, /* the words that the argument's place-holder lists */
};

/* One setting as somebody wrote it. */
struct setting_use {
	const struct setting *setting;
	const char *value;	  /* of a switch: "true" where nothing was written */
	const char *origin;	  /* "--volume /a:/b" */
	const char *cwd;	  /* what a relative path starts from; absolute; NULL: gone */
	char *const *environment; /* what --env NAME takes its value from */
};

typedef int setting_parse_fn(const struct setting_use *u, struct spec *s, struct err *e);

struct setting {
	const char *name;     /* long option, without its dashes */
	const char *alias;    /* another name for it, or NULL */
	char letter;	      /* short option, or 0 */
	const char *argument; /* "SOURCE:TARGET[:OPTIONS]"; NULL: a switch */
	bool repeatable;      /* each use adds; otherwise the last one counts */
	setting_parse_fn *parse;
	size_t which; /* switch: offset of its bool in struct spec; namespace: enum ns_type */
	enum setting_group group;
	const char *unit_key; /* Quadlet's or systemd's name for it, or NULL */
	enum completion completion;
	const char *preset;  /* what holds where nobody says anything */
	const char *example; /* complete: "--volume /srv/data:/data:ro" */
	const char *summary; /* a line of help */
	const char *text;    /* a paragraph of the man page */
};

/* The rows, by group, in the order of help. */
const struct setting *settings_all(size_t *ret_n);
const char *setting_group_title(enum setting_group group);

/* NULL where there is none. name need not end after length bytes. */
const struct setting *setting_find(const char *name, size_t length);
const struct setting *setting_find_letter(char letter);

/* The name that may have been meant, or NULL. */
const char *setting_nearest(const char *typed);

/* Refuses the value: "--volume '/a': FMT", and the example of the row as hint. -EINVAL. */
int setting_refuse(const struct setting_use *u, struct err *e, const char *fmt, ...) PRINTF(3, 4);

/* Reads a size above 0, which may be only a part of the value. */
int setting_read_size(const struct setting_use *u, const char *text, uint64_t *ret, struct err *e);

/* Reads a length of time in milliseconds, from least on; a number alone is in seconds. */
int setting_read_duration(const struct setting_use *u, const char *text, uint32_t least,
			  uint32_t *ret, struct err *e);

/* Reads the value of a switch: true, false, 1, 0. */
int setting_read_switch(const struct setting_use *u, bool *ret, struct err *e);
