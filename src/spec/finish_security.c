/* spec/finish_security.c - what root inside may do. */
#include <errno.h>
#include <linux/capability.h>

#include "base/capability.h"
#include "base/cleanup.h"
#include "facts/facts.h"
#include "spec/finish.h"
#include "spec/spec.h"

#define BIT(capability) (UINT64_C(1) << (capability))

/* docker's set less what needs no default: NET_RAW, MKNOD, AUDIT_WRITE. */
#define DEFAULT_CAPABILITIES                                                          \
	(BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FSETID) | BIT(CAP_FOWNER) | \
	 BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SETFCAP) | BIT(CAP_SETPCAP) |    \
	 BIT(CAP_NET_BIND_SERVICE) | BIT(CAP_SYS_CHROOT) | BIT(CAP_KILL))

bool spec_can_mount(const struct spec *s)
{
	return s->privileged || (s->capabilities & BIT(CAP_SYS_ADMIN)) != 0;
}

/* What honu can give: within a user namespace of its own or a joined one everything, otherwise
 * what it has itself. */
uint64_t finish_givable(const struct spec *s, const struct facts *f)
{
	uint64_t all = f->last_capability >= 63 ? UINT64_MAX : BIT(f->last_capability + 1) - 1;

	return s->ns[NS_USER].mode == NS_HOST ? all & f->capabilities : all;
}

/* Of those that were named; what ALL and the default hold beyond our reach is just not there. */
static int check_added(const struct spec *s, const struct facts *f, struct err *e)
{
	uint64_t missing = s->capabilities_added & ~finish_givable(s, f);

	if (s->capabilities_added == UINT64_MAX || missing == 0)
		return 0;

	unsigned number = (unsigned)__builtin_ctzll(missing);
	if (number > f->last_capability)
		return err_hint(e,
				err_say(e, -EINVAL,
					"--cap-add %s: this kernel (%s) does not know it",
					capability_name(number), f->release),
				"leave it out, or use a newer kernel");
	return err_hint(
		e,
		err_say(e, -EPERM, "--cap-add %s: honu does not have it itself",
			capability_name(number)),
		"run honu as root, or leave the container a user namespace of its own, in which "
		"it can have it");
}

static void compute(struct spec *s, const struct facts *f)
{
	uint64_t added = s->capabilities_added, dropped = s->capabilities_dropped;

	if (s->privileged || added == UINT64_MAX)
		s->capabilities = dropped == UINT64_MAX ? 0 : ~dropped;
	else if (dropped == UINT64_MAX)
		s->capabilities = added;
	else
		s->capabilities = (DEFAULT_CAPABILITIES & ~dropped) | added;
	s->capabilities &= finish_givable(s, f);
}

int finish_security(struct spec *s, const struct facts *f, struct err *e)
{
	int r;

	if ((s->privileged || s->capabilities_added == UINT64_MAX) &&
	    s->capabilities_dropped == UINT64_MAX)
		return err_hint(e,
				err_say(e, -EINVAL, "--cap-drop ALL contradicts %s",
					s->privileged ? "--privileged" : "--cap-add ALL"),
				"leave one of them out, or name single capabilities");
	r = check_added(s, f, e);
	if (r < 0)
		return r;
	compute(s, f);
	if (s->privileged)
		s->seccomp = false;
	return 0;
}
