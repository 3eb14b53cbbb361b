/* store/execs.c - see execs.h. */
#include "store/execs.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "store/note.h"
#include "store/parts.h"
#include "sys/identity.h"

#define RUN ".run"
#define LINE_ROOM 96

struct exec_name {
	char text[sizeof("exec/4294967295" RUN)];
};

static struct exec_name exec_name(uint32_t number, const char *suffix)
{
	struct exec_name n;

	(void)snprintf(n.text, sizeof(n.text), "exec/%u%s", number, suffix);
	return n;
}

/* ---- one of them ---- */

static int parse_number(const char *word, uint64_t most, uint64_t *ret)
{
	return number_u64(word, ret) < 0 || *ret > most ? -EBADMSG : 0;
}

/* "PID START BOOT SUPERVISOR START", in place. */
static int parse(char *line, struct exec_entry *ret, const char **ret_boot)
{
	uint64_t pid, supervisor;
	char *words[5];

	if (note_split(line, ' ', words, ELEMENTS(words)) < 0 ||
	    parse_number(words[0], INT32_MAX, &pid) < 0 ||
	    parse_number(words[1], UINT64_MAX, &ret->start_time) < 0 ||
	    parse_number(words[3], INT32_MAX, &supervisor) < 0 ||
	    parse_number(words[4], UINT64_MAX, &ret->supervisor_start_time) < 0)
		return -EBADMSG;
	ret->pid = (pid_t)pid;
	ret->supervisor = (pid_t)supervisor;
	*ret_boot = words[2];
	return 0;
}

static bool lives(const struct exec_entry *x, const char *boot)
{
	uint64_t started;

	return status_same_boot(boot) && sys_start_time(x->supervisor, &started) == 0 &&
	       started == x->supervisor_start_time;
}

static int get(const struct store_container *c, uint32_t number, struct exec_entry *ret)
{
	struct exec_entry x = { .number = number };
	const char *boot = "-";
	char line[LINE_ROOM];
	int r = note_get(c->fd, exec_name(number, RUN).text, line, sizeof(line));
	bool noted = r >= 0;

	if (noted)
		r = parse(line, &x, &boot);
	if (r < 0 && r != -ENOENT)
		return r;
	/* Looked at before the end is: it is written first, and then its writer goes. */
	x.running = noted && lives(&x, boot);
	r = exit_get_at(c->fd, exec_name(number, "").text, &x.exit);
	if (r == 0)
		x.running = false;
	else if (r != -ENOENT)
		return r;
	else if (!noted)
		return -ENOENT;
	if (r == -ENOENT && !x.running) {
		x.exit = exit_record_new();
		x.exit.cause = EXIT_LOST;
		x.exit.code = 125;
	}
	*ret = x;
	return 0;
}

int execs_get(const struct store_container *c, uint32_t number, struct exec_entry *ret,
	      struct err *e)
{
	int r = get(c, number, ret);

	if (r == -ENOENT)
		return err_hint(
			e, err_say(e, r, "container %s has no process number %u", c->id, number),
			"'honu exec --detach' prints the number; how it ended can be read "
			"once");
	if (r == -EBADMSG)
		return err_say(e, r,
			       "what is noted of process number %u of container %s is damaged",
			       number, c->id);
	return r < 0 ? err_set(e, r, "read what became of process number %u of container %s",
			       number, c->id) :
		       0;
}

/* The note last: as long as it is there nobody thinks that the number never was. */
static int drop(const struct store_container *c, uint32_t number)
{
	int r = note_remove(c->fd, exec_name(number, "").text);

	return r < 0 ? r : note_remove(c->fd, exec_name(number, RUN).text);
}

int execs_remove(const struct store_container *c, uint32_t number, struct err *e)
{
	struct exec_entry x;
	int r = get(c, number, &x);

	if (r == -ENOENT)
		return 0;
	if (r == 0 && x.running)
		return err_say(e, -EBUSY, "process number %u of container %s runs", number, c->id);
	r = drop(c, number);
	return r < 0 ? err_set(e, r, "forget process number %u of container %s", number, c->id) : 0;
}

/* ---- a new one ---- */

static int compose(pid_t pid, char ret[LINE_ROOM])
{
	char boot[STATUS_BOOT_ROOM];
	uint64_t started, ours;
	int r = sys_start_time(pid, &started);

	if (r == 0)
		r = sys_start_time(getpid(), &ours);
	if (r == 0)
		r = status_boot_id(boot);
	if (r == 0)
		(void)snprintf(ret, LINE_ROOM, "%d %llu %s %d %llu", (int)pid,
			       (unsigned long long)started, boot, (int)getpid(),
			       (unsigned long long)ours);
	return r;
}

static uint32_t next_number(const struct store_container *c)
{
	char text[16];
	uint32_t n;

	if (note_get(c->fd, "exec/next", text, sizeof(text)) < 0 || number_u32(text, &n) < 0)
		return 1;
	return n > 0 ? n : 1;
}

static void put_next(const struct store_container *c, uint32_t n)
{
	_cleanup_close_ int dir = openat(c->fd, "exec", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char text[16];

	(void)snprintf(text, sizeof(text), "%u", n);
	if (dir >= 0)
		(void)note_put(dir, "next", text); /* a number that is taken is passed over */
}

/* The oldest one that may be kept, and nobody has read. */
static void drop_old(const struct store_container *c, uint32_t number)
{
	struct exec_entry x;

	if (number > EXECS_KEPT && get(c, number - EXECS_KEPT, &x) == 0 && !x.running)
		(void)drop(c, number - EXECS_KEPT);
}

static int claim(struct store_container *c, pid_t pid, uint32_t *ret)
{
	uint32_t n = next_number(c);
	char line[LINE_ROOM];
	int r = compose(pid, line);

	if (r < 0)
		return r;
	if (mkdirat(c->fd, "exec", 0700) < 0 && errno != EEXIST)
		return -errno;
	for (int i = 0; i < STORE_ATTEMPTS; i++, n = n == UINT32_MAX ? 1 : n + 1) {
		if (faccessat(c->fd, exec_name(n, "").text, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
			continue; /* it has ended, and nobody has read it */
		if (symlinkat(line, c->fd, exec_name(n, RUN).text) == 0) {
			*ret = n;
			return 0;
		}
		if (errno != EEXIST)
			return -errno;
	}
	return -EAGAIN;
}

int execs_claim(struct store_container *c, pid_t pid, uint32_t *ret_number, struct err *e)
{
	int r = claim(c, pid, ret_number);

	if (r < 0)
		return store_full(c->store,
				  err_set(e, r, "note a process of container %s in %s", c->id,
					  c->store->path),
				  e);
	put_next(c, *ret_number == UINT32_MAX ? 1 : *ret_number + 1);
	drop_old(c, *ret_number);
	return 0;
}

/* ---- all of them ---- */

/* "12" and "12.run"; not "next", nor what is being written. */
static int read_number(const char *name, uint32_t *ret)
{
	char digits[11];
	size_t n = strcspn(name, ".");

	if (n >= sizeof(digits) || (name[n] && strcmp(name + n, RUN) != 0))
		return -EINVAL;
	memcpy(digits, name, n);
	digits[n] = '\0';
	return number_u32(digits, ret);
}

static int by_number(const void *a, const void *b)
{
	const struct exec_entry *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

int execs_list(const struct store_container *c, struct arena *a, struct exec_entry **ret,
	       size_t *ret_n, struct err *e)
{
	_cleanup_close_ int fd = openat(c->fd, "exec", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct exec_entry *list = NULL, x;
	size_t n = 0, kept = 0;
	const struct dirent *entry;
	uint32_t number;

	*ret = NULL;
	*ret_n = 0;
	if (fd < 0)
		return errno == ENOENT ? 0 : err_set(e, -errno, "list the processes of %s", c->id);
	_cleanup_dir_ DIR *dir = fdopendir(fd);
	if (!dir)
		return err_set(e, -errno, "list the processes of %s", c->id);
	fd = -EBADF; /* the stream closes it */
	while ((entry = readdir(dir)))
		if (read_number(entry->d_name, &number) == 0 && get(c, number, &x) == 0)
			arena_push(a, list, n, x);
	if (n > 0)
		qsort(list, n, sizeof(*list), by_number);
	for (size_t i = 0; i < n; i++) /* each has up to two names */
		if (kept == 0 || list[kept - 1].number != list[i].number)
			list[kept++] = list[i];
	*ret = list;
	*ret_n = kept;
	return 0;
}
