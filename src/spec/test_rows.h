/* spec/test_rows.h - one row of a test: a command line and what has to come of it.
 *
 * A row names a part of the spec and how that part reads as text, or "error" with text and hint,
 * so that a failure shows both sides. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/capability.h"
#include "base/cleanup.h"
#include "base/text.h"
#include "facts/facts.h"
#include "spec/options.h"
#include "spec/spec.h"

struct row {
	const char *words; /* after the verb; separated by blanks, '...' keeps blanks */
	const char *part;
	const char *expected;
};

static const char *const row_environment[] = { "LANG=fr_FR.UTF-8", "TERM=screen", "EMPTY=", NULL };
static const struct options_from row_from = {
	.cwd = "/home/me",
	.environment = (char *const *)row_environment,
};

/* A root honu on an ordinary machine, started through sudo by user 1000. */
static const struct facts row_facts __attribute__((unused)) = {
	.release = "6.18.0",
	.kernel = 6018,
	.hostname = "tortuga",
	.caller_uid = 1000,
	.caller_gid = 1001,
	.capabilities = (UINT64_C(1) << 41) - 1,
	.last_capability = 40,
	.nofile_hard = 1048576,
	.stdin_tty = false,
	.init_path = "/usr/libexec/honu/honu-init",
};

#define ROW_WORDS 48

/* Splits words into argv; what is between two ' is one word. */
static int row_split(struct arena *a, const char *words, char **argv)
{
	int n = 0;

	while (*words) {
		char *word = arena_alloc(a, strlen(words) + 1);
		size_t length = 0;
		int quoted = 0;

		for (; *words && (quoted || *words != ' '); words++) {
			if (*words == '\'')
				quoted = !quoted;
			else
				word[length++] = *words;
		}
		words += strspn(words, " ");
		assert_true(n < ROW_WORDS - 1);
		argv[n++] = word;
	}
	argv[n] = NULL;
	return n;
}

static void row_strings(struct text *t, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_printf(t, "%s%s", i ? " " : "", list[i]);
}

static void row_mounts(struct text *t, const struct spec *s)
{
	static const char *const types[] = { "bind", "tmpfs", "overlay" };

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];

		text_printf(t, "%s%s", i ? "; " : "", types[m->type]);
		if (m->source)
			text_printf(t, " %s", m->source);
		text_printf(t, " %s", m->target);
		if (m->upper)
			text_printf(t, " upper=%s work=%s", m->upper, m->work);
		text_printf(t, "%s%s%s%s%s%s%s%s", m->recursive ? " rec" : "",
			    m->readonly ? " ro" : "", m->readonly_recursive ? " rro" : "",
			    m->noexec ? " noexec" : "", m->nosuid ? " nosuid" : "",
			    m->nodev ? " nodev" : "", m->noatime ? " noatime" : "",
			    m->no_idmap ? " noidmap" : "");
		if (m->copy_up)
			text_add(t, " copyup");
		if (m->type == MOUNT_TMPFS)
			text_printf(t, " %llu %o", (unsigned long long)m->size, m->mode);
		if (m->propagation != PROPAGATION_RPRIVATE)
			text_printf(t, " %s", propagation_name(m->propagation));
	}
}

static void row_pairs(struct text *t, const struct pair_spec *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_printf(t, "%s%s=%s", i ? " " : "", list[i].key, list[i].value);
}

static void row_map(struct text *t, const struct id_line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_printf(t, "%s%u:%u:%u", i ? "," : "", lines[i].inside, lines[i].outside,
			    lines[i].count);
}

static void row_userns(struct text *t, const struct spec *s)
{
	static const char *const maps[] = { "auto", "keep-id", "map" };

	text_printf(t, "%s", maps[s->userns.map]);
	if (s->userns.map == USERNS_AUTO)
		text_printf(t, " %u", s->userns.size);
	if (s->userns.map == USERNS_KEEP_ID)
		text_printf(t, " %d %d", (int)s->userns.keep_uid, (int)s->userns.keep_gid);
	if (s->userns.n_uid + s->userns.n_gid == 0)
		return;
	text_add(t, " ");
	row_map(t, s->userns.uid, s->userns.n_uid);
	text_add(t, " ");
	row_map(t, s->userns.gid, s->userns.n_gid);
}

static void row_ns(struct text *t, const struct ns_spec *ns)
{
	static const char *const modes[] = { "private", "host", "path", "container" };

	text_printf(t, "%s%s%s", modes[ns->mode], ns->target ? " " : "",
		    ns->target ? ns->target : "");
}

static void row_limits(struct text *t, const struct spec *s)
{
	for (size_t i = 0; i < s->n_rlimits; i++)
		text_printf(t, "%s%d=%lld:%lld", i ? " " : "", s->rlimits[i].resource,
			    (long long)s->rlimits[i].soft, (long long)s->rlimits[i].hard);
}

static void row_capabilities(struct text *t, uint64_t set)
{
	for (unsigned i = 0; i < CAPABILITY_N; i++)
		if (set & UINT64_C(1) << i)
			text_printf(t, "%s%s", t->length ? " " : "", capability_name(i));
}

static void row_root(struct text *t, const struct spec *s)
{
	static const char *const kinds[] = { "host-usr", "directory", "shared" };

	text_add(t, kinds[s->root_kind]);
	if (s->root_path)
		text_printf(t, " %s", s->root_path);
	text_printf(t, "%s%s", s->root_readonly ? " ro" : "",
		    s->root_ephemeral ? " ephemeral" : "");
	if (s->root_propagation != PROPAGATION_RPRIVATE)
		text_printf(t, " %s", propagation_name(s->root_propagation));
}

static void row_files(struct text *t, const struct spec *s)
{
	for (size_t i = 0; i < s->n_devices; i++)
		text_printf(t, "%s%s %s %s", t->length ? "; " : "", s->devices[i].source,
			    s->devices[i].target, s->devices[i].access);
	for (size_t i = 0; i < s->n_secrets; i++)
		text_printf(t, "%s%s=%s", t->length ? "; " : "", s->secrets[i].name,
			    s->secrets[i].source);
}

static void row_log(struct text *t, const struct spec *s)
{
	static const char *const drivers[] = { "file", "none", "journald" };

	text_printf(t, "%s %llu %u%s", drivers[s->log_driver], (unsigned long long)s->log_size,
		    s->log_files, s->log_non_blocking ? " non-blocking" : "");
}

static void row_health(struct text *t, const struct spec *s)
{
	static const char *const kinds[] = { "none", "exec", "tcp", "http" };
	static const char *const actions[] = { "", " kill", " restart", " stop" };
	const struct health_spec *h = &s->health;

	text_add(t, kinds[h->kind]);
	for (size_t i = 0; i < h->n_argv; i++)
		text_printf(t, " [%s]", h->argv[i]);
	if (h->n_argv > 0 && h->argv[h->n_argv])
		text_add(t, " without its end");
	if (h->port)
		text_printf(t, " %u%s", h->port, h->path ? h->path : "");
	text_printf(t, " %u %u %u %u%s%s", h->interval, h->timeout, h->start_period, h->retries,
		    actions[h->action], h->disabled ? " disabled" : "");
}

static void row_life(struct text *t, const struct spec *s)
{
	static const char *const policies[] = { "no", "on-failure", "always", "unless-stopped" };

	text_printf(t, "%s %u %d %u", policies[s->restart], s->restart_max, s->stop_signal,
		    s->stop_timeout);
}

/* "memory=1048576 device-read-bps[/dev/sda]=none" */
static inline void row_group(struct text *t, const struct spec *s)
{
	for (size_t i = 0; i < s->n_limits; i++) {
		const struct limit_spec *l = &s->limits[i];

		text_printf(t, "%s%s", i ? " " : "", limit_names[l->type]);
		if (l->subject)
			text_printf(t, "[%s]", l->subject);
		if (l->text)
			text_printf(t, "=%s", l->text);
		else if (l->value == LIMIT_ENDLESS)
			text_add(t, "=none");
		else
			text_printf(t, "=%llu", (unsigned long long)l->value);
	}
}

/* The part of a spec as text. */
static void row_show(struct text *t, const struct spec *s, const char *part)
{
	const struct {
		const char *name;
		const char *value;
	} strings[] = {
		{ "name", s->name },
		{ "cwd", s->cwd },
		{ "user", s->user },
		{ "hostname", s->hostname },
		{ "cgroup-parent", s->cgroup_parent },
		{ "cidfile", s->cidfile },
		{ "pidfile", s->pidfile },
		{ "detach-keys", s->detach_keys },
	};
	const struct {
		const char *name;
		long long value;
	} numbers[] = {
		{ "remove", s->remove },
		{ "detach", s->detach },
		{ "replace", s->replace },
		{ "kept", spec_is_kept(s) },
		{ "notify", s->notify },
		{ "timing", s->timing },
		{ "interactive", s->interactive },
		{ "init", s->init },
		{ "tty", s->tty },
		{ "umask", s->umask },
		{ "shm", (long long)s->shm_size },
		{ "privileged", s->privileged },
		{ "nnp", s->no_new_privileges },
		{ "seccomp", s->seccomp },
		{ "default-paths", s->default_paths },
		{ "manage-hosts", s->manage_hosts },
		{ "manage-dns", s->manage_dns },
		{ "oom", s->oom_score_set ? s->oom_score_adj : 9999 },
		{ "preserve-fds", s->preserve_fds },
		{ "monotonic", s->time_monotonic },
		{ "boottime", s->time_boottime },
		{ "can-mount", spec_can_mount(s) },
		{ "range", spec_range_size(s) },
	};
	static const char *const namespaces[] = { "user-ns", "pid", "mount",  "net",
						  "ipc",     "uts", "cgroup", "time" };

	for (size_t i = 0; i < ELEMENTS(strings); i++)
		if (strcmp(strings[i].name, part) == 0)
			text_add(t, strings[i].value ? strings[i].value : "(none)");
	for (size_t i = 0; i < ELEMENTS(numbers); i++)
		if (strcmp(numbers[i].name, part) == 0)
			text_printf(t, "%lld", numbers[i].value);
	for (int i = 0; i < _NS_N; i++)
		if (strcmp(namespaces[i], part) == 0)
			row_ns(t, &s->ns[i]);
	if (strcmp(part, "argv") == 0)
		row_strings(t, s->argv, s->n_argv);
	else if (strcmp(part, "env") == 0)
		row_strings(t, s->env, s->n_env);
	else if (strcmp(part, "groups") == 0)
		row_strings(t, s->groups, s->n_groups);
	else if (strcmp(part, "dns") == 0)
		row_strings(t, s->dns, s->n_dns);
	else if (strcmp(part, "dns-search") == 0)
		row_strings(t, s->dns_search, s->n_dns_search);
	else if (strcmp(part, "dns-option") == 0)
		row_strings(t, s->dns_options, s->n_dns_options);
	else if (strcmp(part, "masked") == 0)
		row_strings(t, s->masked, s->n_masked);
	else if (strcmp(part, "readonly") == 0)
		row_strings(t, s->readonly, s->n_readonly);
	else if (strcmp(part, "unmasked") == 0)
		row_strings(t, s->unmasked, s->n_unmasked);
	else if (strcmp(part, "hosts") == 0)
		row_pairs(t, s->hosts, s->n_hosts);
	else if (strcmp(part, "labels") == 0)
		row_pairs(t, s->labels, s->n_labels);
	else if (strcmp(part, "life") == 0)
		row_life(t, s);
	else if (strcmp(part, "log") == 0)
		row_log(t, s);
	else if (strcmp(part, "health") == 0)
		row_health(t, s);
	else if (strcmp(part, "sysctls") == 0)
		row_pairs(t, s->sysctls, s->n_sysctls);
	else if (strcmp(part, "mounts") == 0)
		row_mounts(t, s);
	else if (strcmp(part, "files") == 0)
		row_files(t, s);
	else if (strcmp(part, "root") == 0)
		row_root(t, s);
	else if (strcmp(part, "limits") == 0)
		row_limits(t, s);
	else if (strcmp(part, "group") == 0)
		row_group(t, s);
	else if (strcmp(part, "userns") == 0)
		row_userns(t, s);
	else if (strcmp(part, "caps") == 0)
		row_capabilities(t, s->capabilities);
}

/* Reads the row's words (finished: and completes the spec); returns whether the part reads as
 * expected, and shows both where it does not. */
static inline int row_check(const struct row *row, const struct facts *finish)
{
	_cleanup_(arena_done) struct arena a = { 0 };
	_cleanup_text_ struct text got = { 0 };
	struct spec *s = spec_new(&a);
	struct err e = { 0 };
	char *argv[ROW_WORDS];
	int argc = row_split(&a, row->words, argv);
	int r = options_run(s, &row_from, argc, argv, &e);

	s->id = "0123456789ab";
	if (r == 0 && finish) {
		r = spec_bring_userns(s, &e);
		if (r == 0)
			r = spec_finish(s, finish, &e);
	}
	if (r < 0)
		text_printf(&got, "%s | %s", e.text, e.hint);
	else if (r == OPTIONS_HELP)
		text_add(&got, "help");
	else
		row_show(&got, s, row->part);
	if (strcmp(text_get(&got), row->expected) == 0 &&
	    (r >= 0 || strcmp(row->part, "error") == 0))
		return 0;
	print_error("%s\n  %s\n    is:        %s\n    should be: %s\n", row->words, row->part,
		    text_get(&got), row->expected);
	return 1;
}

/* Every row is tried, so that one run shows all that differ. */
static inline void rows_check(const struct row *rows, size_t n, const struct facts *finish)
{
	int wrong = 0;

	for (size_t i = 0; i < n; i++)
		wrong += row_check(&rows[i], finish);
	assert_int_equal(wrong, 0);
}
