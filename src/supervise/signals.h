/* supervise/signals.h - which signals honu hands on to the first process, and how.
 *
 * The kernel drops a signal for pid 1 of a pid namespace when that process has not asked for it
 * (pid_namespaces(7)), so Ctrl-C would do nothing to "sleep 100". signals_forward() gives such a
 * process what it would get outside a container: the default action. */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* The signals honu takes from a signalfd while it supervises. Not among them: what concerns honu
 * itself (synchronous ones, SIGPIPE, SIGCHLD, SIGURG, SIGXCPU, SIGXFSZ), SIGTTIN and SIGTTOU, by
 * which the kernel stops honu in the background, and what honu's parent made it ignore (nohup(1)).
 */
void signals_taken(sigset_t *ret);

/* True when the kernel would drop `signal` for pid, which is pid 1 of its pid namespace, though
 * the default action is to end the process. False when /proc cannot tell. */
bool signals_is_lost(pid_t pid, int signal);

/* Sends `signal` to the first process. namespace_init: it is pid 1 of its pid namespace; where the
 * signal would be lost, SIGKILL takes its place. 1: it did; 0: `signal` was sent; or -errno. */
int signals_forward(int pidfd, pid_t pid, bool namespace_init, int signal);
