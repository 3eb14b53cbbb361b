/* facts/kernel.c - the kernel and what it lets honu do. */
#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/number.h"
#include "facts/parts.h"

#define PORT_START_DEFAULT 1024

/* One component of a version: up to three digits at *s, which moves behind them. */
static bool version_part(const char **s, unsigned *ret)
{
	size_t n = strspn(*s, "0123456789");
	char digits[4] = "";
	uint32_t value;

	if (n >= sizeof(digits))
		return false;
	memcpy(digits, *s, n);
	if (number_u32(digits, &value) < 0)
		return false;
	*s += n;
	*ret = value;
	return true;
}

unsigned facts_parse_release(const char *release)
{
	unsigned major, minor;

	if (!version_part(&release, &major) || *release++ != '.' || !version_part(&release, &minor))
		return 0;
	return major * 1000 + minor;
}

static bool capability_exists(uint64_t n)
{
	return prctl(PR_CAPBSET_READ, n, 0, 0, 0) >= 0;
}

/* Two calls where the kernel is as old as our headers; reading /proc/sys/kernel/cap_last_cap would
 * be three. */
static uint64_t last_capability(void)
{
	uint64_t n = CAP_LAST_CAP;

	while (n > 0 && !capability_exists(n))
		n--;
	while (n < 63 && capability_exists(n + 1))
		n++;
	return n;
}

static int permitted_capabilities(uint64_t *ret)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	*ret = data[0].permitted | (uint64_t)data[1].permitted << 32;
	return 0;
}

/* Of our network namespace; kernels before 4.11 have only the default. */
void facts_read_network(struct arena *a, struct facts *f)
{
	char *text = facts_read_file(a, "/proc/sys/net/ipv4/ip_unprivileged_port_start", 64);

	if (!text || number_u32(facts_next_field(&text, '\n'), &f->port_start) < 0)
		f->port_start = PORT_START_DEFAULT;
}

int facts_read_kernel(struct arena *a, struct facts *f, struct err *e)
{
	struct utsname name;
	struct rlimit nofile;
	int r;

	if (uname(&name) < 0)
		return err_set(e, -errno, "ask the kernel for its release");
	f->release = arena_strdup(a, name.release);
	f->kernel = facts_parse_release(name.release);
	f->machine = arena_strdup(a, name.machine);
	f->hostname = arena_strdup(a, name.nodename);
	r = permitted_capabilities(&f->capabilities);
	if (r < 0)
		return err_set(e, r, "ask the kernel for honu's own capabilities");
	f->last_capability = last_capability();
	if (getrlimit(RLIMIT_NOFILE, &nofile) < 0)
		return err_set(e, -errno, "ask the kernel for the limit of open files");
	f->nofile_hard = nofile.rlim_max;
	return 0;
}
