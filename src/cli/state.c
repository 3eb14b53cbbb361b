/* cli/state.c - see state.h. */
#include "cli/state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/moment.h"
#include "base/number.h"
#include "store/note.h"

static const char *const health_names[] = {
	[HEALTH_STARTING] = "starting",
	[HEALTH_GOOD] = "healthy",
	[HEALTH_BAD] = "unhealthy",
};

const char *state_health_name(enum health health)
{
	return health_names[health];
}

static uint64_t read_clock(clockid_t id)
{
	struct timespec now;

	(void)clock_gettime(id, &now);
	return (uint64_t)now.tv_sec * MOMENT_SECOND + (uint64_t)now.tv_nsec;
}

struct state_clock state_clock_now(void)
{
	return (struct state_clock){ read_clock(CLOCK_REALTIME), read_clock(CLOCK_BOOTTIME) };
}

/* Field 22 of stat counts ticks from the boot (proc(5)). */
static uint64_t time_of_ticks(uint64_t ticks, const struct state_clock *clock)
{
	uint64_t per_second = (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t age, since_boot = ticks / per_second * MOMENT_SECOND +
				   ticks % per_second * (MOMENT_SECOND / per_second);

	if (ticks == 0 || since_boot > clock->since_boot)
		return 0;
	age = clock->since_boot - since_boot;
	return age > clock->now ? 0 : clock->now - age;
}

struct state_path {
	char text[STORE_PATH_ROOM];
};

static struct state_path state_path(const char *directory, const char *file)
{
	struct state_path p;

	(void)snprintf(p.text, sizeof(p.text), "%s%s", directory, file);
	return p;
}

/* STATE FAILURES CODE TIME */
static void read_health(int dir_fd, const char *directory, struct state *s)
{
	char line[96], *words[4];
	uint32_t failures, code;
	uint64_t time;

	if (note_get(dir_fd, state_path(directory, "health").text, line, sizeof(line)) < 0 ||
	    note_split(line, ' ', words, ELEMENTS(words)) < 0 ||
	    number_u32(words[1], &failures) < 0 || number_u32(words[2], &code) < 0 ||
	    number_u64(words[3], &time) < 0)
		return;
	for (size_t i = HEALTH_STARTING; i < ELEMENTS(health_names); i++)
		if (strcmp(words[0], health_names[i]) == 0)
			s->health = (enum health)i;
	s->health_failures = failures;
	s->health_code = (int)code;
	s->health_time = time;
}

static void read_exit(int dir_fd, const char *directory, const struct store_status *status,
		      struct state *s)
{
	s->has_exit = exit_get_at(dir_fd, state_path(directory, "exit").text, &s->exit) == 0;
	if (s->has_exit) {
		s->started = s->exit.started;
		return;
	}
	s->exit = exit_record_new();
	s->exit.cause = status->same_boot ? EXIT_LOST : EXIT_BOOT;
	s->has_exit = s->stale;
}

void state_begin(const struct store_status *status, struct state *ret)
{
	bool over = strcmp(status->phase, "stopped") == 0;

	ret->stale = !status->alive && !over && strcmp(status->phase, "created") != 0;
	ret->lives = status->alive && !over;
	ret->phase = ret->stale ? "stopped" : status->phase;
}

void state_look(int dir_fd, const char *directory, const struct store_status *status,
		const struct state_clock *clock, struct state *ret)
{
	bool waits = strcmp(ret->phase, "restarting") == 0;

	if (waits || strcmp(ret->phase, "stopped") == 0)
		read_exit(dir_fd, directory, status, ret);
	if (ret->lives && !waits) {
		ret->started = time_of_ticks(status->start_time, clock);
		read_health(dir_fd, directory, ret);
	}
}

bool state_has_code(const struct state *s)
{
	return s->has_exit && s->exit.cause != EXIT_LOST && s->exit.cause != EXIT_BOOT;
}

/* "2 hours", or "a while" before 1970 or after now. */
static const char *span(uint64_t from, uint64_t now, char room[MOMENT_ROOM])
{
	return moment_print_span(from < now ? now - from : 0, room);
}

static const char *why_over(const struct exit_record *x)
{
	switch (x->cause) {
	case EXIT_BY_OOM:
		return " (out of memory)";
	case EXIT_BY_STOP:
		return " (killed: it did not stop)";
	case EXIT_BY_HEALTH:
		return " (unhealthy)";
	case EXIT_LOST:
		return " (supervisor killed)";
	case EXIT_BOOT:
		return " (machine went down)";
	case EXIT_BY_CODE:
	case EXIT_BY_SIGNAL:
	case EXIT_AT_START:
	case _EXIT_CAUSE_N:
		break;
	}
	return "";
}

static void words_of_end(const struct state *s, uint64_t now, char ret[STATE_ROOM])
{
	const struct exit_record *x = &s->exit;
	char code[16] = "", ago[MOMENT_ROOM + 8] = "", room[MOMENT_ROOM];

	if (state_has_code(s))
		(void)snprintf(code, sizeof(code), " (%d)", x->code);
	if (x->ended > 0)
		(void)snprintf(ago, sizeof(ago), " %s ago", span(x->ended, now, room));
	(void)snprintf(ret, STATE_ROOM, "%s%s%s%s",
		       x->cause == EXIT_AT_START ? "Failed to start" :
		       state_has_code(s)	 ? "Exited" :
						   "Lost",
		       code, ago, why_over(x));
}

const char *state_words(const struct state *s, uint64_t now, char ret[STATE_ROOM])
{
	static const struct {
		const char *phase, *words;
	} plain[] = { { "creating", "Creating" }, { "created", "Created" } };
	const char *health = state_health_name(s->health);
	char room[MOMENT_ROOM];

	for (size_t i = 0; i < ELEMENTS(plain); i++) {
		if (strcmp(s->phase, plain[i].phase) == 0) {
			(void)snprintf(ret, STATE_ROOM, "%s", plain[i].words);
			return ret;
		}
	}
	if (strcmp(s->phase, "restarting") == 0) {
		(void)snprintf(ret, STATE_ROOM,
			       s->has_exit ? "Restarting (%d) %s ago" : "Restarting", s->exit.code,
			       span(s->exit.ended, now, room));
	} else if (!s->lives) {
		if (s->has_exit)
			words_of_end(s, now, ret);
		else
			(void)snprintf(ret, STATE_ROOM, "Exited");
	} else {
		(void)snprintf(ret, STATE_ROOM, "Up %s%s%s%s%s", span(s->started, now, room),
			       strcmp(s->phase, "paused") == 0 ? " (Paused)" : "",
			       health ? " (" : "", health ? health : "", health ? ")" : "");
	}
	return ret;
}
