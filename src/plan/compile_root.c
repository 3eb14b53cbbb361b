/* plan/compile_root.c - the root file system and the kernel's views in it (/proc, /sys, /dev,
 * control groups). */
#include <errno.h>
#include <stdio.h>
#include <linux/mount.h>

#include "plan/compile.h"

#define KERNEL_VIEW (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
#define LINUX_DETACHED_LAYERS 6015 /* overlayfs takes detached mounts as layers from here on */

static unsigned add_open(struct compiler *c, const char *source, unsigned slot, const char *origin)
{
	struct step *s = compile_add(c, ACTOR_HOST, STEP_MOUNT_OPEN, origin);

	s->mount_open = (struct mount_open_step){ .source = source, .slot = slot };
	return slot;
}

static void add_attach(struct compiler *c, unsigned slot, const char *target, uint64_t attr,
		       const char *origin)
{
	struct step *s = compile_add(c, ACTOR_INIT, STEP_MOUNT_ATTACH, origin);

	s->mount_attach = (struct mount_attach_step){
		.slot = slot, .target = target, .attr_set = attr, .propagation = MS_PRIVATE | MS_REC
	};
}

/* Read-only that root inside cannot undo: see docs/mount.md. */
static bool root_stays_readonly(const struct spec *s)
{
	return s->root_readonly && s->ns[NS_USER].mode != NS_HOST && spec_can_mount(s);
}

static bool root_is_overlay(const struct spec *s)
{
	return s->root_ephemeral || root_stays_readonly(s);
}

static bool root_has_upper(const struct spec *s)
{
	return s->root_ephemeral && !root_stays_readonly(s);
}

/* From its attachment on: once private, a mount has no master to follow any more. */
static bool follows_host(const struct spec *s)
{
	return s->root_propagation == PROPAGATION_SLAVE ||
	       s->root_propagation == PROPAGATION_RSLAVE;
}

static int need_detached_layers(struct compiler *c, const char *what)
{
	if (c->facts->kernel >= LINUX_DETACHED_LAYERS)
		return 0;
	return err_hint(c->e,
			err_say(c->e, -EOPNOTSUPP,
				"%s: needs an overlay of detached mounts, and Linux %s has none "
				"(6.15 does)",
				what, c->facts->release),
			"copy the directory and run the copy, or use a newer kernel");
}

/* ---- host: before and after the clone ---- */

static void open_host_usr(struct compiler *c)
{
	const struct facts *f = c->facts;
	unsigned slot = compile_slot(c, "usr");

	add_open(c, "/usr", slot, NULL);
	c->root_slot = slot; /* of /usr: SLOT_ROOT is the tree around it */
	for (size_t i = 0; i < f->n_root_entries; i++) {
		if (!f->root_entries[i].link)
			add_open(c, arena_printf(c->arena, "/%s", f->root_entries[i].name),
				 compile_slot(c, f->root_entries[i].name), NULL);
	}
	for (size_t i = 0; i < f->n_etc_binds; i++) {
		add_open(c, f->etc_binds[i], compile_slot(c, f->etc_binds[i]), NULL);
		c->steps[c->n - 1].mount_open.optional = true;
		c->steps[c->n - 1].mount_open.attr = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
						     MOUNT_ATTR_NODEV;
	}
}

/* The host's own views, where the kernel lets us make none: it asks for the user namespace that
 * owns the pid or network namespace. */
static bool binds_proc(const struct compiler *c)
{
	return c->own_userns && c->spec->ns[NS_PID].mode == NS_HOST;
}

static bool binds_sys(const struct compiler *c)
{
	const struct spec *s = c->spec;

	return c->own_userns &&
	       (s->ns[NS_NET].mode == NS_HOST ||
		(s->ns[NS_NET].mode == NS_PATH && s->ns[NS_USER].mode == NS_PRIVATE));
}

static bool binds_mqueue(const struct compiler *c)
{
	return c->own_userns && c->spec->ns[NS_IPC].mode == NS_HOST;
}

static bool binds_cgroup(const struct compiler *c)
{
	return c->spec->ns[NS_CGROUP].mode == NS_HOST ||
	       (c->spec->ns[NS_CGROUP].mode == NS_PATH && c->spec->ns[NS_USER].mode == NS_PRIVATE);
}

#define SLOT_NAME_SYS "host-sys"

static unsigned slot_of(const struct compiler *c, const char *name)
{
	for (unsigned i = SLOT_SOURCE; i < c->n_slots; i++) {
		if (strcmp(c->slot_names[i], name) == 0)
			return i;
	}
	return SLOT_NONE;
}

static void open_host_views(struct compiler *c)
{
	if (binds_proc(c)) {
		add_open(c, "/proc", SLOT_PROC, c->spec->ns[NS_PID].origin);
		compile_note(c, "--pid host with a user namespace: /proc is the host's own, as the "
				"kernel lets nobody else mount it");
	}
	if (binds_sys(c))
		add_open(c, "/sys", compile_slot(c, SLOT_NAME_SYS), c->spec->ns[NS_NET].origin);
	if (binds_mqueue(c)) {
		add_open(c, "/dev/mqueue", compile_slot(c, "host-mqueue"),
			 c->spec->ns[NS_IPC].origin);
		c->steps[c->n - 1].mount_open.optional = true;
	}
	if (c->spec->ns[NS_IPC].mode == NS_HOST) {
		/* POSIX shared memory is files: sharing it means sharing the mount. */
		add_open(c, "/dev/shm", compile_slot(c, "host-shm"), c->spec->ns[NS_IPC].origin);
		c->steps[c->n - 1].mount_open.optional = true;
	}
	if (binds_cgroup(c) && c->facts->cgroup_layout != CGROUP_NONE) {
		add_open(c, "/sys/fs/cgroup", compile_slot(c, "host-cgroup"),
			 c->spec->ns[NS_CGROUP].origin);
		c->steps[c->n - 1].mount_open.recursive = true;
		c->steps[c->n - 1].mount_open.attr = MOUNT_ATTR_RDONLY | KERNEL_VIEW;
	}
}

void compile_seal(struct compiler *c, const char *path, unsigned slot, const char *origin)
{
	struct step *s = compile_add(c, ACTOR_HOST, STEP_PROC_SEAL, origin);

	s->proc_seal = (struct proc_seal_step){ .path = path, .slot = slot };
}

int compile_root_sources(struct compiler *c)
{
	const struct spec *s = c->spec;

	if (s->init)
		compile_seal(c, c->facts->init_path, SLOT_INIT, "--init");
	if (compile_wants_stub(c))
		compile_seal(c, c->facts->exec_path, SLOT_EXEC, NULL);
	if (s->root_kind == ROOT_SHARED)
		return 0;
	open_host_views(c);
	if (s->root_kind == ROOT_HOST_USR) {
		open_host_usr(c);
		return 0;
	}
	if (root_is_overlay(s)) {
		int r = need_detached_layers(c, s->root_ephemeral ? "--ephemeral" : "--read-only");

		if (r < 0)
			return r;
		c->root_slot = compile_slot(c, "lower");
	}
	add_open(c, s->root_path, c->root_slot, s->root_origin);
	struct mount_open_step *open = &c->steps[c->n - 1].mount_open;
	open->directory = true;
	open->needs_peer = follows_host(s);
	if (root_has_upper(s))
		compile_upper(c, compile_slot(c, "upper"), s->root_origin);
	return 0;
}

static void add_idmap(struct compiler *c, unsigned slot, const char *source, const char *origin)
{
	struct step *s = compile_add(c, ACTOR_HOST, STEP_MOUNT_IDMAP, origin);

	s->mount_idmap = (struct mount_idmap_step){ .slot = slot, .source = source };
}

static void layer_host_usr(struct compiler *c)
{
	/* The host's /usr is worth an overlay: nothing inside, whatever it gains, can make a
	 * superblock writable that belongs to the host's user namespace. Older kernels get the
	 * bind without an id map, where files are nobody's and so nobody's to change. */
	if (!c->maps_ids || c->facts->kernel < LINUX_DETACHED_LAYERS)
		return;
	unsigned lower = c->root_slot;

	add_idmap(c, lower, "/usr", NULL);
	c->root_slot = compile_slot(c, "usr-readonly");
	struct step *s = compile_add(c, ACTOR_HOST, STEP_MOUNT_OVERLAY, NULL);
	s->mount_overlay = (struct mount_overlay_step){ .slot = c->root_slot,
							.lower_slot = lower,
							.source = "/usr",
							.attr = MOUNT_ATTR_NODEV };
}

int compile_root_layers(struct compiler *c)
{
	const struct spec *s = c->spec;

	if (s->root_kind == ROOT_SHARED)
		return 0;
	if (s->root_kind == ROOT_HOST_USR) {
		layer_host_usr(c);
		return 0;
	}
	if (c->maps_ids)
		add_idmap(c, c->root_slot, s->root_path, s->root_origin);
	if (root_is_overlay(s)) {
		struct step *step = compile_add(c, ACTOR_HOST, STEP_MOUNT_OVERLAY, s->root_origin);

		step->mount_overlay = (struct mount_overlay_step){
			.slot = SLOT_ROOT,
			.lower_slot = c->root_slot,
			.upper_slot = root_has_upper(s) ? slot_of(c, "upper") : SLOT_NONE,
			.source = s->root_path,
		};
		c->root_slot = SLOT_ROOT;
	}
	return 0;
}

/* ---- inside ---- */

static struct mount_option *option_list(struct compiler *c, size_t n,
					const struct mount_option *list)
{
	struct mount_option *copy = arena_alloc(c->arena, n * sizeof(*copy));

	memcpy(copy, list, n * sizeof(*copy));
	return copy;
}

static struct mount_fs_step *add_fs(struct compiler *c, const char *type, const char *target,
				    uint64_t attr, size_t n, const struct mount_option *options)
{
	struct step *s = compile_add(c, ACTOR_INIT, STEP_MOUNT_FS, NULL);

	s->mount_fs = (struct mount_fs_step){ .type = type,
					      .target = target,
					      .options = n ? option_list(c, n, options) : NULL,
					      .n_options = n,
					      .attr = attr };
	return &s->mount_fs;
}

static void add_v1_view(struct compiler *c, const struct cgroup_hierarchy *h)
{
	struct mount_option *options = NULL;
	size_t n = 0;

	if (strncmp(h->controllers, "name=", 5) == 0) {
		arena_push(c->arena, options, n, (struct mount_option){ "none", NULL });
		arena_push(c->arena, options, n,
			   (struct mount_option){ "name", h->controllers + 5 });
	} else {
		for (const char *p = h->controllers; *p;) {
			size_t length = strcspn(p, ",");

			arena_push(c->arena, options, n,
				   (struct mount_option){ arena_strndup(c->arena, p, length),
							  NULL });
			p += length + (p[length] == ',');
		}
	}
	add_fs(c, "cgroup", arena_printf(c->arena, "/sys/fs/cgroup/%s", h->directory),
	       MOUNT_ATTR_RDONLY | KERNEL_VIEW, n, options);
}

static bool has_cgroup_view(const struct compiler *c)
{
	return c->spec->root_kind != ROOT_SHARED && c->facts->cgroup_layout != CGROUP_NONE &&
	       !compile_has_target(c, "/sys") && !compile_has_target(c, "/sys/fs/cgroup");
}

/* The directory of the v1 hierarchies: a tmpfs with a name for each. */
static void add_cgroup_top(struct compiler *c)
{
	const struct facts *f = c->facts;
	struct tree_entry *entries = NULL;
	size_t n = 0;

	for (size_t i = 0; i < f->n_cgroups; i++) {
		const struct cgroup_hierarchy *h = &f->cgroups[i];

		arena_push(c->arena, entries, n,
			   (struct tree_entry){
				   .kind = TREE_DIRECTORY, .path = h->directory, .mode = 0755 });
		/* "cpu,cpuacct" is found under each of its names, as on the host. */
		if (strncmp(h->controllers, "name=", 5) == 0 || !strchr(h->controllers, ','))
			continue;
		for (const char *p = h->controllers; *p;) {
			size_t length = strcspn(p, ",");

			arena_push(c->arena, entries, n,
				   (struct tree_entry){ .kind = TREE_LINK,
							.path = arena_strndup(c->arena, p, length),
							.text = h->directory });
			p += length + (p[length] == ',');
		}
	}
	const struct mount_option mode = { "mode", "0755" };
	struct mount_fs_step *top =
		add_fs(c, "tmpfs", "/sys/fs/cgroup", MOUNT_ATTR_RDONLY | KERNEL_VIEW, 1, &mode);
	top->entries = entries;
	top->n_entries = n;
}

int compile_cgroup_view(struct compiler *c)
{
	const struct facts *f = c->facts;

	if (!has_cgroup_view(c))
		return 0;
	if (binds_cgroup(c)) {
		add_attach(c, slot_of(c, "host-cgroup"), "/sys/fs/cgroup", 0,
			   c->spec->ns[NS_CGROUP].origin);
		return 0;
	}
	if (f->cgroup_layout == CGROUP_V2) {
		add_fs(c, "cgroup2", "/sys/fs/cgroup", MOUNT_ATTR_RDONLY | KERNEL_VIEW, 0, NULL);
		return 0;
	}
	for (size_t i = 0; i < f->n_cgroups; i++) {
		const struct cgroup_hierarchy *h = &f->cgroups[i];

		if (h->is_v2)
			add_fs(c, "cgroup2",
			       arena_printf(c->arena, "/sys/fs/cgroup/%s", h->directory),
			       MOUNT_ATTR_RDONLY | KERNEL_VIEW, 0, NULL);
		else
			add_v1_view(c, h);
	}
	return 0;
}

static void add_dev(struct compiler *c)
{
	const struct spec *s = c->spec;
	const struct mount_option pts[] = {
		{ "newinstance", NULL }, { "ptmxmode", "0666" }, { "mode", "0620" }, { "gid", "5" }
	};
	const struct mount_option shm[] = {
		{ "mode", "1777" },
		{ "size", arena_printf(c->arena, "%llu", (unsigned long long)s->shm_size) }
	};
	bool tty_group = spec_gid_outside(s, 5) != UINT32_MAX;

	if (compile_has_target(c, "/dev"))
		return;
	add_attach(c, SLOT_DEV, "/dev", 0, NULL);
	if (!compile_has_target(c, "/dev/pts"))
		add_fs(c, "devpts", "/dev/pts", MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC,
		       tty_group ? 4 : 3, pts);
	if (s->ns[NS_IPC].mode == NS_HOST) {
		add_attach(c, slot_of(c, "host-shm"), "/dev/shm", 0, s->ns[NS_IPC].origin);
		c->steps[c->n - 1].mount_attach.optional = true;
	} else if (!compile_has_target(c, "/dev/shm")) {
		add_fs(c, "tmpfs", "/dev/shm", KERNEL_VIEW, 2, shm);
	}
	if (binds_mqueue(c)) {
		add_attach(c, slot_of(c, "host-mqueue"), "/dev/mqueue", 0, s->ns[NS_IPC].origin);
		c->steps[c->n - 1].mount_attach.optional = true;
	} else if (s->ns[NS_IPC].mode != NS_PATH || s->ns[NS_USER].mode != NS_PRIVATE) {
		add_fs(c, "mqueue", "/dev/mqueue", KERNEL_VIEW, 0, NULL);
	}
}

static void attach_host_usr(struct compiler *c)
{
	const struct facts *f = c->facts;

	add_attach(c, c->root_slot, "/usr", MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV, NULL);
	for (size_t i = 0; i < f->n_root_entries; i++) {
		if (!f->root_entries[i].link)
			add_attach(c, slot_of(c, f->root_entries[i].name),
				   arena_printf(c->arena, "/%s", f->root_entries[i].name),
				   MOUNT_ATTR_RDONLY | MOUNT_ATTR_NODEV, NULL);
	}
	for (size_t i = 0; i < f->n_etc_binds; i++) {
		if (compile_has_target(c, f->etc_binds[i]))
			continue;
		add_attach(c, slot_of(c, f->etc_binds[i]), f->etc_binds[i], 0, NULL);
		c->steps[c->n - 1].mount_attach.optional = true;
	}
}

int compile_root(struct compiler *c)
{
	const struct spec *s = c->spec;
	struct step *step;

	if (s->root_kind == ROOT_SHARED) {
		compile_add(c, ACTOR_INIT, STEP_ROOT_ATTACH, s->ns[NS_MOUNT].origin);
		return 0;
	}
	step = compile_add(c, ACTOR_INIT, STEP_MOUNT_PROPAGATION, NULL);
	step->mount_propagation.flags = MS_PRIVATE | MS_REC;
	step = compile_add(c, ACTOR_INIT, STEP_ROOT_ATTACH, s->root_origin);
	step->root_attach.slot = SLOT_ROOT;
	step->root_attach.propagation = follows_host(s) ? MS_SLAVE | MS_REC : MS_PRIVATE | MS_REC;
	if (s->root_kind == ROOT_HOST_USR)
		attach_host_usr(c);
	if (binds_proc(c))
		add_attach(c, SLOT_PROC, "/proc", KERNEL_VIEW, s->ns[NS_PID].origin);
	else
		add_fs(c, "proc", "/proc", KERNEL_VIEW, 0, NULL)->slot = SLOT_PROC;
	if (!compile_has_target(c, "/sys")) {
		if (binds_sys(c))
			add_attach(c, slot_of(c, SLOT_NAME_SYS), "/sys",
				   MOUNT_ATTR_RDONLY | KERNEL_VIEW, s->ns[NS_NET].origin);
		else
			add_fs(c, "sysfs", "/sys", MOUNT_ATTR_RDONLY | KERNEL_VIEW, 0, NULL);
	}
	add_dev(c);
	/* Before the groups are joined: only the hierarchies themselves have to wait for that. */
	if (has_cgroup_view(c) && !binds_cgroup(c) && c->facts->cgroup_layout != CGROUP_V2)
		add_cgroup_top(c);
	return 0;
}

int compile_root_finish(struct compiler *c)
{
	const struct spec *s = c->spec;

	if (s->root_kind == ROOT_SHARED)
		return 0;
	compile_add(c, ACTOR_INIT, STEP_ROOT_PIVOT, NULL);
	for (size_t i = 0; i < s->n_masked; i++)
		compile_add(c, ACTOR_INIT, STEP_MOUNT_MASK, NULL)->mount_mask.path = s->masked[i];
	for (size_t i = 0; i < s->n_readonly; i++)
		compile_add(c, ACTOR_INIT, STEP_MOUNT_READONLY, NULL)->mount_readonly.path =
			s->readonly[i];
	/* After the last bind inside: of an unbindable mount there is none. */
	if (s->root_propagation != PROPAGATION_RPRIVATE &&
	    s->root_propagation != PROPAGATION_PRIVATE && !follows_host(s)) {
		struct step *step =
			compile_add(c, ACTOR_INIT, STEP_MOUNT_PROPAGATION, "--rootfs-propagation");

		step->mount_propagation.flags = compile_propagation(s->root_propagation);
		step->mount_propagation.after_pivot = true;
	}
	if (s->root_readonly)
		compile_add(c, ACTOR_INIT, STEP_ROOT_LOCK, "--read-only");
	return 0;
}
