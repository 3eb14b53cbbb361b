/* spec/line_file.c - a text file that a setting names, line by line: the settings whose value has to
 * be read from the host at once. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "spec/fields.h"
#include "spec/parse.h"
#include "spec/spec.h"

/* Far more than execve() takes for one string (128 KiB). */
#define FILE_MAX (1024 * 1024)

static int cannot_read(const struct setting_use *u, const char *path, struct err *e)
{
	return err_hint(e, err_set(e, -errno, "--%s '%s'", u->setting->name, u->value),
			"%s has to be a text file that honu may read", path);
}

static int read_line(const struct setting_use *u, struct spec *s, char *line, size_t number,
		     line_file_fn *give, struct err *e)
{
	line[strcspn(line, "\r\n")] = '\0';
	line += strspn(line, " \t");
	return *line == '\0' || *line == '#' ? 0 : give(u, s, line, number, e);
}

int line_file_read(const struct setting_use *u, struct spec *s, line_file_fn *give, struct err *e)
{
	_cleanup_free_ char *line = NULL;
	_cleanup_file_ FILE *f = NULL;
	size_t room = 0, total = 0;
	const char *path;
	ssize_t n;
	int r;

	if (!*u->value)
		return setting_refuse(u, e, "expected a file");
	r = path_absolute(s->arena, u->cwd, u->value, &path, e);
	if (r < 0)
		return r;
	f = fopen(path, "re");
	if (!f)
		return cannot_read(u, path, e);
	for (size_t number = 1; (n = getline(&line, &room, f)) >= 0; number++) {
		total += (size_t)n;
		if (total > FILE_MAX || strlen(line) != (size_t)n)
			return err_hint(e,
					err_say(e, -EINVAL,
						"--%s '%s': line %zu: not a text file of at most "
						"1 MiB",
						u->setting->name, u->value, number),
					"for example: %s", u->setting->example);
		r = read_line(u, s, line, number, give, e);
		if (r < 0)
			return r;
	}
	return ferror(f) ? cannot_read(u, path, e) : 0;
}
