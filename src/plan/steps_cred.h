/* plan/steps_cred.h - payloads of the steps that cred/ carries out. All run inside. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* setgroups(0), setresgid(0), setresuid(0) in the new user namespace. */
struct cred_root_step {
	char unused;
};

/* keyctl(JOIN_SESSION_KEYRING, name). A kernel without keyrings is fine. */
struct cred_keyring_step {
	const char *name;
};

/* Reads /etc/passwd and /etc/group below SLOT_ROOT (regular files only, at most 1 MiB) and fills
 * uid, gid, groups and home of the slots. Numbers need no files. */
struct cred_resolve_step {
	const char *user; /* "name|uid[:group|gid]" */
	const char *const *groups;
	size_t n_groups;
	bool keep_home; /* HOME was given: leave it */
	bool in_host;	/* no root of our own: read below / */
};

/* Drops every capability outside of keep from the bounding set; clears ambient. */
struct cred_bound_step {
	uint64_t keep;
	uint64_t last; /* highest capability of this kernel */
};

/* setgroups, setresgid, setresuid to what cred.resolve found; keeps the permitted set until
 * cred.caps. */
struct cred_switch_step {
	bool keep_groups; /* setgroups is denied in this namespace */
};

/* permitted = effective = keep for root, empty for others; inheritable empty. */
struct cred_caps_step {
	uint64_t keep;
};

struct cred_no_new_privs_step {
	char unused;
};

struct sock_filter;

struct cred_seccomp_step {
	const struct sock_filter *filter;
	uint16_t length;
	const char *label; /* "default" */
};
