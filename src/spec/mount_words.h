/* spec/mount_words.h - the flags that --volume, --tmpfs and --mount share. */
#pragma once

#include <stdbool.h>

#include "spec/spec.h"

/* What a flag is about; two flags about the same thing contradict each other. */
enum mount_topic {
	TOPIC_ACCESS,
	TOPIC_RECURSION,
	TOPIC_PROPAGATION,
	TOPIC_EXEC,
	TOPIC_SUID,
	TOPIC_DEV,
	TOPIC_ATIME,
	TOPIC_IDMAP,
	TOPIC_OVERLAY,
	TOPIC_LABEL,
	TOPIC_COPY_UP,
	_TOPIC_N
};

#define TOPICS_ANY                                                                    \
	(1u << TOPIC_ACCESS | 1u << TOPIC_EXEC | 1u << TOPIC_SUID | 1u << TOPIC_DEV | \
	 1u << TOPIC_ATIME)
#define TOPICS_BIND                                                                         \
	(TOPICS_ANY | 1u << TOPIC_RECURSION | 1u << TOPIC_PROPAGATION | 1u << TOPIC_IDMAP | \
	 1u << TOPIC_LABEL)
#define TOPICS_VOLUME (TOPICS_BIND | 1u << TOPIC_OVERLAY)
#define TOPICS_TMPFS (TOPICS_ANY | 1u << TOPIC_COPY_UP)

struct setting_use;

struct mount_words {
	const char *seen[_TOPIC_N]; /* the word that was given, by topic */
};

/* Applies word to m if it is about one of the topics (a bit set). 1: applied; 0: no such word;
 * negative: it contradicts an earlier one, or honu does not do it. */
int mount_word_apply(struct mount_words *w, const struct setting_use *u, const char *word,
		     unsigned topics, struct mount_spec *m, struct err *e);

/* The propagation of that name. */
bool mount_word_propagation(const char *word, enum propagation *ret);

/* The word that may have been meant, or NULL. */
const char *mount_word_nearest(const char *typed, unsigned topics);

/* A mount with every default of its type. */
struct mount_spec mount_default(enum mount_type type, const char *origin);

/* Sets m->target; refuses what is not an absolute path inside, and /. */
int mount_set_target(const struct setting_use *u, struct spec *s, const char *path,
		     struct mount_spec *m, struct err *e);

/* Sets m->source; explicit paths only, with ./ from the caller's directory. */
int mount_set_source(const struct setting_use *u, struct spec *s, const char *path,
		     struct mount_spec *m, struct err *e);
