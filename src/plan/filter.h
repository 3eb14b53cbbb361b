/* plan/filter.h - the default seccomp filter, made for the capabilities that a container holds.
 *
 * The policy is plan/seccomp.list; tools/seccomp-table turns it into a table of call numbers while
 * honu is built. Pure. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct arena;
struct sock_filter;

/* What a rule does: enumerator and the word that plan/seccomp.list has for it. */
#define FILTER_ACTIONS(X)                                                                     \
	X(ALLOW, "allow")                                                                     \
	X(DENY, "deny")				  /* EPERM */                                 \
	X(HIDE, "hide")				  /* ENOSYS */                                \
	X(CHECK_NAMESPACES, "check-namespaces")	  /* EPERM for flags that make a namespace */ \
	X(CHECK_IOCTL, "check-ioctl")		  /* EPERM for typing into the terminal */    \
	X(CHECK_PERSONALITY, "check-personality") /* EPERM for all but five values */         \
	X(CHECK_SOCKET, "check-socket")		  /* EPERM for two families; see filter.c */

enum filter_action {
#define X(action, word) FILTER_##action,
	FILTER_ACTIONS(X)
#undef X
		_FILTER_ACTION_N
};

struct filter_rule {
	uint32_t number; /* of the call, on this architecture */
	enum filter_action action;
	uint64_t unless;  /* who holds one of these capabilities is allowed the call */
	const char *name; /* "mount" */
	const char *why;  /* one clause; "" for calls that everybody is allowed */
};

/* The policy, by rising number. A number that is missing is hidden. */
const struct filter_rule *filter_rules(size_t *ret_n);

/* The program for a container with these capabilities (bit n: capability n), for seccomp(2), in a.
 * 32-bit and other foreign calls end the process (seccomp(2): their numbers mean something else);
 * x32 calls get ENOSYS. -E2BIG when a jump has no room, which a static_assert and the tests rule
 * out. */
int filter_build(struct arena *a, uint64_t capabilities, const struct sock_filter **ret,
		 uint16_t *ret_length);
