/* run/groups.h - what the control groups of a running container are told as a whole; its journal
 * knows them. Host side, by somebody who is not its supervisor. */
#pragma once

#include "run/journal.h"

/* Freezes the container and waits until every process of it stands, at most 10 s: by its v2 group,
 * in which the frozen can still be killed, else by that of the v1 controller "freezer". -ENOENT:
 * its groups are gone, -EOPNOTSUPP: it has none that can freeze. */
int groups_freeze(const struct journal *j, struct err *e);

/* Lets it go on, whatever froze it. What is gone or not frozen is fine. -EBUSY: a group above it
 * is frozen, so it does not. */
int groups_thaw(const struct journal *j, struct err *e);

/* 1: it stands. 0: it does not. */
int groups_are_frozen(const struct journal *j, struct err *e);

/* SIGKILL to everybody in it, once; thaws it, since a process that v1 has frozen does not end. */
void groups_kill(const struct journal *j);

/* The groups that hold all of the container, one of each hierarchy: what is measured. -> how many, or
 * -errno, as of journal_groups(). */
int groups_of_all(const struct journal *j, struct journal_group ret[JOURNAL_GROUPS]);
