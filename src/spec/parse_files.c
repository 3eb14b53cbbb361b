/* spec/parse_files.c - devices, secrets, and what the root and /dev/shm are like. */
#include <string.h>

#include "base/number.h"
#include "spec/fields.h"
#include "spec/mount_words.h"
#include "spec/parse.h"
#include "spec/spec.h"

static bool is_access(const char *s)
{
	return field_consists_of(s, "rwm") && strlen(s) <= 3;
}

/* HOST, HOST:INSIDE, HOST:rwm, HOST:INSIDE:rwm. */
int parse_device(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct device_spec d = { .access = "rwm", .origin = u->origin };
	const char **fields;
	size_t n = fields_split(s->arena, u->value, ':', &fields);

	if (n > 1 && is_access(fields[n - 1]))
		d.access = fields[--n];
	else if (n == 3)
		return setting_refuse(u, e, "the access is some of r, w and m, not '%s'",
				      fields[2]);
	if (n > 2 || fields[0][0] != '/')
		return setting_refuse(u, e, "expected HOST[:INSIDE][:rwm] with absolute paths");
	d.source = fields[0];
	d.target = path_inside(s->arena, n == 2 ? fields[1] : fields[0]);
	if (!d.target || strcmp(d.target, "/") == 0)
		return setting_refuse(u, e, "'%s' is not an absolute path of a file inside",
				      n == 2 ? fields[1] : fields[0]);
	arena_push(s->arena, s->devices, s->n_devices, d);
	return 0;
}

int parse_secret(const struct setting_use *u, struct spec *s, struct err *e)
{
	struct secret_spec secret = { .origin = u->origin };
	const char *path;

	if (!field_pair(s->arena, u->value, '=', &secret.name, &path) || !*path)
		return setting_refuse(u, e, "expected NAME=FILE");
	if (strchr(secret.name, '/') || secret.name[0] == '.' || strlen(secret.name) > 255)
		return setting_refuse(u, e,
				      "the name is that of a file in /run/secrets: without '/', "
				      "and not starting with a dot");
	int r = path_absolute(s->arena, u->cwd, path, &secret.source, e);
	if (r < 0)
		return r;
	arena_push(s->arena, s->secrets, s->n_secrets, secret);
	return 0;
}

int parse_shm_size(const struct setting_use *u, struct spec *s, struct err *e)
{
	uint64_t size;

	int r = setting_read_size(u, u->value, &size, e);

	if (r < 0)
		return r;
	s->shm_size = size;
	return 0;
}

int parse_rootfs_propagation(const struct setting_use *u, struct spec *s, struct err *e)
{
	if (!mount_word_propagation(u->value, &s->root_propagation))
		return setting_refuse(u, e,
				      "expected private, rprivate, shared, rshared, slave, "
				      "rslave, unbindable or runbindable");
	return 0;
}
