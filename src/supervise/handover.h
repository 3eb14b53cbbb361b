/* supervise/handover.h - what honu hands to honu-supervise, and what clients say to it.
 *
 * honu-supervise ID SETTING... is executed in place by the process that cloned the first process.
 * Descriptors come at fixed numbers; those that do not apply are closed. Settings are words
 * "name=value"; one that is unknown or malformed is an error before anything is watched. */
#pragma once

#include <stdint.h>

enum handover_fd {
	HANDOVER_CONTAINER = 3, /* containers/ID */
	HANDOVER_ALIVE,		/* its lock: kept, and passed on to "honu finish" */
	HANDOVER_STATE,		/* the state directory, for events */
	HANDOVER_HONU,		/* honu's executable, O_PATH: what is executed at the end */
	HANDOVER_READY,	 /* pipe to the client: closed when all is well, else an error text */
	HANDOVER_PIDFD,	 /* the first process (or that of an exec) */
	HANDOVER_INPUT,	 /* the pty's master, or the pipe to its standard input */
	HANDOVER_OUTPUT, /* pipe from its standard output; closed with a pty */
	HANDOVER_ERROR,	 /* pipe from its standard error; closed with a pty */
	HANDOVER_ATTACH, /* listening socket attach.sock */
	HANDOVER_NOTIFY, /* datagram socket notify.sock; SO_PASSCRED since it was made */
	HANDOVER_LOG,	 /* directory log/ */
	_HANDOVER_END
};

/* Settings, by example:
 *   pid=1234            the first process, as honu sees it
 *   started=1700000000000000000
 *                       when it was started (CLOCK_REALTIME, ns); else now
 *   state=/var/lib/honu where honu finish finds the store
 *   tty=1               HANDOVER_INPUT is a pty
 *   log=file            none, file, journald
 *   log-size=10485760   of one file before it is rotated
 *   log-files=3         kept altogether
 *   log-mode=blocking   non-blocking: what cannot be written is dropped and counted
 *   name=web            for the journal and events
 *   stop-signal=15      what a SIGTERM to honu-supervise becomes
 *   stop-timeout=10000  ms until SIGKILL follows
 *   health=exec         exec, tcp, http; and health-port=, health-path=, health-interval= (ms),
 *                       health-timeout= (ms), health-start= (ms), health-retries=,
 *                       health-action=none|kill|restart|stop
 *   exec=N              watches a detached exec: its status goes to exec/N, nothing is finished
 *   wait=MS             nothing runs: executes "honu finish" after that time, or at SIGTERM
 */

/* ---- frames of attach.sock (SOCK_SEQPACKET), both ways ---- */

enum attach_kind {
	ATTACH_HELLO = 1, /* client: struct attach_hello follows; first frame */
	ATTACH_INPUT,	  /* client: bytes for standard input */
	ATTACH_CLOSE,	  /* client: end of standard input */
	ATTACH_RESIZE,	  /* client: struct attach_size follows */
	ATTACH_OUTPUT,	  /* supervisor: bytes of standard output, or of the pty */
	ATTACH_ERROR,	  /* supervisor: bytes of standard error */
	ATTACH_LOST,	  /* supervisor: uint64_t bytes that this client was too slow for */
	ATTACH_ENDED,	  /* supervisor: struct attach_end follows; last frame */
};

#define ATTACH_FRAME_MAX 32768

struct attach_frame {
	uint32_t kind;
	uint32_t size; /* of what follows */
	char data[];
};

struct attach_hello {
	uint32_t version; /* 1 */
	uint32_t wants;	  /* bit 0: output, bit 1: error, bit 2: gives input */
};

#define ATTACH_WANTS_OUTPUT 1u
#define ATTACH_WANTS_ERROR 2u
#define ATTACH_GIVES_INPUT 4u

struct attach_size {
	uint16_t rows, columns;
};

struct attach_end {
	int32_t code; /* as a shell has it */
};

/* ---- log/index ---- */

enum log_stream { LOG_UNKNOWN, LOG_OUTPUT, LOG_ERROR };

#define LOG_PARTIAL 1u /* does not end with a newline */
#define LOG_DROPPED 2u /* nothing in out: length bytes could not be written */

struct log_piece {
	uint64_t time;	 /* CLOCK_REALTIME, ns */
	uint64_t offset; /* in log/out */
	uint32_t length;
	uint16_t stream;
	uint16_t flags;
};
_Static_assert(sizeof(struct log_piece) == 24, "the index of a log is read by other versions");
