/* base/signal_name.h - names and numbers of signals: one table for options and messages. */
#pragma once

/* "SIGTERM", "TERM" (any case), "15", "RTMIN", "RTMIN+3", "RTMAX-1". 0 is none. -> 0 or -EINVAL. */
int signal_parse(const char *text, int *ret);

/* "SIGTERM", "SIGRTMIN+3"; NULL: there is no such signal. The string is static. */
const char *signal_name(int signal);
