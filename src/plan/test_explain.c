/* plan/test_explain.c - what plan_explain() writes for each kind of step, and that a shell can
 * read it whatever a spec holds. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "plan/explain.h"
#include "plan/test_steps.h"

/* The lines of one step on its own, at the margin or indented; a line of source is one of output. */
/* clang-format off */
static const char *const expected[] = {
	[STEP_CGROUP_MAKE] =
		"# 1. host: cgroup.make cpu\n"
		"#    a control group of its own: limits, figures and kill reach every process\n"
		"mkdir -p /sys/fs/cgroup/cpu/honu/4f2a\n"
		"# not expressible: the group's tasks file stays open for the first process: the kernel asks for the rights of who opened it\n",
	[STEP_CGROUP_WRITE] =
		"# 1. host: cgroup.write devices.allow\n"
		"#    what the group may use\n"
		"echo 'c 1:3 rwm' > /sys/fs/cgroup/devices/honu/4f2a/devices.allow\n"
		"echo 'c 1:5 rwm' > /sys/fs/cgroup/devices/honu/4f2a/devices.allow\n",
	[STEP_CGROUP_OPEN] =
		"# 1. host: cgroup.open cgroup2\n"
		"#    the container's own group: its limits hold for whoever joins\n"
		"# not expressible: the group's directory stays open for the new process\n"
		"# approximately:\n"
		"# in a group with controllers enabled for children nobody can be\n"
		"if grep -q . /sys/fs/cgroup/unified/honu-4f2a/cgroup.subtree_control; then group=/sys/fs/cgroup/unified/honu-4f2a/exec; mkdir -p \"$group\"; else group=/sys/fs/cgroup/unified/honu-4f2a; fi\n",
	[STEP_CGROUP_JOIN] =
		"\t# 1. inside: cgroup.join\n"
		"\t#    the process enters its groups itself: from outside the kernel would wait 10 ms\n"
		"\t# not expressible: 0, which means \"me\", goes into the files that the host opened\n"
		"\t# approximately, by the host, which has the right to:\n"
		"INSIDE\n"
		"\n"
		"cat >&9 <<-'INSIDE'\n",
	[STEP_TREE_MAKE] =
		"# 1. host: tree.make /dev\n"
		"#    a small file system of honu's own, not yet attached\n"
		"# not expressible: fsmount(2): a tmpfs that is attached nowhere\n"
		"# approximately:\n"
		"mkdir -p \"$work\"/dev\n"
		"mount -t tmpfs -o mode=755,noswap,nosuid tmpfs \"$work\"/dev\n"
		"mkdir -m 0755 \"$work\"/dev/pts\n"
		"ln -s /proc/self/fd \"$work\"/dev/fd\n"
		"printf 'it'\\''s 100%%\\n' > \"$work\"/dev/'host name'\n"
		"chmod 0644 \"$work\"/dev/'host name'\n"
		"mknod -m 0666 \"$work\"/dev/null c 1 3\n"
		"cp '/etc/my zone' \"$work\"/dev/zone\n"
		"chmod 0444 \"$work\"/dev/zone\n"
		"mount -o remount,bind,ro,nosuid \"$work\"/dev\n",
	[STEP_MOUNT_OPEN] =
		"# 1. host: mount.open /srv (from --volume /srv:/data:ro)\n"
		"#    a detached copy of a mount: never visible on the host, fixed before anything runs\n"
		"# not expressible: open_tree(2) with OPEN_TREE_CLONE: a bind that is attached nowhere; mount_setattr(2) changes all below it too\n"
		"# approximately:\n"
		"if [ -d /srv ]; then mkdir -p \"$work\"/source0; else : > \"$work\"/source0; fi\n"
		"mount --rbind -o ro /srv \"$work\"/source0\n",
	[STEP_MOUNT_IDMAP] =
		"# 1. host: mount.idmap /srv\n"
		"#    ids on disk stay as they are; inside they appear through the container's id map\n"
		"# not expressible: mount_setattr(2) with MOUNT_ATTR_IDMAP, recursively, and the container's user namespace\n"
		"# util-linux 2.39 and later can: mount --bind -o X-mount.idmap=/proc/PID/ns/user\n",
	[STEP_MOUNT_OVERLAY] =
		"# 1. host: mount.overlay /srv\n"
		"#    an overlay: what is written never reaches the lower directory\n"
		"# not expressible: built from descriptors by fsconfig(2), attached nowhere\n"
		"# approximately:\n"
		"mkdir -p \"$work\"/empty \"$work\"/source1\n"
		"mount -t overlay -o lowerdir=\"$work\"/source0,upperdir='/var/a\\:b\\,c',workdir=/var/w,nodev overlay \"$work\"/source1\n",
	[STEP_MOUNT_PROPAGATION] =
		"\t# 1. inside: mount.propagation\n"
		"\t#    mounts made from here on do not travel back to the host\n"
		"\tmount --make-rprivate /\n",
	[STEP_MOUNT_ATTACH] =
		"\t# 1. inside: mount.attach /my data\n"
		"\t#    the prepared mount appears inside\n"
		"\t# not expressible: move_mount(2) onto a descriptor from openat2(2): no link inside can lead it elsewhere\n"
		"\t# flags are set before attaching, on all below too\n"
		"\t# approximately:\n"
		"\t[ -e '/my data' ] || if [ -d \"$work\"/source0 ]; then mkdir -p '/my data'; else install -D /dev/null '/my data'; fi\n"
		"\tmount --rbind \"$work\"/source0 '/my data'\n"
		"\tchown -R \"$uid:$gid\" '/my data'\n"
		"\tmount -o remount,bind,ro,noexec,suid '/my data'\n"
		"\tmount --make-slave '/my data'\n",
	[STEP_MOUNT_FS] =
		"\t# 1. inside: mount.fs /tmp\n"
		"\t#    a kernel file system of the container's own\n"
		"\tmkdir -p /tmp\n"
		"\tcopy=$(mktemp -d); cp -a /tmp/. \"$copy\"\n"
		"\tmount -t tmpfs -o mode=755,nosuid,noatime tmpfs /tmp\n"
		"\tcp -a \"$copy\"/. /tmp; rm -r \"$copy\"\n",
	[STEP_MOUNT_MASK] =
		"\t# 1. inside: mount.mask /proc/kcore\n"
		"\t#    shows the host, not the container: covered\n"
		"\tif [ -d /proc/kcore ]; then mount -t tmpfs -o ro tmpfs /proc/kcore\n"
		"\telif [ -e /proc/kcore ]; then mount --bind /dev/null /proc/kcore; fi\n",
	[STEP_MOUNT_READONLY] =
		"\t# 1. inside: mount.readonly /proc/sys\n"
		"\t#    changes the host, not the container: read-only\n"
		"\tif [ -e /proc/sys ]; then mount --rbind -o ro /proc/sys /proc/sys; fi\n",
	[STEP_ROOT_ATTACH] =
		"\t# 1. inside: root.attach\n"
		"\t#    the new root, on top of the old one for now\n"
		"\t# not expressible: move_mount(2) on top of /\n"
		"\t# approximately:\n"
		"\texport root=\"$work\"/source0\n"
		"\tmount --rbind \"$root\" \"$root\"\n"
		"\tmount --make-private \"$root\"\n",
	[STEP_ROOT_PIVOT] =
		"\t# 1. inside: root.pivot\n"
		"\t#    the old root goes away: no way back to the host\n"
		"\t# new root and old root in one directory: the old one lies on top, and goes\n"
		"\tcd /\n"
		"\tpivot_root . .\n"
		"\tumount -l .\n",
	[STEP_ROOT_LOCK] =
		"\t# 1. inside: root.lock\n"
		"\t#    the root is complete: read-only from here on\n"
		"\tmount -o remount,bind,ro /\n",
	[STEP_NS_TARGET] =
		"# 1. host: ns.target\n"
		"#    the container's first process, by a descriptor that never means another\n"
		"# not expressible: pidfd_open(2): a descriptor that never means another process\n"
		"# approximately:\n"
		"[ \"$(sed 's/.*) //' /proc/12/stat | cut -d ' ' -f 20)\" = 3456 ]  # still the process that started then\n",
	[STEP_NS_OPEN] =
		"# 1. host: ns.open net\n"
		"#    the namespace to be shared, held by a descriptor\n"
		"# not expressible: a descriptor keeps the namespace alive from here on\n"
		"# approximately:\n"
		"[ \"$(sed 's/.*) //' /proc/12/stat | cut -d ' ' -f 20)\" = 3456 ]  # still the process that started then\n"
		"[ -e /proc/12/ns/net ]\n",
	[STEP_NS_ENTER] =
		"# 1. host: ns.enter net\n"
		"#    honu steps into it, so that the child is born there\n"
		"# not expressible: setns(2) of honu itself\n"
		"# approximately:\n"
		"set -- \"$@\" nsenter --net='' --\n",
	[STEP_NS_LEAVE] =
		"# 1. host: ns.leave net\n"
		"#    and comes back\n"
		"# nothing to do in a shell: only the commands above were in there\n",
	[STEP_NS_TIME] =
		"# 1. host: ns.time\n"
		"#    clocks with an offset, set before anybody lives in them\n"
		"# not expressible: offsets of 5000000000 and -1500000000 nanoseconds; unshare takes whole seconds\n"
		"set -- \"$@\" unshare --time --monotonic 5 --boottime -1 --\n",
	[STEP_NS_CLONE] =
		"# 1. host: ns.clone\n"
		"#    the first process, born into its namespaces\n"
		"# not expressible: one clone3(2) makes them all and returns a pidfd, which never means another process\n"
		"# approximately:\n"
		"mkfifo \"$work\"/inside\n"
		"exec 8<&0  # kept for the program\n"
		"# bash, since it reads a pipe byte by byte: what it executes reads on\n"
		"unshare --user --pid --mount --propagation unchanged --keep-caps --fork bash -eu < \"$work\"/inside &\n"
		"exec 9> \"$work\"/inside\n"
		"until child=$(tr -d ' ' < /proc/$!/task/$!/children) && [ \"$child\" ]; do sleep 0.1; done\n"
		"\n"
		"exec 9>&-\n"
		"wait\n"
		"\n"
		"# undo, newest first; all else went with the namespaces\n",
	[STEP_NS_MAP] =
		"# 1. host: ns.map\n"
		"#    root inside is an ordinary, unused id outside\n"
		"# each line: first id inside, first id outside, how many\n"
		"printf '0 524288 1000\\n1000 526288 64536\\n' > /proc/\"$child\"/uid_map\n"
		"printf '0 524288 1000\\n' > /proc/\"$child\"/gid_map\n",
	[STEP_NS_JOIN] =
		"\t# 1. inside: ns.join\n"
		"\t#    into the container, all of its namespaces at once: from here on / is its root\n"
		"\t# in a shell the container has to have bash, and what the rest needs\n"
		"\texec nsenter --target 0 --user --mount bash -eu\n",
	[STEP_NS_UNSHARE] =
		"\t# 1. inside: ns.unshare\n"
		"\t#    after joining: the group just entered is the root of what it sees\n"
		"\texec unshare --cgroup bash -eu\n",
	[STEP_NET_LOOPBACK] =
		"\t# 1. inside: net.loopback\n"
		"\t#    lo up: the only interface\n"
		"\tip link set lo up\n",
	[STEP_UTS_NAME] =
		"\t# 1. inside: uts.name web\n"
		"\t#    a host name of its own\n"
		"\thostname web\n",
	[STEP_SYSCTL_WRITE] =
		"\t# 1. inside: sysctl.write net/ipv4/ip_local_port_range\n"
		"\t#    a kernel setting of its own namespaces\n"
		"\techo '1024 65535' > /proc/sys/net/ipv4/ip_local_port_range\n",
	[STEP_CRED_ROOT] =
		"\t# 1. inside: cred.root\n"
		"\t#    becomes root of the new user namespace\n"
		"\texec setpriv --reuid 0 --regid 0 --clear-groups bash -eu\n",
	[STEP_CRED_KEYRING] =
		"\t# 1. inside: cred.keyring honu-4f2a\n"
		"\t#    a session keyring shared with nobody\n"
		"\t# not expressible: keyctl(KEYCTL_JOIN_SESSION_KEYRING); 'keyctl session NAME PROGRAM' of the package keyutils does it\n",
	[STEP_CRED_RESOLVE] =
		"\t# 1. inside: cred.resolve www-data\n"
		"\t#    user and groups, as the tree names them\n"
		"\tuid=$(awk -F: -v key=www-data '$1 == key { print $3 }' /etc/passwd)\n"
		"\tgid=$(awk -F: -v key=www-data '$1 == key { print $4; exit }' /etc/passwd); gid=${gid:-0}\n"
		"\tgroups=$(awk -F: -v key=www-data 'index(\",\" $4 \",\", \",\" key \",\") { printf \"%s,\", $3 }' /etc/group)\n"
		"\tgroups=\"$groups\"$(awk -F: -v key=audio '$1 == key { print $3 }' /etc/group),\n"
		"\tgroups=\"$groups\"27,\n"
		"\thome=$(awk -F: -v key=www-data '$1 == key { print $6; exit }' /etc/passwd); home=${home:-/}\n",
	[STEP_CRED_BOUND] =
		"\t# 1. inside: cred.bound\n"
		"\t#    capabilities that nothing inside can regain\n"
		"\tset -- \"$@\" --bounding-set -all,+chown,+kill,+net_bind_service\n",
	[STEP_CRED_SWITCH] =
		"\t# 1. inside: cred.switch\n"
		"\t#    groups and ids of the user\n"
		"\tset -- \"$@\" --reuid \"$uid\" --regid \"$gid\"\n"
		"\tif [ \"$groups\" ]; then set -- \"$@\" --groups \"${groups%,}\"; else set -- \"$@\" --clear-groups; fi\n",
	[STEP_CRED_CAPS] =
		"\t# 1. inside: cred.caps\n"
		"\t#    the capabilities that remain; none is inheritable\n"
		"\t# root gets what the bounding set leaves (chown,kill,net_bind_service), any other user nothing\n"
		"\tset -- \"$@\" --inh-caps -all --ambient-caps -all\n",
	[STEP_CRED_NO_NEW_PRIVS] =
		"\t# 1. inside: cred.no-new-privs\n"
		"\t#    set-user-id programs give nothing\n"
		"\tset -- \"$@\" --no-new-privs\n",
	[STEP_CRED_SECCOMP] =
		"\t# 1. inside: cred.seccomp default\n"
		"\t#    system calls that no container needs do not exist for it\n"
		"\t# not expressible: seccomp(2) installs a filter of 131 instructions; the line \"Seccomp: 2\" of /proc/PID/status shows it\n",
	[STEP_PROC_SESSION] =
		"\t# 1. inside: proc.session\n"
		"\t#    a session of its own: no hold on our terminal\n"
		"\texport prefix=setsid\n",
	[STEP_PROC_LIMITS] =
		"\t# 1. inside: proc.limits\n"
		"\t#    resource limits of the process\n"
		"\tprlimit --pid $$ --nofile=1024:524288\n"
		"\tprlimit --pid $$ --core=0:unlimited\n",
	[STEP_PROC_SEAL] =
		"# 1. host: proc.seal /usr/libexec/honu/honu-init\n"
		"#    a program of honu's that nobody inside can write to\n"
		"# not expressible: memfd_create(2) with all of its seals: a file that nobody can write to, whatever he may do\n"
		"# approximately:\n"
		"cp /usr/libexec/honu/honu-init \"$work\"/init\n",
	[STEP_PROC_OOM] =
		"# 1. host: proc.oom\n"
		"#    how likely the kernel picks it when memory runs out\n"
		"choom --adjust -500 --pid \"$child\"\n",
	[STEP_PROC_HIDE] =
		"# 1. host: proc.hide\n"
		"#    nobody inside can look into honu, or reach its file, before it is the program\n"
		"# not expressible: prctl(PR_SET_DUMPABLE, 0); execve(2) takes it back\n",
	[STEP_PROC_UMASK] =
		"\t# 1. inside: proc.umask\n"
		"\t#    mode bits that new files lack\n"
		"\tumask 0022\n",
	[STEP_CONSOLE_OPEN] =
		"\t# 1. inside: console.open\n"
		"\t#    a terminal of the container's own devpts\n"
		"\t# not expressible: /dev/pts/ptmx opened, unlocked and its other side taken with TIOCGPTPEER; honu copies between it and your terminal\n",
	[STEP_CONSOLE_ATTACH] =
		"\t# 1. inside: console.attach\n"
		"\t#    the terminal is /dev/console as well\n"
		"\t# not expressible: the bind is made from the descriptor of the terminal\n"
		"\t# approximately:\n"
		"\t: >> /dev/console\n"
		"\tmount --bind /dev/pts/0 /dev/console\n",
	[STEP_CONSOLE_USE] =
		"\t# 1. inside: console.use\n"
		"\t#    standard input, output and error\n"
		"\tprefix='setsid --ctty'  # and /dev/console at the last command\n",
	[STEP_PROC_FDS] =
		"\t# 1. inside: proc.fds\n"
		"\t#    every descriptor but the listed ones closes at exec\n"
		"\t# not expressible: close_range(5, ~0, CLOSE_RANGE_CLOEXEC); 2 descriptors from 3 on stay\n",
	[STEP_PROC_CWD] =
		"\t# 1. inside: proc.cwd /srv/my app\n"
		"\t#    the working directory\n"
		"\tmkdir -p '/srv/my app'\n"
		"\tcd '/srv/my app'\n",
	[STEP_EXEC_RESOLVE] =
		"\t# 1. inside: exec.resolve sh\n"
		"\t#    the program, looked up in the tree's PATH\n"
		"\tprogram=$(PATH=/usr/bin:/bin type -P sh) || exit 127\n",
	[STEP_PROC_PARENT] =
		"\t# 1. inside: proc.parent\n"
		"\t#    ends when honu ends\n"
		"\tset -- \"$@\" --pdeathsig KILL\n",
	[STEP_EXEC] =
		"\t# 1. inside: exec honu-init\n"
		"\t#    the program\n"
		"\t# not expressible: honu-init comes from a descriptor: no path inside leads to it\n"
		"\texec env -i \\\n"
		"\t\tPATH=/usr/bin:/bin \\\n"
		"\t\tHOME= \\\n"
		"\t\tLISTEN_PID=$$ \\\n"
		"\t\t'A=b c' \\\n"
		"\t\t\"$work\"/init -- \"$program\" -c $'echo a\\nb' <&8 8<&- 9>&-\n",
};
/* clang-format on */
static_assert(ELEMENTS(expected) == _STEP_KIND_N, "a step kind lacks its expected text");

/* Runs the shell on script; returns its exit status and up to size - 1 bytes of its output. */
static int run_shell(const char *shell, const char *option, const char *script, char *ret_output,
		     size_t size)
{
	_cleanup_close_ int in = memfd_create("script", 0);
	_cleanup_close_ int out = memfd_create("output", 0);
	char path[32];
	int status = 0;

	assert_true(in >= 0 && out >= 0);
	assert_int_equal(write(in, script, strlen(script)), strlen(script));
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", in);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)dup2(out, STDOUT_FILENO);
		(void)execlp(shell, shell, option, path, (char *)NULL);
		_exit(126);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (size > 0) {
		ssize_t n = pread(out, ret_output, size - 1, 0);

		assert_true(n >= 0);
		ret_output[n] = '\0';
	}
	return status;
}

/* What the here-documents feed to the shell inside: the indented lines without their tab, as <<-
 * does it. */
static void add_inside(struct text *t, const char *listing)
{
	bool inside = false;

	for (const char *line = listing; *line;) {
		size_t length = strcspn(line, "\n");

		if (length == 6 && strncmp(line, "INSIDE", 6) == 0)
			inside = false;
		else if (inside)
			text_add_bytes(t, line + strspn(line, "\t"),
				       length + 1 - strspn(line, "\t"));
		else if (strncmp(line, "cat >&9 <<-", 11) == 0)
			inside = true;
		line += length + (line[length] == '\n');
	}
}

/* The host's part is for dash and the part inside is for bash: both can read every line. */
static void assert_syntax(const char *listing)
{
	_cleanup_text_ struct text inside = { 0 };

	add_inside(&inside, listing);
	assert_int_equal(run_shell("sh", "-n", listing, NULL, 0), 0);
	assert_int_equal(run_shell("bash", "-n", text_get(&inside), NULL, 0), 0);
	assert_int_equal(run_shell("sh", "-n", text_get(&inside), NULL, 0), 0);
}

/* Header and here-document away: what one step says. */
static void take_step(struct text *t, const struct step *s)
{
	static const char start[] = "# 1. ", end[] = "INSIDE\n";
	struct plan p = test_plan(s, 1);
	_cleanup_text_ struct text all = { 0 };

	plan_explain(&p, &all);
	assert_syntax(text_get(&all));
	const char *from = strstr(text_get(&all), start);
	assert_non_null(from);
	if (s->actor == ACTOR_INIT)
		from--;
	size_t length = strlen(from);
	if (length > sizeof(end) && strcmp(from + length - sizeof(end) + 1, end) == 0)
		length -= sizeof(end) - 1;
	text_add_bytes(t, from, length);
}

/* Each kind is explained with exactly these lines, which dash and bash can read. */
static void each_kind_has_its_commands(void **state)
{
	(void)state;
	for (enum step_kind kind = 0; kind < _STEP_KIND_N; kind++) {
		struct step s = test_step(kind);
		_cleanup_text_ struct text t = { 0 };

		take_step(&t, &s);
		assert_non_null(expected[kind]);
		assert_string_equal(text_get(&t), expected[kind]);
	}
}

/* In a whole plan host and inside take turns in the plan's order; what earlier steps left (the
 * entered namespace, the root, the options of setpriv, the console) is used by later ones. */
static void turns_follow_the_plan(void **state)
{
	static const enum step_kind kinds[] = {
		STEP_CGROUP_MAKE,  STEP_NS_OPEN,     STEP_NS_ENTER,   STEP_NS_CLONE,
		STEP_CGROUP_JOIN,  STEP_NS_LEAVE,    STEP_MOUNT_OPEN, STEP_ROOT_ATTACH,
		STEP_MOUNT_MASK,   STEP_ROOT_PIVOT,  STEP_ROOT_LOCK,  STEP_CRED_NO_NEW_PRIVS,
		STEP_PROC_SESSION, STEP_CONSOLE_USE, STEP_EXEC,
	};
	static const char *const in_order[] = {
		"\nset -- \"$@\" nsenter --net=/proc/12/ns/net --\n",
		"\n\"$@\" unshare --user --pid --mount --propagation unchanged --keep-caps --fork ",
		"\nset --\n",
		"\ncat >&9 <<-'INSIDE'\n\t# 5. inside: cgroup.join\n",
		"which has the right to:\nINSIDE\necho \"$child\" > /sys/fs/cgroup/cpu/honu/4f2a/tasks\n",
		"\ncat >&9 <<-'INSIDE'\nINSIDE\n\n# 6. host: ns.leave",
		"\nnsenter --target \"$child\" --mount mount --rbind -o ro /srv \"$work\"/source0\n",
		"\n\texport root=\"$work\"/source0\n",
		"then mount --bind /dev/null \"$root\"/proc/kcore; fi\n",
		"\n\tcd \"$root\"\n\tpivot_root . .\n",
		"\n\tmount -o remount,bind,ro /\n",
		"\n\texec $prefix setpriv \"$@\" -- env -i \\\n",
		" < /dev/console > /dev/console 2>&1 8<&- 9>&-\nINSIDE\n",
		"\nexec 9>&-\nwait\n\n# undo, newest first; all else went with the namespaces\n",
		"\nrmdir /sys/fs/cgroup/cpu/honu/4f2a\n\n# note: first\n# note: second?rm\n",
	};
	static const char *const notes[] = { "first", "second\nrm" };
	struct step steps[ELEMENTS(kinds)];
	_cleanup_text_ struct text t = { 0 };

	(void)state;
	for (size_t i = 0; i < ELEMENTS(kinds); i++)
		steps[i] = test_step(kinds[i]);
	struct plan p = test_plan(steps, ELEMENTS(kinds));
	p.notes = notes;
	p.n_notes = ELEMENTS(notes);
	plan_explain(&p, &t);
	assert_syntax(text_get(&t));
	const char *at = text_get(&t);
	for (size_t i = 0; i < ELEMENTS(in_order); i++) {
		const char *found = strstr(at, in_order[i]);

		if (!found)
			fail_msg("not found or out of order: %s\nin:\n%s", in_order[i], at);
		at = found;
	}
}

/* A word of the listing is, for the shell that reads it, the string that it was made of. */
static void words_survive_the_shell(void **state)
{
	static const char *const words[] = {
		"",
		"plain",
		"two words",
		"it's",
		"$HOME `id` $(id)",
		"back\\slash 100%d",
		"line\nbreak",
		"\n-e",
		"-n\n-n",
		"\ttab\0011",
		"\033[31m",
		"INSIDE\nrm",
		"\xc3\xa9\n\xff",
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(words); i++) {
		struct plan p = test_plan(NULL, 0);
		_cleanup_text_ struct text host = { 0 }, inside = { 0 }, twice = { 0 };
		struct explain x = { .p = &p, .t = &host, .actor = ACTOR_HOST };
		char output[256];

		text_add(&host, "printf %s. ");
		explain_word(&x, words[i]);
		text_add(&host, "; printf ");
		explain_format(&x, words[i]);
		x.t = &inside;
		x.actor = ACTOR_INIT;
		text_add(&inside, "printf %s. ");
		explain_word(&x, words[i]);
		text_add(&inside, "; printf ");
		explain_format(&x, words[i]);
		text_printf(&twice, "%s.%s", words[i], words[i]);
		assert_int_equal(run_shell("sh", "-e", text_get(&host), output, sizeof(output)), 0);
		assert_string_equal(output, text_get(&twice));
		assert_int_equal(run_shell("bash", "-e", text_get(&inside), output, sizeof(output)),
				 0);
		assert_string_equal(output, text_get(&twice));
	}
}

/* Inside, a value keeps even the line breaks at its end. */
static void bash_keeps_line_breaks_at_the_end(void **state)
{
	struct plan p = test_plan(NULL, 0);
	_cleanup_text_ struct text t = { 0 };
	struct explain x = { .p = &p, .t = &t, .actor = ACTOR_INIT };
	char output[64];

	(void)state;
	text_add(&t, "printf %s ");
	explain_word(&x, "it's\n\n");
	assert_int_equal(run_shell("bash", "-e", text_get(&t), output, sizeof(output)), 0);
	assert_string_equal(output, "it's\n\n");
}

/* Nothing that a user writes gets out of the comment, word or here-document it stands in. */
static void values_stay_where_they_are(void **state)
{
	static const char evil[] = "a'b\nINSIDE\nescaped; \033$(escaped)";
	static const char *const argv[] = { evil, evil };
	static const struct tree_entry file = { .kind = TREE_FILE, .path = evil, .text = evil };
	const struct step steps[] = {
		{ .kind = STEP_MOUNT_OPEN, .origin = evil, .mount_open = { .source = evil } },
		{ .kind = STEP_TREE_MAKE,
		  .tree_make = { .label = evil, .entries = &file, .n_entries = 1 } },
		{ .kind = STEP_UTS_NAME, .actor = ACTOR_INIT, .uts_name = { evil } },
		{ .kind = STEP_MOUNT_ATTACH,
		  .actor = ACTOR_INIT,
		  .mount_attach = { .target = evil, .file = evil } },
		{ .kind = STEP_CRED_RESOLVE,
		  .actor = ACTOR_INIT,
		  .cred_resolve = { .user = evil, .groups = argv, .n_groups = 1 } },
		{ .kind = STEP_EXEC, .actor = ACTOR_INIT, .exec = { argv, 2, false, false } },
	};
	struct plan p = test_plan(steps, ELEMENTS(steps));
	_cleanup_text_ struct text t = { 0 };

	(void)state;
	p.slot_names = argv;
	p.n_slots = 1;
	p.env = argv;
	p.n_env = 1;
	plan_explain(&p, &t);
	assert_syntax(text_get(&t));
	assert_null(strstr(text_get(&t), "\nescaped"));
	assert_null(strchr(text_get(&t), '\033'));
	assert_null(strstr(text_get(&t), "INSIDE\nescaped"));
}

/* The content of a secret is in neither text, the rest of its file is. */
static void secrets_are_not_shown(void **state)
{
	static const struct tree_entry entry = { .kind = TREE_FILE,
						 .path = "key",
						 .text = "hunter2",
						 .mode = 0400,
						 .uid = 524288,
						 .gid = 524288 };
	const struct step s = { .kind = STEP_TREE_MAKE,
				.tree_make = { .slot = SLOT_SECRETS,
					       .label = "/run/secrets",
					       .entries = &entry,
					       .n_entries = 1 } };
	struct plan p = test_plan(&s, 1);
	_cleanup_text_ struct text t = { 0 };

	(void)state;
	plan_explain(&p, &t);
	plan_list(&p, &t);
	assert_null(strstr(text_get(&t), "hunter2"));
	assert_non_null(strstr(text_get(&t), "\n: > \"$work\"/secrets/key\n"));
	assert_non_null(strstr(text_get(&t), "\nchown -hR 524288:524288 \"$work\"/secrets\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_commands),
		cmocka_unit_test(turns_follow_the_plan),
		cmocka_unit_test(words_survive_the_shell),
		cmocka_unit_test(bash_keeps_line_breaks_at_the_end),
		cmocka_unit_test(values_stay_where_they_are),
		cmocka_unit_test(secrets_are_not_shown),
	};

	return cmocka_run_group_tests_name("plan/explain", tests, NULL, NULL);
}
