/* spec/parse_mount.c - mounts at length: --mount type=TYPE,KEY=VALUE,... */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/mount_words.h"
#include "spec/parse.h"
#include "spec/spec.h"

enum mount_key {
	KEY_SOURCE,
	KEY_TARGET,
	KEY_READONLY,
	KEY_PROPAGATION,
	KEY_RECURSIVE,
	KEY_SIZE,
	KEY_MODE,
	KEY_LOWER,
	KEY_UPPER,
	KEY_WORK,
};

#define FOR_BIND (1u << MOUNT_BIND)
#define FOR_TMPFS (1u << MOUNT_TMPFS)
#define FOR_OVERLAY (1u << MOUNT_OVERLAY)
#define FOR_ALL (FOR_BIND | FOR_TMPFS | FOR_OVERLAY)

static const struct key {
	const char *name;
	enum mount_key key;
	unsigned types;
} keys[] = {
	{ "source", KEY_SOURCE, FOR_BIND },
	{ "src", KEY_SOURCE, FOR_BIND },
	{ "target", KEY_TARGET, FOR_ALL },
	{ "dst", KEY_TARGET, FOR_ALL },
	{ "destination", KEY_TARGET, FOR_ALL },
	{ "readonly", KEY_READONLY, FOR_ALL },
	{ "ro", KEY_READONLY, FOR_ALL },
	{ "bind-propagation", KEY_PROPAGATION, FOR_BIND },
	{ "bind-recursive", KEY_RECURSIVE, FOR_BIND },
	{ "tmpfs-size", KEY_SIZE, FOR_TMPFS },
	{ "tmpfs-mode", KEY_MODE, FOR_TMPFS },
	{ "lower", KEY_LOWER, FOR_OVERLAY },
	{ "lowerdir", KEY_LOWER, FOR_OVERLAY },
	{ "upper", KEY_UPPER, FOR_OVERLAY },
	{ "upperdir", KEY_UPPER, FOR_OVERLAY },
	{ "work", KEY_WORK, FOR_OVERLAY },
	{ "workdir", KEY_WORK, FOR_OVERLAY },
};

static const char *const type_names[] = {
	[MOUNT_BIND] = "bind",
	[MOUNT_TMPFS] = "tmpfs",
	[MOUNT_OVERLAY] = "overlay",
};

struct mount_reader {
	const struct setting_use *use;
	struct spec *spec;
	struct mount_spec mount;
	struct mount_words words;
	bool below_writable; /* bind-recursive=writable: read-only does not reach down */
};

static int read_recursive(struct mount_reader *o, const char *value, struct err *e)
{
	struct mount_spec *m = &o->mount;

	m->recursive = strcmp(value, "disabled") != 0;
	if (strcmp(value, "enabled") == 0 || strcmp(value, "disabled") == 0)
		return 0;
	if (strcmp(value, "writable") == 0) {
		o->below_writable = true;
		return 0;
	}
	if (strcmp(value, "readonly") == 0) {
		m->readonly_recursive = true;
		return 0;
	}
	return setting_refuse(o->use, e,
			      "bind-recursive is enabled, disabled, writable or readonly, not '%s'",
			      value);
}

static int read_readonly(struct mount_reader *o, const char *value, struct err *e)
{
	if (!value || strcmp(value, "true") == 0 || strcmp(value, "1") == 0)
		o->mount.readonly = true;
	else if (strcmp(value, "false") == 0 || strcmp(value, "0") == 0)
		o->mount.readonly = false;
	else
		return setting_refuse(o->use, e, "readonly is true or false, not '%s'", value);
	return 0;
}

/* A directory of an overlay. */
static int read_directory(struct mount_reader *o, const char *value, const char **ret,
			  struct err *e)
{
	if (!path_is_explicit(value))
		return setting_refuse(o->use, e, "'%s' is not a path that starts with / or ./",
				      value);
	return path_absolute(o->spec->arena, o->use->cwd, value, ret, e);
}

static int read_key(struct mount_reader *o, const struct key *key, const char *value, struct err *e)
{
	struct mount_spec *m = &o->mount;

	if (!value && key->key != KEY_READONLY)
		return setting_refuse(o->use, e, "'%s' needs a value", key->name);
	switch (key->key) {
	case KEY_SOURCE:
		return mount_set_source(o->use, o->spec, value, m, e);
	case KEY_TARGET:
		return mount_set_target(o->use, o->spec, value, m, e);
	case KEY_READONLY:
		return read_readonly(o, value, e);
	case KEY_PROPAGATION:
		if (!mount_word_propagation(value, &m->propagation))
			return setting_refuse(o->use, e, "unknown propagation '%s'", value);
		return 0;
	case KEY_RECURSIVE:
		return read_recursive(o, value, e);
	case KEY_SIZE:
		return setting_read_size(o->use, value, &m->size, e);
	case KEY_MODE:
		if (number_mode(value, &m->mode) < 0)
			return setting_refuse(
				o->use, e, "expected an octal mode such as 1777, not '%s'", value);
		return 0;
	case KEY_LOWER:
		return read_directory(o, value, &m->source, e);
	case KEY_UPPER:
		return read_directory(o, value, &m->upper, e);
	case KEY_WORK:
		return read_directory(o, value, &m->work, e);
	}
	return 0;
}

static int unknown_key(struct mount_reader *o, const char *name, struct err *e)
{
	const char *names[ELEMENTS(keys)];
	size_t n = 0;
	int r = setting_refuse(o->use, e, "unknown key '%s' for type=%s", name,
			       type_names[o->mount.type]);

	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (keys[i].types & 1u << o->mount.type)
			names[n++] = keys[i].name;
	const char *nearest = text_nearest(name, names, n);
	return nearest ? err_hint(e, r, "did you mean '%s'?", nearest) : r;
}

static int read_field(struct mount_reader *o, const char *field, struct err *e)
{
	static const unsigned topics[] = {
		[MOUNT_BIND] = TOPICS_BIND,
		[MOUNT_TMPFS] = TOPICS_TMPFS,
		[MOUNT_OVERLAY] = TOPICS_ANY,
	};
	const char *name = field, *value = NULL;

	(void)field_pair(o->spec->arena, field, '=', &name, &value);
	for (size_t i = 0; i < ELEMENTS(keys); i++)
		if (strcmp(keys[i].name, name) == 0 && keys[i].types & 1u << o->mount.type)
			return read_key(o, &keys[i], value, e);
	if (!value) {
		int r = mount_word_apply(&o->words, o->use, name, topics[o->mount.type], &o->mount,
					 e);

		if (r != 0)
			return r;
	}
	return unknown_key(o, name, e);
}

/* The type decides which keys there are, so it is looked for first. */
static int read_type(const struct setting_use *u, const char **fields, size_t n,
		     enum mount_type *ret, struct err *e)
{
	const char *type = NULL;

	for (size_t i = 0; i < n; i++)
		if (field_after(fields[i], "type="))
			type = field_after(fields[i], "type=");
	if (!type)
		return setting_refuse(u, e, "expected type=bind, type=tmpfs or type=overlay");
	for (size_t i = 0; i < ELEMENTS(type_names); i++)
		if (strcmp(type_names[i], type) == 0) {
			*ret = (enum mount_type)i;
			return 0;
		}
	return err_hint(e,
			err_say(e, -EOPNOTSUPP, "--mount '%s': type '%s' is not supported",
				u->value, type),
			"the types are bind, tmpfs and overlay");
}

/* What only the whole of it can tell. */
static int check(struct mount_reader *o, struct err *e)
{
	struct mount_spec *m = &o->mount;

	if (!m->target)
		return setting_refuse(o->use, e, "target=PATH is missing");
	if (!m->source && m->type != MOUNT_TMPFS)
		return setting_refuse(o->use, e, "%s=PATH is missing",
				      m->type == MOUNT_BIND ? "source" : "lower");
	if (!m->upper != !m->work)
		return err_hint(
			e, setting_refuse(o->use, e, "upper and work go together"),
			"work is an empty directory on the file system of upper; without both, "
			"changes are thrown away");
	if (m->readonly_recursive && (!m->readonly || !m->recursive))
		return setting_refuse(o->use, e, "bind-recursive=readonly goes with readonly");
	if (m->type == MOUNT_BIND && m->readonly && m->recursive && !o->below_writable)
		m->readonly_recursive = true;
	return 0;
}

int parse_mount(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct mount_reader o = { .use = u, .spec = s };
	enum mount_type type = MOUNT_BIND;
	const char **fields;
	size_t n = fields_split(s->arena, u->value, ',', &fields);
	int r;

	r = read_type(u, fields, n, &type, e);
	if (r < 0)
		return r;
	o.mount = mount_default(type, u->origin);
	for (size_t i = 0; i < n; i++) {
		if (field_after(fields[i], "type="))
			continue;
		r = read_field(&o, fields[i], e);
		if (r < 0)
			return r;
	}
	r = check(&o, e);
	if (r < 0)
		return r;
	arena_push(s->arena, s->mounts, s->n_mounts, o.mount);
	return 0;
}
