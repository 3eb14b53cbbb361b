/* cli/stopped.c - see stopped.h.
 *
 * The same sources, prepared by the same functions as for a start; but nothing is made in the tree,
 * and what a start would make afresh (tmpfs, overlays that are thrown away) is an empty directory that
 * nothing can be written to, since it would be lost. */
#include "cli/stopped.h"

#include <string.h>

#include <linux/mount.h>

#include "base/cleanup.h"
#include "mount/prepare.h"
#include "ns/user.h"
#include "spec/record.h"
#include "sys/mount_api.h"

#define SLOT_RESULT (SLOT_SOURCE + 1)
#define SLOTS (SLOT_SOURCE + 2)

static struct slots *new_slots(struct arena *a, int userns)
{
	struct slots *slots = arena_new(a, struct slots);

	slots->fd = arena_alloc(a, SLOTS * sizeof(*slots->fd));
	for (unsigned i = 0; i < SLOTS; i++)
		slots->fd[i] = -EBADF;
	slots->fd[SLOT_USERNS] = userns;
	slots->n = SLOTS;
	return slots;
}

static int set_readonly(int tree, bool recursive)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };

	return sys_mount_setattr(tree, recursive, &attr);
}

/* An empty directory that stays so. */
static int open_nothing(const char **op)
{
	_cleanup_close_ int fs = -EBADF;
	int r;

	*op = "fsopen";
	fs = sys_fsopen("tmpfs");
	if (fs < 0)
		return fs;
	r = sys_fsconfig_create(fs);
	return r < 0 ? r : sys_fsmount(fs, MOUNT_ATTR_RDONLY);
}

static int open_source(struct slots *slots, const struct mount_open_step *open, bool mapped,
		       const char **op)
{
	const struct step opening = { .mount_open = *open };
	const struct step mapping = { .mount_idmap = { .slot = open->slot,
						       .recursive = open->recursive,
						       .source = open->source } };
	int r = mount_open_apply(&opening, slots, op);

	return r < 0 || !mapped ? r : mount_idmap_apply(&mapping, slots, op);
}

static int open_mount(struct slots *slots, const struct mount_spec *m, bool mapped, const char **op)
{
	const struct mount_open_step source = { .source = m->source,
						.slot = SLOT_SOURCE,
						.recursive = m->type == MOUNT_BIND && m->recursive,
						.directory = m->type == MOUNT_OVERLAY };
	const struct step overlay = { .mount_overlay = { .slot = SLOT_RESULT,
							 .lower_slot = SLOT_SOURCE,
							 .upper = m->upper,
							 .work = m->work,
							 .source = m->source } };
	int r;

	if (m->type == MOUNT_TMPFS || (m->type == MOUNT_OVERLAY && !m->upper))
		return open_nothing(op);
	r = open_source(slots, &source, mapped && !m->no_idmap, op);
	if (r == 0 && m->type == MOUNT_OVERLAY)
		r = mount_overlay_apply(&overlay, slots, op);
	if (r < 0)
		return r;
	int *result = &slots->fd[m->type == MOUNT_OVERLAY ? SLOT_RESULT : SLOT_SOURCE];
	if (m->readonly || m->readonly_recursive)
		r = set_readonly(*result, m->readonly_recursive);
	return r < 0 ? r : take_fd(*result);
}

static int open_mounts(struct stopped *s, const struct spec *spec, struct arena *a, struct err *e)
{
	struct slots *slots = new_slots(a, s->userns);
	const char *op = "";

	for (size_t i = 0; i < spec->n_mounts; i++) {
		const struct mount_spec *m = &spec->mounts[i];
		int fd = open_mount(slots, m, s->userns >= 0, &op);

		if (fd < 0)
			return err_set(e, fd, "%s: %s", m->origin, op);
		arena_push(a, s->mounts, s->n_mounts,
			   (struct stopped_mount){ .fd = fd, .target = m->target });
	}
	return 0;
}

static int refuse(const struct store_container *c, enum root_kind kind, struct err *e)
{
	const char *name = c->name[0] ? c->name : c->id;

	if (kind == ROOT_SHARED)
		return err_hint(e,
				err_say(e, -ESRCH,
					"'%s' does not run, and its root was not its own", name),
				"copy from the container whose mount namespace it shares");
	return err_hint(
		e,
		err_say(e, -ESRCH,
			"'%s' does not run, and nothing is left of its root: it was the host's /usr "
			"and memory",
			name),
		"copy while it runs; a directory as root is there afterwards as well");
}

static int open_all(struct stopped *s, const struct spec *spec, struct arena *a, struct err *e)
{
	const struct mount_open_step root = { .source = spec->root_path,
					      .slot = SLOT_SOURCE,
					      .directory = true };
	const char *op = "";
	struct slots *slots;
	int r;

	if (spec->userns.n_uid > 0) {
		s->userns = ns_make_user(&spec->userns, &op);
		if (s->userns < 0)
			return err_set(e, s->userns, "make a user namespace: %s", op);
	}
	slots = new_slots(a, s->userns);
	r = open_source(slots, &root, s->userns >= 0, &op);
	if (r == 0 && (spec->root_readonly || spec->root_ephemeral))
		r = set_readonly(slots->fd[SLOT_SOURCE], false);
	s->tree = take_fd(slots->fd[SLOT_SOURCE]);
	if (r < 0)
		return err_set(e, r, "%s: %s", spec->root_path, op);
	return open_mounts(s, spec, a, e);
}

int stopped_open(struct stopped *ret, const struct store_container *c, struct arena *a,
		 struct err *e)
{
	struct spec *spec = NULL;
	char *json;
	int r = store_get_record(c, a, &json, e);

	if (r == 0)
		r = spec_read_record(a, json, &spec, e);
	if (r < 0 || !spec)
		return r;
	if (spec->root_kind != ROOT_DIRECTORY)
		return refuse(c, spec->root_kind, e);
	return open_all(ret, spec, a, e);
}

void stopped_done(struct stopped *s)
{
	fd_closep(&s->tree);
	fd_closep(&s->userns);
	for (size_t i = 0; i < s->n_mounts; i++)
		fd_closep(&s->mounts[i].fd);
}
