/* ns/view.h - what a process sees, looked at from outside. */
#pragma once

/* The root of its mount namespace, whatever root the process has chosen since -> O_PATH descriptor.
 * Nothing of it is resolved. *op names the call that failed; -ESRCH: it has ended. */
int ns_open_root(int pidfd, const char **op);
