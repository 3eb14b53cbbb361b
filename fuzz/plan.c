/* fuzz/plan.c - whatever somebody types, on whatever host: either it is refused with a reason, or
 * it becomes a plan whose order holds, which every reader can read and in which nothing that was
 * asked for is missing.
 *
 * usage: plan FIRST COUNT                 checks the cases FIRST to FIRST + COUNT - 1
 *        plan --show NUMBER               what that case is
 *        plan --scripts DIR FIRST COUNT   writes plan_explain() of each as DIR/NUMBER.sh
 *
 * With HONU_LIBFUZZER it is a harness for libFuzzer instead, whose bytes take the place of the
 * number. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "dice.h"
#include "golden/compute.h"
#include "golden/hosts.h"
#include "spec/settings.h"

#define WORDS_MAX 96

struct attempt {
	struct arena arena; /* of the words */
	char *host;
	char *environment[8];
	int n_environment;
	char *words[WORDS_MAX];
	int n;
	int exec; /* from this one on they are those of honu exec in such a container */
};

/* ---- what people type ---- */

/* Values by option; those without a row here get their example and paths. Right and wrong ones: the
 * combination decides in most cases. */
static const struct {
	const char *option;
	const char *values[16];
} values[] = {
	{ "name", { "web", "a.b-c_d", "", "-x", "w\nb" } },
	{ "env", { "A=1", "A=", "PATH=/x", "HOME=/h", "HOME=", "TERM", "=x", "B=\x1b[31m\n" } },
	{ "workdir", { "/", "/srv", "srv", "/a b/c", "/x\ny" } },
	{ "user", { "0", "root", "www-data:adm", "1000:1000", "4294967295", ":", "a b", "65536" } },
	{ "group-add", { "audio", "27", "x:y", "-1" } },
	{ "umask", { "0", "777", "1000", "8", "022" } },
	{ "preserve-fds", { "0", "3", "512", "513", "-1" } },
	{ "volume",
	  { "/srv:/data", "/srv:/data:ro", "/srv:/data:rro,rshared", "/a:/data/b:slave", "./x:/x:O",
	    "/s:/:ro", "/dev:/dev", "/x:/etc/hosts:ro", "/x:/etc", "/p:/proc", "/s:/sys:ro,noidmap",
	    "/x:/run/secrets/token", "named:/data", "/a:/data:rw,ro", "/q'\n:/q'\n",
	    "/m:/dev/shm" } },
	{ "mount",
	  { "type=bind,src=/a,dst=/m", "type=bind,src=/a,dst=/m,readonly,bind-propagation=rshared",
	    "type=tmpfs,dst=/t,tmpfs-size=1g,tmpfs-mode=700", "type=tmpfs,dst=/dev",
	    "type=overlay,dst=/o,lower=/l", "type=overlay,dst=/o,lower=/l,upper=/u,work=/w",
	    "type=overlay,dst=/p,lower=./l,ro", "type=bind,src=/a", "type=volume,src=a,dst=/b",
	    "type=bind,src=/a,dst=/n,bind-recursive=readonly,ro", "type=tmpfs,dst=/dev/shm" } },
	{ "tmpfs",
	  { "/tmp", "/run:size=1m,mode=755", "/dev", "/dev/pts", "/sys", "/proc", "/sys/fs/cgroup",
	    "/x:ro,exec,tmpcopyup", "/x:size=0", "x" } },
	{ "rootfs-propagation",
	  { "shared", "rshared", "slave", "rslave", "private", "unbindable", "runbindable", "x" } },
	{ "shm-size", { "64m", "0", "18446744073709551615", "1x" } },
	{ "device",
	  { "/dev/fuse", "/dev/null", "/dev/kvm:/dev/vm/kvm:rw", "/dev/sda:/disk:r",
	    "/dev/net/tun:/dev/fuse", "/dev/fuse:/dev/pts/fuse", "/dev/fuse:/dev/fd/fuse",
	    "/dev/fuse:/dev/fuse/fuse", "/dev/kvm:/dev/shm", "/dev/kvm:/dev/console", "/dev/none",
	    "/dev/sda:/dev/zero", "/dev/fuse:/dev" } },
	{ "secret", { "token=/t", "a=./a", "token=/other", "a/b=/x", ".x=/x", "q'=/q\n" } },
	{ "label", { "a=1", "a=2", "role", "=x", "q'=\n", "k=\xff" } },
	{ "cidfile", { "./id", "/run/id", "", "/x/" } },
	{ "pidfile", { "./pid", "/run/pid" } },
	{ "restart",
	  { "no", "always", "unless-stopped", "on-failure", "on-failure:3", "always:1",
	    "on-failure:x" } },
	{ "stop-signal", { "TERM", "9", "RTMAX", "33", "x" } },
	{ "stop-timeout", { "0", "infinity", "-1", "1m30s", "50d", "x" } },
	{ "detach-keys", { "ctrl-a,d", "", "a,,b", "ctrl-\\" } },
	{ "log-driver", { "file", "none", "journald", "json-file", "x" } },
	{ "log-opt", { "max-size=1m", "max-file=9", "mode=non-blocking", "max-size=1", "x" } },
	{ "health-cmd", { "true", "[\"a\",\"b\\u0001\"]", "[ -e /x ]", "none", "", "x\xff" } },
	{ "health-tcp", { "80", "0", "65536" } },
	{ "health-http", { "80", "8080/healthz?a", "80/a b", "x/" } },
	{ "health-interval", { "5s", "0", "50d" } },
	{ "health-on-failure", { "none", "kill", "restart", "stop", "x" } },
	{ "sdnotify", { "container", "ignore", "conmon" } },
	{ "memory", { "64m", "512k", "-1", "1t", "1m", "0", "x" } },
	{ "memory-swap", { "-1", "1g", "1t", "64m", "x" } },
	{ "memory-reservation", { "1m", "64m", "-1" } },
	{ "memory-high", { "64m", "-1" } },
	{ "memory-swappiness", { "0", "100", "101" } },
	{ "cpu-shares", { "2", "1024", "262144", "1" } },
	{ "cpu-weight", { "1", "100", "10000", "0" } },
	{ "cpus", { "0.01", "1.5", "8192", "-1", "0", ".", "1..5" } },
	{ "cpu-period", { "1000", "100000", "1" } },
	{ "cpu-quota", { "1000", "-1", "100000", "999" } },
	{ "cpu-burst", { "0", "1000", "x" } },
	{ "cpuset-cpus", { "0", "0-3", "1,3", "0-8191", "3-0", "0,", "" } },
	{ "cpuset-mems", { "0", "0-0", "1" } },
	{ "pids-limit", { "0", "-1", "1", "4194304", "4194305" } },
	{ "blkio-weight", { "10", "1000", "9" } },
	{ "blkio-weight-device", { "/dev/sda:10", "/dev/sdb:20", "/dev/sda", "sda:1" } },
	{ "device-read-bps", { "/dev/sda:1", "/dev/sda:-1", "/a:b:1g", ":1", "/x:" } },
	{ "device-write-bps", { "/dev/sda:1m", "./here:1", "/q'\n:1" } },
	{ "device-write-iops", { "/dev/sda:1", "/dev/sda:4294967296" } },
	{ "hugetlb", { "2m=64m", "1g=-1", "2MB=0", "3m=1", "16m=1m", "=1" } },
	{ "cgroup-conf",
	  { "pids.max=5", "memory.high=q'", "cgroup.max.depth=1", "cgroup.procs=1", "a.b=\n",
	    "x=1" } },
	{ "hostname", { "www", "", "a_b.c", "-a" } },
	{ "add-host", { "db:10.0.0.7", "six:[::1]", "x=1.2.3.4", "x:y" } },
	{ "dns", { "9.9.9.9", "none", "::1", "x" } },
	{ "dns-search", { "example.org", ".", " " } },
	{ "dns-option", { "ndots:2", "" } },
	{ "cap-add", { "ALL", "SYS_ADMIN", "NET_ADMIN,net_raw", "CAP_BPF", "SYS_RESOURCE", "x" } },
	{ "cap-drop", { "ALL", "SYS_ADMIN", "CHOWN,KILL", "" } },
	{ "security-opt",
	  { "no-new-privileges", "no-new-privileges=false", "seccomp=unconfined", "seccomp=/x.json",
	    "mask=/proc/version", "unmask=ALL", "unmask=/proc/sys:/proc/keys", "mask=/", "x" } },
	{ "userns",
	  { "host", "private", "auto", "auto:1", "auto:5", "auto:4294967294", "keep-id",
	    "keep-id:uid=0,gid=0", "keep-id:uid=70000", "map:0:100000:65536", "map:0:0:1,1:1:1",
	    "map:1:1:1", "path:/run/user.ns", "container:web", "container:hosts", "auto:0" } },
	{ "uidmap",
	  { "0:100000:65536", "0:0:4294967294", "1:1:1", "0:1:0", "0:100000:65536,5:5:5" } },
	{ "gidmap", { "0:100000:65536", "0:0:5", "5:1:1" } },
	{ "network",
	  { "none", "host", "path:/run/netns/a", "container:web", "container:hosts", "bridge",
	    "ns:x" } },
	{ "timens", { "private", "host", "path:/t", "container:web" } },
	{ "time-offset",
	  { "boottime=86400", "monotonic=-5", "boottime=99999999999", "monotonic=0", "x=1" } },
	{ "ulimit",
	  { "nofile=1024:4096", "nofile=unlimited", "core=-1", "nproc=5:4", "x=1", "cpu=0",
	    "nofile=1024:1048577" } },
	{ "sysctl",
	  { "net.ipv4.ip_forward=1", "kernel.shmmax=1", "kernel.sem=1 2 3 4", "fs.mqueue.msg_max=9",
	    "kernel.hostname=x", "vm.swappiness=0", "net/ipv4/conf/a.b/x=1", "net..x=1",
	    "kernel.domainname=a" } },
	{ "oom-score-adj", { "-1000", "1000", "0", "1001" } },
	{ "cgroup-parent", { "a/b", "/", "..", "honu", "a\nb", "x y" } },
};

static const char *const namespace_modes[] = {
	"private", "host", "path:/run/x.ns", "ns:./x", "container:web", "container:hosts",
	"path:",   "x",
};

static const char *const anything[] = { "", "/", "/a", "./b", "true", "false", "0", "a,b:c=d" };

static const char *known_value(struct dice *d, const struct setting *setting)
{
	for (size_t i = 0; i < ELEMENTS(values); i++) {
		unsigned n = 0;

		if (strcmp(values[i].option, setting->name) != 0)
			continue;
		while (n < ELEMENTS(values[i].values) && values[i].values[n])
			n++;
		return values[i].values[dice_below(d, n)];
	}
	if (setting->completion == COMPLETE_NAMESPACE)
		return dice_pick(d, namespace_modes);
	return dice_pick(d, anything);
}

static const char *value_of(struct dice *d, const struct setting *setting, struct text *t)
{
	const char *blank = strchr(setting->example, ' ');
	const char *value = known_value(d, setting);

	if (dice_one_in(d, 8) && blank)
		value = blank + 1;
	switch (dice_below(d, 12)) {
	case 10:
		dice_mutate(d, t, value);
		break;
	case 11:
		dice_garbage(d, t, 24);
		break;
	default:
		text_add(t, value);
		break;
	}
	return text_get(t);
}

static void add_word(struct attempt *a, const char *word)
{
	if (a->n < WORDS_MAX)
		a->words[a->n++] = arena_strdup(&a->arena, word);
}

static void add_switch(struct dice *d, struct attempt *a, const struct setting *setting)
{
	static const char *const ends[] = { "", "", "", "=true", "=false", "=0", "=yes" };

	if (setting->letter && dice_one_in(d, 2))
		add_word(a, arena_printf(&a->arena, "-%c%s", setting->letter, dice_pick(d, ends)));
	else
		add_word(a, arena_printf(&a->arena, "--%s%s", setting->name, dice_pick(d, ends)));
}

static void add_option(struct dice *d, struct attempt *a, const struct setting *setting)
{
	_cleanup_text_ struct text value = { 0 };

	if (!setting->argument) {
		add_switch(d, a, setting);
		return;
	}
	(void)value_of(d, setting, &value);
	if (setting->letter && dice_one_in(d, 3)) {
		add_word(a, arena_printf(&a->arena, "-%c", setting->letter));
		add_word(a, text_get(&value));
	} else if (dice_one_in(d, 2)) {
		add_word(a, arena_printf(&a->arena, "--%s", setting->name));
		add_word(a, text_get(&value));
	} else {
		add_word(a, arena_printf(&a->arena, "--%s=%s", setting->name, text_get(&value)));
	}
}

static void add_program(struct dice *d, struct attempt *a)
{
	static const char *const roots[] = { "./tree", "/srv/a tree", "/", "../x", "./q'\n" };
	static const char *const programs[] = { "sh", "/bin/true", "-c", "a b", "\x1b[0m", "" };
	static const char *const strange[] = { "image", "--", "--help", "-", "--unknown", "-zq" };

	if (dice_one_in(d, 40))
		add_word(a, dice_pick(d, strange));
	add_word(a, dice_one_in(d, 3) ? "--" : dice_pick(d, roots));
	for (unsigned n = dice_below(d, 4); n > 0; n--)
		add_word(a, dice_pick(d, programs));
}

static void add_exec(struct dice *d, struct attempt *a)
{
	static const char *const options[] = {
		"env", "env", "user", "workdir", "tty", "privileged"
	};

	a->exec = a->n;
	for (unsigned n = dice_below(d, 4); n > 0; n--) {
		const char *name = dice_pick(d, options);

		add_option(d, a, setting_find(name, strlen(name)));
	}
	add_word(a, "--");
	add_word(a, dice_one_in(d, 4) ? "a b\n" : "ls");
}

static void add_environment(struct dice *d, struct attempt *a)
{
	static const char *const variables[] = {
		"TERM=xterm",	 "LISTEN_PID=4242", "LISTEN_PID=1", "LISTEN_FDS=2",
		"LISTEN_FDS=99", "LISTEN_FDS=-1",   "TERM=",	    "LISTEN_FDNAMES=a:b",
	};

	for (unsigned n = dice_below(d, 4); n > 0; n--)
		a->environment[a->n_environment++] =
			arena_strdup(&a->arena, dice_pick(d, variables));
}

static void generate(struct dice *d, struct attempt *a)
{
	_cleanup_text_ struct text host = { 0 };

	text_add(&host, host_names[dice_below(d, (unsigned)n_host_names)]);
	for (size_t i = 0; i < n_host_modifiers; i++)
		if (dice_one_in(d, strcmp(host_modifiers[i], "old") == 0 ? 64 : 4))
			text_printf(&host, ",%s", host_modifiers[i]);
	a->host = arena_strdup(&a->arena, text_get(&host));
	add_environment(d, a);
	size_t n_settings;
	const struct setting *all = settings_all(&n_settings);
	for (unsigned n = dice_one_in(d, 8) ? dice_below(d, 24) : dice_below(d, 5); n > 0; n--)
		add_option(d, a, &all[dice_below(d, (unsigned)n_settings)]);
	add_program(d, a);
	add_exec(d, a);
}

/* ---- what has to hold ---- */

static void print_attempt(FILE *f, const struct attempt *a)
{
	_cleanup_text_ struct text t = { 0 };

	text_printf(&t, "on %s:", a->host);
	for (int i = 0; i < a->n_environment; i++) {
		text_add(&t, " ");
		text_add_quoted(&t, a->environment[i]);
	}
	text_add(&t, " honu run");
	for (int i = 0; i < a->n; i++) {
		text_add(&t, i == a->exec ? "; honu exec " : " ");
		text_add_quoted(&t, a->words[i]);
	}
	fprintf(f, "%s\n", text_get(&t));
}

static const struct attempt *current;
static unsigned long long case_number;

static _Noreturn void fail(const char *what, const char *more)
{
	fprintf(stderr, "FAILED: case %llu: %s: %s\n", case_number, what, more);
	print_attempt(stderr, current);
	abort();
}

static void check_refusal(int r, const struct err *e)
{
	if (r == -EPROTO)
		fail("the order of a plan is broken", e->text);
	if (r == -ENOTRECOVERABLE)
		fail("something was said without a code, or not looked up", e->text);
	if (r >= 0 || e->code != r)
		fail("refused with another code than the error has", e->text);
	if (!e->text[0])
		fail("refused without a reason", "");
	if (strlen(e->text) < 8)
		fail("refused with hardly a reason", e->text);
}

static bool is_step_on(const struct step *s, const char *target)
{
	return (s->kind == STEP_MOUNT_ATTACH && strcmp(s->mount_attach.target, target) == 0) ||
	       (s->kind == STEP_MOUNT_FS && strcmp(s->mount_fs.target, target) == 0);
}

/* Mounts of the user are there, once, and those below others come after them. */
static void check_mounts(const struct computed *c)
{
	const struct spec *s = c->spec;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];
		size_t seen = 0;

		for (size_t k = 0; k < c->plan->n; k++)
			seen += is_step_on(&c->plan->steps[k], m->target) &&
				c->plan->steps[k].origin == m->origin;
		if (seen != 1)
			fail("a mount is missing or there twice", m->origin);
		for (size_t k = 0; k < i; k++)
			if (strncmp(s->mounts[k].target, m->target, strlen(m->target)) == 0 &&
			    s->mounts[k].target[strlen(m->target)] == '/')
				fail("a mount would hide one before it", m->origin);
	}
}

static bool is_readonly_overlay(const struct plan *p, unsigned slot)
{
	for (size_t i = 0; i < p->n; i++) {
		const struct step *s = &p->steps[i];

		if (s->kind == STEP_MOUNT_OVERLAY && s->mount_overlay.slot == slot)
			return s->mount_overlay.upper_slot == SLOT_NONE && !s->mount_overlay.upper;
	}
	return false;
}

/* Read-only stays so for a root inside that may mount: nothing but a superblock keeps it. */
static void check_readonly(const struct computed *c)
{
	const struct spec *s = c->spec;

	if (s->ns[NS_USER].mode == NS_HOST || !spec_can_mount(s))
		return;
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];

		if (m->type != MOUNT_BIND || !(m->readonly || m->readonly_recursive))
			continue;
		for (size_t k = 0; k < c->plan->n; k++) {
			const struct step *step = &c->plan->steps[k];

			if (step->kind == STEP_MOUNT_ATTACH && step->origin == m->origin &&
			    !is_readonly_overlay(c->plan, step->mount_attach.slot))
				fail("read-only could be undone inside", m->origin);
		}
	}
	if (s->root_readonly && s->root_kind == ROOT_DIRECTORY &&
	    !is_readonly_overlay(c->plan, SLOT_ROOT))
		fail("a read-only root could be written to", s->root_path);
}

/* Every entry of a tree has its directory before it, and nothing is in it twice. */
static void check_tree(const struct tree_make_step *t)
{
	for (size_t i = 0; i < t->n_entries; i++) {
		const char *path = t->entries[i].path;
		const char *slash = strrchr(path, '/');
		bool found = !slash;

		for (size_t k = 0; k < i; k++) {
			const struct tree_entry *e = &t->entries[k];

			if (strcmp(e->path, path) == 0)
				fail("twice in a tree", path);
			if (slash && strlen(e->path) == (size_t)(slash - path) &&
			    strncmp(e->path, path, strlen(e->path)) == 0)
				found = e->kind == TREE_DIRECTORY;
		}
		if (!found)
			fail("no directory for an entry of a tree", path);
	}
}

static const struct step *find(const struct plan *p, enum step_kind kind)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].kind == kind)
			return &p->steps[i];
	return NULL;
}

static void check_rights(const struct computed *c)
{
	const struct spec *s = c->spec;
	const struct plan *p = c->plan;

	if (!find(p, STEP_CRED_SECCOMP) != !s->seccomp)
		fail("the system call filter", s->seccomp ? "is missing" : "is there");
	if (!find(p, STEP_CRED_NO_NEW_PRIVS) != !s->no_new_privileges)
		fail("no_new_privs", s->no_new_privileges ? "is missing" : "is there");
	if (find(p, STEP_CRED_CAPS)->cred_caps.keep & ~find(p, STEP_CRED_BOUND)->cred_bound.keep)
		fail("capabilities outside of the bounding set", "");
	if (!spec_own_userns(s) != !find(p, STEP_NS_MAP))
		fail("the id map", spec_own_userns(s) ? "is missing" : "is there");
}

static size_t count(const struct plan *p, enum step_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		n += p->steps[i].kind == kind;
	return n;
}

/* Nothing that was asked for is missing. */
static void check_intent(const struct computed *c)
{
	const struct spec *s = c->spec;
	const struct plan *p = c->plan;

	check_mounts(c);
	check_readonly(c);
	check_rights(c);
	for (size_t i = 0; i < p->n; i++)
		if (p->steps[i].kind == STEP_TREE_MAKE)
			check_tree(&p->steps[i].tree_make);
	if (count(p, STEP_SYSCTL_WRITE) != s->n_sysctls)
		fail("kernel settings", "not as many as were asked for");
	if (s->tty == TTY_ON && !find(p, STEP_CONSOLE_USE))
		fail("the terminal", "is missing");
	if (s->n_secrets > 0 && !find(p, STEP_MOUNT_ATTACH))
		fail("secrets", "are missing");
	for (int t = 0; t < _NS_N; t++) {
		bool opened = false;

		for (size_t i = 0; i < p->n; i++)
			opened = opened || (p->steps[i].kind == STEP_NS_OPEN &&
					    p->steps[i].ns_open.type == (enum ns_type)t);
		if (opened != (s->ns[t].mode == NS_PATH))
			fail("a namespace to be joined", ns_name((enum ns_type)t));
	}
}

static void check_readers(const struct computed *c)
{
	_cleanup_text_ struct text list = { 0 }, explain = { 0 };
	size_t lines = 0;

	plan_list(c->plan, &list);
	for (const char *p = text_get(&list); *p; p++)
		lines += *p == '\n';
	if (lines != c->plan->n)
		fail("plan_list() has another number of lines than steps", text_get(&list));
	plan_explain(c->plan, &explain);
	if (explain.length < 1000)
		fail("plan_explain() says too little", text_get(&explain));
	for (const char *p = text_get(&explain); *p; p++)
		if (((unsigned char)*p < 0x20 && *p != '\n' && *p != '\t') || *p == 0x7f)
			fail("a control character in what is explained", text_get(&explain));
}

/* One more process has the rights of the container, unless more were asked for. */
static void check_exec(const struct computed *c)
{
	const struct spec *s = c->spec;
	const struct plan *p = c->plan;

	if (!find(p, STEP_CRED_SECCOMP) != !s->seccomp)
		fail("the filter of one more process", s->seccomp ? "is missing" : "is there");
	if (!find(p, STEP_CRED_NO_NEW_PRIVS) != !s->no_new_privileges)
		fail("no_new_privs of one more process", "is not the container's");
	if (!c->privileged && find(p, STEP_CRED_CAPS)->cred_caps.keep != s->capabilities)
		fail("capabilities of one more process", "are not the container's");
}

static void attempt_exec(const struct attempt *a, struct computed *c, const struct facts *f,
			 struct text *explain)
{
	struct err e = { 0 };
	int r = compute_exec(c, f, a->environment, a->n - a->exec, a->words + a->exec, &e);

	if (r < 0)
		check_refusal(r, &e);
	if (r != 0)
		return;
	check_exec(c);
	check_readers(c);
	if (explain)
		plan_explain(c->plan, explain);
}

/* -> true where it became a plan */
static bool attempt(struct attempt *a, struct text *explain)
{
	struct computed c;
	struct facts facts;
	struct err e = { 0 };
	bool planned = false;

	current = a;
	if (host_describe(a->host, &facts) < 0)
		fail("no such host", a->host);
	int r = compute(&c, &facts, a->environment, a->exec, a->words, &e);
	if (r < 0) {
		check_refusal(r, &e);
	} else if (r == 0) {
		check_intent(&c);
		check_readers(&c);
		if (compute_again(&c, &facts, &e) < 0)
			fail("the record does not lead to the same container", e.text);
		if (explain)
			plan_explain(c.plan, explain);
		attempt_exec(a, &c, &facts, explain);
		planned = true;
	}
	computed_done(&c);
	return planned;
}

#ifdef HONU_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dice d = dice_from_bytes(data, size);
	struct attempt a = { .n = 0 };

	generate(&d, &a);
	(void)attempt(&a, NULL);
	arena_done(&a.arena);
	return 0;
}

#else

static bool run(uint64_t number, struct text *explain, FILE *show)
{
	struct dice d = dice_from_number(number);
	struct attempt a = { .n = 0 };

	case_number = number;
	generate(&d, &a);
	if (show)
		print_attempt(show, &a);
	bool planned = attempt(&a, explain);
	arena_done(&a.arena);
	return planned;
}

static int write_scripts(const char *directory, uint64_t first, uint64_t n)
{
	for (uint64_t i = first; i < first + n; i++) {
		_cleanup_text_ struct text t = { 0 };
		char path[4096];

		if (!run(i, &t, NULL))
			continue;
		(void)snprintf(path, sizeof(path), "%s/%llu.sh", directory, (unsigned long long)i);
		_cleanup_file_ FILE *f = fopen(path, "we");
		if (!f || fputs(text_get(&t), f) < 0)
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	uint64_t first, n, planned = 0;

	if (argc == 3 && strcmp(argv[1], "--show") == 0 && number_u64(argv[2], &first) == 0) {
		puts(run(first, NULL, stdout) ? "planned" : "refused");
		return 0;
	}
	if (argc == 5 && strcmp(argv[1], "--scripts") == 0 && number_u64(argv[3], &first) == 0 &&
	    number_u64(argv[4], &n) == 0)
		return write_scripts(argv[2], first, n);
	if (argc != 3 || number_u64(argv[1], &first) < 0 || number_u64(argv[2], &n) < 0) {
		fputs("usage: plan [--show NUMBER | --scripts DIR] FIRST COUNT\n", stderr);
		return 2;
	}
	for (uint64_t i = first; i < first + n; i++) {
		if (i % 1000 == 0 || i == first)
			fprintf(stderr, "case %llu\n", (unsigned long long)i);
		planned += run(i, NULL, NULL);
	}
	printf("%llu planned, %llu refused\n", (unsigned long long)planned,
	       (unsigned long long)(n - planned));
	return 0;
}

#endif
