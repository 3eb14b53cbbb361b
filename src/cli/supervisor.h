/* cli/supervisor.h - executes honu-supervise in place (supervise/handover.h). */
#pragma once

#include "cli/launch.h"
#include "cli/streams.h"

/* To watch what launch_walk() started. Returns only when it failed. */
int supervisor_execute(const struct launch *l, struct streams *t, struct err *e);

/* To wait ms with nothing running, and then to execute honu finish. The lock stays held. Returns only
 * when it failed. */
int supervisor_wait(const struct launch *l, uint32_t ms, struct err *e);
