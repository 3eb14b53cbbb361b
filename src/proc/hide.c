/* proc/hide.c - honu out of sight of those inside. Host side.
 *
 * Between the clone and execve(2) the new process runs honu's code in the container's pid namespace, or
 * in the host's. As long as it is not dumpable (prctl(2), ptrace(2) "access mode checking") its
 * /proc/PID/exe, fd and memory are closed to all without CAP_SYS_PTRACE in the user namespace that
 * honu was executed in (CVE-2019-5736, CVE-2016-9962); who has that in the host's is met with a copy
 * of honu (cli/self.c). */
#include "proc/hide.h"

#include <errno.h>
#include <sys/prctl.h>

int proc_hide_apply(const struct step *s, struct slots *slots, const char **op)
{
	(void)s;
	(void)slots;
	*op = "prctl PR_SET_DUMPABLE";
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0 ? -errno : 0;
}
