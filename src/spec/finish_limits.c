/* spec/finish_limits.c - limits that the kernel would refuse later, and kernel settings that are
 * the host's. */
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/resource.h>

#include "base/cleanup.h"
#include "facts/facts.h"
#include "spec/fields.h"
#include "spec/finish.h"
#include "spec/spec.h"

/* select(2) breaks beyond 1024, so programs raise their soft limit themselves; beyond this hard
 * one, those that close every descriptor up to it take seconds. */
#define NOFILE_SOFT 1024
#define NOFILE_HARD 524288

static void default_nofile(struct spec *s, const struct facts *f)
{
	struct rlimit_spec limit = { .resource = RLIMIT_NOFILE, .origin = "default" };

	for (size_t i = 0; i < s->n_rlimits; i++)
		if (s->rlimits[i].resource == RLIMIT_NOFILE)
			return;
	limit.hard = f->nofile_hard < NOFILE_HARD ? f->nofile_hard : NOFILE_HARD;
	limit.soft = limit.hard < NOFILE_SOFT ? limit.hard : NOFILE_SOFT;
	arena_push(s->arena, s->rlimits, s->n_rlimits, limit);
}

static int check_rlimits(const struct spec *s, const struct facts *f, struct err *e)
{
	if (f->capabilities & UINT64_C(1) << CAP_SYS_RESOURCE)
		return 0;
	for (size_t i = 0; i < s->n_rlimits; i++) {
		const struct rlimit_spec *l = &s->rlimits[i];

		if (l->resource == RLIMIT_NOFILE && l->hard > f->nofile_hard)
			return err_hint(
				e,
				err_say(e, -EPERM, "%s: above honu's own hard limit of %llu",
					l->origin, (unsigned long long)f->nofile_hard),
				"ask for less, raise the limit of honu (ulimit -Hn), or give "
				"it CAP_SYS_RESOURCE");
	}
	return 0;
}

/* Keys by the namespace that they belong to. A key that ends in a dot stands for all below. */
static const struct {
	const char *key;
	enum ns_type type;
	const char *option;
} sysctls[] = {
	{ "net.", NS_NET, "--network" },	  { "fs.mqueue.", NS_IPC, "--ipc" },
	{ "kernel.msgmax", NS_IPC, "--ipc" },	  { "kernel.msgmnb", NS_IPC, "--ipc" },
	{ "kernel.msgmni", NS_IPC, "--ipc" },	  { "kernel.sem", NS_IPC, "--ipc" },
	{ "kernel.shmall", NS_IPC, "--ipc" },	  { "kernel.shmmax", NS_IPC, "--ipc" },
	{ "kernel.shmmni", NS_IPC, "--ipc" },	  { "kernel.shm_rmid_forced", NS_IPC, "--ipc" },
	{ "kernel.domainname", NS_UTS, "--uts" },
};

static bool is_key(const char *known, const char *key)
{
	return known[strlen(known) - 1] == '.' ? field_after(key, known) != NULL :
						 strcmp(key, known) == 0;
}

static int check_sysctl(const struct spec *s, const struct pair_spec *pair, struct err *e)
{
	if (strcmp(pair->key, "kernel.hostname") == 0)
		return err_hint(e, err_say(e, -EINVAL, "%s: this is the host name", pair->origin),
				"say --hostname %s", pair->value);
	for (size_t i = 0; i < ELEMENTS(sysctls); i++) {
		if (!is_key(sysctls[i].key, pair->key))
			continue;
		if (s->ns[sysctls[i].type].mode == NS_PRIVATE)
			return 0;
		return err_hint(e,
				err_say(e, -EINVAL, "%s: with %s it would change others as well",
					pair->origin, s->ns[sysctls[i].type].origin),
				"it needs %s private", sysctls[i].option);
	}
	return err_hint(e,
			err_say(e, -EINVAL, "%s: this setting is the host's, of no namespace",
				pair->origin),
			"net.*, fs.mqueue.* and the System V limits of kernel.* can be set for a "
			"container");
}

int finish_limits(struct spec *s, const struct facts *f, struct err *e)
{
	int r;

	default_nofile(s, f);
	r = check_rlimits(s, f, e);
	for (size_t i = 0; r == 0 && i < s->n_sysctls; i++)
		r = check_sysctl(s, &s->sysctls[i], e);
	return r;
}
