/* bench/floor.h - what the parts of the floor program share. */
#pragma once

#include <stdbool.h>

#define ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

enum { NAME_ROOM = 64, PATH_ROOM = 256 };

/* A call that must not fail: r < 0 ends the program with a message that names call, object and
 * errno. In the parent the groups are removed first. */
void must(long r, const char *call, const char *object);

/* In one buffer: valid until the next call. */
const char *path_print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* bench/floor_cgroup.c: a group in every v1 hierarchy and, if asked for, in the cgroup2 one. */
void groups_make(bool with_unified);
/* For CLONE_INTO_CGROUP; -EBADF where there is no cgroup2 group. */
int groups_unified_fd(void);
/* Inside: enters the v1 groups and makes the cgroup namespace. */
void groups_join(void);
/* Inside, before the pivot: the groups at sys/fs/cgroup of the working directory. */
void groups_mount(void);
/* 0, or the last -errno. What was never made or is gone is fine. */
int groups_remove(void);

/* bench/floor_mount.c. Inside: the root and all below it, complete and read-only. */
void root_make(const char *tree);
void mount_one(const char *type, const char *target, unsigned long flags, const char *data);
void mount_lock(const char *path, unsigned flags);
