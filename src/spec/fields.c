/* spec/fields.c - see fields.h. */
#include "spec/fields.h"

#include <errno.h>
#include <string.h>

size_t fields_split(struct arena *a, const char *text, char separator, const char ***ret)
{
	const char **fields = NULL;
	size_t n = 0;

	for (;;) {
		const char *end = strchrnul(text, separator);

		arena_push(a, fields, n, arena_strndup(a, text, (size_t)(end - text)));
		if (!*end)
			break;
		text = end + 1;
	}
	*ret = fields;
	return n;
}

bool field_pair(struct arena *a, const char *text, char separator, const char **ret_key,
		const char **ret_value)
{
	const char *middle = strchr(text, separator);

	if (!middle || middle == text)
		return false;
	*ret_key = arena_strndup(a, text, (size_t)(middle - text));
	*ret_value = middle + 1;
	return true;
}

const char *field_after(const char *s, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncmp(s, prefix, n) == 0 ? s + n : NULL;
}

bool field_consists_of(const char *s, const char *set)
{
	return *s && s[strspn(s, set)] == '\0';
}

bool field_is_name(const char *s, size_t limit)
{
	return field_consists_of(s, FIELD_LETTERS FIELD_DIGITS "_.-") && !strchr("_.-", *s) &&
	       strlen(s) <= limit;
}

bool path_is_explicit(const char *path)
{
	return path[0] == '/' || field_after(path, "./") || field_after(path, "../") ||
	       strcmp(path, ".") == 0 || strcmp(path, "..") == 0;
}

int path_absolute(struct arena *a, const char *cwd, const char *path, const char **ret,
		  struct err *e)
{
	if (path[0] == '/') {
		*ret = arena_strdup(a, path);
		return 0;
	}
	if (!cwd)
		return err_hint(e,
				err_say(e, -ENOENT,
					"'%s' starts from the working directory, which was removed",
					path),
				"write an absolute path, or change to a directory that exists");
	while (path[0] == '.' && (path[1] == '/' || path[1] == '\0')) {
		path++;
		path += strspn(path, "/");
	}
	*ret = *path ? arena_printf(a, "%s/%s", strcmp(cwd, "/") == 0 ? "" : cwd, path) :
		       arena_strdup(a, cwd);
	return 0;
}

const char *path_inside(struct arena *a, const char *path)
{
	char *clean = arena_alloc(a, strlen(path) + 2);
	size_t n = 0;

	if (path[0] != '/')
		return NULL;
	while (*path) {
		path += strspn(path, "/");
		size_t length = strcspn(path, "/");

		if (length == 2 && memcmp(path, "..", 2) == 0)
			return NULL;
		if (length > 0 && !(length == 1 && path[0] == '.')) {
			clean[n++] = '/';
			memcpy(clean + n, path, length);
			n += length;
		}
		path += length;
	}
	if (n == 0)
		clean[n] = '/';
	return clean;
}
