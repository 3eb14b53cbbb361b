/* supervise/end.h - what honu-supervise leaves behind, and who comes after it. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "store/exit.h"
#include "supervise/handover.h"
#include "supervise/watch_settings.h"

/* What was handed to us: a descriptor each, or -EBADF. */
struct handed {
	int fd[_HANDOVER_END];
};

/* Signals and the OOM score are ours from here on; end_finish() puts them back, end_reset() does
 * it in a child. */
void end_claim(void);
void end_reset(void);

/* SIGTERM asks for the container to be stopped: true when there was one. Leaves the intent that a
 * person's stop leaves, unless there is one, lest the restart policy starts it again. */
bool end_is_asked(const struct watch_settings *s, const struct handed *h, int signals);

/* Reaps the first process. What is not known of its end stays empty. */
struct exit_record end_reap(int pidfd);

/* Writes `exit`, or exec/N, and the event. Failures have nobody to be told to: what is missing is
 * seen by the next verb. */
void end_record(const struct watch_settings *s, const struct handed *h,
		const struct exit_record *x);

/* Becomes "honu --state DIR finish ID". Exits with 125 when it cannot. */
_Noreturn void end_finish(const struct watch_settings *s, const struct handed *h);

/* The environment of programs that we execute: only what is honu's business. */
char **end_environment(void);

/* ---- wait.c ---- */

/* Nothing runs: end_finish() when the time has come or at SIGTERM. signals: a signalfd. */
_Noreturn void wait_and_finish(const struct watch_settings *s, const struct handed *h, int signals);
