/* cli/attached.h - connects honu to the streams of a container in the background. */
#pragma once

#include "spec/spec.h"
#include "store/store.h"

struct attach_options {
	bool input;	  /* standard input goes there */
	bool sig_proxy;	  /* signals go to the first process */
	const char *keys; /* NULL: those of the container */
};

/* Connects to attach.sock and says hello: nothing that comes from here on is missed. -> descriptor,
 * or -errno with e. */
int attach_connect(const struct store_container *c, const struct spec *s,
		   const struct attach_options *o, struct err *e);

/* Shows what comes until the program ends or the detach keys are typed. Takes the socket over. ->
 * exit status: the program's, 0 when detached; or -errno. */
int attach_show(const struct store_container *c, const struct spec *s,
		const struct attach_options *o, int socket, struct err *e);
