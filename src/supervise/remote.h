/* supervise/remote.h - the streams of a container that honu-supervise watches, shown on our own.
 *
 * Should: hand on every byte both ways, the size of the terminal and signals; leave at the detach
 * keys; give the program's status when it has ended.
 * Must not: end the container because we end. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define DETACH_KEYS_MAX 16

struct remote {
	int socket; /* connected to attach.sock, see handover.h; nothing said yet */
	int pidfd;  /* the first process, to hand signals on to; -EBADF: signals are ours */
	pid_t pid;
	bool namespace_init;	    /* it is pid 1 of a pid namespace below ours */
	bool tty;		    /* it has a terminal */
	bool input;		    /* our standard input is its standard input */
	char keys[DETACH_KEYS_MAX]; /* bytes that mean to leave */
	size_t n_keys;		    /* 0: there are none */
};

struct remote_result {
	bool detached; /* left by the keys, or by a signal of ours: it runs on */
	int code;      /* otherwise: as a shell has it */
};

/* "ctrl-p,ctrl-q", "a", "" (none), as docker has it -> bytes. -EINVAL. */
int remote_keys(const char *text, char ret[DETACH_KEYS_MAX], size_t *ret_n);

/* Says what we want; to be called before anything can come, so that nothing is missed. */
int remote_hello(const struct remote *r);

/* Copies until the end. Signals must be blocked (supervise_block_signals()). -EPIPE: the supervisor
 * went away without a word. The terminal is as it was on every return. */
int remote_show(const struct remote *r, struct remote_result *ret);
