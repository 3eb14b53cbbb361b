/* copy/message.h - what honu hands to honu-copy, and what it hears from it.
 *
 * honu-copy SETTING... copies from one place to another. Settings are words "name=value"; one that is
 * unknown or malformed is an error before anything is copied. Both places are named alike, from-… and
 * to-…:
 *
 *   report=4              where messages go, below
 *   archive=1             keep owners; also device nodes, access control lists, set-user-id bits
 *   follow=1              where the source is a symbolic link, copy what it leads to
 *   from=process          host: as honu itself sees it; process: as that process does; tree: in a
 *                         detached mount; stream: a tar archive on standard input or output
 *   from-label=web:       in front of paths in messages
 *   from-path=/srv/a      absolute and clean (copy/landing.h)
 *   from-name=a           what the copy is called; may be empty
 *   from-directory=1      it was written as a directory
 *   from-contents=1       only what is in it
 *   from-pid=1234         process: its pid as honu sees it, and
 *   from-pidfd=5          a descriptor that vouches for the pid
 *   from-tree=6           tree: the detached mount, and
 *   from-userns=7         the user namespace to work in
 *   from-mount=8:/data    tree: one more detached mount, and where it goes; any number, in order
 *
 * What goes wrong, what is left out and how far it is comes over a socket (SOCK_SEQPACKET), one struct
 * copy_message each. It may come from a process that lives among a container's files: the reader
 * trusts none of it. */
#pragma once

#include <stdint.h>

#include "base/err.h"

enum copy_kind {
	COPY_PROGRESS = 1, /* files and bytes so far */
	COPY_NOTE,	   /* error.text: what was left out */
	COPY_FAILED,	   /* error: why it ended */
	COPY_CUT,	   /* the other end stopped: why is for that one to say */
};

struct copy_message {
	uint32_t kind;
	uint32_t unused;
	uint64_t files, bytes;
	struct err error;
};
