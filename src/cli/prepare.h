/* cli/prepare.h - from a command line to a finished spec: what run and explain share. */
#pragma once

#include "cli/verb.h"
#include "facts/facts.h"
#include "spec/spec.h"
#include "store/store.h"

struct prepared {
	struct arena arena;
	struct spec *spec;
	struct facts *facts;
	bool created; /* in: for create, where nothing runs yet */
};

#define PREPARED_HELP 1

/* Reads the options and the host, looks containers and devices up, and finishes the spec; its id
 * range is still missing. PREPARED_HELP when help was asked for. Changes nothing on the host. */
int prepare(struct prepared *p, const struct global *g, int argc, char *const *argv, struct err *e);

/* -EPERM and a hint for everybody else. */
int prepare_need_root(const struct facts *f, struct err *e);

/* The spec from the record of a container that was made before. Its id range is the one it has. */
int prepare_record(struct prepared *p, const struct store_container *c, struct err *e);

/* Then, to start it: what the host is like, and whom it shares namespaces with, at this moment. */
int prepare_again(struct prepared *p, const struct global *g, struct err *e);
void prepare_done(struct prepared *p);
