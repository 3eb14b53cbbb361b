/* spec/test_options.c - the command line: options, their values, and where they end. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "spec/test_rows.h"

/* What is ROOT, what is the program, and what is refused as an image. */
static void root_and_program_are_told_apart(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "argv", "true" },
		{ "-- sh -c 'echo a b'", "argv", "sh -c echo a b" },
		{ "-- ls --hostname x", "argv", "ls --hostname x" },
		{ "-- true", "root", "host-usr" },
		{ "./debian", "argv", "/bin/sh" },
		{ "./debian", "root", "directory /home/me/debian" },
		{ "./debian ls -l", "argv", "ls -l" },
		{ "./debian -- ls -- x", "argv", "ls -- x" },
		{ "./debian --rm", "argv", "--rm" },
		{ "../debian sh", "root", "directory /home/me/../debian" },
		{ ". sh", "root", "directory /home/me" },
		{ ".. sh", "root", "directory /home/me/.." },
		{ "./. sh", "root", "directory /home/me" },
		{ "/srv/tree/ sh", "root", "directory /srv/tree/" },
		{ ".//a sh", "root", "directory /home/me/a" },
		{ "-- ./prog", "root", "host-usr" },
		{ "-- ./prog", "argv", "./prog" },
		{ "-- --help", "argv", "--help" },
		{ "", "error",
		  "no program to run | "
		  "for example: honu run -- sh, or with a directory as root: honu run ./tree sh" },
		{ "--", "error",
		  "no program to run | "
		  "for example: honu run -- sh, or with a directory as root: honu run ./tree sh" },
		{ "-- ''", "error",
		  "the name of the program is empty | "
		  "for example: honu run -- sh" },
		{ "debian:12 bash", "error",
		  "images are not supported yet: 'debian:12' | "
		  "a directory is written './debian:12', and a program of the host's own /usr needs '--' "
		  "before it" },
		{ "debian", "error",
		  "images are not supported yet: 'debian' | "
		  "a directory is written './debian', and a program of the host's own /usr needs '--' "
		  "before it" },
		{ "ls -l", "error",
		  "images are not supported yet: 'ls' | "
		  "a directory is written './ls', and a program of the host's own /usr needs '--' before it" },
		{ "-", "error",
		  "images are not supported yet: '-' | "
		  "a directory is written './-', and a program of the host's own /usr needs '--' before it" },
		{ ".debian sh", "error",
		  "images are not supported yet: '.debian' | "
		  "a directory is written './.debian', and a program of the host's own /usr needs '--' "
		  "before it" },
		{ "--rm", "error",
		  "no program to run | "
		  "for example: honu run -- sh, or with a directory as root: honu run ./tree sh" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Long, short, attached and clustered options; those that lack something say so. */
static void options_are_read_as_docker_reads_them(void **state)
{
	static const struct row rows[] = {
		{ "--help", "x", "help" },
		{ "--name web --help -- true", "x", "help" },
		{ "--hostname web -- true", "hostname", "web" },
		{ "--hostname=web -- true", "hostname", "web" },
		{ "-h web -- true", "hostname", "web" },
		{ "-hweb -- true", "hostname", "web" },
		{ "-h=web -- true", "hostname", "web" },
		{ "-it -- true", "tty", "1" },
		{ "-it=false -- true", "tty", "2" },
		{ "-- true", "interactive", "0" },
		{ "-i -i=false -- true", "interactive", "0" },
		{ "-ti -- true", "interactive", "1" },
		{ "-itw /srv -- true", "cwd", "/srv" },
		{ "-itw/srv -- true", "cwd", "/srv" },
		{ "-t=true -- true", "tty", "1" },
		{ "--tty=0 -- true", "tty", "2" },
		{ "-- true", "tty", "0" },
		{ "--tty=false -- true", "tty", "2" },
		{ "--init -- true", "init", "1" },
		{ "--init=false -- true", "init", "0" },
		{ "--init --init=0 -- true", "init", "0" },
		{ "--init true", "error",
		  "images are not supported yet: 'true' | "
		  "a directory is written './true', and a program of the host's own /usr needs '--' before "
		  "it" },
		{ "--rm -- true", "remove", "1" },
		{ "--rm=1 -- true", "remove", "1" },
		{ "--timing -- true", "timing", "1" },
		{ "--net host -- true", "net", "host" },
		{ "--net=host -- true", "net", "host" },
		{ "--name -- -- true", "error",
		  "--name '--': expected at most 63 letters, digits, _ . or -, of which the first is a "
		  "letter or digit | "
		  "for example: --name web" },
		{ "--name a --name b -- true", "name", "b" },
		{ "-v /a:/b -e A=1 -- true", "mounts", "bind /a /b rec nosuid nodev" },
		{ "-v/a:/b -- true", "mounts", "bind /a /b rec nosuid nodev" },
		{ "-eA=1 -eB=2 -- true", "env", "A=1 B=2" },
		{ "-e=A=1 -- true", "env", "A=1" },
		{ "--xyzzyplugh -- true", "error",
		  "unknown option '--xyzzyplugh' | "
		  "see every option with 'honu run --help'" },
		{ "-x -- true", "error",
		  "unknown option '-x' | "
		  "see every option with 'honu run --help'" },
		{ "-itx -- true", "error",
		  "unknown option '-x' | "
		  "see every option with 'honu run --help'" },
		{ "-d ./tree", "detach", "1" },
		{ "-dit ./tree", "detach", "1" },
		{ "-m 1g ./tree", "group", "memory=1073741824" },
		{ "-p 80:80 ./tree", "error",
		  "option '-p' is not supported yet | "
		  "docker has it, honu does not; see every option with 'honu run --help'" },
		{ "--detach ./tree", "detach", "1" },
		{ "--memory=1g ./tree", "group", "memory=1073741824" },
		{ "--publish 80:80 ./tree", "error",
		  "option '--publish' is not supported yet | "
		  "docker has it, honu does not; see every option with 'honu run --help'" },
		{ "--volume", "error",
		  "option '--volume' needs an argument: SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-v", "error",
		  "option '-v' needs an argument: SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "-itv", "error",
		  "option '-v' needs an argument: SOURCE:TARGET[:OPTIONS] | "
		  "for example: --volume /srv/data:/data:ro" },
		{ "--env", "error",
		  "option '--env' needs an argument: NAME[=VALUE] | "
		  "for example: --env LANG=C.UTF-8" },
		{ "--userns", "error",
		  "option '--userns' needs an argument: MODE | "
		  "for example: --userns keep-id" },
		{ "--init=maybe -- true", "error",
		  "--init 'maybe': expected true or false | "
		  "for example: --init" },
		{ "--rm=yes -- true", "error",
		  "--rm 'yes': expected true or false | "
		  "for example: --rm" },
		{ "-t=x -- true", "error",
		  "--tty 'x': expected true or false | "
		  "for example: --tty=false" },
		{ "--help=1", "error", "help" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* An unknown option names the one that was meant, if one is near. */
static void misspelt_options_name_the_nearest(void **state)
{
	static const struct row rows[] = {
		{ "--hostnmae x -- true", "error",
		  "unknown option '--hostnmae' | "
		  "did you mean '--hostname'? See every option with 'honu run --help'" },
		{ "--volum /a:/b -- true", "error",
		  "unknown option '--volum' | "
		  "did you mean '--volume'? See every option with 'honu run --help'" },
		{ "--netwrok host -- true", "error",
		  "unknown option '--netwrok' | "
		  "did you mean '--network'? See every option with 'honu run --help'" },
		{ "--readonly -- true", "error",
		  "unknown option '--readonly' | "
		  "did you mean '--read-only'? See every option with 'honu run --help'" },
		{ "--capadd X -- true", "error",
		  "unknown option '--capadd' | "
		  "did you mean '--cap-add'? See every option with 'honu run --help'" },
		{ "--cap-ad X -- true", "error",
		  "unknown option '--cap-ad' | "
		  "did you mean '--cap-add'? See every option with 'honu run --help'" },
		{ "--prvileged -- true", "error",
		  "unknown option '--prvileged' | "
		  "did you mean '--privileged'? See every option with 'honu run --help'" },
		{ "--user-ns host -- true", "error",
		  "unknown option '--user-ns' | "
		  "did you mean '--userns'? See every option with 'honu run --help'" },
		{ "--umsak 022 -- true", "error",
		  "unknown option '--umsak' | "
		  "did you mean '--umask'? See every option with 'honu run --help'" },
		{ "--entpoint x -- true", "error",
		  "unknown option '--entpoint' | "
		  "see every option with 'honu run --help'" },
		{ "--ulimits x -- true", "error",
		  "unknown option '--ulimits' | "
		  "did you mean '--ulimit'? See every option with 'honu run --help'" },
		{ "--hlep -- true", "error",
		  "unknown option '--hlep' | "
		  "did you mean '--help'? See every option with 'honu run --help'" },
		{ "--devcie /dev/x -- true", "error",
		  "unknown option '--devcie' | "
		  "did you mean '--device'? See every option with 'honu run --help'" },
		{ "--hostnmae=x -- true", "error",
		  "unknown option '--hostnmae' | "
		  "did you mean '--hostname'? See every option with 'honu run --help'" },
		{ "---rm -- true", "error",
		  "unknown option '---rm' | "
		  "did you mean '--rm'? See every option with 'honu run --help'" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* options_read() stops where the caller's own words begin, and says where. */
static void first_positional_is_reported(void **state)
{
	static const char *const argv[] = { "--rm", "-e", "A=1", "--", "--rm", NULL };
	_cleanup_(arena_done) struct arena a = { 0 };
	struct spec *s = spec_new(&a);
	struct err e = { 0 };
	int first = -1;

	(void)state;
	assert_int_equal(options_read(s, &row_from, 5, (char *const *)argv, &first, &e), 0);
	assert_int_equal(first, 4);
	assert_string_equal(s->term, "screen");
}

/* A failed reading leaves its out-parameter alone. */
static void first_positional_is_untouched_on_failure(void **state)
{
	static const char *const argv[] = { "--bogus", NULL };
	_cleanup_(arena_done) struct arena a = { 0 };
	struct err e = { 0 };
	int first = -1;

	(void)state;
	assert_int_equal(options_read(spec_new(&a), &row_from, 1, (char *const *)argv, &first, &e),
			 -EINVAL);
	assert_int_equal(first, -1);
}

/* Descriptors are taken over only by the process that they were meant for. */
static void listen_fds_are_taken_when_they_are_ours(void **state)
{
	static const struct {
		const char *environment[4];
		int result;
		uint32_t fds;
		const char *names;
	} rows[] = {
		{ { "LISTEN_PID=42", "LISTEN_FDS=2", "LISTEN_FDNAMES=a:b" }, 0, 2, "a:b" },
		{ { "LISTEN_PID=42", "LISTEN_FDS=1" }, 0, 1, "" },
		{ { "LISTEN_PID=42", "LISTEN_FDS=0", "LISTEN_FDNAMES=a" }, 0, 0, "" },
		{ { "LISTEN_PID=43", "LISTEN_FDS=2" }, 0, 0, "" },
		{ { "LISTEN_PID=x", "LISTEN_FDS=2" }, 0, 0, "" },
		{ { "LISTEN_FDS=2" }, 0, 0, "" },
		{ { "LISTEN_PID=42" }, 0, 0, "" },
		{ { "LISTEN_PID=42", "LISTEN_FDS=many" }, -EINVAL, 0, "" },
		{ { "LISTEN_PID=42", "LISTEN_FDS=513" }, -EINVAL, 0, "" },
		{ { NULL }, 0, 0, "" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		struct spec *s = spec_new(&a);
		struct err e = { 0 };

		assert_int_equal(options_take_listen_fds(s, (char *const *)rows[i].environment, 42,
							 &e),
				 rows[i].result);
		assert_int_equal(s->listen_fds, rows[i].fds);
		assert_string_equal(s->listen_fdnames ? s->listen_fdnames : "", rows[i].names);
	}
}

/* Files: comments, own values, broken lines; --env wins wherever it stands. */
static void env_files_are_read_line_by_line(void **state)
{
	static const struct {
		const char *content;
		const char *expected;
	} rows[] = {
		{ "A=1\n# note\n\n  B=x y\nLANG\nNOWHERE\nC=\"q\"",
		  "A=1 B=x y LANG=fr_FR.UTF-8 C=\"q\" Z=1" },
		{ "A=1\r\n", "A=1 Z=1" },
		{ "", "Z=1" },
		{ "A=1\nexport B=2\n",
		  "--env-file 'env.test': line 2: expected NAME=VALUE | names have no blanks, and "
		  "nothing stands before them (no 'export')" },
		{ "=1\n",
		  "--env-file 'env.test': line 1: expected NAME=VALUE | names have no blanks, "
		  "and nothing stands before them (no 'export')" },
	};
	static const char *const argv[] = { "-e", "Z=1",  "--env-file", "env.test",
					    "--", "true", NULL };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text got = { 0 };
		char directory[] = "/tmp/honu-test-XXXXXX";
		struct options_from from = { .cwd = mkdtemp(directory),
					     .environment = (char *const *)row_environment };
		struct spec *s = spec_new(&a);
		struct err e = { 0 };

		assert_non_null(from.cwd);
		const char *path = arena_printf(&a, "%s/env.test", directory);
		FILE *f = fopen(path, "we");
		assert_non_null(f);
		assert_true(fputs(rows[i].content, f) >= 0);
		assert_int_equal(fclose(f), 0);
		if (options_run(s, &from, 6, (char *const *)argv, &e) < 0)
			text_printf(&got, "%s | %s", e.text, e.hint);
		else
			row_strings(&got, s->env, s->n_env);
		(void)unlink(path);
		(void)rmdir(directory);
		assert_string_equal(text_get(&got), rows[i].expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(root_and_program_are_told_apart),
		cmocka_unit_test(options_are_read_as_docker_reads_them),
		cmocka_unit_test(misspelt_options_name_the_nearest),
		cmocka_unit_test(first_positional_is_reported),
		cmocka_unit_test(first_positional_is_untouched_on_failure),
		cmocka_unit_test(listen_fds_are_taken_when_they_are_ours),
		cmocka_unit_test(env_files_are_read_line_by_line),
	};

	return cmocka_run_group_tests_name("spec/options", tests, NULL, NULL);
}
