/* cli/inspect_json.c - see inspect_json.h. */
#include "cli/inspect_json.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/signal_name.h"
#include "cli/protections.h"
#include "cli/show.h"
#include "cli/state.h"
#include "cli/summary.h"
#include "run/journal.h"
#include "spec/record.h"
#include "sys/identity.h"

#define OUTPUT_ROOM 4096

/* What was read of the container. */
struct facts_of {
	const struct store_container *c;
	struct store_status status;
	struct state_clock clock;
	struct state state;
	struct store_summary summary;
	struct store_intent intent;
	struct store_restarts restarts;
	struct spec *spec; /* NULL: no record (yet), or damaged */
	json_t *record;	   /* likewise */
};

static void set(json_t *object, const char *key, json_t *value)
{
	(void)json_object_set_new(object, key, value);
}

static json_t *number(bool known, uint64_t n)
{
	return known ? json_integer((json_int_t)n) : json_null();
}

/* ---- state ---- */

/* The output of the last probe. */
static json_t *health_output(int dir_fd)
{
	_cleanup_close_ int fd = openat(dir_fd, "health.log", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char text[OUTPUT_ROOM];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));

	return n > 0 ? show_string_of(text, (size_t)n) : json_null();
}

static json_t *health(const struct facts_of *f)
{
	const struct state *s = &f->state;
	json_t *o = json_object();

	set(o, "status", show_string(state_health_name(s->health)));
	set(o, "failures", json_integer(s->health_failures));
	set(o, "exitCode", number(s->health_time > 0, (unsigned)s->health_code));
	set(o, "checkedAt", show_moment(s->health_time));
	set(o, "output", f->c ? health_output(f->c->fd) : json_null());
	return o;
}

static json_t *supervisor(const struct store_status *s)
{
	json_t *o = json_object();

	set(o, "pid", json_integer(s->supervisor));
	set(o, "startTime", json_integer((json_int_t)s->supervisor_start_time));
	return o;
}

static void add_end(json_t *o, const struct state *s)
{
	const struct exit_record *x = &s->exit;
	bool has = s->has_exit;

	set(o, "finishedAt", show_moment(x->ended));
	set(o, "exitCode", number(state_has_code(s), (unsigned)x->code));
	set(o, "signal", has && x->signal > 0 ? show_string(signal_name(x->signal)) : json_null());
	set(o, "coreDumped", json_boolean(x->dumped_core));
	set(o, "cause", has ? json_string(exit_cause_name(x->cause)) : json_null());
	set(o, "error", show_string(x->error));
	set(o, "hint", show_string(x->hint));
	set(o, "oomKilled", json_boolean(has && x->cause == EXIT_BY_OOM));
	set(o, "oomKills", number(has && x->oom_kills != UINT64_MAX, x->oom_kills));
	set(o, "memoryPeak", number(has && x->memory_peak != UINT64_MAX, x->memory_peak));
	set(o, "memoryLimit", number(has && x->memory_limit != UINT64_MAX, x->memory_limit));
}

static json_t *state(const struct facts_of *f, bool whole)
{
	const struct state *s = &f->state;
	char words[STATE_ROOM];
	json_t *o = json_object();

	set(o, "phase", json_string(s->phase));
	set(o, "words", json_string(state_words(s, f->clock.now, words)));
	set(o, "running", json_boolean(s->lives && strcmp(s->phase, "restarting") != 0));
	set(o, "paused", json_boolean(strcmp(s->phase, "paused") == 0));
	set(o, "pid", number(s->lives && f->status.pid > 0, (uint64_t)f->status.pid));
	set(o, "startedAt", show_moment(s->started));
	add_end(o, s);
	set(o, "health", whole || s->health != HEALTH_UNWATCHED ? health(f) : json_null());
	set(o, "restartCount", json_integer(f->restarts.count));
	set(o, "restartDelay", json_integer(f->restarts.delay));
	set(o, "supervisor", whole || s->lives ? supervisor(&f->status) : json_null());
	return o;
}

static json_t *intent(const struct store_intent *i, bool whole)
{
	static const char *const wishes[] = { "nothing", "stop", "kill", "remove" };
	static_assert(ELEMENTS(wishes) == _WISH_N, "a wish lacks its word");
	json_t *o;

	if (!whole && i->wish == WISH_NOTHING)
		return json_null();
	o = json_object();
	set(o, "wish", json_string(wishes[i->wish]));
	set(o, "signal", i->signal > 0 ? show_string(signal_name(i->signal)) : json_null());
	set(o, "forced", json_boolean(i->forced));
	set(o, "uid", json_integer(i->uid));
	set(o, "pid", json_integer(i->by));
	set(o, "time", show_moment(i->time));
	return o;
}

/* ---- what the kernel has of it ---- */

static json_t *namespace_of(int proc_fd, enum ns_type type)
{
	char link[64], path[32];
	uint64_t inode;
	ssize_t n;

	(void)snprintf(path, sizeof(path), "ns/%s", ns_file(type));
	n = readlinkat(proc_fd, path, link, sizeof(link) - 1);
	if (n < 2 || link[n - 1] != ']')
		return json_null();
	link[n - 1] = '\0';
	return strchr(link, '[') && number_u64(strchr(link, '[') + 1, &inode) == 0 ?
		       json_integer((json_int_t)inode) :
		       json_null();
}

static json_t *namespaces(const struct facts_of *f, bool whole)
{
	_cleanup_close_ int proc = -EBADF;
	uint64_t started = 0;
	char path[32];
	json_t *o;

	if (!whole && (!f->state.lives || f->status.pid <= 0))
		return json_null();
	(void)snprintf(path, sizeof(path), "/proc/%d", (int)f->status.pid);
	proc = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* After the open: if it was that process then, the directory is that process's. */
	if (!whole && (proc < 0 || sys_start_time(f->status.pid, &started) < 0 ||
		       started != f->status.start_time))
		return json_null();
	o = json_object();
	for (int type = 0; type < _NS_N; type++)
		set(o, ns_name((enum ns_type)type), namespace_of(proc, (enum ns_type)type));
	return o;
}

/* Directories of its control groups, one for each hierarchy. */
static json_t *cgroups(const struct facts_of *f)
{
	struct journal_group groups[JOURNAL_GROUPS];
	struct journal j = { .fd = f->c ? f->c->journal : -EBADF };
	json_t *list = json_array();
	int n = f->state.lives && j.fd >= 0 ? journal_groups(&j, groups) : 0;

	for (int i = 0; i < n; i++)
		(void)json_array_append_new(list,
					    json_sprintf("%s/%s", groups[i].base, groups[i].name));
	return list;
}

/* ---- all ---- */

static json_t *labels(const struct spec *s)
{
	json_t *o = json_object();

	for (size_t i = 0; s && i < s->n_labels; i++)
		set(o, s->labels[i].key,
		    show_string_of(s->labels[i].value, strlen(s->labels[i].value)));
	return o;
}

static json_t *build(const struct facts_of *f, bool whole)
{
	const struct store_container *c = f->c;
	json_t *o = json_object();

	set(o, "id", show_string(c ? c->id : ""));
	set(o, "name", show_string(c ? c->name : ""));
	set(o, "created", show_moment(f->summary.created));
	set(o, "command", show_string(f->summary.command));
	set(o, "root", show_string(f->summary.root));
	set(o, "restart", show_string(f->summary.restart));
	set(o, "kept", json_boolean(f->summary.keep));
	set(o, "state", state(f, whole));
	set(o, "intent", intent(&f->intent, whole));
	set(o, "namespaces", namespaces(f, whole));
	set(o, "cgroups", cgroups(f));
	set(o, "directory",
	    c ? json_sprintf("%s/containers/%s", c->store->path, c->id) : json_null());
	set(o, "logPath",
	    c && faccessat(c->fd, "log/out", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ?
		    json_sprintf("%s/containers/%s/log/out", c->store->path, c->id) :
		    json_null());
	set(o, "labels", labels(f->spec));
	set(o, "defaults", f->spec ? protections_json(f->spec) : json_null());
	set(o, "config", f->record ? json_incref(f->record) : json_null());
	return o;
}

static int read_record(struct facts_of *f, struct arena *a)
{
	char *json;
	int r = store_get_record(f->c, a, &json, NULL);

	if (r < 0)
		return r == -ENOENT ? 0 : r;
	f->record = json_loads(json, 0, NULL);
	if (spec_read_record(a, json, &f->spec, NULL) < 0)
		f->spec = NULL;
	return 0;
}

int inspect_json(const struct store_container *c, struct arena *a, json_t **ret, struct err *e)
{
	struct facts_of f = { .c = c, .clock = state_clock_now() };
	int r = store_get_status(c, &f.status, e);

	if (r < 0)
		return r;
	state_begin(&f.status, &f.state);
	state_look(c->fd, "", &f.status, &f.clock, &f.state);
	r = read_record(&f, a);
	if (r < 0)
		return err_set(e, r, "read the record of container %s", c->id);
	/* What is missing or damaged of these stays empty: all else is to be seen nevertheless. */
	if (f.spec)
		summary_of(f.spec, &f.summary);
	else
		(void)store_get_summary(c, &f.summary, NULL);
	(void)store_get_intent(c, &f.intent, NULL);
	(void)store_get_restarts(c, &f.restarts, NULL);
	*ret = build(&f, false);
	json_decref(f.record);
	return 0;
}

json_t *inspect_example(void)
{
	const struct facts_of f = { .state = { .phase = "" } };

	return build(&f, true);
}
