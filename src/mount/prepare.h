/* mount/prepare.h - detached mounts, made by the host side before anything can see them. */
#pragma once

#include "plan/plan.h"

int tree_make_apply(const struct step *s, struct slots *slots, const char **op);
int mount_open_apply(const struct step *s, struct slots *slots, const char **op);
int mount_idmap_apply(const struct step *s, struct slots *slots, const char **op);
int mount_overlay_apply(const struct step *s, struct slots *slots, const char **op);
