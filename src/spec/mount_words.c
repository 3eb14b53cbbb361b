/* spec/mount_words.c - see mount_words.h. */
#include "spec/mount_words.h"

#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "spec/fields.h"
#include "spec/settings.h"

enum access { ACCESS_WRITE, ACCESS_READ, ACCESS_READ_RECURSIVE };

static const struct mount_word {
	const char *name;
	enum mount_topic topic;
	unsigned value;
} words[] = {
	{ "rw", TOPIC_ACCESS, ACCESS_WRITE },
	{ "ro", TOPIC_ACCESS, ACCESS_READ },
	{ "rro", TOPIC_ACCESS, ACCESS_READ_RECURSIVE },
	{ "bind", TOPIC_RECURSION, false },
	{ "rbind", TOPIC_RECURSION, true },
	{ "private", TOPIC_PROPAGATION, PROPAGATION_PRIVATE },
	{ "rprivate", TOPIC_PROPAGATION, PROPAGATION_RPRIVATE },
	{ "shared", TOPIC_PROPAGATION, PROPAGATION_SHARED },
	{ "rshared", TOPIC_PROPAGATION, PROPAGATION_RSHARED },
	{ "slave", TOPIC_PROPAGATION, PROPAGATION_SLAVE },
	{ "rslave", TOPIC_PROPAGATION, PROPAGATION_RSLAVE },
	{ "unbindable", TOPIC_PROPAGATION, PROPAGATION_UNBINDABLE },
	{ "runbindable", TOPIC_PROPAGATION, PROPAGATION_RUNBINDABLE },
	{ "exec", TOPIC_EXEC, false },
	{ "noexec", TOPIC_EXEC, true },
	{ "suid", TOPIC_SUID, false },
	{ "nosuid", TOPIC_SUID, true },
	{ "dev", TOPIC_DEV, false },
	{ "nodev", TOPIC_DEV, true },
	{ "atime", TOPIC_ATIME, false },
	{ "noatime", TOPIC_ATIME, true },
	{ "idmap", TOPIC_IDMAP, false },
	{ "noidmap", TOPIC_IDMAP, true },
	{ "O", TOPIC_OVERLAY, true },
	{ "z", TOPIC_LABEL, true },
	{ "Z", TOPIC_LABEL, true },
	{ "tmpcopyup", TOPIC_COPY_UP, true },
	{ "notmpcopyup", TOPIC_COPY_UP, false },
};

static const struct mount_word *find(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (strcmp(words[i].name, name) == 0)
			return &words[i];
	return NULL;
}

static void apply(const struct mount_word *word, struct mount_spec *m)
{
	switch (word->topic) {
	case TOPIC_ACCESS:
		m->readonly = word->value != ACCESS_WRITE;
		m->readonly_recursive = word->value == ACCESS_READ_RECURSIVE;
		break;
	case TOPIC_RECURSION:
		m->recursive = word->value;
		break;
	case TOPIC_PROPAGATION:
		m->propagation = word->value;
		break;
	case TOPIC_EXEC:
		m->noexec = word->value;
		break;
	case TOPIC_SUID:
		m->nosuid = word->value;
		break;
	case TOPIC_DEV:
		m->nodev = word->value;
		break;
	case TOPIC_ATIME:
		m->noatime = word->value;
		break;
	case TOPIC_IDMAP:
		m->no_idmap = word->value;
		break;
	case TOPIC_OVERLAY:
		m->type = MOUNT_OVERLAY;
		break;
	case TOPIC_COPY_UP:
		m->copy_up = word->value;
		break;
	case TOPIC_LABEL: /* labels of an LSM that honu does not set */
	case _TOPIC_N:
		break;
	}
}

int mount_word_apply(struct mount_words *w, const struct setting_use *u, const char *name,
		     unsigned topics, struct mount_spec *m, struct err *e)
{
	const struct mount_word *word = find(name);

	if (strcmp(name, "U") == 0)
		return err_hint(e,
				setting_refuse(u, e,
					       "'U' is not supported: honu never changes owners "
					       "on disk"),
				"leave it out: binds are id-mapped, so owners inside are those on "
				"disk");
	if (!word || !(topics & 1u << word->topic))
		return 0;

	const char **seen = &w->seen[word->topic];
	if (*seen && strcmp(*seen, name) != 0)
		return err_hint(e, setting_refuse(u, e, "'%s' contradicts '%s'", name, *seen),
				"leave one of them out");
	*seen = word->name;
	apply(word, m);
	return 1;
}

bool mount_word_propagation(const char *name, enum propagation *ret)
{
	const struct mount_word *word = find(name);

	if (!word || word->topic != TOPIC_PROPAGATION)
		return false;
	*ret = word->value;
	return true;
}

const char *mount_word_nearest(const char *typed, unsigned topics)
{
	const char *names[ELEMENTS(words)];
	size_t n = 0;

	for (size_t i = 0; i < ELEMENTS(words); i++)
		if (topics & 1u << words[i].topic)
			names[n++] = words[i].name;
	return text_nearest(typed, names, n);
}

struct mount_spec mount_default(enum mount_type type, const char *origin)
{
	return (struct mount_spec){
		.type = type,
		.propagation = PROPAGATION_RPRIVATE,
		.recursive = type == MOUNT_BIND,
		.nosuid = true,
		.nodev = true,
		.noexec = type == MOUNT_TMPFS,
		.mode = type == MOUNT_TMPFS ? 01777 : 0,
		.origin = origin,
	};
}

int mount_set_target(const struct setting_use *u, struct spec *s, const char *path,
		     struct mount_spec *m, struct err *e)
{
	const char *target = path_inside(s->arena, path);

	if (!target)
		return setting_refuse(u, e, "the target '%s' is not an absolute path without '..'",
				      path);
	if (strcmp(target, "/") == 0)
		return err_hint(e, setting_refuse(u, e, "the target / is the root itself"),
				"give the directory as ROOT: honu run ./tree PROGRAM");
	m->target = target;
	return 0;
}

int mount_set_source(const struct setting_use *u, struct spec *s, const char *path,
		     struct mount_spec *m, struct err *e)
{
	if (path_is_explicit(path))
		return path_absolute(s->arena, u->cwd, path, &m->source, e);
	if (field_is_name(path, 255))
		return err_hint(e,
				err_say(e, -EOPNOTSUPP,
					"--%s '%s': named volumes are not supported yet: '%s'",
					u->setting->name, u->value, path),
				"a directory is written /%s or ./%s", path, path);
	return err_hint(e, setting_refuse(u, e, "the source '%s' is not a path", path),
			"an absolute path starts with /, one from here with ./");
}
