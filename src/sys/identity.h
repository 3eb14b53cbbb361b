/* sys/identity.h - a process as it is written down: a pid means nothing without its start time. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Field 22 of /proc/PID/stat: ticks between boot and the start of the process (proc(5)). -ESRCH:
 * there is none of that pid. */
int sys_start_time(pid_t pid, uint64_t *ret);

/* A pidfd for pid if that is still the process that was started then. -ESRCH: it has ended, whoever
 * has its pid now. The boot has to be the same one; the caller knows. */
int sys_pidfd_open_started(pid_t pid, uint64_t start_time);

/* True while pid, a child of parent, runs on a copy of the parent's memory and has not executed
 * anything yet: its stack starts at the same address (field 28 of stat), which execve(2) draws
 * anew. False where /proc cannot tell. */
bool sys_is_copy(pid_t pid, pid_t parent);

/* True when pid is the first process of a pid namespace below ours (NSpid in its status, Linux
 * 4.1): the kernel then drops signals it has no handler for, and all others there end with it.
 * False where /proc cannot tell. */
bool sys_is_namespace_init(pid_t pid);
