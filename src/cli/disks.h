/* cli/disks.h - which disk a limit is about. */
#pragma once

#include "spec/spec.h"

/* Enters the numbers of the disks that limits name: by the node of a disk or partition, or by anything
 * that lies on it. Before each start, since numbers change from boot to boot. */
int disks_resolve(struct spec *s, struct err *e);
