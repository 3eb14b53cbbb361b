/* cli/fsck_subject.h - a container that honu fsck looks at. */
#pragma once

#include "cli/fsck.h"
#include "spec/spec.h"

struct subject {
	struct fsck *f;
	struct store_container c;
	bool lives;		 /* somebody holds its lock */
	bool locked;		 /* we do: it may be mended */
	const struct spec *spec; /* NULL: its record cannot be read */
	bool has_status;	 /* it can be read, or it is too young to have one */
	struct store_status status;
};

/* "containers/ID/FILE" */
const char *subject_path(const struct subject *s, const char *file);

/* Phases in which nobody lives. */
bool subject_has_ended(const struct subject *s);

/* What it owns outside of its directory, and what lies in it beside the files of its life: names,
 * id ranges, leftovers, detached execs. */
void fsck_owned(struct subject *s);
