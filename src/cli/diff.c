/* cli/diff.c - honu diff: what a container has changed in its root. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "cli/help.h"
#include "cli/show.h"
#include "cli/verb.h"
#include "facts/facts.h"
#include "ns/view.h"
#include "plan/plan.h"
#include "root/changes.h"
#include "spec/record.h"
#include "store/store.h"
#include "sys/identity.h"

struct diff_words {
	bool json;
	const char *format;
};

struct diff {
	struct arena arena;
	const char *name; /* as it was typed */
	struct spec *spec;
	const struct plan *plan;
	struct changes changes;
};

static const struct {
	const char *letter, *word;
} kinds[] = {
	[CHANGE_ADDED] = { "A", "added" },
	[CHANGE_CHANGED] = { "C", "changed" },
	[CHANGE_DELETED] = { "D", "deleted" },
};

/* ---- what can be compared ---- */

/* 0: a comparison makes sense; 1: nothing can have changed. */
static int check(const struct diff *d, struct err *e)
{
	const struct spec *s = d->spec;

	if (s->root_kind == ROOT_SHARED)
		return err_hint(e,
				err_say(e, -EOPNOTSUPP,
					"the root of '%s' is that of another mount namespace",
					d->name),
				"ask for the container whose mount namespace it shares");
	if (s->root_kind == ROOT_DIRECTORY && s->root_readonly)
		return 1;
	if (s->root_kind == ROOT_DIRECTORY && !s->root_ephemeral)
		return err_hint(
			e,
			err_say(e, -EOPNOTSUPP,
				"'%s' writes to its directory itself (%s): nothing tells what was there "
				"before",
				d->name, s->root_path),
			"run it with --ephemeral, and what it changes is kept apart");
	return 0;
}

static int read_spec(struct diff *d, const struct store_container *c, struct err *e)
{
	char *json;
	int r = store_get_record(c, &d->arena, &json, e);

	return r < 0 ? r : spec_read_record(&d->arena, json, &d->spec, e);
}

/* The plan that it was started by says what its root was at first, and where mounts went. */
static int read_plan(struct diff *d, struct err *e)
{
	struct facts *facts;
	struct plan *plan;
	int r = facts_read(&d->arena, &facts, e);

	if (r == 0 && d->spec->root_kind == ROOT_HOST_USR)
		r = facts_read_root(&d->arena, facts, e);
	if (r == 0)
		r = plan_compile(&d->arena, d->spec, facts, &plan, e);
	if (r < 0)
		return r;
	d->plan = plan;
	return 0;
}

static int open_root(const struct store_container *c, const struct diff *d, struct err *e)
{
	_cleanup_close_ int pidfd = -EBADF;
	struct store_status status;
	const char *op = "";
	int r = store_get_status(c, &status, e);

	if (r < 0)
		return r;
	pidfd = status.alive ? sys_pidfd_open_started(status.pid, status.start_time) : -ESRCH;
	r = pidfd < 0 ? pidfd : ns_open_root(pidfd, &op);
	if (r == -ESRCH)
		return err_hint(
			e,
			err_say(e, r, "'%s' does not run: what it changed went when it ended",
				d->name),
			"ask while it runs; a directory as root without --ephemeral stays as it is");
	return r < 0 ? err_set(e, r, "enter the mount namespace of '%s': %s", d->name, op) : r;
}

/* ---- comparing ---- */

static const char *target_of(const struct step *s)
{
	if (s->kind == STEP_MOUNT_ATTACH)
		return s->mount_attach.target;
	return s->kind == STEP_MOUNT_FS ? s->mount_fs.target : NULL;
}

static void add_targets(struct diff *d)
{
	const char **targets = NULL;
	size_t n = 0;

	for (size_t i = 0; i < d->plan->n; i++) {
		const char *target = target_of(&d->plan->steps[i]);

		if (target)
			arena_push(&d->arena, targets, n, target);
	}
	d->changes.targets = targets;
	d->changes.n_targets = n;
}

static const struct tree_make_step *find_tree(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == STEP_TREE_MAKE &&
		    plan->steps[i].tree_make.slot == SLOT_ROOT)
			return &plan->steps[i].tree_make;
	return NULL;
}

static int compare(struct diff *d, int root, struct err *e)
{
	_cleanup_close_ int lower = -EBADF;
	const struct tree_make_step *tree;

	if (d->spec->root_kind == ROOT_HOST_USR) {
		tree = find_tree(d->plan);
		if (!tree)
			return err_say(e, -EPROTO, "the plan has no root");
		return changes_from_entries(&d->changes, root, tree->entries, tree->n_entries, e);
	}
	lower = open(d->spec->root_path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (lower < 0)
		return err_set(e, -errno, "open %s", d->spec->root_path);
	return changes_from_directory(&d->changes, root, lower, e);
}

/* Two descriptors for each level of a tree. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int find_changes(struct diff *d, const struct global *g, struct err *e)
{
	_cleanup_(store_done) struct store store = STORE_EMPTY;
	struct store_container c = STORE_CONTAINER_EMPTY;
	_cleanup_close_ int root = -EBADF;
	int r = store_open(&store, g->state, e);

	if (r == 0)
		r = store_find(&store, d->name, &c, e);
	if (r == 0)
		r = read_spec(d, &c, e);
	if (r == 0)
		r = check(d, e);
	if (r == 0) {
		root = open_root(&c, d, e);
		r = root < 0 ? root : read_plan(d, e);
	} else if (r == 1) {
		r = 0;
	}
	store_container_done(&c);
	if (r < 0 || root < 0)
		return r;
	d->changes.arena = &d->arena;
	d->changes.spec = d->spec;
	add_targets(d);
	raise_limit();
	return compare(d, root, e);
}

/* ---- showing ---- */

static json_t *to_json(const struct change *change)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "path", show_string(change->path));
	(void)json_object_set_new(object, "change", show_string(kinds[change->kind].word));
	return object;
}

/* One object a line, as other lists have it. */
static int print_json(const struct diff *d, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };

	text_add(&t, "[");
	for (size_t i = 0; i < d->changes.n; i++) {
		const struct change *change = &d->changes.list[i];

		text_add(&t, i > 0 ? ",\n{\"path\": " : "\n{\"path\": ");
		show_put_string(&t, change->path);
		text_printf(&t, ", \"change\": \"%s\"}", kinds[change->kind].word);
	}
	text_add(&t, d->changes.n > 0 ? "\n]\n" : "]\n");
	return show_text(&t, e);
}

static int print_format(const struct diff *d, const struct format *format, struct err *e)
{
	struct show_lines lines = { .format = format };

	for (size_t i = 0; i < d->changes.n; i++) {
		json_t *object = to_json(&d->changes.list[i]);

		show_add(&lines, object);
		json_decref(object);
	}
	return show_end(&lines, e);
}

static int print_lines(const struct diff *d, struct err *e)
{
	_cleanup_text_ struct text t = { 0 };

	for (size_t i = 0; i < d->changes.n; i++)
		text_printf(&t, "%s %s\n", kinds[d->changes.list[i].kind].letter,
			    d->changes.list[i].path);
	return show_text(&t, e);
}

static int print(const struct diff *d, enum show_kind kind, const struct format *format,
		 struct err *e)
{
	switch (kind) {
	case SHOW_TABLE:
		return print_lines(d, e);
	case SHOW_JSON:
		return print_json(d, e);
	case SHOW_FORMAT:
		return print_format(d, format, e);
	}
	return -ENOTRECOVERABLE;
}

static int read_format(struct diff *d, const struct diff_words *words, enum show_kind *ret_kind,
		       struct format **ret, struct err *e)
{
	static const struct change change = { .path = "/" };
	json_t *example = to_json(&change);
	const struct format_fields fields = { .example = example };
	int r = show_read(&d->arena, words->json, words->format, &fields, ret_kind, ret, e);

	json_decref(example);
	return r;
}

static void diff_done(struct diff *d)
{
	arena_done(&d->arena);
}

static int run(const struct global *g, int argc, char *const *argv)
{
	_cleanup_(diff_done) struct diff d = { 0 };
	struct diff_words options = { 0 };
	enum show_kind kind = SHOW_TABLE;
	struct format *format = NULL;
	struct word_texts rest;
	struct err e = { 0 };
	int r = words_read(&verb_diff, &d.arena, argc, argv, &options, &rest, &e);

	if (r == WORDS_HELP) {
		help_verb(&verb_diff, stdout);
		return 0;
	}
	if (r == 0)
		r = words_count(&verb_diff, &rest, 1, 1, "container", &e);
	if (r == 0)
		r = read_format(&d, &options, &kind, &format, &e);
	if (r == 0) {
		d.name = rest.list[0];
		r = find_changes(&d, g, &e);
	}
	if (r == 0)
		r = print(&d, kind, format, &e);
	return r < 0 ? report("diff", &e) : 0;
}

static const struct word words[] = {
	WORD(struct diff_words, json, WORD_SWITCH, "json", 0, NULL,
	     "a JSON array: path, and added, changed or deleted"),
	WORD(struct diff_words, format, WORD_TEXT, "format", 0, "TEMPLATE",
	     "print each by a template: '{{.change}} {{.path}}'"),
};

const struct verb verb_diff = {
	.name = "diff",
	.group = VERBS_INSIDE,
	.usage = "[OPTIONS] CONTAINER",
	.summary = "list what a container has changed in its root",
	.text = "Prints a line for each file of its root that was added (A), changed (C) or deleted (D)\n"
		"since the container was started: content, owner, mode or time. Of a directory that was\n"
		"deleted only the directory is named. Volumes, tmpfs and other mounts are not part of\n"
		"the root.\n"
		"\n"
		"That is known of a root that is the host's /usr and memory, and of a directory with\n"
		"--ephemeral, as long as the container runs. A directory that is written to itself has\n"
		"nothing to be compared with.",
	.example = "honu diff web\nhonu diff --format '{{.path}}' web",
	.words = words,
	.n_words = ELEMENTS(words),
	.run = run,
};
