/* facts/parts.h - what the files of the facts share; only they and their tests include it.
 *
 * What parses takes text (and may write into it), so that tests feed it the files of any host. */
#pragma once

#include "facts/facts.h"

/* ---- text_file.c ---- */

/* At most max bytes of a file, NUL-terminated. NULL and errno where it cannot be read or is larger. */
char *facts_read_file(struct arena *a, const char *path, size_t max);

/* For what nobody may start a container without: an absent file is NULL, any other failure an
 * error. */
int facts_read_needed(struct arena *a, const char *path, size_t max, char **ret, struct err *e);

/* The next line of *text, without its end; NULL behind the last. Moves *text on. */
char *facts_next_line(char **text);

/* The next field of *line up to a separator; NULL when nothing is left. Moves *line on. */
char *facts_next_field(char **line, char separator);

/* ---- cgroup.c ---- */

/* Enters layout and hierarchies from /proc/self/mountinfo and /proc/self/cgroup. */
void facts_parse_cgroups(struct arena *a, char *mountinfo, char *cgroup, struct facts *f);
int facts_read_cgroups(struct arena *a, struct facts *f, struct err *e);

/* ---- ids.c ---- */

/* Adds the ranges of a subuid or subgid file; what is no "name:base:count" is passed over. */
void facts_parse_subids(struct arena *a, char *text, struct facts *f);
void facts_read_ids(struct facts *f);

/* ---- kernel.c ---- */

/* "6.18.5-cloud" -> 6018; 0 where it is no such thing. */
unsigned facts_parse_release(const char *release);
int facts_read_kernel(struct arena *a, struct facts *f, struct err *e);

/* ---- limits.c ---- */

/* "mq-deadline [bfq] none" -> "bfq". */
const char *facts_parse_scheduler(char *text);
/* Notes which disks io.cost.qos says are switched on. */
void facts_parse_cost(char *text, struct facts *f);

/* ---- tree.c ---- */

/* The name of a time zone from what /etc/localtime leads to, or as /etc/timezone has it; NULL
 * where it could be something else. */
const char *facts_parse_timezone(struct arena *a, const char *text);

/* Where honu's programs are sought for a program at path: *ret_beside as built, *ret_installed. */
void facts_libexec_candidates(struct arena *a, const char *path, const char **ret_beside,
			      const char **ret_installed);
void facts_read_files(struct arena *a, struct facts *f);
