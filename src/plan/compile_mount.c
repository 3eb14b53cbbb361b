/* plan/compile_mount.c - what the user mounts: binds, tmpfs, overlays; the files and secrets that
 * honu adds; devices outside of /dev. */
#include <errno.h>
#include <stdio.h>
#include <linux/mount.h>

#include "plan/compile.h"

static bool wants_peer(const struct mount_spec *m)
{
	return m->propagation == PROPAGATION_SHARED || m->propagation == PROPAGATION_RSHARED ||
	       m->propagation == PROPAGATION_SLAVE || m->propagation == PROPAGATION_RSLAVE;
}

static bool is_mapped(const struct compiler *c, const struct mount_spec *m)
{
	return c->maps_ids && !m->no_idmap;
}

/* A flag on a mount that is attached inside is not locked: who holds CAP_SYS_ADMIN there could
 * clear read-only. An overlay whose superblock is read-only leaves nothing to clear. Without that
 * capability the plain bind is as safe, and follows its source more faithfully. */
static bool needs_lock(const struct compiler *c, const struct mount_spec *m)
{
	return m->type == MOUNT_BIND && (m->readonly || m->readonly_recursive) && c->own_userns &&
	       spec_can_mount(c->spec);
}

bool compile_has_target(const struct compiler *c, const char *target)
{
	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		if (strcmp(c->spec->mounts[i].target, target) == 0)
			return true;
	}
	return false;
}

static bool is_below(const char *path, const char *directory)
{
	size_t n = strlen(directory);

	return strncmp(path, directory, n) == 0 && path[n] == '/';
}

/* True where a node made in the tree of /dev would be hidden by what is mounted on top. */
static bool is_below_mount(const struct compiler *c, const char *path)
{
	for (size_t i = 0; i < c->spec->n_mounts; i++) {
		if (is_below(path, c->spec->mounts[i].target))
			return true;
	}
	return is_below(path, "/dev/pts") || is_below(path, "/dev/shm") ||
	       is_below(path, "/dev/mqueue");
}

static const char *slot_name(struct compiler *c, const char *kind, size_t i)
{
	return arena_printf(c->arena, "%s%zu", kind, i);
}

static int refuse(struct compiler *c, const struct mount_spec *m, const char *what,
		  const char *hint)
{
	return err_hint(c->e, err_say(c->e, -EOPNOTSUPP, "%s: %s", m->origin, what), "%s", hint);
}

static int check(struct compiler *c, const struct mount_spec *m)
{
	bool overlay = m->type == MOUNT_OVERLAY || needs_lock(c, m);

	if (overlay && c->facts->kernel < 6015)
		return refuse(c, m, "needs an overlay of detached mounts, which Linux 6.15 brought",
			      "drop CAP_SYS_ADMIN or use --userns host, or run a newer kernel");
	if (needs_lock(c, m) && wants_peer(m))
		return refuse(c, m,
			      "read-only and shared at once cannot be kept from a root inside that "
			      "holds CAP_SYS_ADMIN",
			      "drop CAP_SYS_ADMIN, or mount it private");
	if (m->type == MOUNT_OVERLAY && m->upper && is_mapped(c, m))
		return refuse(
			c, m,
			"an upper directory of yours cannot be id-mapped by the kernel, and honu "
			"never changes owners",
			"leave upper= out (changes are thrown away), or use --userns host");
	return 0;
}

int compile_mount_sources(struct compiler *c)
{
	const struct spec *s = c->spec;

	c->source_slot = arena_alloc(c->arena, (s->n_mounts + 1) * sizeof(*c->source_slot));
	c->device_slot = arena_alloc(c->arena, (s->n_devices + 1) * sizeof(*c->device_slot));
	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];
		int r = check(c, m);

		if (r < 0)
			return r;
		if (m->type == MOUNT_TMPFS)
			continue;
		c->source_slot[i] = compile_slot(c, slot_name(c, "source", i));
		struct step *step = compile_add(c, ACTOR_HOST, STEP_MOUNT_OPEN, m->origin);
		step->mount_open = (struct mount_open_step){
			.source = m->source,
			.slot = c->source_slot[i],
			.recursive = m->type == MOUNT_BIND && m->recursive && !needs_lock(c, m),
			.needs_peer = wants_peer(m),
			.directory = m->type == MOUNT_OVERLAY,
			.parent_of_file = needs_lock(c, m),
		};
	}
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct device_spec *d = &s->devices[i];

		if (strncmp(d->target, "/dev/", 5) == 0 && !is_below_mount(c, d->target))
			continue;
		c->device_slot[i] = compile_slot(c, slot_name(c, "device", i));
		struct step *step = compile_add(c, ACTOR_HOST, STEP_MOUNT_OPEN, d->origin);
		step->mount_open =
			(struct mount_open_step){ .source = d->source, .slot = c->device_slot[i] };
	}
	return 0;
}

int compile_mount_layers(struct compiler *c)
{
	const struct spec *s = c->spec;

	for (size_t i = 0; i < s->n_mounts; i++) {
		const struct mount_spec *m = &s->mounts[i];
		unsigned lower = c->source_slot[i];
		struct step *step;

		if (m->type == MOUNT_TMPFS)
			continue;
		if (is_mapped(c, m)) {
			step = compile_add(c, ACTOR_HOST, STEP_MOUNT_IDMAP, m->origin);
			step->mount_idmap = (struct mount_idmap_step){
				.slot = lower,
				.recursive = m->type == MOUNT_BIND && m->recursive &&
					     !needs_lock(c, m),
				.source = m->source,
			};
		}
		if (m->type == MOUNT_BIND && !needs_lock(c, m))
			continue;
		unsigned upper = SLOT_NONE;
		if (m->type == MOUNT_OVERLAY && !m->upper) {
			upper = compile_slot(c, slot_name(c, "upper", i));
			compile_upper(c, upper, m->origin);
		}
		c->source_slot[i] = compile_slot(c, slot_name(c, "overlay", i));
		step = compile_add(c, ACTOR_HOST, STEP_MOUNT_OVERLAY, m->origin);
		step->mount_overlay = (struct mount_overlay_step){ .slot = c->source_slot[i],
								   .lower_slot = lower,
								   .upper_slot = upper,
								   .upper = m->upper,
								   .work = m->work,
								   .source = m->source };
	}
	return 0;
}

static void add_tmpfs(struct compiler *c, const struct mount_spec *m)
{
	struct mount_option *options = NULL;
	size_t n = 0;

	arena_push(c->arena, options, n,
		   (struct mount_option){ "mode", arena_printf(c->arena, "%04o", m->mode) });
	if (m->size)
		arena_push(c->arena, options, n,
			   (struct mount_option){
				   "size",
				   arena_printf(c->arena, "%llu", (unsigned long long)m->size) });
	struct step *s = compile_add(c, ACTOR_INIT, STEP_MOUNT_FS, m->origin);
	s->mount_fs = (struct mount_fs_step){ .type = "tmpfs",
					      .target = m->target,
					      .options = options,
					      .n_options = n,
					      .attr = compile_attr(m),
					      .copy_up = m->copy_up };
}

static void add_one(struct compiler *c, size_t i)
{
	const struct mount_spec *m = &c->spec->mounts[i];

	if (m->type == MOUNT_TMPFS) {
		add_tmpfs(c, m);
		return;
	}
	struct step *s = compile_add(c, ACTOR_INIT, STEP_MOUNT_ATTACH, m->origin);
	s->mount_attach = (struct mount_attach_step){
		.slot = c->source_slot[i],
		.target = m->target,
		.attr_set = compile_attr(m),
		.recursive_attr = m->readonly_recursive,
		.propagation = compile_propagation(m->propagation),
	};
}

static void add_files(struct compiler *c)
{
	static const char *const files[][2] = { { "hosts", "/etc/hosts" },
						{ "hostname", "/etc/hostname" },
						{ "resolv.conf", "/etc/resolv.conf" } };
	struct tree_make_step tree = { .n_entries = 0 };

	for (size_t i = 0; i < c->n; i++) {
		if (c->steps[i].kind == STEP_TREE_MAKE && c->steps[i].tree_make.slot == SLOT_FILES)
			tree = c->steps[i].tree_make;
	}
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		bool made = false;

		for (size_t k = 0; k < tree.n_entries; k++)
			made = made || strcmp(tree.entries[k].path, files[i][0]) == 0;
		if (!made || compile_has_target(c, files[i][1]) || compile_has_target(c, "/etc"))
			continue;
		struct step *s = compile_add(c, ACTOR_INIT, STEP_MOUNT_ATTACH, NULL);
		s->mount_attach = (struct mount_attach_step){ .slot = SLOT_FILES,
							      .target = files[i][1],
							      .file = files[i][0],
							      .propagation = MS_PRIVATE };
	}
}

int compile_mounts(struct compiler *c)
{
	const struct spec *s = c->spec;

	if (s->root_kind == ROOT_SHARED)
		return 0;
	for (size_t i = 0; i < s->n_mounts; i++) /* parents first: spec_finish() sorted them */
		add_one(c, i);
	add_files(c);
	for (size_t i = 0; i < s->n_devices; i++) {
		if (c->device_slot[i] == SLOT_NONE)
			continue;
		struct step *step =
			compile_add(c, ACTOR_INIT, STEP_MOUNT_ATTACH, s->devices[i].origin);
		step->mount_attach = (struct mount_attach_step){ .slot = c->device_slot[i],
								 .target = s->devices[i].target,
								 .propagation = MS_PRIVATE };
	}
	return 0;
}
