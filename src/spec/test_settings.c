/* spec/test_settings.c - the table of settings: complete, without doubles, and true. */
#include "spec/settings.h"
#include "spec/test_rows.h"

/* Every row has every text, and those read as the places they appear in need. */
static void rows_are_complete(void **state)
{
	size_t n;
	const struct setting *all = settings_all(&n);

	(void)state;
	assert_true(n > 40);
	for (size_t i = 0; i < n; i++) {
		const struct setting *o = &all[i];

		assert_non_null(o->name);
		if (!o->parse || !o->summary || !o->text || !o->preset || !o->example)
			fail_msg("--%s lacks a field", o->name);
		if (strlen(o->summary) > 61 || o->summary[strlen(o->summary) - 1] == '.')
			fail_msg("--%s: a summary is a line of help: '%s'", o->name, o->summary);
		if (o->text[strlen(o->text) - 1] != '.')
			fail_msg("--%s: the text does not end with a full stop", o->name);
		if (!o->argument != (o->completion == COMPLETE_SWITCH))
			fail_msg("--%s: a switch has no argument, others have one", o->name);
		assert_in_range(o->group, 0, _GROUP_N - 1);
	}
}

/* A name, alias or letter leads to one row; groups stand together, as help prints them. */
static void rows_are_found_by_each_name(void **state)
{
	size_t n;
	const struct setting *all = settings_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		assert_ptr_equal(setting_find(all[i].name, strlen(all[i].name)), &all[i]);
		if (all[i].alias)
			assert_ptr_equal(setting_find(all[i].alias, strlen(all[i].alias)), &all[i]);
		if (all[i].letter)
			assert_ptr_equal(setting_find_letter(all[i].letter), &all[i]);
		if (i > 0)
			assert_true(all[i - 1].group <= all[i].group);
		assert_non_null(setting_group_title(all[i].group));
	}
	assert_null(setting_find("nam", 3));
	assert_null(setting_find("names", 5));
	assert_null(setting_find("", 0));
	assert_null(setting_find_letter('\0'));
	assert_ptr_equal(setting_find("name=x", 4), setting_find("name", 4));
}

/* What help and errors show as an example is accepted (but for files that it needs). */
static void examples_work(void **state)
{
	size_t n;
	const struct setting *all = settings_all(&n);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		struct err e = { 0 };
		char *argv[ROW_WORDS];
		int argc = row_split(&a, arena_printf(&a, "%s -- true", all[i].example), argv);

		if (strcmp(all[i].name, "env-file") == 0 || strcmp(all[i].name, "label-file") == 0)
			continue;
		if (options_run(spec_new(&a), &row_from, argc, argv, &e) != 0)
			fail_msg("%s: %s", all[i].example, e.text);
	}
}

/* One wrong, missing, doubled or swapped letter still leads to the option that was meant. */
static void nearest_option_is_the_one_meant(void **state)
{
	static const struct {
		const char *typed, *meant;
	} rows[] = {
		{ "hostnmae", "hostname" },
		{ "volum", "volume" },
		{ "readonly", "read-only" },
		{ "netwrok", "network" },
		{ "workdri", "workdir" },
		{ "capdrop", "cap-drop" },
		{ "ephemreal", "ephemeral" },
		{ "user-ns", "userns" },
		{ "sysclt", "sysctl" },
		{ "privilegd", "privileged" },
		{ "security-opts", "security-opt" },
		{ "hlep", "help" },
		{ "detatch", "detach" },
		{ "restrat", "restart" },
		{ "lable", "label" },
		{ "health-intervall", "health-interval" },
		{ "cgruop-parent", "cgroup-parent" }, /* the last row */
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		assert_string_equal(setting_nearest(rows[i].typed), rows[i].meant);
	assert_null(setting_nearest("xyzzyplugh"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_complete),
		cmocka_unit_test(rows_are_found_by_each_name),
		cmocka_unit_test(examples_work),
		cmocka_unit_test(nearest_option_is_the_one_meant),
	};

	return cmocka_run_group_tests_name("spec/settings", tests, NULL, NULL);
}
