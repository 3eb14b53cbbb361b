/* cli/detached.h - a container in the background: forks, starts it, and becomes its supervisor. */
#pragma once

#include "cli/attached.h"
#include "cli/launch.h"

/* For what launch_claim() or launch_adopt() holds: forks a process that walks the plan and executes
 * honu-supervise in place, and waits until the program runs and that supervisor is ready.
 * Otherwise everything is undone as by launch_fail(), and e says why. attach (or NULL): *ret_socket is
 * connected to its streams before the first byte. */
int detached_start(struct launch *l, const struct attach_options *attach, int *ret_socket,
		   struct err *e);

/* The same without a fork: this process (honu finish) becomes the supervisor. Returns only when it
 * failed; undone then. */
int detached_become(struct launch *l, struct err *e);

/* Both ends of HANDOVER_READY. What the forked process says before it ends; nothing once
 * honu-supervise is ready. */
void detached_fail(int ready, const struct err *e);
/* Waits for the one or the other. -> 0, or the error. */
int detached_await(int ready, struct err *e);
