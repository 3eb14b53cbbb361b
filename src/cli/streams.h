/* cli/streams.h - the ends of what connects a detached program to its supervisor. */
#pragma once

#include "spec/spec.h"
#include "store/store.h"
#include "supervise/handover.h"

/* Ends for the program become 0, 1, 2 of whoever clones it; ends for the supervisor go to
 * honu-supervise, by enum handover_fd. -EBADF: there is none. */
struct streams {
	int program[3];
	int supervisor[_HANDOVER_END];
};

/* Makes pipes (none for a terminal, which the plan opens inside), the sockets attach.sock and
 * notify.sock, and the directory of the log. */
int streams_make(const struct spec *s, const struct store_container *c, struct streams *ret,
		 struct err *e);

/* Puts the program's ends on 0, 1, 2 of this process. */
int streams_use(struct streams *t, struct err *e);

void streams_done(struct streams *t);
