/* spec/again.c - a container that was recorded starts once more. */
#include <errno.h>

#include "spec/spec.h"

/* Of namespaces that were joined: whoever lives there now knows the map. */
static void forget_map(struct spec *s)
{
	struct userns_spec *u = &s->userns;

	u->uid = u->gid = NULL;
	u->n_uid = u->n_gid = 0;
}

int spec_again(struct spec *s, struct err *e)
{
	unsigned n = s->preserve_fds + s->listen_fds;

	if (n > 0)
		return err_hint(
			e,
			err_say(e, -EBADF,
				"%s: whoever ran it handed in %u descriptors, which are gone",
				s->listen_fds > 0 ? "LISTEN_FDS" : "--preserve-fds", n),
			"run it anew: 'honu run --replace' takes the place of a container");
	for (int type = 0; type < _NS_N; type++) {
		struct ns_spec *ns = &s->ns[type];

		if (!ns->container)
			continue;
		ns->mode = NS_CONTAINER;
		ns->target = ns->container;
		ns->pid = 0;
		ns->start_time = 0;
	}
	if (s->ns[NS_USER].mode == NS_CONTAINER || s->ns[NS_USER].mode == NS_PATH)
		forget_map(s);
	return 0;
}
