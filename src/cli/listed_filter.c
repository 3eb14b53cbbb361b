/* cli/listed_filter.c - see listed.h: which containers are meant by --filter. */
#include <assert.h>
#include <errno.h>
#include <regex.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "cli/listed.h"

enum key {
	KEY_ID,
	KEY_NAME,
	KEY_LABEL,
	KEY_STATUS,
	KEY_EXITED,
	KEY_ANCESTOR,
	KEY_HEALTH,
	KEY_BEFORE,
	KEY_SINCE,
	_KEY_N
};

static const char *const keys[] = {
	[KEY_ID] = "id",	 [KEY_NAME] = "name",	  [KEY_LABEL] = "label",
	[KEY_STATUS] = "status", [KEY_EXITED] = "exited", [KEY_ANCESTOR] = "ancestor",
	[KEY_HEALTH] = "health", [KEY_BEFORE] = "before", [KEY_SINCE] = "since",
};
static_assert(ELEMENTS(keys) == _KEY_N, "a filter lacks its key");

struct condition {
	enum key key;
	const char *value;
	uint32_t number;  /* exited */
	uint64_t created; /* before, since */
	const char *id;	  /* of that one */
};

struct listed_filter {
	struct condition *conditions;
	size_t n;
};

static int refuse(const char *word, const char *why, struct err *e)
{
	return err_hint(
		e, err_say(e, -EINVAL, "--filter '%s': %s", word, why),
		"id=, name=, label=, status=, exited=, ancestor= (the root), health=, before= and "
		"since= (a container)");
}

static int find_key(const char *word, enum key *ret, struct err *e)
{
	size_t n = strcspn(word, "=");
	_cleanup_text_ struct text typed = { 0 };
	const char *near;

	for (size_t i = 0; i < _KEY_N && word[n] == '='; i++) {
		if (strncmp(keys[i], word, n) == 0 && keys[i][n] == '\0') {
			*ret = (enum key)i;
			return 0;
		}
	}
	if (word[n] != '=')
		return refuse(word, "expected KEY=VALUE", e);
	text_add_bytes(&typed, word, n);
	near = text_nearest(text_get(&typed), keys, _KEY_N);
	if (!near)
		return refuse(word, "there is no such key", e);
	return err_hint(e, refuse(word, "there is no such key", e), "did you mean '%s='?", near);
}

static int find_word(const char *word, const char *value, const char *const words[], size_t n,
		     struct err *e)
{
	_cleanup_text_ struct text all = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], value) == 0)
			return 0;
		text_printf(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	return err_hint(e, refuse(word, "there is no such state", e), "one of: %s", text_get(&all));
}

/* The container of before= or since=, by id, name or the first digits of its id. */
static int find_other(const char *word, struct condition *c, const struct listing *l, struct err *e)
{
	size_t length = strlen(c->value);

	for (size_t i = 0; i < l->n; i++) {
		const struct store_entry *entry = l->all[i]->entry;

		if (strcmp(entry->name, c->value) != 0 &&
		    (length < 4 || strncmp(entry->id, c->value, length) != 0))
			continue;
		c->created = l->all[i]->summary->created;
		c->id = entry->id;
		return 0;
	}
	return err_hint(e, refuse(word, "there is no such container", e),
			"'honu ps --all' lists every one");
}

static int check_value(const char *word, struct condition *c, const struct listing *l,
		       struct err *e)
{
	static const char *const phases[] = { "creating",   "created", "running", "paused",
					      "restarting", "stopped", "exited" };
	static const char *const healths[] = { "starting", "healthy", "unhealthy", "none" };
	regex_t re;

	switch (c->key) {
	case KEY_NAME:
		if (regcomp(&re, c->value, REG_EXTENDED | REG_NOSUB) != 0)
			return refuse(word, "not a regular expression", e);
		regfree(&re);
		return 0;
	case KEY_STATUS:
		return find_word(word, c->value, phases, ELEMENTS(phases), e);
	case KEY_HEALTH:
		return find_word(word, c->value, healths, ELEMENTS(healths), e);
	case KEY_EXITED:
		if (number_u32(c->value, &c->number) < 0 || c->number > 255)
			return refuse(word, "expected an exit status", e);
		return 0;
	case KEY_BEFORE:
	case KEY_SINCE:
		return find_other(word, c, l, e);
	case KEY_ID:
	case KEY_LABEL:
	case KEY_ANCESTOR:
	case _KEY_N:
		break;
	}
	return 0;
}

int listed_filter_parse(const struct listing *l, const struct word_texts *words,
			struct listed_filter **ret, struct err *e)
{
	struct listed_filter *f = arena_new(l->arena, struct listed_filter);

	for (size_t i = 0; i < words->n; i++) {
		struct condition c = { 0 };
		int r = find_key(words->list[i], &c.key, e);

		if (r == 0) {
			c.value = strchr(words->list[i], '=') + 1;
			r = check_value(words->list[i], &c, l, e);
		}
		if (r < 0)
			return r;
		arena_push(l->arena, f->conditions, f->n, c);
	}
	*ret = f;
	return 0;
}

static bool matches(const char *pattern, const char *text)
{
	regex_t re;
	bool matched;

	if (regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	matched = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	return matched;
}

static bool has_label(const struct listed *l, const char *wanted)
{
	size_t n = strlen(wanted);
	bool whole = strchr(wanted, '=') != NULL;

	for (size_t i = 0; i < l->n_labels; i++)
		if (strncmp(l->labels[i], wanted, n) == 0 &&
		    (l->labels[i][n] == '\0' || (!whole && l->labels[i][n] == '=')))
			return true;
	return false;
}

/* A directory, or one above it. */
static bool has_root(const char *root, const char *wanted)
{
	size_t n = strlen(wanted);

	while (n > 1 && wanted[n - 1] == '/')
		n--;
	return strncmp(root, wanted, n) == 0 &&
	       (root[n] == '\0' || root[n] == '/' || wanted[n - 1] == '/');
}

static bool has_health(const struct listed *l, const char *wanted)
{
	const char *health = state_health_name(l->state.health);

	return strcmp(health ? health : "none", wanted) == 0;
}

/* What has to be read for it. */
static void look(enum key key, const struct listing *all, struct listed *l)
{
	if (key == KEY_EXITED || key == KEY_HEALTH)
		listed_look(all, l);
	else if (key == KEY_LABEL)
		listed_labels(all, l);
}

static bool holds(const struct condition *c, const struct listed *l)
{
	switch (c->key) {
	case KEY_ID:
		return strncmp(l->entry->id, c->value, strlen(c->value)) == 0;
	case KEY_NAME:
		return l->entry->name[0] && matches(c->value, l->entry->name);
	case KEY_LABEL:
		return has_label(l, c->value);
	case KEY_STATUS:
		return strcmp(l->state.phase,
			      strcmp(c->value, "exited") == 0 ? "stopped" : c->value) == 0;
	case KEY_EXITED:
		return !l->state.lives && state_has_code(&l->state) &&
		       l->state.exit.code == (int)c->number;
	case KEY_ANCESTOR:
		return has_root(l->summary->root, c->value);
	case KEY_HEALTH:
		return has_health(l, c->value);
	case KEY_BEFORE:
		return l->summary->created < c->created;
	case KEY_SINCE:
		return l->summary->created > c->created;
	case _KEY_N:
		break;
	}
	return false;
}

bool listed_filter_holds(const struct listed_filter *f, const struct listing *all, struct listed *l)
{
	unsigned asked = 0, held = 0;

	for (size_t i = 0; i < f->n; i++) {
		bool is;

		look(f->conditions[i].key, all, l);
		is = holds(&f->conditions[i], l);
		asked |= 1u << f->conditions[i].key;
		held |= is ? 1u << f->conditions[i].key : 0;
		if (!is && f->conditions[i].key == KEY_LABEL)
			return false;
	}
	return asked == held;
}

bool listed_filter_is_of_state(const struct listed_filter *f)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->conditions[i].key == KEY_STATUS || f->conditions[i].key == KEY_EXITED)
			return true;
	return false;
}
