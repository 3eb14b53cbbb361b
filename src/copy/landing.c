/* copy/landing.c - see landing.h. */
#include "copy/landing.h"

#include <errno.h>
#include <string.h>

/* The last component is ".", whatever slashes follow it. */
static bool ends_with_dot(const char *typed, size_t length)
{
	while (length > 0 && typed[length - 1] == '/')
		length--;
	return length > 0 && typed[length - 1] == '.' && (length == 1 || typed[length - 2] == '/');
}

/* Adds the components of path to the clean path in ret. */
static int add_components(char ret[PATH_MAX], const char *path)
{
	size_t used = strlen(ret);

	while (*path) {
		size_t n;

		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n == 2 && path[0] == '.' && path[1] == '.') {
			char *slash = strrchr(ret, '/');

			used = slash ? (size_t)(slash - ret) : 0;
		} else if (n > 0 && !(n == 1 && path[0] == '.')) {
			if (used + 1 + n >= PATH_MAX)
				return -ENAMETOOLONG;
			ret[used++] = '/';
			memcpy(ret + used, path, n);
			used += n;
		}
		ret[used] = '\0';
		path += n;
	}
	return 0;
}

int copy_path_read(struct copy_path *ret, const char *cwd, const char *typed)
{
	size_t length = strlen(typed);
	int r = 0;

	if (length == 0)
		return -EINVAL;
	ret->text[0] = '\0';
	if (typed[0] != '/')
		r = add_components(ret->text, cwd);
	if (r == 0)
		r = add_components(ret->text, typed);
	if (r < 0)
		return r;
	ret->contents = ends_with_dot(typed, length) || ret->text[0] == '\0';
	ret->directory = ret->contents || typed[length - 1] == '/';
	if (ret->text[0] == '\0')
		memcpy(ret->text, "/", 2);
	return 0;
}

const char *copy_path_name(const struct copy_path *p)
{
	return strrchr(p->text, '/') + 1;
}

int landing_decide(const struct landing_question *q, enum landing *ret)
{
	if (q->exists && q->to_directory) {
		*ret = q->from_contents ? LANDING_ITSELF : LANDING_INSIDE;
		return 0;
	}
	if (q->exists && q->from_directory)
		return -EISDIR;
	if ((q->exists || !q->from_directory) && q->to_asserted)
		return q->exists ? -ENOTDIR : -ENOENT;
	*ret = LANDING_ITSELF;
	return 0;
}
