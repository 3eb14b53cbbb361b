/* cli/self.h - honu's own executable, out of reach of what it starts. */
#pragma once

#include "base/err.h"

/* In the host's user namespace a root inside could open /proc/PID/exe of the process that started
 * it and so overwrite honu on the host (CVE-2019-5736). Executes honu again from a read-only
 * detached copy of its mount; returns 0 where that is so already, else does not return.
 * With a user namespace of its own the kernel refuses such an open, so nothing is needed. */
int self_protect(char *const *argv, struct err *e);
