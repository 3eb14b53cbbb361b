/* fuzz/parsers.c - every reader of text that others wrote, fed with what it does not expect: no
 * crash, no hang, and answers that keep the promises of their headers.
 *
 * usage: parsers FIRST COUNT       checks the cases FIRST to FIRST + COUNT - 1
 *
 * With HONU_LIBFUZZER it is a harness for libFuzzer instead, whose bytes take the place of the
 * number. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/capability.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "cred/inside.h"
#include "dice.h"
#include "facts/parts.h"
#include "spec/fields.h"
#include "spec/options.h"
#include "spec/record.h"
#include "spec/settings.h"

static unsigned long long case_number;

static _Noreturn void fail(const char *what, const char *input)
{
	_cleanup_text_ struct text t = { 0 };

	text_add_quoted(&t, input);
	fprintf(stderr, "FAILED: case %llu: %s: %s\n", case_number, what, text_get(&t));
	abort();
}

static void require(bool holds, const char *what, const char *input)
{
	if (!holds)
		fail(what, input);
}

/* ---- one function for each reader ---- */

static void settings(struct dice *d)
{
	_cleanup_text_ struct text word = { 0 };
	char *environment[] = { (char *)"HOME=/root", NULL };
	struct options_from from = { .cwd = "/home/user", .environment = environment };
	struct arena arena = { 0 };
	struct err e = { 0 };
	size_t n;
	const struct setting *all = settings_all(&n);
	const struct setting *setting = &all[dice_below(d, (unsigned)n)];

	/* Those that open a file that is named: not what chance names. */
	if (strcmp(setting->name, "env-file") == 0 || strcmp(setting->name, "label-file") == 0)
		return;
	text_printf(&word, "--%s=", setting->name);
	if (dice_one_in(d, 2)) {
		dice_garbage(d, &word, 64);
	} else {
		const char *blank = strchr(setting->example, ' ');

		dice_mutate(d, &word, blank ? blank + 1 : "true");
	}
	char *words[] = { word.data, (char *)"--", (char *)"sh", NULL };
	int r = options_run(spec_new(&arena), &from, 3, words, &e);
	require(r == 0 || (r < 0 && e.code == r && e.text[0] && e.hint[0]),
		"a value is refused with reason and hint", word.data);
	arena_done(&arena);
}

static void numbers(struct dice *d)
{
	static const char *const seeds[] = { "0",
					     "18446744073709551615",
					     "18446744073709551616",
					     "1k",
					     "16777215t",
					     "4294967295",
					     "-1",
					     "9223372036854775807",
					     "-9223372036854775808",
					     "7777",
					     "10000",
					     "64MiB" };
	_cleanup_text_ struct text t = { 0 };
	uint64_t value;
	uint32_t small;
	int64_t number;

	dice_mutate(d, &t, dice_pick(d, seeds));
	const char *s = text_get(&t);
	bool digits = field_consists_of(s, FIELD_DIGITS);
	errno = 0;
	unsigned long long expected = strtoull(s, NULL, 10);

	int r = number_u64(s, &value);
	require((r == 0) == (digits && errno == 0), "number_u64 takes what is a number", s);
	require(r < 0 || value == expected, "number_u64 reads it right", s);
	r = number_u32(s, &small);
	require(r < 0 || (digits && small == expected), "number_u32 reads it right", s);
	r = number_id(s, &small);
	require(r < 0 || (digits && small == expected && small != UINT32_MAX),
		"number_id reads it right", s);
	errno = 0;
	long long signed_expected = strtoll(s, NULL, 10);
	r = number_i64(s, &number);
	require(r < 0 || (errno == 0 && number == signed_expected), "number_i64 reads it right", s);
	r = number_mode(s, &small);
	require(r < 0 || (small <= 07777 && small == strtoul(s, NULL, 8)),
		"number_mode reads it right", s);
	r = number_size(s, &value);
	require(r < 0 || value >= expected, "number_size reads at least the digits", s);
}

static void paths(struct dice *d)
{
	static const char *const seeds[] = { "/a/b",	"//a/./b/", "/",     "/..",
					     "/a/../b", "./x",	    "/a/..b" };
	_cleanup_text_ struct text t = { 0 };
	struct arena arena = { 0 };

	dice_mutate(d, &t, dice_pick(d, seeds));
	const char *s = text_get(&t);
	const char *clean = path_inside(&arena, s);
	if (clean) {
		size_t n = strlen(clean);

		require(clean[0] == '/' && (n == 1 || clean[n - 1] != '/') &&
				!strstr(clean, "//") && !strstr(clean, "/./") &&
				!strstr(clean, "/../"),
			"path_inside gives a clean path", s);
		require(n < 3 || strcmp(clean + n - 3, "/..") != 0, "no '..' at its end", s);
		require(strcmp(path_inside(&arena, clean), clean) == 0, "it is clean already", s);
	}
	const char *absolute = "";
	struct err e = { 0 };

	require(path_absolute(&arena, "/home/user", s, &absolute, &e) == 0 && absolute[0] == '/',
		"path_absolute gives an absolute path", s);
	arena_done(&arena);
}

static void words(struct dice *d)
{
	static const char *const known[] = { "volume", "mount", "tmpfs", "user", "userns", "" };
	_cleanup_text_ struct text t = { 0 }, quoted = { 0 };

	dice_mutate(d, &t, dice_pick(d, known));
	const char *s = text_get(&t);
	const char *nearest = text_nearest(s, known, ELEMENTS(known));
	require(!nearest || strlen(nearest) <= 2 * strlen(s) + 2, "the nearest word is near", s);
	int n = capability_number(s);
	require(n < 0 || (n < CAPABILITY_N && capability_name((unsigned)n)),
		"a capability has a name", s);
	/* A word of a shell: everything but what stands in single quotes is harmless. */
	text_add_quoted(&quoted, s);
	bool inside = false;
	for (const char *p = text_get(&quoted); *p; p++) {
		if (*p == '\'')
			inside = !inside;
		else if (!inside && *p == '\\' && p[1])
			p++;
		else
			require(inside || !strchr(" \t\n$`\"&;|<>()*?[#~!{}", *p), "quoted", s);
	}
	require(!inside && quoted.length > 0, "quotes are closed", s);
}

static void host_files(struct dice *d)
{
	static const char mountinfo[] =
		"31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
		"35 31 0:32 / /sys/fs/cgroup/mem\\040ory rw,relatime - cgroup cgroup rw,memory\n"
		"41 31 0:38 /../a /sys/fs/cgroup/unified rw shared:1 - cgroup2 cgroup2 rw\n";
	static const char membership[] = "4:memory:/a b:c\n1:name=systemd:/\n0::/init.scope\n";
	static const char subids[] = "anna:100000:65536\n1001:165536:65536\nx:4294967295:1\n";
	static const char *const zones[] = { "/usr/share/zoneinfo/Europe/Paris", "UTC\n",
					     "../../x" };
	_cleanup_text_ struct text a = { 0 }, b = { 0 }, c = { 0 }, e = { 0 };
	struct arena arena = { 0 };
	struct facts f = { 0 };

	dice_mutate(d, &a, mountinfo);
	dice_mutate(d, &b, membership);
	dice_mutate(d, &c, subids);
	dice_mutate(d, &e, dice_pick(d, zones));
	facts_parse_cgroups(&arena, arena_strdup(&arena, text_get(&a)),
			    arena_strdup(&arena, text_get(&b)), &f);
	for (size_t i = 0; i < f.n_cgroups; i++)
		require(f.cgroups[i].controllers && f.cgroups[i].mountpoint &&
				f.cgroups[i].directory && f.cgroups[i].own[0] == '/',
			"a hierarchy has all its names", text_get(&a));
	require((f.cgroup_layout == CGROUP_NONE) == (f.n_cgroups == 0), "layout", text_get(&a));
	facts_parse_subids(&arena, arena_strdup(&arena, text_get(&c)), &f);
	for (size_t i = 0; i < f.n_taken; i++)
		require(f.taken[i].count > 0, "a range holds ids", text_get(&c));
	(void)facts_range_taken(&f, dice_below(d, UINT32_MAX), dice_below(d, UINT32_MAX));
	const char *zone = facts_parse_timezone(&arena, text_get(&e));
	require(!zone || (zone[0] != '/' && !strstr(zone, "..")), "a zone stays below zoneinfo",
		text_get(&e));
	(void)facts_parse_release(text_get(&c));
	arena_done(&arena);
}

/* /etc/passwd and /etc/group belong to whoever made the tree. */
/* What was read is written and read once more: the same text, or it was refused with a reason. */
static void record(struct dice *d)
{
	static const char sample[] =
		"{\"version\":2,\"id\":\"0123456789ab\",\"hostname\":\"w\",\"namespaces\":{\"user\":"
		"{\"mode\":\"private\"},\"pid\":{\"mode\":\"host\"},\"mount\":{\"mode\":\"private\"},"
		"\"net\":{\"mode\":\"path\",\"path\":\"/n\",\"pid\":7},\"ipc\":{\"mode\":\"private\"},"
		"\"uts\":{\"mode\":\"private\"},\"cgroup\":{\"mode\":\"private\"},\"time\":{\"mode\":"
		"\"host\"}},\"uidMap\":[{\"inside\":0,\"outside\":9,\"count\":1}],\"gidMap\":[],"
		"\"root\":{\"kind\":\"directory\",\"path\":[47,255],\"readonly\":false,\"ephemeral\":"
		"true},\"mounts\":[{\"type\":\"bind\",\"target\":\"/d\",\"readonly\":true,\"recursive\":"
		"true,\"propagation\":\"slave\"}],\"process\":{\"argv\":[\"a\\u001b\"],\"env\":[],\"cwd\":"
		"\"/\",\"user\":\"0\",\"capabilities\":[\"CHOWN\",63],\"noNewPrivileges\":true,"
		"\"seccomp\":\"default\",\"rlimits\":[{\"resource\":\"core\",\"soft\":"
		"\"18446744073709551614\",\"hard\":\"unlimited\"}],\"init\":false},\"life\":{"
		"\"stopSignal\":\"SIGRTMIN+1\",\"stopTimeout\":\"infinity\",\"detachKeys\":null}}";
	_cleanup_(arena_done) struct arena a = { 0 };
	_cleanup_text_ struct text json = { 0 };
	_cleanup_free_ char *first = NULL, *second = NULL;
	struct err e = { 0 };
	struct spec *s;

	bool whole = dice_one_in(d, 8);

	if (whole)
		text_add(&json, sample);
	else
		dice_mutate(d, &json, sample);
	if (spec_read_record(&a, text_get(&json), &s, &e) < 0) {
		require(!whole, "a record was refused", e.text);
		require(e.text[0], "a record was refused without a reason", text_get(&json));
		return;
	}
	require(spec_record(s, &first, &e) == 0, "what was read cannot be written",
		text_get(&json));
	require(spec_read_record(&a, first, &s, &e) == 0, "what was written cannot be read", first);
	require(spec_record(s, &second, &e) == 0 && strcmp(first, second) == 0,
		"a record changes when it is read and written", first);
}

static void accounts(struct dice *d, int tree)
{
	static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
				     "web:x:33:34::/srv:/bin/sh\nlast:x:4294967294:1:::";
	static const char group[] = "root:x:0:\nadm:x:4:web,root\naudio:x:29:web\nweb:x:34:";
	static const char *const users[] = {
		"0", "web", "web:adm", "33", "last", "4242:7", "nobody"
	};
	static const char *const groups[] = { "audio", "29", "adm", "none" };
	_cleanup_text_ struct text users_file = { 0 }, groups_file = { 0 };
	struct text *const files[] = { &users_file, &groups_file };
	const char *const names[] = { "etc/passwd", "etc/group" };
	static struct slots slots;
	const char *op = NULL;
	int fd[SLOT_SOURCE];

	dice_mutate(d, files[0], passwd);
	dice_mutate(d, files[1], group);
	if (dice_one_in(d, 16)) { /* longer than any buffer */
		_cleanup_text_ struct text block = { 0 };

		dice_garbage(d, &block, 64);
		for (unsigned n = 70000 / (unsigned)(block.length + 1); n > 0; n--)
			text_add(files[dice_below(d, 2)], text_get(&block));
	}
	for (size_t i = 0; i < ELEMENTS(names); i++) {
		_cleanup_close_ int file =
			openat(tree, names[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

		require(file >= 0 && write(file, text_get(files[i]), files[i]->length) ==
					     (ssize_t)files[i]->length,
			"write a file", names[i]);
	}
	struct step s = { .kind = STEP_CRED_RESOLVE,
			  .cred_resolve = { .user = dice_pick(d, users),
					    .groups = groups,
					    .n_groups = dice_below(d, ELEMENTS(groups) + 1) } };
	slots = (struct slots){ .fd = fd, .n = SLOT_SOURCE };
	for (size_t i = 0; i < ELEMENTS(fd); i++)
		fd[i] = -EBADF;
	fd[SLOT_ROOT] = tree;
	int r = cred_resolve_apply(&s, &slots, &op);
	require(op && *op, "the call in flight has a name", text_get(files[0]));
	require(r < 0 ||
			(slots.uid != UINT32_MAX && slots.gid != UINT32_MAX && slots.n_groups > 0 &&
			 slots.n_groups <= GROUPS_MAX && strncmp(slots.home, "HOME=/", 6) == 0),
		"what is found is complete", text_get(files[0]));
}

static void environment_file(struct dice *d, int tree)
{
	static const char seed[] = "A=1\n# no\n\nB=two words\nHOME\n  C=3\r\n";
	_cleanup_text_ struct text content = { 0 };
	char path[64];
	char *environment[] = { (char *)"HOME=/root", NULL };
	struct options_from from = { .cwd = "/", .environment = environment };
	struct arena arena = { 0 };
	struct err e = { 0 };

	if (dice_one_in(d, 4))
		dice_garbage(d, &content, 200);
	else
		dice_mutate(d, &content, seed);
	_cleanup_close_ int file =
		openat(tree, "env", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	require(file >= 0 &&
			write(file, text_get(&content), content.length) == (ssize_t)content.length,
		"write a file", "env");
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	char *list[] = { (char *)"--env-file", path, (char *)"--", (char *)"sh", NULL };
	struct spec *s = spec_new(&arena);
	int r = options_run(s, &from, 4, list, &e);
	require(r == 0 || (e.text[0] && e.hint[0]), "a line is refused with reason and hint",
		text_get(&content));
	for (size_t i = 0; r == 0 && i < s->n_env; i++)
		require(strchr(s->env[i], '=') > s->env[i], "a variable has name and value",
			s->env[i]);
	arena_done(&arena);
}

static void one(struct dice *d, int tree)
{
	switch (dice_below(d, 9)) {
	case 0:
		numbers(d);
		break;
	case 1:
		paths(d);
		break;
	case 2:
		words(d);
		break;
	case 3:
		host_files(d);
		break;
	case 4:
		accounts(d, tree);
		break;
	case 5:
		environment_file(d, tree);
		break;
	case 6:
		record(d);
		break;
	default:
		settings(d);
		break;
	}
}

/* ---- a directory with an etc in it, for those that read files below a descriptor ---- */

static char tree_path[64];

static void remove_tree(void)
{
	static const char *const names[] = { "etc/passwd", "etc/group", "env", "etc", "" };

	for (size_t i = 0; i < ELEMENTS(names); i++) {
		char path[128];

		(void)snprintf(path, sizeof(path), "%s/%s", tree_path, names[i]);
		(void)remove(path);
	}
}

static int make_tree(void)
{
	const char *directory = getenv("TMPDIR");

	(void)snprintf(tree_path, sizeof(tree_path), "%.32s/honu-fuzz.XXXXXX",
		       directory && *directory ? directory : "/tmp");
	if (!mkdtemp(tree_path))
		fail("make a directory", tree_path);
	(void)atexit(remove_tree);
	int fd = open(tree_path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || mkdirat(fd, "etc", 0755) < 0)
		fail("make a directory", tree_path);
	return fd;
}

#ifdef HONU_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int tree = -EBADF;
	struct dice d = dice_from_bytes(data, size);

	if (tree < 0)
		tree = make_tree();
	one(&d, tree);
	return 0;
}

#else

int main(int argc, char **argv)
{
	uint64_t first, n;

	if (argc != 3 || number_u64(argv[1], &first) < 0 || number_u64(argv[2], &n) < 0) {
		fputs("usage: parsers FIRST COUNT\n", stderr);
		return 2;
	}
	_cleanup_close_ int tree = make_tree();
	for (uint64_t i = first; i < first + n; i++) {
		struct dice d = dice_from_number(i);

		if (i % 1000 == 0 || i == first)
			fprintf(stderr, "case %llu\n", (unsigned long long)i);
		case_number = i;
		one(&d, tree);
	}
	printf("%llu cases\n", (unsigned long long)n);
	return 0;
}

#endif
