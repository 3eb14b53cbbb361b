/* tests/torture/snapshot.c - see snapshot.h. Whatever cannot be read is a line as well, so that it
 * shows when it starts or stops to be readable. */
#include "torture/snapshot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"

static void add(struct snapshot *s, const char *fmt, ...) PRINTF(2, 3);

static void add(struct snapshot *s, const char *fmt, ...)
{
	char *line;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&line, fmt, ap);
	va_end(ap);
	char **grown = n < 0 ? NULL : reallocarray(s->line, s->n + 1, sizeof(*s->line));
	if (!grown)
		abort();
	s->line = grown;
	s->line[s->n++] = line;
}

/* ---- mounts, control groups, files ---- */

static void add_mounts(struct snapshot *s)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;

	if (!f)
		add(s, "mount: %m");
	while (f && getline(&line, &room, f) > 0)
		add(s, "mount: %s", line);
}

/* Every entry below path. Links with their target: a name that leads elsewhere has changed. */
static void add_tree(struct snapshot *s, const char *label, const char *path, bool with_files)
{
	_cleanup_dir_ DIR *dir = opendir(path);
	const struct dirent *entry;

	if (!dir && errno != ENOENT)
		add(s, "%s: %s: %m", label, path);
	while (dir && (entry = readdir(dir))) {
		char below[PATH_MAX], target[PATH_MAX] = "";

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
		    (entry->d_type != DT_DIR && !with_files))
			continue;
		(void)snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		if (entry->d_type == DT_LNK)
			(void)!readlink(below, target, sizeof(target) - 1);
		add(s, "%s: %s%s%s", label, below, *target ? " -> " : "", target);
		if (entry->d_type == DT_DIR)
			add_tree(s, label, below, with_files);
	}
}

static void add_cgroups(struct snapshot *s, const char *name)
{
	_cleanup_file_ FILE *f = fopen("/proc/self/mountinfo", "re");
	_cleanup_free_ char *line = NULL;
	size_t room = 0;

	while (f && getline(&line, &room, f) > 0) {
		char mountpoint[PATH_MAX], path[PATH_MAX];

		if (!strstr(line, " - cgroup") ||
		    sscanf(line, "%*s %*s %*s %*s %4095s", mountpoint) != 1)
			continue;
		int n = snprintf(path, sizeof(path), "%s/%s", mountpoint, name);
		if (n < 0 || (size_t)n >= sizeof(path) || access(path, F_OK) < 0)
			continue;
		add(s, "cgroup: %s", path);
		add_tree(s, "cgroup", path, false);
	}
}

static void add_state(struct snapshot *s, const char *state)
{
	static const char *const folders[] = { "containers", "names", "ids" };
	static const char *const files[] = { "events", "events.1" }; /* they grow, and tell */

	/* They stay for the next container, or go with the last one: both are fine. */
	for (size_t i = 0; i < ELEMENTS(folders); i++) {
		char path[PATH_MAX];

		(void)snprintf(path, sizeof(path), "%s/%s", state, folders[i]);
		add_tree(s, "state", path, true);
	}
	_cleanup_dir_ DIR *dir = opendir(state);
	const struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		bool known = entry->d_name[0] == '.';

		for (size_t i = 0; i < ELEMENTS(folders); i++)
			known = known || strcmp(entry->d_name, folders[i]) == 0;
		for (size_t i = 0; i < ELEMENTS(files); i++)
			known = known || strcmp(entry->d_name, files[i]) == 0;
		if (!known)
			add(s, "state: %s/%s", state, entry->d_name);
	}
}

/* ---- network ---- */

static void add_links(struct snapshot *s)
{
	struct if_nameindex *list = if_nameindex();

	for (struct if_nameindex *i = list; i && i->if_index != 0; i++)
		add(s, "link: %u %s", i->if_index, i->if_name);
	if (list)
		if_freenameindex(list);
}

static void add_table(struct snapshot *s, const struct nlmsghdr *m)
{
	const struct nfgenmsg *g = NLMSG_DATA(m);
	const char *end = (const char *)m + m->nlmsg_len;

	for (const char *p = (const char *)(g + 1); p + sizeof(struct nlattr) <= end;) {
		const struct nlattr *a = (const struct nlattr *)(const void *)p;

		if (a->nla_len < sizeof(*a))
			break;
		if ((a->nla_type & NLA_TYPE_MASK) == NFTA_TABLE_NAME)
			add(s, "nft: family %u table %s", g->nfgen_family, (const char *)(a + 1));
		p += NLA_ALIGN(a->nla_len);
	}
}

/* As 'nft list tables', which would take longer than the container. */
static void add_tables(struct snapshot *s)
{
	struct {
		struct nlmsghdr header;
		struct nfgenmsg family;
	} ask = {
		.header = { .nlmsg_len = sizeof(ask),
			    .nlmsg_type = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE,
			    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.family = { .nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0 },
	};
	union {
		struct nlmsghdr header;
		char bytes[32768];
	} answer;
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);

	if (fd < 0 || send(fd, &ask, sizeof(ask), 0) < 0) {
		add(s, "nft: %m");
		return;
	}
	for (;;) {
		ssize_t n = recv(fd, &answer, sizeof(answer), 0);

		if (n <= 0)
			return;
		for (const struct nlmsghdr *m = &answer.header; NLMSG_OK(m, (size_t)n);
		     m = NLMSG_NEXT(m, n)) {
			if (m->nlmsg_type == NLMSG_DONE)
				return;
			if (m->nlmsg_type == NLMSG_ERROR) {
				const struct nlmsgerr *e = NLMSG_DATA(m);

				add(s, "nft: %s", strerror(-e->error));
				return;
			}
			add_table(s, m);
		}
	}
}

/* ---- processes and descriptors ---- */

static bool file_has(const char *path, const char *word)
{
	static char bytes[1 << 17];
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));

	return n > 0 && memmem(bytes, (size_t)n, word, strlen(word));
}

static bool is_ours(const struct scope *s, bool only_marked, const char *pid)
{
	char path[NAME_MAX + 32], group[NAME_MAX];

	(void)snprintf(path, sizeof(path), "/proc/%s/environ", pid);
	bool marked = file_has(path, s->mark);
	if (marked || only_marked)
		return marked;
	(void)snprintf(path, sizeof(path), "/proc/%s/cgroup", pid);
	(void)snprintf(group, sizeof(group), "/%s/", s->cgroup);
	return file_has(path, group);
}

static void add_processes(struct snapshot *l, const struct scope *s, bool only_marked)
{
	_cleanup_dir_ DIR *dir = opendir("/proc");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char path[NAME_MAX + 32], command[64] = "";

		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    !is_ours(s, only_marked, entry->d_name))
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/comm", entry->d_name);
		_cleanup_file_ FILE *f = fopen(path, "re");
		if (f)
			(void)!fgets(command, sizeof(command), f);
		add(l, "process: %s %s", entry->d_name, command);
	}
}

static void reap(void)
{
	while (waitpid(-1, NULL, WNOHANG) > 0)
		;
}

static void add_children(struct snapshot *s)
{
	char path[64];
	int pid;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	_cleanup_file_ FILE *f = fopen(path, "re");
	while (f && fscanf(f, "%d", &pid) == 1)
		add(s, "child: %d", pid);
}

static void add_descriptors(struct snapshot *s)
{
	_cleanup_dir_ DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		int fd = (int)strtol(entry->d_name, NULL, 10);
		char target[PATH_MAX] = "";

		if (entry->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		(void)!readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		add(s, "fd: %d %s %#x", fd, target, (unsigned)fcntl(fd, F_GETFL));
	}
}

bool snapshot_processes(const struct scope *s, bool only_marked, struct text *list)
{
	struct snapshot l = { 0 };

	reap();
	if (!only_marked)
		add_children(&l);
	add_processes(&l, s, only_marked);
	bool none = l.n == 0;
	for (size_t i = 0; i < l.n; i++)
		text_printf(list, "+ %s\n", l.line[i]);
	snapshot_done(&l);
	return none;
}

void snapshot_kill(const struct scope *s)
{
	struct snapshot l = { 0 };

	reap();
	add_children(&l);
	add_processes(&l, s, false);
	for (size_t i = 0; i < l.n; i++)
		(void)kill((pid_t)strtol(strchr(l.line[i], ' '), NULL, 10), SIGKILL);
	snapshot_done(&l);
}

/* ---- all of it ---- */

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void snapshot_take(const struct scope *s, struct snapshot *ret)
{
	struct snapshot l = { 0 };

	add_mounts(&l);
	for (size_t i = 0; i < SCOPE_PATHS && s->volume[i]; i++)
		add_tree(&l, "file", s->volume[i], true);
	add_cgroups(&l, s->cgroup);
	add_state(&l, s->state);
	add_links(&l);
	add_tables(&l);
	reap();
	add_children(&l);
	add_processes(&l, s, false);
	add_descriptors(&l);
	for (size_t i = 0; i < l.n; i++)
		l.line[i][strcspn(l.line[i], "\n")] = '\0';
	qsort((void *)l.line, l.n, sizeof(*l.line), compare_lines);
	*ret = l;
}

void snapshot_done(struct snapshot *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->line[i]);
	free((void *)s->line);
	*s = (struct snapshot){ 0 };
}

bool snapshot_compare(const struct snapshot *before, const struct snapshot *now,
		      struct text *differences)
{
	size_t a = 0, b = 0, n = 0;

	while (a < before->n || b < now->n) {
		int order = a == before->n ? 1 :
			    b == now->n	   ? -1 :
					     strcmp(before->line[a], now->line[b]);

		if (order == 0) {
			a++;
			b++;
			continue;
		}
		n++;
		if (order < 0)
			text_printf(differences, "- %s\n", before->line[a++]);
		else
			text_printf(differences, "+ %s\n", now->line[b++]);
	}
	return n == 0;
}
