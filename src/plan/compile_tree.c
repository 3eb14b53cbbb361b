/* plan/compile_tree.c - the small file systems that honu fills itself: /dev, the files of /etc
 * that name the container, secrets, and the root of a container without an image. */
#include <errno.h>
#include <stdio.h>
#include <linux/mount.h>
#include <sys/stat.h>

#include "plan/compile.h"

#define LINUX_NOSWAP 6004 /* tmpfs knows "noswap" from here on */

struct tree {
	struct compiler *c;
	struct tree_entry *entries;
	size_t n;
	uint32_t uid, gid; /* root inside, as an id outside */
};

static struct tree tree_begin(struct compiler *c)
{
	return (struct tree){ .c = c,
			      .uid = spec_uid_outside(c->spec, 0),
			      .gid = spec_gid_outside(c->spec, 0) };
}

static void add(struct tree *t, enum tree_kind kind, const char *path, const char *text,
		uint32_t mode)
{
	arena_push(t->c->arena, t->entries, t->n,
		   (struct tree_entry){ .kind = kind,
					.path = path,
					.text = text,
					.mode = mode,
					.uid = t->uid,
					.gid = t->gid });
}

static void add_node(struct tree *t, const char *path, uint32_t mode, uint32_t major,
		     uint32_t minor)
{
	add(t, TREE_NODE, path, NULL, mode);
	t->entries[t->n - 1].major = major;
	t->entries[t->n - 1].minor = minor;
}

static struct tree_entry *find(struct tree *t, const char *path, size_t n)
{
	for (size_t i = 0; i < t->n; i++) {
		if (strncmp(t->entries[i].path, path, n) == 0 && t->entries[i].path[n] == '\0')
			return &t->entries[i];
	}
	return NULL;
}

/* The directories above path. -> the length of the first one that is something else, or 0 */
static size_t add_parents(struct tree *t, const char *path)
{
	for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		size_t n = (size_t)(p - path);
		const struct tree_entry *e = find(t, path, n);

		if (!e)
			add(t, TREE_DIRECTORY, arena_strndup(t->c->arena, path, n), NULL, 0755);
		else if (e->kind != TREE_DIRECTORY)
			return n;
	}
	return 0;
}

static void tree_end(struct tree *t, unsigned slot, const char *label, uint64_t attr,
		     const char *mode, const char *size)
{
	struct arena *a = t->c->arena;
	struct mount_option *options = NULL;
	size_t n = 0;

	arena_push(a, options, n, (struct mount_option){ "mode", mode });
	if (size)
		arena_push(a, options, n, (struct mount_option){ "size", size });
	if (t->uid != 0)
		arena_push(a, options, n,
			   (struct mount_option){ "uid", arena_printf(a, "%u", t->uid) });
	if (t->gid != 0)
		arena_push(a, options, n,
			   (struct mount_option){ "gid", arena_printf(a, "%u", t->gid) });
	if (slot == SLOT_SECRETS && t->c->facts->kernel >= LINUX_NOSWAP)
		arena_push(a, options, n, (struct mount_option){ "noswap", NULL });
	struct step *s = compile_add(t->c, ACTOR_HOST, STEP_TREE_MAKE, NULL);
	s->tree_make = (struct tree_make_step){ .slot = slot,
						.label = label,
						.options = options,
						.n_options = n,
						.attr = attr,
						.entries = t->entries,
						.n_entries = t->n };
}

/* ---- /dev ---- */

static int add_device(struct tree *t, const struct device_spec *d)
{
	const struct spec *s = t->c->spec;
	const char *name = d->target + strlen("/dev/");
	size_t taken = add_parents(t, name);
	struct tree_entry *e = find(t, name, strlen(name));
	uint32_t uid = spec_uid_outside(s, d->uid), gid = spec_gid_outside(s, d->gid);

	if (!taken && e && e->kind != TREE_NODE)
		taken = strlen(name);
	if (taken)
		return err_hint(t->c->e,
				err_say(t->c->e, -EINVAL, "%s: /dev/%.*s is something else inside",
					d->origin, (int)taken, name),
				"choose another path inside: --device %s:/dev/NAME", d->source);
	if (!e) {
		add(t, TREE_NODE, name, NULL, 0);
		e = &t->entries[t->n - 1];
	}
	e->mode = d->type | d->mode;
	e->major = d->major;
	e->minor = d->minor;
	e->uid = uid == UINT32_MAX ? t->uid : uid;
	e->gid = gid == UINT32_MAX ? t->gid : gid;
	return 0;
}

static int make_dev(struct compiler *c)
{
	static const struct {
		const char *name;
		unsigned major, minor;
	} nodes[] = { { "null", 1, 3 },	  { "zero", 1, 5 },    { "full", 1, 7 },
		      { "random", 1, 8 }, { "urandom", 1, 9 }, { "tty", 5, 0 } };
	static const char *const links[][2] = {
		{ "ptmx", "pts/ptmx" },		 { "fd", "/proc/self/fd" },
		{ "stdin", "/proc/self/fd/0" },	 { "stdout", "/proc/self/fd/1" },
		{ "stderr", "/proc/self/fd/2" }, { "core", "/proc/kcore" },
	};
	struct tree t = tree_begin(c);

	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		add_node(&t, nodes[i].name, S_IFCHR | 0666, nodes[i].major, nodes[i].minor);
	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		add(&t, TREE_LINK, links[i][0], links[i][1], 0777);
	add(&t, TREE_DIRECTORY, "pts", NULL, 0755);
	add(&t, TREE_DIRECTORY, "shm", NULL, 01777);
	add(&t, TREE_DIRECTORY, "mqueue", NULL, 0755);
	if (compile_wants_console(c))
		add(&t, TREE_FILE, "console", NULL, 0620);
	for (size_t i = 0; i < c->spec->n_devices; i++) {
		int r = c->device_slot[i] == SLOT_NONE ? add_device(&t, &c->spec->devices[i]) : 0;

		if (r < 0)
			return r;
	}
	tree_end(&t, SLOT_DEV, "/dev", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC, "0755", "65536k");
	return 0;
}

/* ---- the files of /etc that name the container ---- */

static const char *hosts_text(struct compiler *c)
{
	const struct spec *s = c->spec;
	struct text t = { 0 };
	const char *name = s->hostname ? s->hostname : c->facts->hostname;

	text_add(&t, "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
	text_printf(&t, "127.0.1.1\t%s\n", name);
	for (size_t i = 0; i < s->n_hosts; i++)
		text_printf(&t, "%s\t%s\n", s->hosts[i].value, s->hosts[i].key);
	const char *copy = arena_strdup(c->arena, text_get(&t));
	text_done(&t);
	return copy;
}

static const char *resolv_text(struct compiler *c)
{
	const struct spec *s = c->spec;
	struct text t = { 0 };

	if (s->n_dns == 0 && s->n_dns_search == 0 && s->n_dns_options == 0)
		return c->facts->resolv_conf ? c->facts->resolv_conf : "";
	for (size_t i = 0; i < s->n_dns; i++)
		text_printf(&t, "nameserver %s\n", s->dns[i]);
	for (size_t i = 0; i < s->n_dns_search; i++)
		text_printf(&t, "%s%s", i ? " " : "search ", s->dns_search[i]);
	if (s->n_dns_search > 0)
		text_add(&t, "\n");
	for (size_t i = 0; i < s->n_dns_options; i++)
		text_printf(&t, "%s%s", i ? " " : "options ", s->dns_options[i]);
	if (s->n_dns_options > 0)
		text_add(&t, "\n");
	const char *copy = arena_strdup(c->arena, text_get(&t));
	text_done(&t);
	return copy;
}

/* Where nothing but lo exists a name server is out of reach, unless the user names one. */
static bool wants_resolv(const struct compiler *c)
{
	return c->spec->manage_dns &&
	       (c->spec->ns[NS_NET].mode != NS_PRIVATE || c->spec->n_dns > 0 ||
		c->spec->n_dns_search > 0 || c->spec->n_dns_options > 0);
}

static void add_names(struct tree *t, const char *prefix)
{
	struct compiler *c = t->c;
	struct arena *a = c->arena;

	if (c->spec->manage_hosts) {
		add(t, TREE_FILE, arena_printf(a, "%shosts", prefix), hosts_text(c), 0644);
		add(t, TREE_FILE, arena_printf(a, "%shostname", prefix),
		    arena_printf(a, "%s\n",
				 c->spec->hostname ? c->spec->hostname : c->facts->hostname),
		    0644);
	}
	if (wants_resolv(c))
		add(t, TREE_FILE, arena_printf(a, "%sresolv.conf", prefix), resolv_text(c), 0644);
}

static void make_files(struct compiler *c)
{
	struct tree t = tree_begin(c);

	add_names(&t, "");
	if (t.n > 0)
		tree_end(&t, SLOT_FILES, "/etc/hosts …", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV,
			 "0755", "1m");
}

static void make_secrets(struct compiler *c)
{
	struct tree t = tree_begin(c);

	if (c->spec->n_secrets == 0)
		return;
	for (size_t i = 0; i < c->spec->n_secrets; i++)
		add(&t, TREE_COPY, c->spec->secrets[i].name, c->spec->secrets[i].source, 0400);
	if (c->facts->kernel < LINUX_NOSWAP)
		compile_note(c,
			     "secrets could be swapped out: keeping a file system in memory came "
			     "with Linux 6.4");
	tree_end(&t, SLOT_SECRETS, "/run/secrets",
		 MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC, "0755", "64m");
}

/* ---- the root of a container without an image ---- */

static void make_host_usr_root(struct compiler *c)
{
	static const struct {
		const char *path;
		uint32_t mode;
	} directories[] = {
		{ "dev", 0755 },     { "etc", 0755 },	    { "home", 0755 },
		{ "mnt", 0755 },     { "opt", 0755 },	    { "proc", 0555 },
		{ "root", 0700 },    { "run", 0755 },	    { "srv", 0755 },
		{ "sys", 0555 },     { "tmp", 01777 },	    { "usr", 0755 },
		{ "var", 0755 },     { "var/cache", 0755 }, { "var/lib", 0755 },
		{ "var/log", 0755 }, { "var/spool", 0755 }, { "var/tmp", 01777 },
	};
	static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
				     "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";
	static const char group[] = "root:x:0:\ntty:x:5:\nnogroup:x:65534:\n";
	static const char nsswitch[] = "passwd: files\ngroup: files\nshadow: files\n"
				       "hosts: files dns\nnetworks: files\nservices: files\n"
				       "protocols: files\n";
	const struct facts *f = c->facts;
	struct tree t = tree_begin(c);

	for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
		add(&t, TREE_DIRECTORY, directories[i].path, NULL, directories[i].mode);
	for (size_t i = 0; i < f->n_root_entries; i++) {
		const struct root_entry *e = &f->root_entries[i];

		if (e->link)
			add(&t, TREE_LINK, e->name, e->link, 0777);
		else
			add(&t, TREE_DIRECTORY, e->name, NULL, 0755);
	}
	add(&t, TREE_LINK, "var/run", "../run", 0777);
	add(&t, TREE_LINK, "var/lock", "../run/lock", 0777);
	add(&t, TREE_DIRECTORY, "run/lock", NULL, 01777);
	add(&t, TREE_FILE, "etc/passwd", passwd, 0644);
	add(&t, TREE_FILE, "etc/group", group, 0644);
	add(&t, TREE_FILE, "etc/nsswitch.conf", nsswitch, 0644);
	add(&t, TREE_LINK, "etc/mtab", "/proc/self/mounts", 0777);
	add(&t, TREE_LINK, "etc/os-release", "../usr/lib/os-release", 0777);
	if (f->timezone)
		add(&t, TREE_LINK, "etc/localtime",
		    arena_printf(c->arena, "/usr/share/zoneinfo/%s", f->timezone), 0777);
	add_names(&t, "etc/");
	tree_end(&t, SLOT_ROOT, "/", MOUNT_ATTR_NODEV, "0755", NULL);
}

void compile_upper(struct compiler *c, unsigned slot, const char *origin)
{
	struct tree t = { .c = c };

	/* mount.overlay gives "upper" the owner and mode of the lower directory. */
	add(&t, TREE_DIRECTORY, "upper", NULL, 0755);
	add(&t, TREE_DIRECTORY, "work", NULL, 0700);
	tree_end(&t, slot, "what is written, thrown away at the end", 0, "0700", NULL);
	c->steps[c->n - 1].origin = origin;
}

int compile_trees(struct compiler *c)
{
	const struct spec *s = c->spec;

	if (s->root_kind == ROOT_SHARED)
		return 0;
	if (s->root_kind == ROOT_HOST_USR)
		make_host_usr_root(c);
	else
		make_files(c);
	make_secrets(c);
	return make_dev(c);
}
