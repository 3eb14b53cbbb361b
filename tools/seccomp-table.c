/* tools/seccomp-table.c - turns plan/seccomp.list into a table of call numbers while honu is built.
 *
 * usage: seccomp-table LIST HEADER
 *
 * libseccomp knows which name has which number on this architecture, and is needed for nothing
 * else. The list's format is explained at its top. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <seccomp.h>

#include "base/capability.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "plan/filter.h"

#define RULES_MAX 1024
#define SHARED_NUMBERS 424 /* from here on every architecture numbers new calls alike */
#define BLANKS " \t\n"

static const struct {
	const char *word;
	const char *enumerator;
} actions[] = {
#define X(action, word) [FILTER_##action] = { word, "FILTER_" #action },
	FILTER_ACTIONS(X)
#undef X
};

static_assert(ELEMENTS(actions) == _FILTER_ACTION_N, "an action lacks its word");

/* Where the reader stands. */
struct place {
	const char *file;
	unsigned line;
};

struct table {
	struct filter_rule rules[RULES_MAX];
	size_t n;
};

static void fail(const struct place *at, const char *fmt, ...)
	__attribute__((format(printf, 2, 3), noreturn));

static void fail(const struct place *at, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "%s:%u: error: ", at->file, at->line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

/* Memory is given back by the end of the program. */
static char *keep(const char *s)
{
	char *copy = strdup(s);

	if (!copy)
		abort();
	return copy;
}

/* Cuts the next word off; NULL at the end. */
static char *next_word(char **rest, const char *separators)
{
	char *word;

	do
		word = strsep(rest, separators);
	while (word && !*word);
	return word;
}

static enum filter_action read_action(const struct place *at, const char *word)
{
	for (int i = 0; i < _FILTER_ACTION_N; i++)
		if (strcmp(word, actions[i].word) == 0)
			return (enum filter_action)i;
	fail(at, "'%s' is no action", word);
}

/* "SYS_ADMIN|BPF" */
static uint64_t read_capabilities(const struct place *at, char *words)
{
	uint64_t mask = 0;

	for (char *w = next_word(&words, "|"); w; w = next_word(&words, "|")) {
		int number = capability_number(w);

		if (number < 0)
			fail(at, "'%s' is no capability", w);
		mask |= 1ull << number;
	}
	return mask;
}

/* "mount" or "cachestat=451". False: this architecture has no such call. */
static bool read_call(const struct place *at, char *word, uint32_t *ret)
{
	char *number = strchr(word, '=');
	uint32_t given = 0;

	if (number) {
		*number++ = '\0';
		if (number_u32(number, &given) < 0 || given < SHARED_NUMBERS)
			fail(at, "%s: '%s' is no number from %d up", word, number, SHARED_NUMBERS);
	}
	int known = seccomp_syscall_resolve_name_arch(SCMP_ARCH_NATIVE, word);
	if (known == __NR_SCMP_ERROR && !number)
		fail(at, "libseccomp knows no call '%s' (a new one: NAME=NUMBER)", word);
	if (known >= 0 && number && (uint32_t)known != given)
		fail(at, "%s has the number %d, not %u", word, known, given);
	if (known < 0 && !number)
		return false;
	*ret = number ? given : (uint32_t)known;
	return true;
}

/* Everything after '#', without quotes or backslashes: it becomes a string of the table. */
static const char *read_reason(const struct place *at, char *text)
{
	if (!text)
		return "";
	text += strspn(text, BLANKS);
	text[strcspn(text, "\n")] = '\0';
	if (strpbrk(text, "\"\\"))
		fail(at, "a reason holds a quote or a backslash");
	return keep(text);
}

static void add_rule(const struct place *at, struct table *t, const struct filter_rule *rule)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->rules[i].number == rule->number)
			fail(at, "'%s' has a rule already", rule->name);
	if (t->n == RULES_MAX)
		fail(at, "more than %d rules", RULES_MAX);
	t->rules[t->n++] = *rule;
}

static void read_rule(const struct place *at, char *line, struct table *t)
{
	struct filter_rule rule = { 0 };
	char *rest = line;
	char *reason = strchr(line, '#');

	if (reason)
		*reason++ = '\0';
	char *word = next_word(&rest, BLANKS);
	if (!word)
		return; /* an empty line or a comment */
	rule.action = read_action(at, word);
	rule.why = read_reason(at, reason);
	if (rule.action != FILTER_ALLOW && !*rule.why)
		fail(at, "no reason is given after '#'");

	word = next_word(&rest, BLANKS);
	if (word && strcmp(word, "unless") == 0) {
		word = next_word(&rest, BLANKS);
		rule.unless = word ? read_capabilities(at, word) : 0;
		if (rule.unless == 0)
			fail(at, "no capability after 'unless'");
		word = next_word(&rest, BLANKS);
	}
	if (!word)
		fail(at, "no call is named");
	for (; word; word = next_word(&rest, BLANKS)) {
		if (!read_call(at, word, &rule.number))
			continue;
		rule.name = keep(word);
		add_rule(at, t, &rule);
	}
}

static int by_number(const void *a, const void *b)
{
	const struct filter_rule *x = a;
	const struct filter_rule *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

static bool same_fate(const struct filter_rule *a, const struct filter_rule *b)
{
	return a->action == b->action && a->unless == b->unless;
}

/* Ranges of adjacent numbers with the same rule, the gaps and what follows the last included. */
static size_t count_ranges(const struct table *t)
{
	static const struct filter_rule gap = { .action = FILTER_HIDE };
	const struct filter_rule *before = NULL;
	uint32_t next = 0;
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		const struct filter_rule *rule = &t->rules[i];

		if (rule->number != next) {
			n += !before || !same_fate(before, &gap);
			before = &gap;
		}
		n += !before || !same_fate(before, rule);
		before = rule;
		next = rule->number + 1;
	}
	return n + (!before || !same_fate(before, &gap));
}

static void write_header(FILE *f, const struct table *t)
{
	fprintf(f, "/* Made from plan/seccomp.list by tools/seccomp-table. */\n"
		   "#pragma once\n\n"
		   "#include \"plan/filter.h\"\n\n");
	/* The table of the machine that builds would be nonsense on another. */
#if defined(__x86_64__)
	fprintf(f, "#if !defined(__x86_64__) || defined(__ILP32__)\n");
#elif defined(__aarch64__)
	fprintf(f, "#if !defined(__aarch64__)\n");
#else
#error "plan/filter.c does not know this architecture"
#endif
	fprintf(f, "#error \"this table was made for another architecture\"\n#endif\n\n");
	fprintf(f, "/* Adjacent numbers with the same rule, gaps included: how many. */\n");
	fprintf(f, "#define FILTER_RANGES %zu\n\n", count_ranges(t));
	fprintf(f, "static const struct filter_rule rules[] = {\n");
	for (size_t i = 0; i < t->n; i++) {
		const struct filter_rule *r = &t->rules[i];

		fprintf(f, "\t{%u, %s, 0x%llxull, \"%s\", \"%s\"},\n", r->number,
			actions[r->action].enumerator, (unsigned long long)r->unless, r->name,
			r->why);
	}
	fprintf(f, "};\n");
}

int main(int argc, char *argv[])
{
	static struct table table;
	_cleanup_free_ char *line = NULL;
	size_t room = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: seccomp-table LIST HEADER\n");
		return EXIT_FAILURE;
	}
	struct place at = { .file = argv[1] };
	_cleanup_file_ FILE *list = fopen(at.file, "re");
	if (!list)
		fail(&at, "%s", strerror(errno));
	while (getline(&line, &room, list) >= 0) {
		at.line++;
		read_rule(&at, line, &table);
	}
	if (ferror(list) || table.n == 0)
		fail(&at, "cannot be read, or has no rule");
	qsort(table.rules, table.n, sizeof(*table.rules), by_number);

	FILE *header = fopen(argv[2], "we");
	if (!header)
		fail(&(struct place){ .file = argv[2] }, "%s", strerror(errno));
	write_header(header, &table);
	bool failed = ferror(header);
	if (fclose(header) != 0 || failed)
		fail(&(struct place){ .file = argv[2] }, "not written");
	return EXIT_SUCCESS;
}
