/* plan/list_steps.c - what a line says of each kind of step: the payload fields that matter. */
#include "plan/list.h"

#include <inttypes.h>
#include <string.h>

#include "base/rlimit.h"
#include "base/capability.h"
#include "base/cleanup.h"
#include "plan/names.h"

void list_cgroup_make(struct list *l, const struct cgroup_make_step *s)
{
	list_add_value(l, "controllers", s->controllers);
	list_add_value(l, "mountpoint", s->mountpoint);
	list_add_value(l, "path", s->path);
	list_add_flag(l, "v2", s->is_v2);
	list_add_slot(l, "-> ", s->slot);
}

void list_cgroup_write(struct list *l, const struct cgroup_write_step *s)
{
	list_add_value(l, "mountpoint", s->mountpoint);
	list_add_value(l, "path", s->path);
	list_add_value(l, "file", s->file);
	list_add_words(l, "values", s->values, s->n_values);
	list_add_flag(l, "with-parents", s->with_parents);
}

void list_cgroup_open(struct list *l, const struct cgroup_open_step *s)
{
	list_add_value(l, "mountpoint", s->mountpoint);
	list_add_value(l, "path", s->path);
	list_add_value(l, "leaf", s->leaf);
	list_add_flag(l, "v2", s->is_v2);
	list_add_slot(l, "-> ", s->slot);
}

void list_cgroup_join(struct list *l, const struct cgroup_join_step *s)
{
	text_add(l->t, " slots=[");
	for (unsigned i = 0; i < s->n_slots; i++) {
		text_add(l->t, i ? " " : "");
		names_add_slot(l->t, l->p, s->first_slot + i);
	}
	text_add(l->t, "]");
}

void list_tree_make(struct list *l, const struct tree_make_step *s)
{
	list_add_value(l, "label", s->label);
	list_add_options(l, s->options, s->n_options);
	list_add_attr(l, "attr", s->attr);
	list_add_entries(l, s->entries, s->n_entries);
	list_add_slot(l, "-> ", s->slot);
}

void list_proc_seal(struct list *l, const struct proc_seal_step *s)
{
	list_add_value(l, "path", s->path);
	list_add_slot(l, "-> ", s->slot);
}

void list_mount_open(struct list *l, const struct mount_open_step *s)
{
	list_add_value(l, "source", s->source);
	list_add_attr(l, "attr", s->attr);
	list_add_flag(l, "recursive", s->recursive);
	list_add_flag(l, "needs-peer", s->needs_peer);
	list_add_flag(l, "directory", s->directory);
	list_add_flag(l, "parent-of-file", s->parent_of_file);
	list_add_flag(l, "optional", s->optional);
	list_add_slot(l, "-> ", s->slot);
}

void list_mount_idmap(struct list *l, const struct mount_idmap_step *s)
{
	list_add_slot(l, "", s->slot);
	list_add_value(l, "source", s->source);
	list_add_flag(l, "recursive", s->recursive);
}

void list_mount_overlay(struct list *l, const struct mount_overlay_step *s)
{
	list_add_value(l, "source", s->source);
	list_add_slot(l, "lower=", s->lower_slot);
	list_add_slot(l, "upper=", s->upper_slot);
	list_add_value(l, "upper", s->upper);
	list_add_value(l, "work", s->work);
	list_add_attr(l, "attr", s->attr);
	list_add_slot(l, "-> ", s->slot);
}

void list_mount_propagation(struct list *l, const struct mount_propagation_step *s)
{
	list_add_propagation(l, s->flags);
	list_add_flag(l, "after-pivot", s->after_pivot);
}

void list_mount_attach(struct list *l, const struct mount_attach_step *s)
{
	list_add_slot(l, "", s->slot);
	if (s->file) {
		text_add(l->t, "/");
		list_add_word(l, s->file);
	}
	text_add(l->t, " on ");
	list_add_word(l, s->target);
	list_add_attr(l, "attr", s->attr_set);
	list_add_attr(l, "clear", s->attr_clear);
	list_add_flag(l, "recursive", s->recursive_attr);
	list_add_propagation(l, s->propagation);
	list_add_flag(l, "own-files", s->own_files);
	list_add_flag(l, "optional", s->optional);
}

void list_mount_fs(struct list *l, const struct mount_fs_step *s)
{
	list_add_value(l, "type", s->type);
	text_add(l->t, " on ");
	list_add_word(l, s->target);
	list_add_options(l, s->options, s->n_options);
	list_add_attr(l, "attr", s->attr);
	list_add_flag(l, "copy-up", s->copy_up);
	list_add_entries(l, s->entries, s->n_entries);
	list_add_slot(l, "-> ", s->slot);
}

void list_mount_mask(struct list *l, const struct mount_mask_step *s)
{
	list_add_value(l, "path", s->path);
}

void list_mount_readonly(struct list *l, const struct mount_readonly_step *s)
{
	list_add_value(l, "path", s->path);
}

void list_root_attach(struct list *l, const struct root_attach_step *s)
{
	list_add_slot(l, "", s->slot);
	list_add_propagation(l, s->propagation);
	list_add_slot(l, "-> ", SLOT_ROOT);
}

void list_ns_open(struct list *l, const struct ns_open_step *s)
{
	list_add_value(l, "type", ns_name(s->type));
	list_add_value(l, "path", s->path);
	if (s->pid)
		text_printf(l->t, " pid=%" PRIu32 " start=%" PRIu64, s->pid, s->start_time);
	list_add_slot(l, "-> ", SLOT_NS + (unsigned)s->type);
}

void list_ns_target(struct list *l, const struct ns_target_step *s)
{
	text_printf(l->t, " pid=%" PRIu32 " start=%" PRIu64, s->pid, s->start_time);
	list_add_slot(l, "-> ", SLOT_TARGET);
}

void list_ns_enter(struct list *l, const struct ns_enter_step *s)
{
	list_add_value(l, "type", ns_name(s->type));
	list_add_flag(l, "of-target", s->of_target);
}

void list_ns_join(struct list *l, const struct ns_join_step *s)
{
	list_add_slot(l, "", SLOT_TARGET);
	list_add_clone(l, s->flags);
	list_add_slot(l, "-> ", SLOT_ROOT);
}

void list_ns_leave(struct list *l, const struct ns_leave_step *s)
{
	list_add_value(l, "type", ns_name(s->type));
}

void list_ns_time(struct list *l, const struct ns_time_step *s)
{
	list_add_number(l, "monotonic", s->monotonic);
	list_add_number(l, "boottime", s->boottime);
}

void list_ns_clone(struct list *l, const struct ns_clone_step *s)
{
	list_add_clone(l, s->flags);
	list_add_flag(l, "with-cgroup", s->with_cgroup);
	list_add_flag(l, "join-user", s->join_user);
	list_add_slot(l, "-> ", SLOT_PIDFD);
}

void list_ns_map(struct list *l, const struct ns_map_step *s)
{
	list_add_map(l, "uid", s->uid, s->n_uid);
	list_add_map(l, "gid", s->gid, s->n_gid);
	list_add_slot(l, "-> ", SLOT_USERNS);
}

void list_ns_unshare(struct list *l, const struct ns_unshare_step *s)
{
	list_add_clone(l, s->flags);
}

void list_uts_name(struct list *l, const struct uts_name_step *s)
{
	list_add_value(l, "hostname", s->hostname);
}

void list_sysctl_write(struct list *l, const struct sysctl_write_step *s)
{
	list_add_value(l, "path", s->path);
	list_add_value(l, "value", s->value);
}

void list_cred_keyring(struct list *l, const struct cred_keyring_step *s)
{
	list_add_value(l, "name", s->name);
}

void list_cred_resolve(struct list *l, const struct cred_resolve_step *s)
{
	list_add_value(l, "user", s->user);
	if (s->n_groups)
		list_add_words(l, "groups", s->groups, s->n_groups);
	list_add_flag(l, "keep-home", s->keep_home);
	list_add_flag(l, "in-host", s->in_host);
}

void list_cred_bound(struct list *l, const struct cred_bound_step *s)
{
	list_add_capabilities(l, s->keep, s->last);
}

void list_cred_switch(struct list *l, const struct cred_switch_step *s)
{
	list_add_flag(l, "keep-groups", s->keep_groups);
}

void list_cred_caps(struct list *l, const struct cred_caps_step *s)
{
	list_add_capabilities(l, s->keep, CAPABILITY_N - 1);
}

void list_cred_seccomp(struct list *l, const struct cred_seccomp_step *s)
{
	list_add_value(l, "filter", s->label);
	list_add_number(l, "instructions", s->length);
}

void list_proc_limits(struct list *l, const struct proc_limits_step *s)
{
	for (size_t i = 0; i < s->n_limits; i++) {
		const struct rlimit_spec *limit = &s->limits[i];
		const char *name = rlimit_name(limit->resource);
		uint64_t values[] = { limit->soft, limit->hard };

		text_printf(l->t, " %s=", name ? name : "?");
		for (size_t j = 0; j < ELEMENTS(values); j++) {
			text_add(l->t, j ? ":" : "");
			if (values[j] == UINT64_MAX)
				text_add(l->t, "unlimited");
			else
				text_printf(l->t, "%" PRIu64, values[j]);
		}
	}
}

void list_proc_oom(struct list *l, const struct proc_oom_step *s)
{
	list_add_number(l, "score", s->score);
}

void list_proc_umask(struct list *l, const struct proc_umask_step *s)
{
	text_printf(l->t, " mask=%04" PRIo32, s->mask);
}

void list_proc_fds(struct list *l, const struct proc_fds_step *s)
{
	list_add_number(l, "keep", s->keep);
}

void list_proc_cwd(struct list *l, const struct proc_cwd_step *s)
{
	list_add_value(l, "path", s->path);
	list_add_flag(l, "make", s->make);
}

void list_exec_resolve(struct list *l, const struct exec_resolve_step *s)
{
	list_add_value(l, "program", s->program);
	list_add_value(l, "path", s->path);
}

/* Names of the environment only: values may be secrets. */
void list_exec(struct list *l, const struct exec_step *s)
{
	list_add_words(l, "argv", s->argv, s->n_argv);
	text_add(l->t, " env=[");
	for (size_t i = 0; i < l->p->n_env; i++) {
		_cleanup_text_ struct text name = { 0 };
		const char *variable = l->p->env[i];

		text_add_bytes(&name, variable, strcspn(variable, "="));
		text_add(l->t, i ? " " : "");
		list_add_word(l, text_get(&name));
	}
	text_add(l->t, "]");
	list_add_flag(l, "init", s->init);
}

void list_console_open(struct list *l, const struct console_open_step *s)
{
	(void)s;
	list_add_slot(l, "-> ", SLOT_PTY);
	list_add_slot(l, "", SLOT_PTY_PEER);
}

/* Kinds whose payload is empty: the name says all. */
#define NOTHING_TO_SAY(member)                                            \
	void list_##member(struct list *l, const struct member##_step *s) \
	{                                                                 \
		(void)l;                                                  \
		(void)s;                                                  \
	}
NOTHING_TO_SAY(root_pivot)
NOTHING_TO_SAY(root_lock)
NOTHING_TO_SAY(net_loopback)
NOTHING_TO_SAY(cred_root)
NOTHING_TO_SAY(cred_no_new_privs)
NOTHING_TO_SAY(proc_session)
NOTHING_TO_SAY(proc_hide)
NOTHING_TO_SAY(proc_parent)
NOTHING_TO_SAY(console_attach)
NOTHING_TO_SAY(console_use)
