/* mount/inside.h - what mount/ does in the first process, below SLOT_ROOT. */
#pragma once

#include <stdbool.h>

#include "plan/plan.h"

int mount_propagation_apply(const struct step *s, struct slots *slots, const char **op);
int mount_attach_apply(const struct step *s, struct slots *slots, const char **op);
int mount_fs_apply(const struct step *s, struct slots *slots, const char **op);
int mount_mask_apply(const struct step *s, struct slots *slots, const char **op);
int mount_readonly_apply(const struct step *s, struct slots *slots, const char **op);

/* The place for a mount: path below root, made (with its parents, 0755; a file 0644) where it is
 * missing. -> O_PATH descriptor. -ENOTDIR, -EISDIR when something else is there. */
int mount_target(int root, const char *path, bool directory, const char **op);

/* Copies what the directory `from` holds into `to` (directories, files, links; modes and owners),
 * using buffer of room bytes. */
int mount_copy_tree(int from, int to, char *buffer, size_t room, unsigned depth, const char **op);
