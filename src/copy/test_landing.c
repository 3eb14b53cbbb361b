/* copy/test_landing.c - docker's rules about what lands where. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "copy/landing.h"

static void paths_are_read_as_typed(void **state)
{
	static const struct {
		const char *cwd, *typed, *text, *name;
		bool directory, contents;
	} rows[] = {
		{ "/", "etc", "/etc", "etc", false, false },
		{ "/", "/etc", "/etc", "etc", false, false },
		{ "/srv", "a", "/srv/a", "a", false, false },
		{ "/srv", "/a", "/a", "a", false, false },
		{ "/srv", "./a", "/srv/a", "a", false, false },
		{ "/srv", "a/", "/srv/a", "a", true, false },
		{ "/srv", "a//", "/srv/a", "a", true, false },
		{ "/srv", "a/.", "/srv/a", "a", true, true },
		{ "/srv", "a/./", "/srv/a", "a", true, true },
		{ "/srv", ".", "/srv", "srv", true, true },
		{ "/srv", "./", "/srv", "srv", true, true },
		{ "/srv/a", "..", "/srv", "srv", false, false },
		{ "/srv/a", "../", "/srv", "srv", true, false },
		{ "/srv/a", "../b", "/srv/b", "b", false, false },
		{ "/srv", "a/../b", "/srv/b", "b", false, false },
		{ "/srv", "a/..", "/srv", "srv", false, false },
		{ "/", "../../etc", "/etc", "etc", false, false },
		{ "/", "/", "/", "", true, true },
		{ "/", "/..", "/", "", true, true },
		{ "/", "//a//b", "/a/b", "b", false, false },
		{ "/", "a.", "/a.", "a.", false, false },
		{ "/", "...", "/...", "...", false, false },
		{ "/", ".a/..b", "/.a/..b", "..b", false, false },
		{ "/", "a b\n", "/a b\n", "a b\n", false, false },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct copy_path p;

		assert_int_equal(copy_path_read(&p, rows[i].cwd, rows[i].typed), 0);
		assert_string_equal(p.text, rows[i].text);
		assert_string_equal(copy_path_name(&p), rows[i].name);
		assert_int_equal(p.directory, rows[i].directory);
		assert_int_equal(p.contents, rows[i].contents);
	}
}

static void paths_that_are_none_are_refused(void **state)
{
	char longest[PATH_MAX + 1], fits[PATH_MAX];
	struct copy_path p;

	(void)state;
	assert_int_equal(copy_path_read(&p, "/", ""), -EINVAL);
	memset(longest, 'a', sizeof(longest));
	longest[PATH_MAX - 1] = '\0';
	assert_int_equal(copy_path_read(&p, "/", longest), -ENAMETOOLONG);
	longest[PATH_MAX - 2] = '\0';
	assert_int_equal(copy_path_read(&p, "/", longest), 0);
	memset(fits, 'b', sizeof(fits));
	fits[PATH_MAX - 3] = '\0';
	assert_int_equal(copy_path_read(&p, "/a", fits), -ENAMETOOLONG);
}

/* docker-cp(1), row by row. */
static void sources_land_as_docker_has_it(void **state)
{
	static const struct {
		const char *what;
		struct landing_question q;
		int r;
		enum landing landing;
	} rows[] = {
		{ "file, nothing there", { 0 }, 0, LANDING_ITSELF },
		{ "file, nothing there, written as a directory",
		  { .to_asserted = true },
		  -ENOENT,
		  LANDING_ITSELF },
		{ "file, onto a file", { .exists = true }, 0, LANDING_ITSELF },
		{ "file, onto a file written as a directory",
		  { .exists = true, .to_asserted = true },
		  -ENOTDIR,
		  LANDING_ITSELF },
		{ "file, into a directory",
		  { .exists = true, .to_directory = true },
		  0,
		  LANDING_INSIDE },
		{ "directory, nothing there", { .from_directory = true }, 0, LANDING_ITSELF },
		{ "directory, nothing there, written as a directory",
		  { .from_directory = true, .to_asserted = true },
		  0,
		  LANDING_ITSELF },
		{ "directory, onto a file",
		  { .from_directory = true, .exists = true },
		  -EISDIR,
		  LANDING_ITSELF },
		{ "directory, into a directory",
		  { .from_directory = true, .exists = true, .to_directory = true },
		  0,
		  LANDING_INSIDE },
		{ "content, into a directory",
		  { .from_directory = true,
		    .from_contents = true,
		    .exists = true,
		    .to_directory = true },
		  0,
		  LANDING_ITSELF },
		{ "content, nothing there",
		  { .from_directory = true, .from_contents = true },
		  0,
		  LANDING_ITSELF },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		enum landing landing = LANDING_ITSELF;
		int r = landing_decide(&rows[i].q, &landing);

		if (r != rows[i].r || landing != rows[i].landing)
			fail_msg("%s: wanted %d and %d, got %d and %d", rows[i].what, rows[i].r,
				 (int)rows[i].landing, r, (int)landing);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_read_as_typed),
		cmocka_unit_test(paths_that_are_none_are_refused),
		cmocka_unit_test(sources_land_as_docker_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
