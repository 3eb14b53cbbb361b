/* spec/parse.h - what reads the value of each setting; the table in settings.c names them.
 *
 * Should: read strictly, name the option, the value and what was expected.
 * Must not: ask the host (--env-file and --label-file, which are read at once, are the exceptions), or judge how
 * settings go together: spec_finish() does that, when all are known. */
#pragma once

#include "spec/settings.h"

/* parse_process.c */
setting_parse_fn parse_name, parse_switch, parse_tty, parse_env, parse_workdir, parse_user,
	parse_group_add, parse_umask, parse_preserve_fds;
/* env_file.c */
setting_parse_fn parse_env_file;
/* parse_label.c */
setting_parse_fn parse_label, parse_label_file;
/* parse_life.c, parse_health.c */
setting_parse_fn parse_cidfile, parse_pidfile, parse_restart, parse_stop_signal, parse_stop_timeout,
	parse_detach_keys, parse_log_driver, parse_log_opt, parse_sdnotify;
setting_parse_fn parse_health_cmd, parse_health_tcp, parse_health_http, parse_health_interval,
	parse_health_timeout, parse_health_start, parse_health_retries, parse_health_action,
	parse_no_healthcheck;
/* parse_mount.c, parse_volume.c */
setting_parse_fn parse_volume, parse_mount, parse_tmpfs;
/* parse_files.c */
setting_parse_fn parse_device, parse_secret, parse_shm_size, parse_rootfs_propagation;
/* parse_names.c */
setting_parse_fn parse_hostname, parse_add_host, parse_dns, parse_dns_search, parse_dns_option,
	parse_no_hosts;
/* parse_security.c */
setting_parse_fn parse_cap_add, parse_cap_drop, parse_security_opt;
/* parse_namespace.c */
setting_parse_fn parse_namespace, parse_userns, parse_uidmap, parse_gidmap, parse_time_offset;
/* parse_limits.c */
setting_parse_fn parse_ulimit, parse_sysctl, parse_oom_score_adj, parse_cgroup_parent;
/* parse_group.c */
setting_parse_fn parse_limit;

/* line_file.c: gives each line of the file that the setting names, without blanks before it, to
 * the function; empty lines and those that start with # are skipped. A refusal names the line. */
typedef int line_file_fn(const struct setting_use *u, struct spec *s, const char *line,
			 size_t number, struct err *e);
int line_file_read(const struct setting_use *u, struct spec *s, line_file_fn *line, struct err *e);

/* "-e NAME=VALUE": adds to the variables from files (true) or to those given one by one. */
struct arena;
void env_add(struct spec *s, const char *variable, bool from_file);
/* "NAME" of "NAME=value" or of "NAME" is a name that a variable can have. */
bool env_name_is_valid(const char *variable);
/* The variable as it stands in environment ("NAME=value"), or NULL. */
const char *env_find(char *const *environment, const char *name);
