/* supervise/buffer.h - memory that costs nothing until bytes flow through it.
 *
 * What is touched of .bss becomes resident by whole pages. Buffers come after the variables, each
 * at the beginning of a page, so that none of theirs comes with what is always in use. */
#pragma once

#define BUFFER __attribute__((aligned(4096), section(".bss.~buffer")))
