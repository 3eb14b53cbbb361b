/* fuzz/typed.h - what people type, by chance: right and wrong options of run, on some host, and those of
 * exec for such a container. */
#pragma once

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "dice.h"
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

static inline void generate(struct dice *d, struct attempt *a)
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

static inline void print_attempt(FILE *f, const struct attempt *a)
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
