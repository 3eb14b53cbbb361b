/* store/note.h - a note: one line that is the text of a symbolic link in a container's directory.
 *
 * A link is made, replaced (by rename) and read whole in one call each. Linked into
 * honu-supervise: no stdio, no allocation. Bare -errno. */
#pragma once

#include <stddef.h>

/* xfs takes no more than 1023 bytes; ext4 4095, or its block size less one. */
#define NOTE_MAX 1023

/* Makes or replaces the note. Anybody may, at any time: writers replace one after the other. */
int note_put(int dir_fd, const char *name, const char *text);

/* -> length. room: NOTE_MAX + 2, or what is to be expected and 2 more: a text that may have been
 * cut is -EBADMSG. -ENOENT: there is none. */
int note_get(int dir_fd, const char *name, char *ret, size_t room);

/* -ENOENT is fine. */
int note_remove(int dir_fd, const char *name);

/* Splits a text in place into exactly n words, or -EBADMSG. None is empty. */
int note_split(char *text, char separator, char *words[], size_t n);

/* For whoever has to read before replacing: nobody else replaces any note of the directory while
 * the descriptor is open. Short: the supervisor waits as well. */
int note_lock(int dir_fd);
int note_replace_locked(int dir_fd, const char *name, const char *text);
