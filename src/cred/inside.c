/* cred/inside.c - see inside.h. Inside: system calls only.
 *
 * The raw calls are used for ids: the C library's setresuid() would signal other threads. */
#include "cred/inside.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/process.h"

#define KEYCTL_JOIN_SESSION_KEYRING 1

static int set_ids(uid_t uid, gid_t gid, const char **op)
{
	*op = "setresgid";
	if (syscall(SYS_setresgid, gid, gid, gid) < 0)
		return -errno;
	*op = "setresuid";
	return syscall(SYS_setresuid, uid, uid, uid) < 0 ? -errno : 0;
}

int cred_root_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)s;
	(void)slots;
	*op = "setgroups";
	if (syscall(SYS_setgroups, 0, NULL) < 0)
		return -errno;
	return set_ids(0, 0, op);
}

int cred_keyring_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)slots;
	*op = "keyctl";
	if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, s->cred_keyring.name) < 0 &&
	    errno != ENOSYS)
		return -errno;
	return 0;
}

int cred_bound_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cred_bound_step *b = &s->cred_bound;

	(void)slots;
	*op = "prctl PR_CAPBSET_DROP";
	for (unsigned long n = 0; n <= b->last; n++) {
		if (!(b->keep & UINT64_C(1) << n) && prctl(PR_CAPBSET_DROP, n, 0, 0, 0) < 0)
			return -errno;
	}
	*op = "prctl PR_CAP_AMBIENT";
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return -errno;
	return 0;
}

int cred_switch_apply(const struct step *s, struct slots *slots, const char **op)
{
	*op = "prctl PR_SET_KEEPCAPS";
	if (slots->uid != 0 && prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
		return -errno;
	*op = "setgroups";
	if (!s->cred_switch.keep_groups &&
	    syscall(SYS_setgroups, slots->n_groups, slots->groups) < 0)
		return -errno;
	return set_ids(slots->uid, slots->gid, op);
}

int cred_caps_apply(const struct step *s, struct slots *slots, const char **op)
{
	uint64_t keep = slots->uid == 0 ? s->cred_caps.keep : 0;

	*op = "capset";
	return sys_capset(keep, keep, 0);
}

int cred_no_new_privs_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)s;
	(void)slots;
	*op = "prctl PR_SET_NO_NEW_PRIVS";
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

int cred_seccomp_apply(const struct step *s, struct slots *slots, const char **op)
{
	const struct cred_seccomp_step *c = &s->cred_seccomp;
	struct sock_fprog program = {
		.len = c->length,
		.filter = (struct sock_filter *)c->filter,
	};

	(void)slots;
	*op = "seccomp";
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? -errno : 0;
}
