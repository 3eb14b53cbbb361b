/* spec/parse_group.c - limits of the control group: one reader, by the row in spec/limits.c. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "spec/fields.h"
#include "spec/limits.h"
#include "spec/parse.h"
#include "spec/spec.h"

static int refuse_range(const struct setting_use *u, const struct limit_row *row, struct err *e)
{
	unsigned long long least = row->least, most = row->most;
	const char *endless = row->endless ? ", or -1" : "";

	switch (row->form) {
	case LIMIT_BYTES:
		if (least <= 1)
			return setting_refuse(u, e, "expected a size such as 64m%s", endless);
		return setting_refuse(u, e, "expected a size from %lluk on, such as 64m%s",
				      least / 1024, endless);
	case LIMIT_CPU_COUNT:
		return setting_refuse(u, e, "expected a number of CPUs from 0.01 on, such as 1.5");
	case LIMIT_NUMBERS:
		return setting_refuse(u, e, "expected numbers and ranges such as 0-3,5");
	case LIMIT_TEXT:
		return setting_refuse(u, e, "expected FILE=VALUE");
	case LIMIT_COUNT:
	case LIMIT_SWITCH:
		break;
	}
	return setting_refuse(u, e, "expected a number from %llu to %llu%s", least, most, endless);
}

/* "1.5": at most nine digits after the point. */
static bool read_cpus(const char *text, uint64_t *ret)
{
	size_t whole = strspn(text, FIELD_DIGITS);
	uint64_t value = 0, unit = LIMIT_CPU_UNIT;

	if (whole > 4)
		return false;
	for (size_t i = 0; i < whole; i++)
		value = value * 10 + (uint64_t)(text[i] - '0');
	value *= unit;
	if (text[whole] == '.') {
		const char *p = text + whole + 1;

		for (; *p >= '0' && *p <= '9' && unit > 1; p++) {
			unit /= 10;
			value += (uint64_t)(*p - '0') * unit;
		}
		if (*p || p == text + whole + 1)
			return false;
	} else if (text[whole] || whole == 0) {
		return false;
	}
	*ret = value;
	return true;
}

static bool read_number(const struct limit_row *row, const char *text, uint64_t *ret)
{
	if (row->endless && strcmp(text, "-1") == 0) {
		*ret = LIMIT_ENDLESS;
		return true;
	}
	if (row->form == LIMIT_CPU_COUNT ? !read_cpus(text, ret) :
	    row->form == LIMIT_BYTES	 ? number_size(text, ret) < 0 :
					   number_u64(text, ret) < 0)
		return false;
	return *ret >= row->least && *ret <= row->most;
}

/* "2m", "2MB" -> "2MB", as the kernel names its files. */
static const char *page_name(struct arena *a, const char *text)
{
	static const char *const units[] = { "KB", "MB", "GB" };
	uint64_t size;
	size_t unit = 0;

	if (number_size(text, &size) < 0 || size < 1024 || (size & (size - 1)) != 0)
		return NULL;
	for (size /= 1024; size >= 1024 && unit < ELEMENTS(units) - 1; size /= 1024)
		unit++;
	return arena_printf(a, "%llu%s", (unsigned long long)size, units[unit]);
}

/* "memory.high": of a controller, or one of the few general files that limit something. Moving, killing
 * and freezing are honu's own affair. */
static bool is_file(const char *name)
{
	static const char *const general[] = { "cgroup.max.depth", "cgroup.max.descendants" };

	if (!field_consists_of(name, FIELD_LETTERS FIELD_DIGITS "._-") || name[0] == '.' ||
	    !strchr(name, '.'))
		return false;
	for (size_t i = 0; i < ELEMENTS(general); i++)
		if (strcmp(name, general[i]) == 0)
			return true;
	return !field_after(name, "cgroup.");
}

/* What stands before the value, and the value. A path may hold colons, so the last one counts. */
static int split(const struct setting_use *u, struct spec *s, enum limit_subject kind,
		 const char **ret_subject, const char **ret_value, struct err *e)
{
	const char *separator = kind == SUBJECT_DEVICE ? strrchr(u->value, ':') :
							 strchr(u->value, '=');
	const char *subject;

	if (!separator || separator == u->value || !separator[1])
		return setting_refuse(u, e, "expected %s", u->setting->argument);
	subject = arena_strndup(s->arena, u->value, (size_t)(separator - u->value));
	*ret_value = separator + 1;
	if (kind == SUBJECT_DEVICE) {
		if (!path_is_explicit(subject))
			return setting_refuse(u, e, "'%s' is not a path", subject);
		return path_absolute(s->arena, u->cwd, subject, ret_subject, e);
	}
	if (kind == SUBJECT_FILE && !is_file(subject))
		return setting_refuse(u, e, "'%s' is not a file that limits something", subject);
	*ret_subject = kind == SUBJECT_PAGE ? page_name(s->arena, subject) : subject;
	return *ret_subject ? 0 : setting_refuse(u, e, "'%s' is not the size of a page", subject);
}

int parse_limit(const struct setting_use *u, struct spec *s, struct err *e)
{
	const struct limit_row *row = &limit_rows[u->setting->which];
	struct limit_spec l = { .type = (enum limit_type)u->setting->which, .origin = u->origin };
	const char *value = u->value;
	bool on = false;
	int r = 0;

	if (row->subject != SUBJECT_NONE)
		r = split(u, s, row->subject, &l.subject, &value, e);
	if (r < 0)
		return r;
	if (row->form == LIMIT_SWITCH) {
		r = setting_read_switch(u, &on, e);
		l.value = on;
	} else if (row->form == LIMIT_NUMBERS || row->form == LIMIT_TEXT) {
		if (strchr(value, '\n') || (row->form == LIMIT_NUMBERS &&
					    !limit_numbers_are_valid(value, (uint32_t)row->most)))
			r = refuse_range(u, row, e);
		l.text = arena_strdup(s->arena, value);
	} else if (!read_number(row, value, &l.value)) {
		r = refuse_range(u, row, e);
	}
	if (r < 0)
		return r;
	/* Docker's: 0 processes make no sense, so it means that there is no limit. */
	if (l.type == LIMIT_PIDS && l.value == 0)
		l.value = LIMIT_ENDLESS;
	limit_set(s, &l);
	return 0;
}
