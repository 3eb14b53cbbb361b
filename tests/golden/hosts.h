/* golden/hosts.h - hosts that exist on paper: facts that never change, for plans that are computed
 * anywhere. */
#pragma once

#include "facts/facts.h"

/* Fills facts from a description: a name, then modifiers, with commas ("debian12,tty,sudo").
 *
 *   debian12   hybrid control groups, Linux 6.18, merged /usr
 *   fedora     pure cgroup v2, Linux 6.12, merged /usr
 *   ubuntu     cgroup v1 only, Linux 5.15, /bin and /lib are directories
 *   bare       no control groups at all, Linux 6.18
 *
 *   tty        standard input and output are terminals
 *   sudo       uid 1000 asked
 *   weak       honu lacks CAP_SYS_RESOURCE and CAP_SYS_MODULE
 *   old        Linux 5.4
 *
 * -EINVAL where there is no such thing. */
int host_describe(const char *description, struct facts *ret);

/* Names and modifiers, for those who choose at random. */
extern const char *const host_names[];
extern const size_t n_host_names;
extern const char *const host_modifiers[];
extern const size_t n_host_modifiers;
