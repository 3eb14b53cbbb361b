/* proc/examine.h - why a program file cannot be executed: looks at the file itself. Host side, after the
 * fact; what the file says is data and is believed in nothing but the message. */
#pragma once

enum finding {
	FOUND_NOTHING,	    /* nothing wrong with the file */
	FOUND_EMPTY,	    /* it has no bytes */
	FOUND_NO_FORMAT,    /* neither a program nor a script */
	FOUND_MACHINE,	    /* built for another kind of machine: what */
	FOUND_INTERPRETER,  /* the interpreter of a script is not there: what */
	FOUND_CARRIAGE,	    /* the same, and its name ends with a carriage return */
	FOUND_LOADER,	    /* the loader of a program is not there: what */
	FOUND_LIBRARY,	    /* a library is in none of the usual directories: what */
	FOUND_NOT_ALLOWED,  /* nobody may execute it: no x bit */
	FOUND_MOUNT_NOEXEC, /* its file system is mounted noexec */
};

struct examination {
	enum finding finding;
	char what[256]; /* "aarch64", "/bin/bash", "libssl.so.3"; printable */
};

/* Looks at the program below root_fd, following links as in a container with that root (elf(5),
 * execve(2), ld.so(8)). */
void proc_examine(int root_fd, const char *path, struct examination *ret);
