/* cgroup/metrics_parts.h - what the parts of the reader share; only metrics*.c include it. */
#pragma once

#include "cgroup/metrics_files.h"

enum file_state {
	STATE_UNUSED,	/* no wanted figure needs it */
	STATE_NO_GROUP, /* no place of that layout */
	STATE_NO_FILE,
	STATE_OPEN,	 /* fd, or path at each reading where there was no descriptor left */
	STATE_UNREADABLE /* error */
};

struct open_file {
	enum file_state state;
	int fd;
	int error;
	size_t place;
};

#define LEVELS 16

struct metric_files {
	struct metric_place places[METRIC_PLACES]; /* strings are ours */
	size_t n_places;
	bool needed[_METRIC_N]; /* wanted, and what those are made of */
	struct open_file files[_FILE_N];
	int above[LEVELS]; /* memory.max of the group and of those above it */
	size_t n_above;
	size_t room_devices, room_interfaces;
	int process;		 /* /proc/PID; -EBADF: none */
	enum metric_absence net; /* why there are no figures of a network */
	unsigned read, gone;	 /* files of the group, at this reading */
};

/* What a place has: base/path/name. */
#define PLACE_PATH_ROOM 4608
void metric_place_path(const struct metric_place *p, const char *name, char ret[PLACE_PATH_ROOM]);

int metric_open_path(const char *path);

/* The whole file, ended by a 0, in memory that lasts until the next call; again: until a read gives
 * nothing, as files of /proc/net want. NULL: *ret_error, a negative errno. */
const char *metric_read_text(int fd, bool again, int *ret_error);

/* The figures that come from one file. */
struct file_sources {
	struct metrics *metrics;
	enum metric_file file;
	struct {
		enum metric metric;
		uint8_t source;
	} list[64];
	size_t n;
};
void metric_sources_of(struct metrics *m, enum metric_file file, struct file_sources *ret);

void metric_set(struct metric_value *v, const struct metric_source *s, uint8_t source, uint64_t n);
/* Adds up, so that the sum of all is what the group has. */
void metric_add(struct metric_value *sum, const struct metric_value *v);

/* metrics_device.c, metrics_net.c: the callbacks of their formats, what comes before and after a
 * reading. */
void metric_device_begin(struct metrics *m);
void metric_device_found(void *data, const struct metric_word *owner, const struct metric_word *key,
			 uint64_t n, bool unlimited);
void metric_device_end(struct metrics *m);
void metric_net_open(struct metrics *m, pid_t pid);
void metric_net_read(struct metrics *m);
/* metrics_delay.c */
void metric_delay_read(struct metrics *m);
