/* spec/test_parse_life.c - how a container starts and ends: what each value becomes, or why it is
 * refused, and what does not go together. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "spec/test_rows.h"

static void names_and_files(void **state)
{
	static const struct row rows[] = {
		{ "-l a=1 --label b=x=y --label c -- true", "labels", "a=1 b=x=y c=" },
		{ "-l a=1 -l b=2 -l a=3 -- true", "labels", "a=3 b=2" },
		{ "--label =1 -- true", "error",
		  "--label '=1': expected KEY=VALUE without line breaks | "
		  "for example: --label role=web" },
		{ "--label '' -- true", "error",
		  "--label '': expected KEY=VALUE without line breaks | "
		  "for example: --label role=web" },
		{ "--label 'a=b\n' -- true", "error",
		  "--label 'a=b\n': expected KEY=VALUE without line breaks | "
		  "for example: --label role=web" },
		{ "--cidfile ./id -- true", "cidfile", "/home/me/id" },
		{ "--cidfile /run/id -- true", "cidfile", "/run/id" },
		{ "--pidfile pid -- true", "pidfile", "/home/me/pid" },
		{ "--cidfile '' -- true", "error",
		  "--cidfile '': expected a file | for example: --cidfile ./web.id" },
		{ "--pidfile /run/ -- true", "error",
		  "--pidfile '/run/': expected a file | for example: --pidfile /run/web.pid" },
		{ "--label-file /nonexistent/labels -- true", "error",
		  "--label-file '/nonexistent/labels': No such file or directory | "
		  "/nonexistent/labels has to be a text file that honu may read" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Files: comments, broken lines; --label wins wherever it stands. */
static void label_files_are_read_line_by_line(void **state)
{
	static const struct {
		const char *content;
		const char *expected;
	} rows[] = {
		{ "a=1\n# note\n\n  b=x y\nc", "z=1 a=1 b=x y c=" },
		{ "z=2\r\na=1\na=2\n", "z=1 a=2" },
		{ "", "z=1" },
		{ "a=1\n=2\n",
		  "--label-file 'label.test': line 2: expected KEY=VALUE | for example: role=web" },
	};
	static const char *const argv[] = { "-l",   "z=1", "--label-file", "label.test", "--",
					    "true", NULL };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text got = { 0 };
		char directory[] = "/tmp/honu-test-XXXXXX";
		struct options_from from = { .cwd = mkdtemp(directory) };
		struct spec *s = spec_new(&a);
		struct err e = { 0 };

		assert_non_null(from.cwd);
		const char *path = arena_printf(&a, "%s/label.test", directory);
		FILE *f = fopen(path, "we");
		assert_non_null(f);
		assert_true(fputs(rows[i].content, f) >= 0);
		assert_int_equal(fclose(f), 0);
		if (options_run(s, &from, 6, (char *const *)argv, &e) < 0)
			text_printf(&got, "%s | %s", e.text, e.hint);
		else
			row_show(&got, s, "labels");
		(void)unlink(path);
		(void)rmdir(directory);
		assert_string_equal(text_get(&got), rows[i].expected);
	}
}

/* Policy, most restarts, signal and time (ms) of a stop. */
static void its_end(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "life", "no 0 15 10000" },
		{ "--restart always -- true", "life", "always 0 15 10000" },
		{ "--restart unless-stopped -- true", "life", "unless-stopped 0 15 10000" },
		{ "--restart on-failure -- true", "life", "on-failure 0 15 10000" },
		{ "--restart on-failure:5 -- true", "life", "on-failure 5 15 10000" },
		{ "--restart on-failure:5 --restart always -- true", "life", "always 0 15 10000" },
		{ "--restart=no -- true", "life", "no 0 15 10000" },
		{ "--restart always:3 -- true", "error",
		  "--restart 'always:3': only on-failure has a number of times | "
		  "for example: --restart on-failure:3" },
		{ "--restart on-failure:x -- true", "error",
		  "--restart 'on-failure:x': expected a number of times, not 'x' | "
		  "for example: --restart on-failure:3" },
		{ "--restart on-failure: -- true", "error",
		  "--restart 'on-failure:': expected a number of times, not '' | "
		  "for example: --restart on-failure:3" },
		{ "--restart alway -- true", "error",
		  "--restart 'alway': expected no, on-failure[:MAX], always or unless-stopped | "
		  "did you mean 'always'?" },
		{ "--restart '' -- true", "error",
		  "--restart '': expected no, on-failure[:MAX], always or unless-stopped | "
		  "for example: --restart on-failure:3" },
		{ "--stop-signal INT -- true", "life", "no 0 2 10000" },
		{ "--stop-signal sigquit -- true", "life", "no 0 3 10000" },
		{ "--stop-signal RTMIN+3 -- true", "life", "no 0 37 10000" },
		{ "--stop-signal 9 -- true", "life", "no 0 9 10000" },
		{ "--stop-signal 33 -- true", "error",
		  "--stop-signal '33': expected a signal such as SIGTERM, RTMIN+3 or 15 | "
		  "for example: --stop-signal SIGINT" },
		{ "--stop-signal FOO -- true", "error",
		  "--stop-signal 'FOO': expected a signal such as SIGTERM, RTMIN+3 or 15 | "
		  "for example: --stop-signal SIGINT" },
		{ "--stop-timeout 3 -- true", "life", "no 0 15 3000" },
		{ "--stop-timeout 0 -- true", "life", "no 0 15 0" },
		{ "--stop-timeout 1m30s -- true", "life", "no 0 15 90000" },
		{ "--stop-timeout 250ms -- true", "life", "no 0 15 250" },
		{ "--stop-timeout -1 -- true", "life", "no 0 15 4294967295" },
		{ "--stop-timeout infinity -- true", "life", "no 0 15 4294967295" },
		{ "--stop-timeout 4294967294ms -- true", "life", "no 0 15 4294967294" },
		{ "--stop-timeout 4294967295ms -- true", "error",
		  "--stop-timeout '4294967295ms': longer than 49 days | "
		  "for example: --stop-timeout 1m30s" },
		{ "--stop-timeout -2 -- true", "error",
		  "--stop-timeout '-2': expected a time such as 30, 1m30s or 500ms | "
		  "for example: --stop-timeout 1m30s" },
		{ "--detach-keys ctrl-a,d -- true", "detach-keys", "ctrl-a,d" },
		{ "--detach-keys 'ctrl-\\,ctrl-@' -- true", "detach-keys", "ctrl-\\,ctrl-@" },
		{ "--detach-keys '' -- true", "detach-keys", "" },
		{ "--detach-keys ctrl-a, -- true", "error",
		  "--detach-keys 'ctrl-a,': '' is no key: expected a character, or ctrl- and one of "
		  "a to z @ [ \\ ] ^ _ | for example: --detach-keys ctrl-a,d" },
		{ "--detach-keys ctrl-1 -- true", "error",
		  "--detach-keys 'ctrl-1': 'ctrl-1' is no key: expected a character, or ctrl- and one "
		  "of a to z @ [ \\ ] ^ _ | for example: --detach-keys ctrl-a,d" },
		{ "--detach-keys a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q -- true", "error",
		  "--detach-keys 'a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q': at most 16 keys | "
		  "for example: --detach-keys ctrl-a,d" },
		{ "--sdnotify container -- true", "notify", "1" },
		{ "--sdnotify container --sdnotify ignore -- true", "notify", "0" },
		{ "--sdnotify conmon -- true", "error",
		  "--sdnotify 'conmon': honu does not speak for the program | "
		  "a unit of Type=exec is started when 'honu run' is; with container the program says "
		  "itself when it is ready" },
		{ "--sdnotify yes -- true", "error",
		  "--sdnotify 'yes': expected container or ignore | "
		  "for example: --sdnotify container" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

static void logs(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "log", "file 10485760 3" },
		{ "--log-driver none -- true", "log", "none 10485760 3" },
		{ "--log-driver journald -- true", "log", "journald 10485760 3" },
		{ "--log-opt max-size=1m --log-opt max-file=7 -- true", "log", "file 1048576 7" },
		{ "--log-opt mode=non-blocking -- true", "log", "file 10485760 3 non-blocking" },
		{ "--log-opt mode=non-blocking --log-opt mode=blocking -- true", "log",
		  "file 10485760 3" },
		{ "--log-driver json-file -- true", "error",
		  "--log-driver 'json-file': honu has a format of its own | "
		  "leave it out, or say --log-driver file: bounded files, which 'honu logs' reads" },
		{ "--log-driver k8s-file -- true", "error",
		  "--log-driver 'k8s-file': honu has a format of its own | "
		  "leave it out, or say --log-driver file: bounded files, which 'honu logs' reads" },
		{ "--log-driver journal -- true", "error",
		  "--log-driver 'journal': expected file, journald or none | "
		  "did you mean 'journald'?" },
		{ "--log-driver syslog -- true", "error",
		  "--log-driver 'syslog': expected file, journald or none | "
		  "for example: --log-driver journald" },
		{ "--log-opt max-size=4095 -- true", "error",
		  "--log-opt 'max-size=4095': expected at least 4096 bytes | "
		  "for example: --log-opt max-size=50m" },
		{ "--log-opt max-size=-1 -- true", "error",
		  "--log-opt 'max-size=-1': expected a size above 0 such as 64m, not '-1' | "
		  "for example: --log-opt max-size=50m" },
		{ "--log-opt max-file=0 -- true", "error",
		  "--log-opt 'max-file=0': expected a number from 1 to 1000, not '0' | "
		  "for example: --log-opt max-size=50m" },
		{ "--log-opt mode=fast -- true", "error",
		  "--log-opt 'mode=fast': expected blocking or non-blocking, not 'fast' | "
		  "for example: --log-opt max-size=50m" },
		{ "--log-opt maxsize=1m -- true", "error",
		  "--log-opt 'maxsize=1m': expected max-size, max-file or mode | "
		  "did you mean 'max-size'?" },
		{ "--log-opt compress -- true", "error",
		  "--log-opt 'compress': expected KEY=VALUE | for example: --log-opt max-size=50m" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Kind, words or port, interval, timeout, start period (ms), retries, action. */
static void health(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "health", "none 30000 30000 0 3" },
		{ "--health-cmd 'test -e /x' -- true", "health",
		  "exec [/bin/sh] [-c] [test -e /x] 30000 30000 0 3" },
		{ "--health-cmd '[ -e /x ]' -- true", "health",
		  "exec [/bin/sh] [-c] [[ -e /x ]] 30000 30000 0 3" },
		{ "--health-cmd '[\"test\", \"-e\", \"/a b\"]' -- true", "health",
		  "exec [test] [-e] [/a b] 30000 30000 0 3" },
		{ "--health-cmd '[1]' -- true", "health",
		  "exec [/bin/sh] [-c] [[1]] 30000 30000 0 3" },
		{ "--health-cmd a --health-cmd '[\"b\"]' -- true", "health",
		  "exec [b] 30000 30000 0 3" },
		{ "--health-cmd none -- true", "health", "none 30000 30000 0 3 disabled" },
		{ "--no-healthcheck -- true", "health", "none 30000 30000 0 3 disabled" },
		{ "--no-healthcheck=false -- true", "health", "none 30000 30000 0 3" },
		{ "--health-cmd ' ' -- true", "error",
		  "--health-cmd ' ': expected a command | "
		  "for example: --health-cmd 'test -e /run/ready'" },
		{ "--health-tcp 5432 -- true", "health", "tcp 5432 30000 30000 0 3" },
		{ "--health-tcp 0 -- true", "error",
		  "--health-tcp '0': expected a port from 1 to 65535, not '0' | "
		  "for example: --health-tcp 5432" },
		{ "--health-tcp 65536 -- true", "error",
		  "--health-tcp '65536': expected a port from 1 to 65535, not '65536' | "
		  "for example: --health-tcp 5432" },
		{ "--health-http 80 -- true", "health", "http 80/ 30000 30000 0 3" },
		{ "--health-http 80/a/b?c=1 -- true", "health", "http 80/a/b?c=1 30000 30000 0 3" },
		{ "--health-http localhost:80/ -- true", "error",
		  "--health-http 'localhost:80/': expected a port from 1 to 65535, not "
		  "'localhost:80' | for example: --health-http 8080/healthz" },
		{ "--health-http '80/a b' -- true", "error",
		  "--health-http '80/a b': blanks and other special characters of a path are written "
		  "as %20 and so on | for example: --health-http 8080/healthz" },
		{ "--health-http '80/a\r\nHost: x' -- true", "error",
		  "--health-http '80/a\r\nHost: x': blanks and other special characters of a path are "
		  "written as %20 and so on | for example: --health-http 8080/healthz" },
		{ "--health-tcp 1 --health-cmd a -- true", "error",
		  "--health-cmd 'a': contradicts --health-tcp | "
		  "a container has one check: leave one of them out" },
		{ "--health-http 1 --health-tcp 1 -- true", "error",
		  "--health-tcp '1': contradicts --health-http | "
		  "a container has one check: leave one of them out" },
		{ "--health-tcp 1 --health-interval 5 --health-timeout 1s --health-start-period 1m "
		  "--health-retries 9 --health-on-failure kill -- true",
		  "health", "tcp 1 5000 1000 60000 9 kill" },
		{ "--health-on-failure stop -- true", "health", "none 30000 30000 0 3 stop" },
		{ "--health-interval 9ms -- true", "error",
		  "--health-interval '9ms': expected a time of at least 10 ms | "
		  "for example: --health-interval 10s --health-tcp 80" },
		{ "--health-timeout x -- true", "error",
		  "--health-timeout 'x': expected a time such as 30, 1m30s or 500ms | "
		  "for example: --health-timeout 3s --health-tcp 80" },
		{ "--health-retries 0 -- true", "error",
		  "--health-retries '0': expected a number above 0 | "
		  "for example: --health-retries 5 --health-tcp 80" },
		{ "--health-on-failure panic -- true", "error",
		  "--health-on-failure 'panic': expected none, kill, restart or stop | "
		  "for example: --health-on-failure restart --health-tcp 80" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

static void what_does_not_go_together(void **state)
{
	static const struct row rows[] = {
		{ "-d --restart always -- true", "life", "always 0 15 10000" },
		{ "-d --rm --restart no -- true", "life", "no 0 15 10000" },
		{ "-d --rm --restart always -- true", "error",
		  "--rm and --restart always: one removes what the other starts again | "
		  "leave one of them out" },
		{ "--restart unless-stopped -- true", "error",
		  "--restart unless-stopped: in the foreground a container ends with honu | "
		  "add --detach; 'honu attach' then connects a terminal to it" },
		{ "-d --restart always --preserve-fds 1 -- true", "error",
		  "--restart always: descriptors that are handed in are there for the first start "
		  "only | leave --preserve-fds out; whoever sets LISTEN_FDS can restart honu itself" },
		{ "-d --health-tcp 80 --health-retries 2 -- true", "health",
		  "tcp 80 30000 30000 0 2" },
		{ "--health-tcp 80 -- true", "error",
		  "--health-tcp 80: in the foreground a container ends with honu | "
		  "add --detach; 'honu attach' then connects a terminal to it" },
		{ "-d --health-interval 30s -- true", "error",
		  "--health-interval 30s: there is no check | "
		  "say what to check: --health-cmd COMMAND, --health-tcp PORT or --health-http "
		  "PORT/PATH" },
		{ "-d --health-tcp 80 --no-healthcheck -- true", "error",
		  "--health-tcp 80: there is to be no check | "
		  "leave it out, or --no-healthcheck and --health-cmd none" },
		{ "-d --health-cmd none --health-retries 2 -- true", "error",
		  "--health-retries 2: there is to be no check | "
		  "leave it out, or --no-healthcheck and --health-cmd none" },
		{ "--no-healthcheck -- true", "health", "none 30000 30000 0 3 disabled" },
		{ "--replace -- true", "error",
		  "--replace: there is no name to be free | name the container: --replace --name web" },
		{ "--replace --name web -- true", "replace", "1" },
		{ "-d --log-driver none --log-opt max-size=1m -- true", "error",
		  "--log-opt max-size=1m: only the log driver file has files | "
		  "leave it out, or --log-driver none" },
		{ "-d --log-opt max-file=1 --log-driver journald -- true", "error",
		  "--log-opt max-file=1: only the log driver file has files | "
		  "leave it out, or --log-driver journald" },
		{ "-d --log-opt mode=non-blocking --log-driver journald -- true", "log",
		  "journald 10485760 3 non-blocking" },
		{ "-d -t -- true", "tty", "1" },
		{ "-d -- true", "tty", "2" },
		{ "-- true", "kept", "0" },
		{ "--name web -- true", "kept", "1" },
		{ "-d -- true", "kept", "1" },
		{ "-d --rm -- true", "kept", "0" },
		{ "--name web --rm -- true", "kept", "0" },
	};
	static const struct row at_a_terminal[] = {
		{ "-- true", "tty", "1" },
		{ "-d -- true", "tty", "2" },
		{ "-d -t -- true", "tty", "1" },
		{ "-d -i -- true", "interactive", "1" },
	};
	struct facts terminal = row_facts;

	(void)state;
	rows_check(rows, ELEMENTS(rows), &row_facts);
	terminal.stdin_tty = terminal.stdout_tty = true;
	rows_check(at_a_terminal, ELEMENTS(at_a_terminal), &terminal);
}

/* One that is made now and started later has a supervisor then, and nobody before a terminal. */
static void created_is_as_detached(void **state)
{
	static const char *const argv[] = { "--restart", "always", "--health-tcp",
					    "80",	 "--",	   "true" };
	_cleanup_(arena_done) struct arena a = { 0 };
	struct facts terminal = row_facts;
	struct spec *s = spec_new(&a);
	struct err e = { 0 };

	(void)state;
	terminal.stdin_tty = terminal.stdout_tty = true;
	s->created = true;
	assert_int_equal(options_run(s, &row_from, ELEMENTS(argv), (char *const *)argv, &e), 0);
	assert_int_equal(spec_finish(s, &terminal, &e), 0);
	assert_int_equal(s->tty, TTY_OFF);
	assert_true(spec_is_kept(s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_files),
		cmocka_unit_test(label_files_are_read_line_by_line),
		cmocka_unit_test(its_end),
		cmocka_unit_test(logs),
		cmocka_unit_test(health),
		cmocka_unit_test(what_does_not_go_together),
		cmocka_unit_test(created_is_as_detached),
	};

	return cmocka_run_group_tests_name("spec/parse_life", tests, NULL, NULL);
}
