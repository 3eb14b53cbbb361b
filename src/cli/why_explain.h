/* cli/why_explain.h - why a container is as it is: from what is known to sentences. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "cli/state.h"
#include "store/store.h"

/* An end of an earlier run, as the events tell. */
struct why_end {
	uint64_t time; /* ns */
	int code;
	const char *cause; /* "code", "oom", …; or NULL */
};

struct why_facts {
	const char *name; /* as somebody would type it */
	uint64_t now;	  /* ns */
	struct state state;
	bool gone;		    /* removed: only what the events tell is known */
	uint64_t removed;	    /* then: when; 0: unknown */
	struct store_intent intent; /* WISH_NOTHING: nobody asked for anything */
	const char *who;	    /* the name of intent.uid, or NULL */
	struct store_restarts restarts;
	const char *restart;	    /* policy: "no", "on-failure:3"; NULL: not known */
	const char *program;	    /* argv[0], or NULL */
	bool has_init;		    /* --init */
	uint64_t stop_timeout;	    /* ms; UINT64_MAX: for ever, or not known */
	const char *stop_signal;    /* "SIGTERM", or NULL */
	const char *health_output;  /* of the last probe, or NULL */
	const struct why_end *ends; /* of earlier runs, newest first */
	size_t n_ends;
};

struct why_evidence {
	const char *about; /* one word: "status", "memory" */
	const char *text;
};

struct why {
	const char *verdict; /* one sentence, without its full stop */
	struct why_evidence *evidence;
	size_t n_evidence;
	const char **advice; /* sentences */
	size_t n_advice;
};

void why_explain(struct arena *a, const struct why_facts *f, struct why *ret);
