/* cli/stop_time.h - the option --time of stop, restart and rm: how long to wait before SIGKILL. */
#pragma once

#include "cli/target.h"

/* Two rows of a table of options; member is a const char * of the verb's struct. */
#define STOP_TIME_WORDS(type, member)                                                  \
	WORD(type, member, WORD_TEXT, "time", 't', "TIME",                             \
	     "wait so long before SIGKILL: 10 (seconds), 500ms, 1m30s; -1: for ever"), \
		WORD(type, member, WORD_TEXT, "timeout", 0, "TIME", "the same")

/* Reads what was given, if anything was, into ms (HALT_FOREVER for -1). False: an error was
 * reported. */
bool stop_time_read(struct targets *t, const char *text, int64_t *ms);
