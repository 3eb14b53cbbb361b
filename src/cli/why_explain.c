/* cli/why_explain.c - see why_explain.h. */
#include "cli/why_explain.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "base/signal_name.h"

#define KILLED_BY_NOBODY                                                                      \
	"nobody asked honu for it: another process of the host sent it, or the kernel, when " \
	"memory of the whole machine ran out; 'dmesg' tells of the latter"

struct explaining {
	struct arena *arena;
	const struct why_facts *facts;
	const struct exit_record *exit;
	struct why *why;
};

#define PHASE(o, name) (strcmp((o)->facts->state.phase, name) == 0)

static void add_evidence(struct explaining *o, const char *about, const char *text)
{
	arena_push(o->arena, o->why->evidence, o->why->n_evidence,
		   (struct why_evidence){ about, text });
}

static void add_advice(struct explaining *o, const char *text)
{
	arena_push(o->arena, o->why->advice, o->why->n_advice, text);
}

#define EVIDENCE(o, about, ...) add_evidence(o, about, arena_printf((o)->arena, __VA_ARGS__))
#define ADVICE(o, ...) add_advice(o, arena_printf((o)->arena, __VA_ARGS__))
#define VERDICT(o, ...) ((o)->why->verdict = arena_printf((o)->arena, __VA_ARGS__))

/* ---- words ---- */

static const char *span(struct explaining *o, uint64_t from, uint64_t to)
{
	char room[MOMENT_ROOM];

	return arena_strdup(o->arena, moment_print_span(from < to ? to - from : 0, room));
}

/* To the second: nobody needs more here. */
static const char *moment(struct explaining *o, uint64_t when)
{
	char room[MOMENT_ROOM];
	size_t n = strcspn(moment_print(when, room), ".");

	return arena_printf(o->arena, "%.*sZ (%s ago)", (int)n, room, span(o, when, o->facts->now));
}

/* " 2 hours ago", or nothing where that is not known. */
static const char *ago(struct explaining *o)
{
	return o->exit->ended > 0 ?
		       arena_printf(o->arena, " %s ago", span(o, o->exit->ended, o->facts->now)) :
		       "";
}

static const char *bytes(struct explaining *o, uint64_t n)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB", "TiB", "PiB" };
	uint64_t whole = n, part = 0;
	size_t unit = 0;

	for (; whole >= 1024 && unit + 1 < ELEMENTS(units); unit++) {
		part = whole % 1024;
		whole /= 1024;
	}
	return unit == 0 ? arena_printf(o->arena, "%llu bytes", (unsigned long long)n) :
			   arena_printf(o->arena, "%llu.%llu %s", (unsigned long long)whole,
					(unsigned long long)(part * 10 / 1024), units[unit]);
}

static const char *name_of_signal(struct explaining *o, int signal)
{
	const char *name = signal_name(signal);

	return name ? arena_strdup(o->arena, name) : arena_printf(o->arena, "signal %d", signal);
}

/* Whoever asked: "root", "uid 1000". */
static const char *who(struct explaining *o)
{
	const struct why_facts *f = o->facts;

	return f->who ? f->who : arena_printf(o->arena, "uid %u", f->intent.uid);
}

/* Did a person ask for the end of the run that ended last? */
static bool was_asked(const struct explaining *o)
{
	const struct store_intent *i = &o->facts->intent;

	return i->wish != WISH_NOTHING && i->time >= o->exit->started;
}

/* ---- what an exit status means ---- */

static void explain_code(struct explaining *o)
{
	int code = o->exit->code;
	const char *signal = code > 128 ? signal_name(code - 128) : NULL;

	if (code == 0)
		EVIDENCE(o, "status", "0: it ended well");
	else if (code == 125)
		EVIDENCE(
			o, "status",
			"125: from the program itself; of container tools, a failure of their own");
	else if (code == 126)
		EVIDENCE(o, "status",
			 "126: from a shell, where a command was found and could not be executed");
	else if (code == 127)
		EVIDENCE(o, "status", "127: from a shell, where a command was not found");
	else if (signal)
		EVIDENCE(o, "status", "%d: from a shell, 128 + %d where %s ended its command", code,
			 code - 128, signal);
	else
		EVIDENCE(o, "status", "%d: from the program itself", code);
}

static void end_by_code(struct explaining *o)
{
	const struct why_facts *f = o->facts;
	int code = o->exit->code;

	if (was_asked(o)) {
		VERDICT(o, "%s was stopped%s: %s asked for it", f->name, ago(o), who(o));
	} else if (code == 0) {
		VERDICT(o, "%s ended by itself%s: its program was done", f->name, ago(o));
		ADVICE(o,
		       "a server that ends at once often goes into the background: start it so that it "
		       "stays in the foreground");
	} else {
		VERDICT(o, "%s ended by itself%s, with status %d", f->name, ago(o), code);
	}
	explain_code(o);
	if (was_asked(o) || code == 0)
		return;
	if (code == 126 || code == 127)
		ADVICE(o, "see below which command its shell could not run");
	else
		ADVICE(o, "its own last lines, if any, say more than the number: 'honu logs %s'",
		       f->name);
}

/* ---- signals ---- */

/* What it takes to be ended by that signal without anybody sending it; NULL: somebody did. */
static const char *crash(int signal)
{
	static const struct {
		int signal;
		const char *what;
	} rows[] = {
		{ SIGSEGV, "it used memory that it does not have" },
		{ SIGBUS,
		  "it used memory behind the end of a file, or of /dev/shm when that was full" },
		{ SIGILL, "it executed what is no instruction of this processor" },
		{ SIGFPE, "it divided by zero, or the like" },
		{ SIGABRT, "it gave up by itself, mostly after it found its own data damaged" },
		{ SIGTRAP, "it met a trap for a debugger" },
		{ SIGSYS, "it made a system call that it may not make" },
		{ SIGXCPU, "it used more processor time than its limit" },
		{ SIGXFSZ, "it wrote a file larger than its limit" },
		{ SIGPIPE, "it wrote to somebody who did not read any more" },
	};

	for (size_t i = 0; i < ELEMENTS(rows); i++)
		if (rows[i].signal == signal)
			return rows[i].what;
	return NULL;
}

static void advise_crash(struct explaining *o, int signal)
{
	const char *name = o->facts->name;

	if (signal == SIGBUS)
		ADVICE(o, "if it keeps much in /dev/shm, give it more: --shm-size");
	else if (signal == SIGILL)
		ADVICE(o,
		       "it may be built for a newer processor: 'lscpu' tells what this one can do");
	else if (signal == SIGSYS)
		ADVICE(o,
		       "if it ends well with --security-opt seccomp=unconfined, the filter of system "
		       "calls stands in its way");
	else if (signal == SIGXCPU || signal == SIGXFSZ)
		ADVICE(o, "--ulimit %s=… is its limit", signal == SIGXCPU ? "cpu" : "fsize");
	else
		ADVICE(o,
		       "this is a fault of the program: its last lines ('honu logs %s') and a core dump "
		       "are for who wrote it",
		       name);
}

static void end_by_signal(struct explaining *o)
{
	const struct why_facts *f = o->facts;
	int signal = o->exit->signal;
	const char *name = name_of_signal(o, signal), *what = crash(signal);

	EVIDENCE(o, "status", "%d: 128 + %d, %s%s", o->exit->code, signal, name,
		 o->exit->dumped_core ? ", with a core dump" : "");
	if (was_asked(o)) {
		VERDICT(o, "%s was %s%s: %s asked for it, and %s ended it", f->name,
			f->intent.wish == WISH_KILL ? "killed" : "stopped", ago(o), who(o), name);
	} else if (what) {
		VERDICT(o, "%s crashed%s: %s", f->name, ago(o), what);
		advise_crash(o, signal);
	} else {
		VERDICT(o, "%s was killed%s by %s, and nobody asked honu for it", f->name, ago(o),
			name);
		EVIDENCE(o, "asked", "%s",
			 signal == SIGKILL ? KILLED_BY_NOBODY :
					     "nobody asked honu for it: another process sent it, "
					     "inside or on the host");
	}
}

/* ---- other ends ---- */

static void end_by_oom(struct explaining *o)
{
	const struct exit_record *x = o->exit;

	VERDICT(o, "%s was killed%s: it ran out of memory", o->facts->name, ago(o));
	EVIDENCE(o, "status", "%d", x->code);
	if (x->memory_limit != UINT64_MAX)
		ADVICE(o,
		       "give it more than %s with --memory, or have it use less: most run-times have a "
		       "setting for that",
		       bytes(o, x->memory_limit));
	else
		ADVICE(o,
		       "no limit of its own is known: where it had none, memory of a group above it, "
		       "or of the machine, ran out, and 'dmesg' tells what else was large");
}

static void end_by_stop(struct explaining *o)
{
	const struct why_facts *f = o->facts;
	const char *signal = f->intent.signal > 0 ? name_of_signal(o, f->intent.signal) :
			     f->stop_signal	  ? f->stop_signal :
						    "SIGTERM";

	VERDICT(o, "%s was killed%s: it did not stop when it was asked to", f->name, ago(o));
	EVIDENCE(o, "status", "%d", o->exit->code);
	if (f->stop_timeout != UINT64_MAX)
		EVIDENCE(o, "time-out", "%llu.%llu s after %s came SIGKILL",
			 (unsigned long long)(f->stop_timeout / 1000),
			 (unsigned long long)(f->stop_timeout % 1000 / 100), signal);
	if (!f->has_init)
		ADVICE(o,
		       "%s, as process 1, gets no signal that it does not handle: --init puts a small init "
		       "before it, which passes signals on",
		       f->program ? f->program : "its program");
	ADVICE(o,
	       "--stop-signal if it wants another one than %s, --stop-timeout if it needs longer",
	       signal);
}

static void end_by_health(struct explaining *o)
{
	VERDICT(o, "%s was ended%s: it was unhealthy, and --health-on-failure asked for that",
		o->facts->name, ago(o));
	EVIDENCE(o, "status", "%d", o->exit->code);
	ADVICE(o,
	       "--health-timeout, --health-retries and --health-start-period say how patient the check "
	       "is");
}

static void end_at_start(struct explaining *o)
{
	const struct exit_record *x = o->exit;

	VERDICT(o, "%s could not be started%s", o->facts->name, ago(o));
	if (x->error[0])
		EVIDENCE(o, "error", "%s", x->error);
	if (x->code == 127)
		EVIDENCE(o, "status", "127: there is no such program in it");
	else if (x->code == 126)
		EVIDENCE(o, "status", "126: the program is there, and cannot be executed");
	else
		EVIDENCE(o, "status", "%d: honu failed before the program", x->code);
	if (x->hint[0])
		ADVICE(o, "%s", x->hint);
}

static void end_unseen(struct explaining *o)
{
	const struct why_facts *f = o->facts;

	if (o->exit->cause == EXIT_BOOT) {
		VERDICT(o, "%s ended when the machine went down", f->name);
		EVIDENCE(o, "status", "not known: this is another boot than the one it ran in");
		ADVICE(o, "'honu start %s' starts it again", f->name);
		return;
	}
	VERDICT(o, "%s ended when its supervisor was killed, so nobody knows how", f->name);
	EVIDENCE(o, "status", "not known");
	ADVICE(o,
	       "somebody killed honu-supervise, or the kernel did when memory of the machine ran out: "
	       "'dmesg' tells of the latter");
	ADVICE(o, "'honu start %s' starts it again", f->name);
}

static void explain_end(struct explaining *o)
{
	switch (o->exit->cause) {
	case EXIT_BY_CODE:
		end_by_code(o);
		break;
	case EXIT_BY_SIGNAL:
		end_by_signal(o);
		break;
	case EXIT_BY_OOM:
		end_by_oom(o);
		break;
	case EXIT_BY_STOP:
		end_by_stop(o);
		break;
	case EXIT_BY_HEALTH:
		end_by_health(o);
		break;
	case EXIT_AT_START:
		end_at_start(o);
		break;
	case EXIT_LOST:
	case EXIT_BOOT:
	case _EXIT_CAUSE_N:
		end_unseen(o);
		break;
	}
}

/* ---- evidence that any end may have ---- */

static void add_times(struct explaining *o)
{
	const struct exit_record *x = o->exit;

	if (x->ended == 0)
		return;
	if (x->started > 0 && x->started <= x->ended)
		EVIDENCE(o, "ended", "%s, after %s", moment(o, x->ended),
			 span(o, x->started, x->ended));
	else
		EVIDENCE(o, "ended", "%s", moment(o, x->ended));
}

static void add_memory(struct explaining *o)
{
	const struct exit_record *x = o->exit;
	const char *limit = x->memory_limit == UINT64_MAX ?
				    "no limit" :
				    arena_printf(o->arena, "%s allowed", bytes(o, x->memory_limit));

	if (x->memory_peak != UINT64_MAX)
		EVIDENCE(o, "memory", "%s at most, %s", bytes(o, x->memory_peak), limit);
	else if (x->memory_limit != UINT64_MAX)
		EVIDENCE(o, "memory", "%s", limit);
	if (x->oom_kills != UINT64_MAX && x->oom_kills > 0)
		EVIDENCE(o, "killed", "%llu process%s for want of memory%s",
			 (unsigned long long)x->oom_kills, x->oom_kills == 1 ? "" : "es",
			 x->cause == EXIT_BY_OOM ? "" : ", but not its first one");
}

static void add_intent(struct explaining *o)
{
	static const char *const asked[] = {
		[WISH_NOTHING] = "",
		[WISH_STOP] = "honu stop",
		[WISH_KILL] = "honu kill",
		[WISH_REMOVE] = "honu rm",
	};
	const struct store_intent *i = &o->facts->intent;

	if (!was_asked(o))
		return;
	EVIDENCE(o, "asked", "%s by %s, %s%s%s", asked[i->wish], who(o), moment(o, i->time),
		 i->signal > 0 ? ", with " : "", i->signal > 0 ? name_of_signal(o, i->signal) : "");
}

static void add_health(struct explaining *o)
{
	const struct state *s = &o->facts->state;
	const char *name = state_health_name(s->health), *output = o->facts->health_output;

	if (name)
		EVIDENCE(o, "health", "%s%s", name,
			 s->health_failures == 0 ?
				 "" :
				 arena_printf(o->arena, ", after %u failure%s in a row",
					      s->health_failures,
					      s->health_failures == 1 ? "" : "s"));
	if (output && *output && (!name || s->health != HEALTH_GOOD))
		EVIDENCE(o, "probe", "%s", output);
}

/* Why it was not started again, or that it will be. */
static void add_restart(struct explaining *o)
{
	const struct why_facts *f = o->facts;
	const char *why = "";

	if (!f->restart || strcmp(f->restart, "no") == 0)
		return;
	if (PHASE(o, "restarting"))
		why = arena_printf(o->arena, ": it starts again after %u.%u s",
				   f->restarts.delay / 1000, f->restarts.delay % 1000 / 100);
	else if (f->state.lives)
		why = "";
	else if (was_asked(o))
		why = ": not again, since somebody asked for the end";
	else if (o->exit->cause == EXIT_LOST || o->exit->cause == EXIT_BOOT)
		why = ": 'honu gc --restart' does that now";
	else if (strncmp(f->restart, "on-failure", 10) == 0 && o->exit->code == 0)
		why = ": not again, since it ended well";
	else if (strncmp(f->restart, "on-failure", 10) == 0)
		why = ": not again, since that was the last try";
	EVIDENCE(o, "restart", "%s%s%s", f->restart,
		 f->restarts.count == 0 ?
			 "" :
			 arena_printf(o->arena, ", %u time%s in a row", f->restarts.count,
				      f->restarts.count == 1 ? "" : "s"),
		 why);
}

static void add_ends(struct explaining *o)
{
	for (size_t i = 0; i < o->facts->n_ends; i++) {
		const struct why_end *end = &o->facts->ends[i];

		EVIDENCE(o, "before", "ended with %d%s%s, %s", end->code,
			 end->cause ? ", cause " : "", end->cause ? end->cause : "",
			 moment(o, end->time));
	}
}

/* ---- those that have not ended ---- */

static void explain_living(struct explaining *o)
{
	const struct why_facts *f = o->facts;
	const struct state *s = &f->state;

	if (PHASE(o, "restarting")) {
		explain_end(o);
		VERDICT(o, "%s, and waits to be started again", o->why->verdict);
		return;
	}
	VERDICT(o, "%s %s: up %s%s", f->name, PHASE(o, "paused") ? "is paused" : "runs",
		s->started > 0 ? span(o, s->started, f->now) : "for a time that is not known",
		s->health == HEALTH_BAD ? ", but it is unhealthy" : "");
	if (s->started > 0)
		EVIDENCE(o, "started", "%s", moment(o, s->started));
	if (PHASE(o, "paused"))
		ADVICE(o, "'honu resume %s' lets it go on", f->name);
	if (s->health == HEALTH_BAD)
		ADVICE(o,
		       "what the check said is above; 'honu inspect -f '{{json .config.life.health}}' %s' "
		       "shows the check",
		       f->name);
}

static void explain_never_ran(struct explaining *o)
{
	const struct why_facts *f = o->facts;

	if (PHASE(o, "creating")) {
		VERDICT(o, "%s is being made this very moment", f->name);
		return;
	}
	VERDICT(o, "%s was created, and has not been started yet", f->name);
	ADVICE(o, "'honu start %s' starts it", f->name);
}

void why_explain(struct arena *a, const struct why_facts *f, struct why *ret)
{
	struct explaining o = { .arena = a, .facts = f, .exit = &f->state.exit, .why = ret };
	bool ended = !f->state.lives || PHASE(&o, "restarting");

	*ret = (struct why){ .verdict = "" };
	if (PHASE(&o, "creating") || PHASE(&o, "created")) {
		explain_never_ran(&o);
		return;
	}
	if (f->state.lives)
		explain_living(&o);
	else
		explain_end(&o);
	if (ended) {
		add_times(&o);
		add_memory(&o);
		add_intent(&o);
	}
	add_health(&o);
	add_restart(&o);
	add_ends(&o);
	if (f->gone && f->removed > 0)
		EVIDENCE(&o, "removed", "%s", moment(&o, f->removed));
}
