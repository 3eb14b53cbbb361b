/* spec/test_record.c - a record holds the whole of a spec, and nothing else is read as one. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/capability.h"
#include "spec/record.h"
#include "spec/record_fields.h"
#include "spec/test_rows.h"

#define TABLES 32

/* ---- no member is forgotten ---- */

/* Every table that can be reached, each once. */
static void collect(const struct record_table *t, const struct record_table **all, size_t *n)
{
	for (size_t i = 0; i < *n; i++)
		if (all[i] == t)
			return;
	assert_true(*n < TABLES);
	all[(*n)++] = t;
	for (size_t i = 0; i < t->n; i++)
		if (t->fields[i].table)
			collect(t->fields[i].table, all, n);
}

/* Marks the bytes that the rows speak of; a byte that is spoken of twice is marked with 2. */
static void mark(const struct record_table *t, size_t at, unsigned char *bytes)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct record_field *f = &t->fields[i];

		if (f->kind == RECORD_OBJECT) {
			mark(f->table, at + f->offset, bytes);
			continue;
		}
		for (size_t k = 0; k < f->size; k++)
			bytes[at + f->offset + k]++;
		if (f->kind == RECORD_TEXTS || f->kind == RECORD_OBJECTS)
			for (size_t k = 0; k < sizeof(size_t); k++)
				bytes[at + f->n_offset + k]++;
	}
}

/* Rows of different structs must not overlap, and what they leave out is padding at most. A bool
 * that hides in padding is found by tests/docs/run, which reads spec.h. */
static void no_member_is_forgotten(void **state)
{
	const struct record_table *all[TABLES];
	size_t n = 0;

	(void)state;
	collect(&record_spec, all, &n);
	for (size_t i = 0; i < n; i++) {
		unsigned char marked[sizeof(struct spec)] = { 0 };
		size_t gap = 0;

		/* Parts of the spec that stand under one key are parts. */
		if (all[i] != &record_spec && strcmp(all[i]->name, "spec") == 0)
			continue;
		mark(all[i], 0, marked);
		for (size_t k = 0; k < all[i]->size; k++) {
			gap = marked[k] ? 0 : gap + 1;
			if (marked[k] > 1)
				fail_msg("struct %s: two rows speak of byte %zu", all[i]->name, k);
			if (gap >= sizeof(void *))
				fail_msg("struct %s: no row speaks of byte %zu", all[i]->name, k);
		}
	}
}

/* ---- what is written is read ---- */

struct filler {
	struct arena *arena;
	uint64_t next; /* no two values are the same */
	bool second;   /* another set of values */
};

static void put(char *base, size_t offset, const void *value, size_t size)
{
	memcpy(base + offset, value, size);
}

static const char *new_text(struct filler *o)
{
	/* Every third one is no UTF-8. */
	o->next++;
	return arena_printf(o->arena, "%s%llu", o->next % 3 == 0 ? "\xff\"\n" : "é ",
			    (unsigned long long)o->next);
}

static void fill(struct filler *o, const struct record_table *t, char *base);

static void fill_list(struct filler *o, const struct record_field *f, char *base)
{
	size_t n = 3;
	char *list = arena_alloc(o->arena, (n + 1) * (f->table ? f->table->size : sizeof(char *)));

	for (size_t i = 0; i < n; i++) {
		const char *text = f->table ? NULL : new_text(o);

		if (!f->table)
			put(list, i * sizeof(text), &text, sizeof(text));
		else
			fill(o, f->table, list + i * f->table->size);
	}
	put(base, f->offset, &list, sizeof(list));
	put(base, f->n_offset, &n, sizeof(n));
}

static uint64_t new_number(struct filler *o, const struct record_field *f)
{
	static const uint64_t large[] = { UINT64_MAX, UINT64_MAX - 1, (uint64_t)INT64_MAX + 1,
					  INT64_MAX };

	o->next++;
	if (f->kind == RECORD_SIGNED)
		return o->second ? (uint64_t)INT64_MIN : -o->next;
	if (!o->second)
		return o->next + 5;
	return f->size == sizeof(uint32_t) ? UINT32_MAX - o->next % 2 : large[o->next % 4];
}

/* Gives every member a value that it does not have by itself. */
static void fill_field(struct filler *o, const struct record_field *f, char *base)
{
	const char *text;
	uint64_t n = 0;

	switch (f->kind) {
	case RECORD_NOTHING:
		return;
	case RECORD_OBJECT:
		fill(o, f->table, base + f->offset);
		return;
	case RECORD_TEXTS:
	case RECORD_OBJECTS:
		fill_list(o, f, base);
		return;
	case RECORD_TEXT:
		text = new_text(o);
		put(base, f->offset, &text, sizeof(text));
		return;
	case RECORD_BOOL:
		n = !*(base + f->offset);
		break;
	case RECORD_WORD:
		memcpy(&n, base + f->offset, f->size);
		n = (n + (o->second && f->n_words > 2 ? 2 : 1)) % f->n_words;
		break;
	case RECORD_SIGNAL:
		n = o->second ? 33 : SIGQUIT;
		break;
	case RECORD_NODE:
		n = o->second ? S_IFBLK : S_IFCHR;
		break;
	case RECORD_CAPABILITIES:
		n = o->second ? UINT64_MAX : UINT64_C(1) << 62 | o->next++;
		break;
	case RECORD_NUMBER:
	case RECORD_SIGNED:
		n = new_number(o, f);
		break;
	}
	put(base, f->offset, &n, f->size);
}

static void fill(struct filler *o, const struct record_table *t, char *base)
{
	for (size_t i = 0; i < t->n; i++)
		fill_field(o, &t->fields[i], base);
}

static void same(const struct record_table *t, const char *a, const char *b);

static void same_list(const struct record_field *f, const char *a, const char *b)
{
	const char *one, *other;
	size_t n, m;

	memcpy(&one, a + f->offset, sizeof(one));
	memcpy(&other, b + f->offset, sizeof(other));
	memcpy(&n, a + f->n_offset, sizeof(n));
	memcpy(&m, b + f->n_offset, sizeof(m));
	if (n != m)
		fail_msg("%s: %zu became %zu", f->key, n, m);
	for (size_t i = 0; i < n && f->table; i++)
		same(f->table, one + i * f->table->size, other + i * f->table->size);
	for (size_t i = 0; i < n && !f->table; i++)
		assert_string_equal(((const char *const *)(const void *)one)[i],
				    ((const char *const *)(const void *)other)[i]);
	/* execve() and friends end there. */
	if (!f->table && m > 0)
		assert_null(((const char *const *)(const void *)other)[m]);
}

static void same(const struct record_table *t, const char *a, const char *b)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct record_field *f = &t->fields[i];
		const char *one = NULL, *other = NULL;

		if (f->kind == RECORD_OBJECT) {
			same(f->table, a + f->offset, b + f->offset);
		} else if (f->kind == RECORD_TEXTS || f->kind == RECORD_OBJECTS) {
			same_list(f, a, b);
		} else if (f->kind == RECORD_TEXT) {
			memcpy(&one, a + f->offset, sizeof(one));
			memcpy(&other, b + f->offset, sizeof(other));
			if (!one != !other || (one && strcmp(one, other) != 0))
				fail_msg("%s: '%s' became '%s'", f->key, one ? one : "(none)",
					 other ? other : "(none)");
		} else if (f->kind != RECORD_NOTHING &&
			   memcmp(a + f->offset, b + f->offset, f->size) != 0) {
			fail_msg("struct %s: %s has changed", t->name, f->key);
		}
	}
}

static struct spec *write_and_read(struct arena *a, const struct spec *s)
{
	_cleanup_free_ char *json = NULL;
	struct spec *back = NULL;
	struct err e = { 0 };

	if (spec_record(s, &json, &e) < 0)
		fail_msg("%s", e.text);
	if (spec_read_record(a, json, &back, &e) < 0)
		fail_msg("%s: %s", e.text, json);
	assert_ptr_equal(back->arena, a);
	return back;
}

static void every_member_comes_back(void **state)
{
	(void)state;
	for (int second = 0; second < 2; second++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		struct filler o = { .arena = &a, .next = 1, .second = second };
		struct spec *s = spec_new(&a);

		fill(&o, &record_spec, (char *)s);
		same(&record_spec, (const char *)s, (const char *)write_and_read(&a, s));
	}
}

/* As spec_finish() leaves it, and also where a preset was taken away. */
static void what_is_preset_comes_back(void **state)
{
	static const char *const argv[] = { "true", NULL };
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *s = spec_new(&a);

	(void)state;
	s->id = "0123456789ab";
	s->hostname = "web";
	s->user = "0";
	s->cwd = "/";
	s->argv = (const char **)argv;
	s->n_argv = 1;
	same(&record_spec, (const char *)s, (const char *)write_and_read(&a, s));
	s->ns[NS_PID].origin = NULL;
	s->root_origin = NULL;
	s->detach_keys = NULL;
	same(&record_spec, (const char *)s, (const char *)write_and_read(&a, s));
}

/* What others are is looked up at each start; what somebody handed in is not there twice. */
static void what_starts_again(void **state)
{
	static const struct id_line line = { 0, 9, 1 };
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *s = spec_new(&a);
	struct err e = { 0 };

	(void)state;
	s->ns[NS_NET] = (struct ns_spec){ .mode = NS_PATH,
					  .target = "/proc/7/ns/net",
					  .container = "web",
					  .pid = 7,
					  .start_time = 99 };
	/* It shared the users of the host, and may have its own by now. */
	s->ns[NS_USER] = (struct ns_spec){ .mode = NS_HOST, .container = "web" };
	s->ns[NS_IPC] = (struct ns_spec){ .mode = NS_PATH, .target = "/run/ipc" };
	arena_push(&a, s->userns.uid, s->userns.n_uid, line);
	assert_int_equal(spec_again(s, &e), 0);
	assert_int_equal(s->ns[NS_NET].mode, NS_CONTAINER);
	assert_string_equal(s->ns[NS_NET].target, "web");
	assert_int_equal(s->ns[NS_NET].pid, 0);
	assert_int_equal(s->ns[NS_USER].mode, NS_CONTAINER);
	assert_string_equal(s->ns[NS_USER].target, "web");
	assert_int_equal(s->userns.n_uid, 0);
	assert_int_equal(s->ns[NS_IPC].mode, NS_PATH);
	assert_string_equal(s->ns[NS_IPC].target, "/run/ipc");
	assert_int_equal(s->ns[NS_PID].mode, NS_PRIVATE);
	s->preserve_fds = 2;
	assert_int_equal(spec_again(s, &e), -EBADF);
	assert_string_equal(e.text, "--preserve-fds: whoever ran it handed in 2 descriptors, which "
				    "are gone");
	s->ns[NS_USER] = (struct ns_spec){ .mode = NS_PRIVATE };
	s->preserve_fds = 0;
	arena_push(&a, s->userns.uid, s->userns.n_uid, line);
	assert_int_equal(spec_again(s, &e), 0);
	assert_int_equal(s->userns.n_uid, 1);
}

static void what_cannot_be_said_is_refused(void **state)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *s = spec_new(&a);
	struct err e = { 0 };
	char *json = NULL;

	(void)state;
	s->id = s->user = s->cwd = "x";
	assert_int_equal(spec_record(s, &json, &e), -ENOTRECOVERABLE);
	assert_string_equal(e.text, "write the record: no word for 'hostname'");
	assert_null(json);
}

/* ---- what is not a record ---- */

#define MINIMAL                                                                          \
	"'id':'0123456789ab','hostname':'web','namespaces':{'user':{'mode':'private'},"  \
	"'pid':{'mode':'private'},'mount':{'mode':'private'},'net':{'mode':'private'},"  \
	"'ipc':{'mode':'private'},'uts':{'mode':'private'},'cgroup':{'mode':'private'}," \
	"'time':{'mode':'host'}},'uidMap':[],'gidMap':[],"                               \
	"'root':{'kind':'host-usr','readonly':false,'ephemeral':false}"
#define MOUNTS ",'mounts':[]"
#define PROCESS                                                                        \
	",'process':{'argv':['true'],'env':[],'cwd':'/','user':'0','capabilities':[]," \
	"'noNewPrivileges':true,'seccomp':'default','init':false}"

/* json with ' for ". */
static int read_quoted(struct arena *a, const char *json, struct spec **ret, struct err *e)
{
	char *text = arena_strdup(a, json);

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	return spec_read_record(a, text, ret, e);
}

static void what_is_no_record_is_refused(void **state)
{
	static const struct {
		const char *json, *error;
	} rows[] = {
		{ "", "byte 0: '[' or '{' expected near end of file" },
		{ "[]", "expected an object" },
		{ "{}", "version: expected a number" },
		{ "{'version':'2'}", "version: expected a number" },
		{ "{'version':1}", "version: 1; this honu knows 2" },
		{ "{'version':3}", "version: 3; this honu knows 2" },
		{ "{'version':2}", "id: is missing" },
		{ "{'version':2,'version':2}", "byte 22: duplicate object key near '\"version\"'" },
		{ "{'version':2,'id':7}", "id: expected a string" },
		{ "{'version':2," MINIMAL "}", "mounts: is missing" },
		{ "{'version':2," MINIMAL MOUNTS "}", "process: is missing" },
		{ "{'version':2," MINIMAL MOUNTS PROCESS ",'x':1}",
		  "x: this honu does not know the key" },
		{ "{'version':2," MINIMAL ",'mounts':{}}", "mounts: expected a list of objects" },
		{ "{'version':2," MINIMAL ",'mounts':[[]]}", "mounts[0]: expected an object" },
		{ "{'version':2," MINIMAL ",'mounts':[{'type':'nfs'}]}",
		  "mounts[0].type: expected a word such as bind" },
		{ "{'version':2," MINIMAL ",'mounts':[{'type':'tmpfs','target':'/','readonly':true,"
		  "'recursive':false,'propagation':'slave','size':-1}]}",
		  "mounts[0].size: expected a number" },
		{ "{'version':2," MINIMAL ",'mounts':[{'type':'tmpfs','target':'/','readonly':true,"
		  "'recursive':false,'propagation':'slave','mode':4294967296}]}",
		  "mounts[0].mode: the number is too large" },
		{ "{'version':2," MINIMAL ",'mounts':[{'type':'tmpfs','target':'/','readonly':true,"
		  "'recursive':false,'propagation':'slave','tmpfs':1}]}",
		  "mounts[0].tmpfs: this honu does not know the key" },
		{ "{'version':2," MINIMAL ",'mounts':[{'type':'tmpfs','target':null}]}",
		  "mounts[0].target: expected a string" },
		{ "{'version':2," MINIMAL ",'mounts':[{'type':'tmpfs','target':[47,0]}]}",
		  "mounts[0].target: expected a string" },
		{ "{'version':2," MINIMAL ",'mounts':[{'type':'tmpfs','target':[256]}]}",
		  "mounts[0].target: expected a string" },
		{ "{'version':2," MINIMAL MOUNTS ",'process':{'argv':[]}}",
		  "process.env: is missing" },
		{ "{'version':2," MINIMAL MOUNTS ",'process':{'argv':['a',1]}}",
		  "process.argv[1]: expected a string" },
		{ "{'version':2," MINIMAL MOUNTS
		  ",'process':{'argv':[],'env':[],'cwd':'/','user':'0','capabilities':[],"
		  "'noNewPrivileges':true,'seccomp':'default','init':false}}",
		  "process.argv: expected a program" },
		{ "{'version':2," MINIMAL MOUNTS
		  ",'process':{'argv':['a'],'env':[],'cwd':'/','user':'0','capabilities':['FLY']}}",
		  "process.capabilities[0]: expected a capability" },
		{ "{'version':2," MINIMAL MOUNTS
		  ",'process':{'argv':['a'],'env':[],'cwd':'/','user':'0','capabilities':[64]}}",
		  "process.capabilities[0]: expected a capability" },
		{ "{'version':2," MINIMAL MOUNTS PROCESS ",'life':{'stopSignal':'SIGFOO'}}",
		  "life.stopSignal: expected a signal" },
		{ "{'version':2," MINIMAL MOUNTS PROCESS ",'life':{'stopSignal':4294967311}}",
		  "life.stopSignal: expected a signal" },
		{ "{'version':2," MINIMAL MOUNTS PROCESS ",'life':{'stopTimeout':'never'}}",
		  "life.stopTimeout: expected a number or infinity" },
		{ "{'version':2," MINIMAL MOUNTS PROCESS ",'life':{'remove':1}}",
		  "life.remove: expected true or false" },
		{ "{'version':2," MINIMAL MOUNTS PROCESS ",'files':{'devices':[{'source':'/dev/x',"
		  "'target':'/dev/x','access':'r','type':'socket'}]}}",
		  "files.devices[0].type: expected character or block" },
		{ "{'version':2," MINIMAL MOUNTS PROCESS ",'clocks':{'boottime':1.5}}",
		  "clocks.boottime: expected a number" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		struct spec *s = NULL;
		struct err e = { 0 };

		assert_true(read_quoted(&a, rows[i].json, &s, &e) < 0);
		assert_null(s);
		assert_string_equal(e.text, arena_printf(&a, "record.json: %s", rows[i].error));
	}
}

/* What an absent key means never changes without another version of the record: this is what
 * containers that exist were promised. */
static void absent_keys_mean_what_they_meant(void **state)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *s = NULL;
	struct err e = { 0 };

	(void)state;
	assert_int_equal(read_quoted(&a, "{'version':2," MINIMAL MOUNTS PROCESS "}", &s, &e), 0);
	assert_false(s->remove || s->detach || s->replace || s->created || s->timing);
	assert_int_equal(s->restart, RESTART_NO);
	assert_int_equal(s->stop_signal, 15);
	assert_int_equal(s->stop_timeout, 10000);
	assert_int_equal(s->log_driver, LOG_FILE);
	assert_int_equal(s->log_size, 10485760);
	assert_int_equal(s->log_files, 3);
	assert_false(s->log_non_blocking);
	assert_int_equal(s->health.kind, HEALTH_NONE);
	assert_int_equal(s->health.interval, 30000);
	assert_int_equal(s->health.timeout, 30000);
	assert_int_equal(s->health.start_period, 0);
	assert_int_equal(s->health.retries, 3);
	assert_int_equal(s->health.action, HEALTH_LEAVE);
	assert_false(s->notify);
	assert_string_equal(s->detach_keys, "ctrl-p,ctrl-q");
	assert_int_equal(s->userns.map, USERNS_AUTO);
	assert_int_equal(s->userns.size, 65536);
	assert_true(s->time_monotonic == 0 && s->time_boottime == 0);
	assert_int_equal(s->root_propagation, PROPAGATION_RPRIVATE);
	assert_true(s->default_paths && s->n_masked == 0 && s->n_readonly == 0);
	assert_int_equal(s->shm_size, 67108864);
	assert_int_equal(s->umask, -1);
	assert_true(s->manage_hosts && s->manage_dns);
	assert_int_equal(s->tty, TTY_AUTO);
	assert_true(s->capabilities_added == 0 && s->capabilities_dropped == 0);
	assert_false(s->privileged || s->oom_score_set);
	assert_true(s->preserve_fds == 0 && s->listen_fds == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_member_is_forgotten),
		cmocka_unit_test(every_member_comes_back),
		cmocka_unit_test(what_is_preset_comes_back),
		cmocka_unit_test(what_starts_again),
		cmocka_unit_test(what_cannot_be_said_is_refused),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(absent_keys_mean_what_they_meant),
	};

	return cmocka_run_group_tests_name("spec/record", tests, NULL, NULL);
}
