/* spec/parse.h - what reads the value of each setting; the table in settings.c names them.
 *
 * Should: read strictly, name the option, the value and what was expected.
 * Must not: ask the host (parse_env_file(), which reads the file, is the exception), or judge how
 * settings go together: spec_finish() does that, when all are known. */
#pragma once

#include "spec/settings.h"

/* parse_process.c */
setting_parse_fn parse_name, parse_switch, parse_tty, parse_env, parse_workdir, parse_user,
	parse_group_add, parse_umask, parse_preserve_fds;
/* env_file.c */
setting_parse_fn parse_env_file;
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

/* "-e NAME=VALUE": adds to the variables from files (true) or to those given one by one. */
struct arena;
void env_add(struct spec *s, const char *variable, bool from_file);
/* "NAME" of "NAME=value" or of "NAME" is a name that a variable can have. */
bool env_name_is_valid(const char *variable);
/* The variable as it stands in environment ("NAME=value"), or NULL. */
const char *env_find(char *const *environment, const char *name);
