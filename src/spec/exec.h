/* spec/exec.h - one more process in a container that runs already: what it has of its own. */
#pragma once

#include "spec/spec.h"

/* A control group that the container has, as its journal says. */
struct exec_group {
	const char *mountpoint; /* "/sys/fs/cgroup/cpu" */
	const char *path;	/* below it: "honu-4f2a" */
	bool is_v2;
};

struct exec_spec {
	uint32_t pid;	     /* the container's first process */
	uint64_t start_time; /* field 22 of /proc/PID/stat */
	const struct exec_group *groups;
	size_t n_groups;

	const char **argv; /* NULL-terminated */
	size_t n_argv;
	const char **env; /* over those of the container */
	size_t n_env;
	const char *term; /* TERM of whoever calls, or NULL */
	const char *user; /* NULL: the container's, here and below */
	const char *cwd;
	bool tty;
	bool privileged; /* every capability that its user namespace can give */
	bool timing;
};

struct facts;

/* What words of a command line say, entered in an empty spec by the settings of those names: env,
 * env-file, user, workdir, tty, privileged, timing, program. As with run, a terminal comes by itself
 * where standard input and output are one. */
struct exec_spec exec_spec_from_words(const struct spec *words, const struct facts *f);

/* The description of the process: the finished container's, but for what x says. All of it lives in a.
 * Pure. */
struct spec *spec_of_exec(struct arena *a, const struct spec *container, const struct exec_spec *x,
			  const struct facts *f);
