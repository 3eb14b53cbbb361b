/* spec/record.c - see record.h. */
#include "spec/record.h"

#include <errno.h>
#include <jansson.h>

#include "base/capability.h"
#include "base/cleanup.h"

/* Adds a value to an object; takes the reference. Memory that runs out shows as NULL at the end:
 * json_object_set_new() refuses a NULL and json_dumps() of what is left is then incomplete, so
 * every failure is counted. */
struct writer {
	int failed;
};

static void put(struct writer *w, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		w->failed++;
}

static void append(struct writer *w, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		w->failed++;
}

/* Paths and arguments are bytes; what is no UTF-8 becomes a list of numbers, as in the JSON of
 * journalctl(1). */
static json_t *string(struct writer *w, const char *value)
{
	json_t *text = json_string(value);

	if (text)
		return text;
	text = json_array();
	for (; *value; value++)
		append(w, text, json_integer((unsigned char)*value));
	return text;
}

static void put_string(struct writer *w, json_t *object, const char *key, const char *value)
{
	if (value)
		put(w, object, key, string(w, value));
}

static json_t *strings(struct writer *w, const char *const *list, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++)
		append(w, array, string(w, list[i]));
	return array;
}

static json_t *namespaces(struct writer *w, const struct spec *s)
{
	static const char *const modes[] = { "private", "host", "path", "container" };
	json_t *object = json_object();

	for (int t = 0; t < _NS_N; t++) {
		const struct ns_spec *ns = &s->ns[t];
		json_t *one = json_object();

		put_string(w, one, "mode", modes[ns->mode]);
		put_string(w, one, "path", ns->target);
		put(w, object, ns_name((enum ns_type)t), one);
	}
	return object;
}

static json_t *id_map(struct writer *w, const struct id_line *lines, size_t n)
{
	json_t *array = json_array();

	for (size_t i = 0; i < n; i++) {
		json_t *one = json_object();

		put(w, one, "inside", json_integer(lines[i].inside));
		put(w, one, "outside", json_integer(lines[i].outside));
		put(w, one, "count", json_integer(lines[i].count));
		append(w, array, one);
	}
	return array;
}

static json_t *mounts(struct writer *w, const struct spec *s)
{
	static const char *const types[] = { "bind", "tmpfs", "overlay" };
	json_t *array = json_array();

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];
		json_t *one = json_object();

		put_string(w, one, "type", types[m->type]);
		put_string(w, one, "source", m->source);
		put_string(w, one, "target", m->target);
		put(w, one, "readonly", json_boolean(m->readonly || m->readonly_recursive));
		put(w, one, "recursive", json_boolean(m->recursive));
		put_string(w, one, "propagation", propagation_name(m->propagation));
		put_string(w, one, "from", m->origin);
		append(w, array, one);
	}
	return array;
}

static json_t *root(struct writer *w, const struct spec *s)
{
	static const char *const kinds[] = { "host-usr", "directory", "shared" };
	json_t *object = json_object();

	put_string(w, object, "kind", kinds[s->root_kind]);
	put_string(w, object, "path", s->root_path);
	put(w, object, "readonly", json_boolean(s->root_readonly));
	put(w, object, "ephemeral", json_boolean(s->root_ephemeral));
	return object;
}

static json_t *process(struct writer *w, const struct spec *s)
{
	json_t *object = json_object();
	json_t *capabilities = json_array();

	put(w, object, "argv", strings(w, s->argv, s->n_argv));
	put(w, object, "env", strings(w, s->env, s->n_env));
	put_string(w, object, "cwd", s->cwd ? s->cwd : "/");
	put_string(w, object, "user", s->user ? s->user : "0");
	for (unsigned n = 0; n < 64; n++) {
		if (s->capabilities & UINT64_C(1) << n && capability_name(n))
			append(w, capabilities, json_string_nocheck(capability_name(n)));
	}
	put(w, object, "capabilities", capabilities);
	put(w, object, "noNewPrivileges", json_boolean(s->no_new_privileges));
	put_string(w, object, "seccomp", s->seccomp ? "default" : "unconfined");
	put(w, object, "init", json_boolean(s->init));
	return object;
}

int spec_record(const struct spec *s, char **ret, struct err *e)
{
	struct writer w = { 0 };
	json_t *record;
	char *text;

	json_object_seed(1); /* nobody chooses our keys: no need to ask the kernel for a seed */
	record = json_object();
	put(&w, record, "version", json_integer(1));
	put_string(&w, record, "id", s->id);
	put_string(&w, record, "name", s->name);
	put_string(&w, record, "hostname", s->hostname);
	put(&w, record, "namespaces", namespaces(&w, s));
	put(&w, record, "uidMap", id_map(&w, s->userns.uid, s->userns.n_uid));
	put(&w, record, "gidMap", id_map(&w, s->userns.gid, s->userns.n_gid));
	put(&w, record, "root", root(&w, s));
	put(&w, record, "mounts", mounts(&w, s));
	put(&w, record, "process", process(&w, s));
	put_string(&w, record, "cgroupParent", s->cgroup_parent);
	text = w.failed ? NULL : json_dumps(record, JSON_COMPACT);
	json_decref(record);
	if (!text)
		return err_set(e, -ENOMEM, "write the record");
	*ret = text;
	return 0;
}
