/* spec/limits.h - the one table of what a control group can limit, and where each limit acts.
 *
 * One row per limit serves the reader of options, the record, the plan and the words of refusals. What
 * help and unit files call it stands in the row of spec/settings_limits.h with the same number. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* In the order in which they are written: the memory limit before that of memory and swap, which may
 * not be below it; idle first, for who is takes no weight; a period before the quota of it, that before
 * its burst. */
enum limit_type {
	LIMIT_MEMORY,
	LIMIT_MEMORY_SWAP,
	LIMIT_MEMORY_RESERVATION,
	LIMIT_MEMORY_HIGH,
	LIMIT_MEMORY_LOW,
	LIMIT_MEMORY_MIN,
	LIMIT_MEMORY_SWAPPINESS,
	LIMIT_OOM_KILL_DISABLE,
	LIMIT_OOM_GROUP,
	LIMIT_CPU_IDLE,
	LIMIT_CPU_SHARES,
	LIMIT_CPU_WEIGHT,
	LIMIT_CPUS,
	LIMIT_CPU_PERIOD,
	LIMIT_CPU_QUOTA,
	LIMIT_CPU_BURST,
	LIMIT_CPU_RT_PERIOD,
	LIMIT_CPU_RT_RUNTIME,
	LIMIT_CPUSET_CPUS,
	LIMIT_CPUSET_MEMS,
	LIMIT_PIDS,
	LIMIT_BLKIO_WEIGHT,
	LIMIT_BLKIO_WEIGHT_DEVICE,
	LIMIT_READ_BPS,
	LIMIT_WRITE_BPS,
	LIMIT_READ_IOPS,
	LIMIT_WRITE_IOPS,
	LIMIT_HUGETLB,
	LIMIT_CONF,
	_LIMIT_N
};

/* What its value is. */
enum limit_form {
	LIMIT_BYTES,
	LIMIT_COUNT,
	LIMIT_CPU_COUNT, /* "1.5", kept in billionths */
	LIMIT_SWITCH,
	LIMIT_NUMBERS, /* "0-3,5", kept as text */
	LIMIT_TEXT,
};

/* What comes before the value: "DEVICE:", "SIZE=", "FILE=". */
enum limit_subject { SUBJECT_NONE, SUBJECT_DEVICE, SUBJECT_PAGE, SUBJECT_FILE };

/* How the value gets into the file. */
enum limit_writing {
	WRITE_VALUE,	 /* as it is */
	WRITE_DEVICE,	 /* "8:0 VALUE" */
	WRITE_IO_MAX,	 /* "8:0 KEY=VALUE" */
	WRITE_TO_WEIGHT, /* shares of v1 as a weight of v2 */
	WRITE_TO_SHARES, /* and back */
	WRITE_CPU_MAX,	 /* v2: quota and period with one write */
	WRITE_CFS,	 /* v1: CPUs as a quota */
	WRITE_SWAP,	 /* v2: without the memory that the option counts in */
	WRITE_WEIGHT,	 /* v2: whichever of bfq and io.cost divides */
	WRITE_PAGE,	 /* the file is hugetlb, the size, and FILE */
	WRITE_SUBJECT,	 /* the subject is the file */
};

struct limit_place {
	const char *controller; /* NULL: cannot act on this layout */
	const char *file;
	enum limit_writing writing;
	const char *key; /* WRITE_IO_MAX */
};

struct limit_row {
	const char *name; /* of the option, and in the record */
	enum limit_form form;
	enum limit_subject subject;
	bool endless; /* -1: no limit */
	uint64_t least, most;
	struct limit_place v1, v2;
};

extern const struct limit_row limit_rows[_LIMIT_N];
/* Their names alone, for the record. */
extern const char *const limit_names[_LIMIT_N];

/* No limit. */
#define LIMIT_ENDLESS UINT64_MAX
/* A part of a CPU is kept in these. */
#define LIMIT_CPU_UNIT UINT64_C(1000000000)
/* Microseconds in which a quota counts where nobody says otherwise, the kernel's own. */
#define LIMIT_CPU_PERIOD_DEFAULT 100000

struct spec;
struct limit_spec;

/* The limit of that type (and subject, where it has one), or NULL. */
const struct limit_spec *limit_find(const struct spec *s, enum limit_type type);

/* Enters a limit, in order; one of the same type and subject is replaced. */
void limit_set(struct spec *s, const struct limit_spec *l);

/* Enters the limits of changes into a spec that was recorded; what means the same thing in another way
 * goes (--cpus after --cpu-quota). */
void limits_change(struct spec *s, const struct spec *changes);

/* Both belong together: whoever writes the one has to write the other. */
bool limits_are_bundled(enum limit_type a, enum limit_type b);

/* Numbers as the kernel lists them, "0-3,5", and nothing else; above most: false. */
bool limit_numbers_are_valid(const char *text, uint32_t most);
/* Is every number of list in the other list? Both are valid. */
bool limit_numbers_are_within(const char *list, const char *all);
