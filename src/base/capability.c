/* base/capability.c - the names of the kernel's capabilities. */
#include "base/capability.h"

#include <assert.h>
#include <errno.h>
#include <stddef.h>
#include <strings.h>

#include <linux/capability.h>

#include "base/cleanup.h"

static const char *const names[] = {
#define X(name) [CAP_##name] = #name
	X(CHOWN),
	X(DAC_OVERRIDE),
	X(DAC_READ_SEARCH),
	X(FOWNER),
	X(FSETID),
	X(KILL),
	X(SETGID),
	X(SETUID),
	X(SETPCAP),
	X(LINUX_IMMUTABLE),
	X(NET_BIND_SERVICE),
	X(NET_BROADCAST),
	X(NET_ADMIN),
	X(NET_RAW),
	X(IPC_LOCK),
	X(IPC_OWNER),
	X(SYS_MODULE),
	X(SYS_RAWIO),
	X(SYS_CHROOT),
	X(SYS_PTRACE),
	X(SYS_PACCT),
	X(SYS_ADMIN),
	X(SYS_BOOT),
	X(SYS_NICE),
	X(SYS_RESOURCE),
	X(SYS_TIME),
	X(SYS_TTY_CONFIG),
	X(MKNOD),
	X(LEASE),
	X(AUDIT_WRITE),
	X(AUDIT_CONTROL),
	X(SETFCAP),
	X(MAC_OVERRIDE),
	X(MAC_ADMIN),
	X(SYSLOG),
	X(WAKE_ALARM),
	X(BLOCK_SUSPEND),
	X(AUDIT_READ),
	X(PERFMON),
	X(BPF),
	X(CHECKPOINT_RESTORE),
#undef X
};

static_assert(ELEMENTS(names) == CAPABILITY_N, "a capability lacks its name");

const char *capability_name(unsigned n)
{
	return n < CAPABILITY_N ? names[n] : NULL;
}

int capability_number(const char *name)
{
	if (strncasecmp(name, "CAP_", 4) == 0)
		name += 4;
	for (int i = 0; i < CAPABILITY_N; i++)
		if (strcasecmp(name, names[i]) == 0)
			return i;
	return -EINVAL;
}
