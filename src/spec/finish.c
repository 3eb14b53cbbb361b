/* spec/finish.c - completes a description, topic by topic, and refuses what cannot work. */
#include "spec/finish.h"

#include "base/cleanup.h"
#include "spec/spec.h"

int spec_finish(struct spec *s, const struct facts *f, struct err *e)
{
	static int (*const topics[])(struct spec *, const struct facts *, struct err *) = {
		finish_life,   finish_namespaces, finish_files,	  finish_security,
		finish_limits, finish_group,	  finish_process,
	};

	for (size_t i = 0; i < ELEMENTS(topics); i++) {
		int r = topics[i](s, f, e);

		if (r < 0)
			return r;
	}
	return 0;
}
