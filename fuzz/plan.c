/* fuzz/plan.c - whatever somebody types, on whatever host: either it is refused with a reason, or
 * it becomes a plan whose order holds, which every reader can read and in which nothing that was
 * asked for is missing.
 *
 * usage: plan FIRST COUNT                 checks the cases FIRST to FIRST + COUNT - 1
 *        plan --show NUMBER               what that case is
 *        plan --scripts DIR FIRST COUNT   writes plan_explain() of each as DIR/NUMBER.sh
 *
 * With HONU_LIBFUZZER it is a harness for libFuzzer instead, whose bytes take the place of the
 * number. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "golden/compute.h"
#include "typed.h"

/* ---- what has to hold ---- */

static const struct attempt *current;
static unsigned long long case_number;

static _Noreturn void fail(const char *what, const char *more)
{
	fprintf(stderr, "FAILED: case %llu: %s: %s\n", case_number, what, more);
	print_attempt(stderr, current);
	abort();
}

static void check_refusal(int r, const struct err *e)
{
	if (r == -EPROTO)
		fail("the order of a plan is broken", e->text);
	if (r == -ENOTRECOVERABLE)
		fail("something was said without a code, or not looked up", e->text);
	if (r >= 0 || e->code != r)
		fail("refused with another code than the error has", e->text);
	if (!e->text[0])
		fail("refused without a reason", "");
	if (strlen(e->text) < 8)
		fail("refused with hardly a reason", e->text);
}

static bool is_step_on(const struct step *s, const char *target)
{
	return (s->kind == STEP_MOUNT_ATTACH && strcmp(s->mount_attach.target, target) == 0) ||
	       (s->kind == STEP_MOUNT_FS && strcmp(s->mount_fs.target, target) == 0);
}

/* Mounts of the user are there, once, and those below others come after them. */
static void check_mounts(const struct computed *c)
{
	const struct spec *s = c->spec;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];
		size_t seen = 0;

		for (size_t k = 0; k < c->plan->n; k++)
			seen += is_step_on(&c->plan->steps[k], m->target) &&
				c->plan->steps[k].origin == m->origin;
		if (seen != 1)
			fail("a mount is missing or there twice", m->origin);
		for (size_t k = 0; k < i; k++)
			if (strncmp(s->mounts[k].target, m->target, strlen(m->target)) == 0 &&
			    s->mounts[k].target[strlen(m->target)] == '/')
				fail("a mount would hide one before it", m->origin);
	}
}

static bool is_readonly_overlay(const struct plan *p, unsigned slot)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->steps[i];

		if (s->kind == STEP_MOUNT_OVERLAY && s->mount_overlay.slot == slot)
			return s->mount_overlay.upper_slot == SLOT_NONE && !s->mount_overlay.upper;
	}
	return false;
}

/* Read-only stays so for a root inside that may mount: nothing but a superblock keeps it. */
static void check_readonly(const struct computed *c)
{
	const struct spec *s = c->spec;

	if (s->ns[NS_USER].mode == NS_HOST || !spec_can_mount(s))
		return;
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];

		if (m->type != MOUNT_BIND || !(m->readonly || m->readonly_recursive))
			continue;
		for (size_t k = 0; k < c->plan->n; k++) {
			const struct step *step = &c->plan->steps[k];

			if (step->kind == STEP_MOUNT_ATTACH && step->origin == m->origin &&
			    !is_readonly_overlay(c->plan, step->mount_attach.slot))
				fail("read-only could be undone inside", m->origin);
		}
	}
	if (s->root_readonly && s->root_kind == ROOT_DIRECTORY &&
	    !is_readonly_overlay(c->plan, SLOT_ROOT))
		fail("a read-only root could be written to", s->root_path);
}

/* Every entry of a tree has its directory before it, and nothing is in it twice. */
static void check_tree(const struct tree_make_step *t)
{
	for (size_t i = 0; i < t->n_entries; i++) {
		const char *path = t->entries[i].path;
		const char *slash = strrchr(path, '/');
		bool found = !slash;

		for (size_t k = 0; k < i; k++) {
			const struct tree_entry *e = &t->entries[k];

			if (strcmp(e->path, path) == 0)
				fail("twice in a tree", path);
			if (slash && strlen(e->path) == (size_t)(slash - path) &&
			    strncmp(e->path, path, strlen(e->path)) == 0)
				found = e->kind == TREE_DIRECTORY;
		}
		if (!found)
			fail("no directory for an entry of a tree", path);
	}
}

static const struct step *find(const struct plan *p, enum step_kind kind)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].kind == kind)
			return &p->steps[i];
	return NULL;
}

static void check_rights(const struct computed *c)
{
	const struct spec *s = c->spec;
	const struct plan *p = c->plan;

	if (!find(p, STEP_CRED_SECCOMP) != !s->seccomp)
		fail("the system call filter", s->seccomp ? "is missing" : "is there");
	if (!find(p, STEP_CRED_NO_NEW_PRIVS) != !s->no_new_privileges)
		fail("no_new_privs", s->no_new_privileges ? "is missing" : "is there");
	if (find(p, STEP_CRED_CAPS)->cred_caps.keep & ~find(p, STEP_CRED_BOUND)->cred_bound.keep)
		fail("capabilities outside of the bounding set", "");
	if (!spec_own_userns(s) != !find(p, STEP_NS_MAP))
		fail("the id map", spec_own_userns(s) ? "is missing" : "is there");
}

static size_t count(const struct plan *p, enum step_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->steps[i].kind == kind;
	return n;
}

/* Nothing that was asked for is missing. */
static void check_intent(const struct computed *c)
{
	const struct spec *s = c->spec;
	const struct plan *p = c->plan;

	check_mounts(c);
	check_readonly(c);
	check_rights(c);
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].kind == STEP_TREE_MAKE)
			check_tree(&p->steps[i].tree_make);
	if (count(p, STEP_SYSCTL_WRITE) != s->n_sysctls)
		fail("kernel settings", "not as many as were asked for");
	if (s->tty == TTY_ON && !find(p, STEP_CONSOLE_USE))
		fail("the terminal", "is missing");
	if (s->n_secrets > 0 && !find(p, STEP_MOUNT_ATTACH))
		fail("secrets", "are missing");
	for (int t = 0; t < _NS_N; t++) {
		bool opened = false;

		for (size_t i = 0; i < p->n; i++)
			opened = opened || (p->steps[i].kind == STEP_NS_OPEN &&
					    p->steps[i].ns_open.type == (enum ns_type)t);
		if (opened != (s->ns[t].mode == NS_PATH))
			fail("a namespace to be joined", ns_name((enum ns_type)t));
	}
}

static void check_readers(const struct computed *c)
{
	_cleanup_text_ struct text list = { 0 }, explain = { 0 };
	size_t lines = 0;

	plan_list(c->plan, &list);
	for (const char *p = text_get(&list); *p; p++)
		lines += *p == '\n';
	if (lines != c->plan->n)
		fail("plan_list() has another number of lines than steps", text_get(&list));
	plan_explain(c->plan, &explain);
	if (explain.length < 1000)
		fail("plan_explain() says too little", text_get(&explain));
	for (const char *p = text_get(&explain); *p; p++)
		if (((unsigned char)*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
			fail("a control character in what is explained", text_get(&explain));
}

/* One more process has the rights of the container, unless more were asked for. */
static void check_exec(const struct computed *c)
{
	const struct spec *s = c->spec;
	const struct plan *p = c->plan;

	if (!find(p, STEP_CRED_SECCOMP) != !s->seccomp)
		fail("the filter of one more process", s->seccomp ? "is missing" : "is there");
	if (!find(p, STEP_CRED_NO_NEW_PRIVS) != !s->no_new_privileges)
		fail("no_new_privs of one more process", "is not the container's");
	if (!c->privileged && find(p, STEP_CRED_CAPS)->cred_caps.keep != s->capabilities)
		fail("capabilities of one more process", "are not the container's");
}

static void attempt_exec(const struct attempt *a, struct computed *c, const struct facts *f,
			 struct text *explain)
{
	struct err e = { 0 };
	int r = compute_exec(c, f, a->environment, a->n - a->exec, a->words + a->exec, &e);

	if (r < 0)
		check_refusal(r, &e);
	if (r != 0)
		return;
	check_exec(c);
	check_readers(c);
	if (explain)
		plan_explain(c->plan, explain);
}

/* -> true where it became a plan */
static bool attempt(struct attempt *a, struct text *explain)
{
	struct computed c;
	struct facts facts;
	struct err e = { 0 };
	bool planned = false;

	current = a;
	if (host_describe(a->host, &facts) < 0)
		fail("no such host", a->host);
	int r = compute(&c, &facts, a->environment, a->exec, a->words, &e);
	if (r < 0) {
		check_refusal(r, &e);
	} else if (r == 0) {
		check_intent(&c);
		check_readers(&c);
		if (compute_again(&c, &facts, &e) < 0)
			fail("the record does not lead to the same container", e.text);
		if (explain)
			plan_explain(c.plan, explain);
		attempt_exec(a, &c, &facts, explain);
		planned = true;
	}
	computed_done(&c);
	return planned;
}

#ifdef HONU_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dice d = dice_from_bytes(data, size);
	struct attempt a = { .n = 0 };

	generate(&d, &a);
	(void)attempt(&a, NULL);
	arena_done(&a.arena);
	return 0;
}

#else

static bool run(uint64_t number, struct text *explain, FILE *show)
{
	struct dice d = dice_from_number(number);
	struct attempt a = { .n = 0 };

	case_number = number;
	generate(&d, &a);
	if (show)
		print_attempt(show, &a);
	bool planned = attempt(&a, explain);
	arena_done(&a.arena);
	return planned;
}

static int write_scripts(const char *directory, uint64_t first, uint64_t n)
{
	for (uint64_t i = first; i < first + n; i++) {
		_cleanup_text_ struct text t = { 0 };
		char path[4096];

		if (!run(i, &t, NULL))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%llu.sh", directory, (unsigned long long)i);
		_cleanup_file_ FILE *f = fopen(path, "we");
		if (!f || fputs(text_get(&t), f) < 0)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t first, n, planned = 0;

	if (argc == 3 && strcmp(argv[1], "--show") == 0 && number_u64(argv[2], &first) == 0) {
		puts(run(first, NULL, stdout) ? "planned" : "refused");
		return 0;
	}
	if (argc == 5 && strcmp(argv[1], "--scripts") == 0 && number_u64(argv[3], &first) == 0 &&
	    number_u64(argv[4], &n) == 0)
		return write_scripts(argv[2], first, n);
	if (argc != 3 || number_u64(argv[1], &first) < 0 || number_u64(argv[2], &n) < 0) {
		fputs("usage: plan [--show NUMBER | --scripts DIR] FIRST COUNT\n", stderr);
		return 2;
	}
	for (uint64_t i = first; i < first + n; i++) {
		if (i % 1000 == 0 || i == first)
			fprintf(stderr, "case %llu\n", (unsigned long long)i);
		planned += run(i, NULL, NULL);
	}
	printf("%llu planned, %llu refused\n", (unsigned long long)planned,
	       (unsigned long long)(n - planned));
	return 0;
}

#endif
