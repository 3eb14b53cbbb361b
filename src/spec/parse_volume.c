/* spec/parse_volume.c - mounts in their short forms: --volume and --tmpfs. */
#include <string.h>

#include "base/number.h"
#include "spec/fields.h"
#include "spec/mount_words.h"
#include "spec/parse.h"
#include "spec/spec.h"

static int unknown_word(const struct setting_use *u, const char *word, unsigned topics,
			struct err *e)
{
	const char *nearest = mount_word_nearest(word, topics);
	int r = setting_refuse(u, e, "unknown option '%s'", word);

	return nearest ? err_hint(e, r, "did you mean '%s'?", nearest) : r;
}

static int read_words(const struct setting_use *u, struct spec *s, const char *list,
		      struct mount_spec *m, struct err *e)
{
	struct mount_words words = { 0 };
	const char **fields;
	size_t n = fields_split(s->arena, list, ',', &fields);

	for (size_t i = 0; i < n; i++) {
		int r = mount_word_apply(&words, u, fields[i], TOPICS_VOLUME, m, e);

		if (r < 0)
			return r;
		if (r == 0)
			return unknown_word(u, fields[i], TOPICS_VOLUME, e);
	}
	return 0;
}

int parse_volume(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct mount_spec m = mount_default(MOUNT_BIND, u->origin);
	const char **fields;
	size_t n = fields_split(s->arena, u->value, ':', &fields);
	int r;

	if (n < 2 || n > 3 || !*fields[0] || !*fields[1] || !*fields[n - 1])
		return setting_refuse(u, e, "expected SOURCE:TARGET[:OPTIONS]");
	r = mount_set_source(u, s, fields[0], &m, e);
	if (r < 0)
		return r;
	r = mount_set_target(u, s, fields[1], &m, e);
	if (r < 0)
		return r;
	if (n == 3) {
		r = read_words(u, s, fields[2], &m, e);
		if (r < 0)
			return r;
	}
	/* As docker has it: read-only holds for what is mounted below as well. */
	if (m.readonly && m.recursive)
		m.readonly_recursive = true;
	arena_push(s->arena, s->mounts, s->n_mounts, m);
	return 0;
}

static int read_tmpfs_word(const struct setting_use *u, struct mount_words *words, const char *word,
			   struct mount_spec *m, struct err *e)
{
	const char *value;
	int r = mount_word_apply(words, u, word, TOPICS_TMPFS, m, e);

	if (r != 0)
		return r;
	value = field_after(word, "size=");
	if (value) {
		r = setting_read_size(u, value, &m->size, e);
		return r < 0 ? r : 1;
	}
	value = field_after(word, "mode=");
	if (value) {
		if (number_mode(value, &m->mode) < 0)
			return setting_refuse(u, e, "expected an octal mode such as 1777, not '%s'",
					      value);
		return 1;
	}
	return unknown_word(u, word, TOPICS_TMPFS, e);
}

int parse_tmpfs(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct mount_spec m = mount_default(MOUNT_TMPFS, u->origin);
	struct mount_words words = { 0 };
	const char **fields;
	size_t n = fields_split(s->arena, u->value, ':', &fields);
	int r;

	if (n > 2 || !*fields[0])
		return setting_refuse(u, e, "expected TARGET[:OPTIONS]");
	r = mount_set_target(u, s, fields[0], &m, e);
	if (r < 0)
		return r;
	n = n == 2 ? fields_split(s->arena, fields[1], ',', &fields) : 0;
	for (size_t i = 0; i < n; i++) {
		r = read_tmpfs_word(u, &words, fields[i], &m, e);
		if (r < 0)
			return r;
	}
	arena_push(s->arena, s->mounts, s->n_mounts, m);
	return 0;
}
