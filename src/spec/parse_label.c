/* spec/parse_label.c - labels: from options and from files. */
#include <errno.h>
#include <string.h>

#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

/* Marks those of --label, which win over those from files. */
static const char given[] = "--label";

/* Of one key the last counts, in the place of the first. */
static void add(struct spec *s, const char *key, const char *value, const char *origin)
{
	struct pair_spec pair = { .key = key, .value = value, .origin = origin };

	for (size_t i = 0; i < s->n_labels; i++) {
		if (strcmp(s->labels[i].key, key) != 0)
			continue;
		if (origin || !s->labels[i].origin)
			s->labels[i] = pair;
		return;
	}
	arena_push(s->arena, s->labels, s->n_labels, pair);
}

/* False: there is no key. Lists of containers write a label a line. */
static bool split(struct spec *s, const char *text, const char **ret_key, const char **ret_value)
{
	if (!*text || *text == '=' || strpbrk(text, "\r\n"))
		return false;
	if (!field_pair(s->arena, text, '=', ret_key, ret_value)) {
		*ret_key = text;
		*ret_value = "";
	}
	return true;
}

int parse_label(const struct setting_use *u, struct spec *s, struct err *e)
{
	const char *key, *value;

	if (!split(s, u->value, &key, &value))
		return setting_refuse(u, e, "expected KEY=VALUE without line breaks");
	add(s, key, value, given);
	return 0;
}

static int read_label(const struct setting_use *u, struct spec *s, const char *line, size_t number,
		      struct err *e)
{
	const char *key, *value;

	if (!split(s, arena_strdup(s->arena, line), &key, &value))
		return err_hint(e,
				err_say(e, -EINVAL,
					"--label-file '%s': line %zu: expected KEY=VALUE", u->value,
					number),
				"for example: role=web");
	add(s, key, value, NULL);
	return 0;
}

int parse_label_file(const struct setting_use *u, struct spec *s, struct err *e)
{
	return line_file_read(u, s, read_label, e);
}
