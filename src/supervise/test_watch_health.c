/* supervise/test_watch_health.c - honu-supervise: probes, and what follows from them. */
#include "supervise/test_watch_stage.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sys/ioctl.h>

/* What the next probe says; by rename, as it may be read at any moment. */
static void answer(const struct stage *s, const char *text)
{
	int fd = openat(s->container, "answer.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_return_code(fd, errno);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	(void)close(fd);
	assert_return_code(renameat(s->container, "answer.new", s->container, "answer"), errno);
}

/* Waits for the note to begin with that. */
static void expect_health(const struct stage *s, const char *text)
{
	for (int tries = 0; tries < 500; tries++) {
		if (strncmp(stage_link(s, "health"), text, strlen(text)) == 0)
			return;
		(void)usleep(10 * 1000);
	}
	fail_msg("waited for health \"%s\", got \"%s\"", text, stage_link(s, "health"));
}

static void end(struct stage *s)
{
	(void)kill(s->pid, SIGKILL);
	(void)stage_finish(s);
	stage_remove(s);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

/* Well, ill after so many failures in a row, and well again; each change is an event, and the output
 * of the last probe is kept. */
static void states_follow_probes(void **state)
{
	struct stage s = { .first = sleeps,
			   .settings = { "health=exec", "health-interval=30", "health-retries=3",
					 "name=web" } };
	const char *events;

	(void)state;
	stage_directory(&s);
	answer(&s, "0");
	stage_open(&s);
	expect_health(&s, "healthy 0 0 1");
	assert_string_equal(stage_file(&s, "health.log"), "0 says\n");
	answer(&s, "5");
	expect_health(&s, "healthy 1 5 1");
	expect_health(&s, "unhealthy 3 5 1");
	expect_health(&s, "unhealthy 4 5 1");
	assert_string_equal(stage_file(&s, "health.log"), "5 says\n");
	answer(&s, "0");
	expect_health(&s, "healthy 0 0 1");
	events = stage_file(&s, "../events");
	assert_int_equal(count(events, "\"action\":\"health_status\""), 3);
	assert_int_equal(count(events, "\"name\":\"web\",\"attributes\":{\"status\":\"healthy\"}"),
			 2);
	assert_int_equal(count(events, "\"attributes\":{\"status\":\"unhealthy\"}"), 1);
	end(&s);
}

/* In the start period failures do not count; a success ends it. */
static void start_period_is_patient(void **state)
{
	struct stage s = { .first = sleeps,
			   .settings = { "health=exec", "health-interval=20", "health-retries=2",
					 "health-start=600" } };

	(void)state;
	stage_directory(&s);
	answer(&s, "1");
	stage_open(&s);
	expect_health(&s, "starting 0 1 1");
	(void)usleep(200 * 1000);
	expect_health(&s, "starting 0 1 1");
	expect_health(&s, "unhealthy 2 1 1"); /* it has passed */
	end(&s);

	s = (struct stage){ .first = sleeps,
			    .settings = { "health=exec", "health-interval=20", "health-retries=2",
					  "health-start=3600000" } };
	stage_directory(&s);
	answer(&s, "0");
	stage_open(&s);
	expect_health(&s, "healthy ");
	answer(&s, "1");
	expect_health(&s, "unhealthy 2 1 1");
	end(&s);
}

/* True when a process but this one has that word on its command line. */
static bool somebody_has(const char *word)
{
	_cleanup_dir_ DIR *proc = opendir("/proc");
	const struct dirent *entry;

	assert_non_null(proc);
	while ((entry = readdir(proc))) {
		_cleanup_close_ int fd = -EBADF;
		char path[300], text[4096];
		ssize_t n;

		(void)snprintf(path, sizeof(path), "/proc/%s/cmdline", entry->d_name);
		if (strtol(entry->d_name, NULL, 10) == getpid())
			continue;
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text));
		if (n > 0 && memmem(text, (size_t)n, word, strlen(word)))
			return true;
	}
	return false;
}

/* One that takes too long is killed with all that it has started, and counts as a failure. What it
 * says beyond 4 KiB is dropped. */
static void probes_are_bounded(void **state)
{
	struct stage s = { .first = sleeps,
			   .settings = { "health=exec", "health-interval=30", "health-retries=1",
					 "health-timeout=200" } };
	struct stat st;

	(void)state;
	stage_directory(&s);
	answer(&s, "hang");
	stage_open(&s);
	expect_health(&s, "unhealthy 1 124 1");
	answer(&s, "0 100000");
	expect_health(&s, "healthy 0 0 1");
	assert_return_code(fstatat(s.container, "health.log", &st, 0), errno);
	assert_int_equal(st.st_size, 4096);
	answer(&s, "hang");
	(void)usleep(100 * 1000); /* one is under way when the container ends */
	assert_return_code(kill(s.pid, SIGKILL), errno);
	(void)stage_finish(&s);
	assert_false(somebody_has(s.directory));
	stage_remove(&s);
}

static int ignores_term(void)
{
	(void)signal(SIGTERM, SIG_IGN);
	return sleeps();
}

static int listens_to_term(void)
{
	sigset_t set;
	int seen;

	(void)sigfillset(&set);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);
	return sigwait(&set, &seen) == 0 ? seen : 99;
}

/* Unhealthy has consequences where they were asked for: the cause says so, and the note says what
 * is to come. */
static void actions_are_taken(void **state)
{
	static const struct {
		const char *setting, *note;
		int (*first)(void);
		int code;
	} rows[] = {
		{ "health-action=none", "", NULL, 0 },
		{ "health-action=kill", " kill", ignores_term, 137 },
		{ "health-action=stop", " stop", listens_to_term, SIGTERM },
		{ "health-action=restart", " restart", listens_to_term, SIGTERM },
		{ "health-action=restart", " restart", ignores_term, 137 },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct stage s = { .first = rows[i].first ? rows[i].first : sleeps,
				   .settings = { "health=exec", "health-interval=30",
						 "health-retries=1", "stop-timeout=200",
						 rows[i].setting } };
		struct exit_record x;
		const char *note;

		stage_directory(&s);
		answer(&s, "3");
		stage_open(&s);
		if (!rows[i].first) {
			expect_health(&s, "unhealthy 3 3 1");
			end(&s);
			continue;
		}
		x = stage_finish(&s);
		assert_int_equal(x.cause, EXIT_BY_HEALTH);
		assert_int_equal(x.code, rows[i].code);
		note = stage_link(&s, "health");
		assert_memory_equal(note, "unhealthy 1 3 1", 15);
		assert_string_equal(note + strlen(note) - strlen(rows[i].note), rows[i].note);
		/* Nobody asked for a stop. */
		assert_string_equal(stage_link(&s, "intent"), "");
		stage_remove(&s);
	}
}

/* A container that is paused can answer nothing, which is not its fault. */
static void paused_is_not_probed(void **state)
{
	struct stage s = { .first = sleeps,
			   .settings = { "health=exec", "health-interval=30",
					 "health-retries=1" } };

	(void)state;
	stage_directory(&s);
	answer(&s, "1");
	assert_return_code(symlinkat("paused 1 2 3", s.container, "status"), errno);
	stage_open(&s);
	(void)usleep(300 * 1000);
	assert_string_equal(stage_link(&s, "health"), "");
	assert_return_code(unlinkat(s.container, "status", 0), errno);
	expect_health(&s, "unhealthy");
	end(&s);
}

/* ---- ports ---- */

#define PORT 8765

static void loopback_up(void)
{
	struct ifreq r = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &r) < 0)
		_exit(98);
	(void)close(fd);
}

static int listen_at(const struct sockaddr *address, socklen_t length)
{
	const int on = 1;
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, address, length) < 0 || listen(fd, 10) < 0)
		_exit(97);
	return fd;
}

/* Answers each request with what the file `status` says, until it is told to listen no more. */
static int serves_http(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons(PORT),
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	int listener;

	loopback_up();
	listener = listen_at((struct sockaddr *)&address, sizeof(address));
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		char request[1024] = "", path[256], status[256] = "";
		FILE *f;

		if (fd < 0)
			return 99;
		if (read(fd, request, sizeof(request) - 1) > 0 &&
		    strncmp(request, "GET /well?x=1 HTTP/1.1\r\nHost: localhost:8765\r\n", 46) != 0)
			return 96;
		(void)snprintf(path, sizeof(path), "%s/" WATCH_ID "/answer", stage_now->directory);
		f = fopen(path, "re");
		if (f && fgets(status, sizeof(status), f))
			(void)!write(fd, status, strlen(status));
		if (f)
			(void)fclose(f);
		(void)close(fd);
	}
}

static int listens_on_v6(void)
{
	struct sockaddr_in6 address = { .sin6_family = AF_INET6,
					.sin6_port = htons(PORT),
					.sin6_addr = IN6ADDR_LOOPBACK_INIT };

	loopback_up();
	(void)listen_at((struct sockaddr *)&address, sizeof(address));
	return sleeps();
}

static int listens_nowhere(void)
{
	loopback_up();
	return sleeps();
}

#define SKIP_UNLESS_ROOT()                                                               \
	do {                                                                             \
		if (geteuid() != 0) {                                                    \
			print_message("skipped: a network namespace needs root here\n"); \
			skip();                                                          \
		}                                                                        \
	} while (0)

/* A status from 200 to 399 is well; anything else, and silence, is not. In the container's network:
 * outside nobody listens there. */
static void http_is_asked(void **state)
{
	static const struct {
		const char *answer, *health;
	} rows[] = {
		{ "HTTP/1.1 200 OK\r\n", "healthy 0 0 1" },
		{ "HTTP/1.1 404 Not Found\r\n", "unhealthy 1 1 1" },
		{ "HTTP/1.0 302\r\n", "healthy 0 0 1" },
		{ "HTTP/1.1 100 Continue\r\n", "unhealthy 1 1 1" },
		{ "HTTP/1.1 399 x\n", "healthy 0 0 1" },
		{ "HTTP/1.1 2000 x\r\n", "unhealthy 1 1 1" },
		{ "HTTP/1.1 204 \r\n", "healthy 0 0 1" },
		{ "SSH-2.0-OpenSSH\r\n", "unhealthy 1 1 1" },
		{ "HTTP/1.1 200 OK\r\n", "healthy 0 0 1" },
		{ "HTTP/1.1 200", "unhealthy 1 1 1" },
	};
	struct stage s = { .first = serves_http,
			   .flags = CLONE_NEWNET,
			   .settings = { "health=http", "health-port=8765", "health-path=/well?x=1",
					 "health-interval=20", "health-retries=1" } };

	(void)state;
	SKIP_UNLESS_ROOT();
	stage_directory(&s);
	answer(&s, rows[0].answer);
	stage_open(&s);
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		answer(&s, rows[i].answer);
		expect_health(&s, rows[i].health);
	}
	assert_string_equal(stage_file(&s, "health.log"), "no answer\n");
	end(&s);
}

/* A port that is open is well, by IPv6 too, and from a user namespace; one that is not is not. */
static void tcp_is_tried(void **state)
{
	static const struct {
		int (*first)(void);
		uint64_t flags;
		const char *health;
	} rows[] = {
		{ listens_on_v6, CLONE_NEWNET, "healthy 0 0 1" },
		{ listens_on_v6, CLONE_NEWNET | CLONE_NEWUSER, "healthy 0 0 1" },
		{ listens_nowhere, CLONE_NEWNET, "unhealthy 2 1 1" },
	};

	(void)state;
	SKIP_UNLESS_ROOT();
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		struct stage s = { .first = rows[i].first,
				   .flags = rows[i].flags,
				   .settings = { "health=tcp", "health-port=8765",
						 "health-interval=50", "health-retries=2" } };

		stage_open(&s);
		expect_health(&s, rows[i].health);
		if (rows[i].first == listens_nowhere)
			assert_string_equal(stage_file(&s, "health.log"),
					    "connect: Connection refused\n");
		end(&s);
	}
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_follow_probes), cmocka_unit_test(start_period_is_patient),
		cmocka_unit_test(probes_are_bounded),	cmocka_unit_test(actions_are_taken),
		cmocka_unit_test(paused_is_not_probed), cmocka_unit_test(http_is_asked),
		cmocka_unit_test(tcp_is_tried),
	};

	if (argc > 1 && strcmp(argv[0], "honu") == 0)
		return stage_play_honu(argv);
	return cmocka_run_group_tests(tests, stage_find_programs, NULL);
}
