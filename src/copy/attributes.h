/* copy/attributes.h - extended attributes that travel with a copy. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

struct archive_entry;

/* Adds those of the open file to the entry. owners: also the lists of who may access it, which are in
 * ids. What cannot be read is left out. */
void attributes_read(int fd, struct archive_entry *entry, bool owners);

/* Sets those of the entry. trusted: whoever wrote the archive may also give a program capabilities.
 * -> how many were left out because the file system cannot have them, or -errno. */
int attributes_write(int fd, struct archive_entry *entry, bool owners, bool trusted);
