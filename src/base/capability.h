/* base/capability.h - the names of the kernel's capabilities.
 *
 * Numbers are those of capabilities(7) and linux/capability.h; names are written without "CAP_",
 * as docker's --cap-add writes them. */
#pragma once

/* Capabilities that have a name here: 0 to CAPABILITY_N - 1. A newer kernel may have more. */
#define CAPABILITY_N 41

/* "NET_RAW"; NULL for a number that has no name. */
const char *capability_name(unsigned n);

/* The number of "NET_RAW", "CAP_NET_RAW" or "cap_net_raw"; -EINVAL for an unknown name. */
int capability_number(const char *name);
