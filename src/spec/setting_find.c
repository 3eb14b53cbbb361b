/* spec/setting_find.c - finding a row in the table of settings, and what reading a value has in
 * common. */
#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/duration.h"
#include "base/number.h"
#include "base/text.h"
#include "spec/settings.h"

/* More than twice as many as there are settings (spec/test_settings.c). */
#define NAMES_MAX 256

const char *setting_group_title(enum setting_group group)
{
	static const char *const titles[] = {
		[GROUP_GENERAL] = "The container", [GROUP_LIFE] = "Life",
		[GROUP_PROCESS] = "The program",   [GROUP_FILES] = "Files and devices",
		[GROUP_NAMES] = "Names",	   [GROUP_SECURITY] = "Protection",
		[GROUP_NAMESPACES] = "Namespaces", [GROUP_LIMITS] = "Limits",
	};

	static_assert(ELEMENTS(titles) == _GROUP_N, "a group lacks its title");
	return titles[group];
}

static bool is_word(const char *word, const char *name, size_t length)
{
	return word && strlen(word) == length && memcmp(word, name, length) == 0;
}

const struct setting *setting_find(const char *name, size_t length)
{
	size_t n;
	const struct setting *all = settings_all(&n);

	for (size_t i = 0; i < n; i++)
		if (is_word(all[i].name, name, length) || is_word(all[i].alias, name, length))
			return &all[i];
	return NULL;
}

const struct setting *setting_find_letter(char letter)
{
	size_t n;
	const struct setting *all = settings_all(&n);

	for (size_t i = 0; letter && i < n; i++)
		if (all[i].letter == letter)
			return &all[i];
	return NULL;
}

const char *setting_nearest(const char *typed)
{
	const char *names[NAMES_MAX];
	size_t n, n_names = 0;
	const struct setting *all = settings_all(&n);

	names[n_names++] = "help";
	for (size_t i = 0; i < n && n_names + 2 <= NAMES_MAX; i++) {
		names[n_names++] = all[i].name;
		if (all[i].alias)
			names[n_names++] = all[i].alias;
	}
	return text_nearest(typed, names, n_names);
}

int setting_refuse(const struct setting_use *u, struct err *e, const char *fmt, ...)
{
	char why[sizeof(e->text)];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	return err_hint(e, err_say(e, -EINVAL, "--%s '%s': %s", u->setting->name, u->value, why),
			"for example: %s", u->setting->example);
}

int setting_read_size(const struct setting_use *u, const char *text, uint64_t *ret, struct err *e)
{
	int r = number_size(text, ret);

	if (r == -ERANGE)
		return setting_refuse(u, e, "the size '%s' is too large", text);
	if (r < 0 || *ret == 0)
		return setting_refuse(u, e, "expected a size above 0 such as 64m, not '%s'", text);
	return 0;
}

int setting_read_duration(const struct setting_use *u, const char *text, uint32_t least,
			  uint32_t *ret, struct err *e)
{
	uint64_t ms;
	int r = duration_parse(text, &ms);

	/* The largest number means "for ever" where that is possible. */
	if (r == -ERANGE || (r == 0 && ms >= UINT32_MAX))
		return setting_refuse(u, e, "longer than 49 days");
	if (r < 0)
		return setting_refuse(u, e, "expected a time such as 30, 1m30s or 500ms");
	if (ms < least)
		return setting_refuse(u, e, "expected a time of at least %u ms", least);
	*ret = (uint32_t)ms;
	return 0;
}

int setting_read_switch(const struct setting_use *u, bool *ret, struct err *e)
{
	if (strcmp(u->value, "true") == 0 || strcmp(u->value, "1") == 0)
		*ret = true;
	else if (strcmp(u->value, "false") == 0 || strcmp(u->value, "0") == 0)
		*ret = false;
	else
		return setting_refuse(u, e, "expected true or false");
	return 0;
}
