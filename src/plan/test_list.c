/* plan/test_list.c - the line that plan_list() writes for each kind of step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "plan/test_steps.h"

/* clang-format off */
static const char *const expected[] = {
	[STEP_CGROUP_MAKE] =
		"host  cgroup.make        controllers=cpu mountpoint=/sys/fs/cgroup/cpu path=honu/4f2a -> cgroup0\n",
	[STEP_CGROUP_WRITE] =
		"host  cgroup.write       mountpoint=/sys/fs/cgroup/devices path=honu/4f2a file=devices.allow values=['c 1:3 rwm' 'c 1:5 rwm']\n",
	[STEP_CGROUP_OPEN] =
		"host  cgroup.open        mountpoint=/sys/fs/cgroup/unified path=honu-4f2a leaf=honu-4f2a/exec v2 -> cgroup2\n",
	[STEP_CGROUP_JOIN] =
		"init  cgroup.join        slots=[cgroup0 cgroup1]\n",
	[STEP_TREE_MAKE] =
		"host  tree.make          label=/dev options=[mode=755 noswap] attr=ro,nosuid entries=[pts/:0755 fd->/proc/self/fd 'host name':0644 null=c1:3:0666 zone<-'/etc/my zone':0444] -> dev\n",
	[STEP_PROC_SEAL] =
		"host  proc.seal          path=/usr/libexec/honu/honu-init -> init\n",
	[STEP_MOUNT_OPEN] =
		"host  mount.open         source=/srv attr=ro recursive -> source0\n",
	[STEP_MOUNT_IDMAP] =
		"host  mount.idmap        source0 source=/srv recursive\n",
	[STEP_MOUNT_OVERLAY] =
		"host  mount.overlay      source=/srv lower=source0 upper=/var/a:b,c work=/var/w attr=nodev -> source1\n",
	[STEP_MOUNT_PROPAGATION] =
		"init  mount.propagation  propagation=rprivate\n",
	[STEP_MOUNT_ATTACH] =
		"init  mount.attach       source0 on '/my data' attr=ro,noexec clear=nosuid recursive propagation=slave own-files\n",
	[STEP_MOUNT_FS] =
		"init  mount.fs           type=tmpfs on /tmp options=[mode=755] attr=nosuid,noatime copy-up\n",
	[STEP_MOUNT_MASK] =
		"init  mount.mask         path=/proc/kcore\n",
	[STEP_MOUNT_READONLY] =
		"init  mount.readonly     path=/proc/sys\n",
	[STEP_ROOT_ATTACH] =
		"init  root.attach        source0 propagation=private -> root\n",
	[STEP_ROOT_PIVOT] =
		"init  root.pivot\n",
	[STEP_ROOT_LOCK] =
		"init  root.lock\n",
	[STEP_NS_TARGET] =
		"host  ns.target          pid=12 start=3456 -> target\n",
	[STEP_NS_OPEN] =
		"host  ns.open            type=net path=/proc/12/ns/net pid=12 start=3456 -> net\n",
	[STEP_NS_ENTER] =
		"host  ns.enter           type=net\n",
	[STEP_NS_LEAVE] =
		"host  ns.leave           type=net\n",
	[STEP_NS_TIME] =
		"host  ns.time            monotonic=5000000000 boottime=-1500000000\n",
	[STEP_NS_CLONE] =
		"host  ns.clone           flags=[user pid mount] -> pidfd\n",
	[STEP_NS_MAP] =
		"host  ns.map             uid=[0:524288:1000 1000:526288:64536] gid=[0:524288:1000] -> userns\n",
	[STEP_NS_JOIN] =
		"init  ns.join            target flags=[user mount] -> root\n",
	[STEP_NS_UNSHARE] =
		"init  ns.unshare         flags=[cgroup]\n",
	[STEP_NET_LOOPBACK] =
		"init  net.loopback\n",
	[STEP_UTS_NAME] =
		"init  uts.name           hostname=web\n",
	[STEP_SYSCTL_WRITE] =
		"init  sysctl.write       path=net/ipv4/ip_local_port_range value='1024 65535'\n",
	[STEP_CRED_ROOT] =
		"init  cred.root\n",
	[STEP_CRED_KEYRING] =
		"init  cred.keyring       name=honu-4f2a\n",
	[STEP_CRED_RESOLVE] =
		"init  cred.resolve       user=www-data groups=[audio 27]\n",
	[STEP_CRED_BOUND] =
		"init  cred.bound         keep=[chown,kill,net_bind_service]\n",
	[STEP_CRED_SWITCH] =
		"init  cred.switch\n",
	[STEP_CRED_CAPS] =
		"init  cred.caps          keep=[chown,kill,net_bind_service]\n",
	[STEP_CRED_NO_NEW_PRIVS] =
		"init  cred.no-new-privs\n",
	[STEP_CRED_SECCOMP] =
		"init  cred.seccomp       filter=default instructions=131\n",
	[STEP_PROC_SESSION] =
		"init  proc.session\n",
	[STEP_PROC_LIMITS] =
		"init  proc.limits        nofile=1024:524288 core=0:unlimited\n",
	[STEP_PROC_OOM] =
		"host  proc.oom           score=-500\n",
	[STEP_PROC_HIDE] =
		"host  proc.hide\n",
	[STEP_PROC_UMASK] =
		"init  proc.umask         mask=0022\n",
	[STEP_CONSOLE_OPEN] =
		"init  console.open       -> pty tty\n",
	[STEP_CONSOLE_ATTACH] =
		"init  console.attach\n",
	[STEP_CONSOLE_USE] =
		"init  console.use\n",
	[STEP_PROC_FDS] =
		"init  proc.fds           keep=2\n",
	[STEP_PROC_CWD] =
		"init  proc.cwd           path='/srv/my app' make\n",
	[STEP_EXEC_RESOLVE] =
		"init  exec.resolve       program=sh path=/usr/bin:/bin\n",
	[STEP_PROC_PARENT] =
		"init  proc.parent\n",
	[STEP_EXEC] =
		"init  exec               argv=[honu-init -- sh -c 'echo a?b'] env=[PATH HOME LISTEN_PID A] init\n",
};
/* clang-format on */
static_assert(ELEMENTS(expected) == _STEP_KIND_N, "a step kind lacks its expected line");

/* Golden tests hold such lines: they change only on purpose. */
static void each_kind_has_its_line(void **state)
{
	(void)state;
	for (enum step_kind kind = 0; kind < _STEP_KIND_N; kind++) {
		const struct step s = test_step(kind);
		const struct plan p = test_plan(&s, 1);
		_cleanup_text_ struct text t = { 0 };

		plan_list(&p, &t);
		assert_non_null(expected[kind]);
		assert_string_equal(text_get(&t), expected[kind]);
	}
}

/* One step is one line, whatever its values hold. */
static void a_step_is_one_line(void **state)
{
	const struct step s = { .kind = STEP_UTS_NAME, .uts_name = { "a\nb\033 'c'" } };
	const struct plan p = test_plan(&s, 1);
	_cleanup_text_ struct text t = { 0 };

	(void)state;
	plan_list(&p, &t);
	assert_string_equal(text_get(&t), "host  uts.name           hostname='a?b? '\\''c'\\'''\n");
}

/* A slot without a name shows its number. */
static void slots_have_a_name_or_a_number(void **state)
{
	const struct step s = { .kind = STEP_MOUNT_OPEN,
				.mount_open = { .source = "/a", .slot = SLOT_SOURCE } };
	struct plan p = test_plan(&s, 1);
	_cleanup_text_ struct text t = { 0 }, number = { 0 };

	(void)state;
	plan_list(&p, &t);
	p.n_slots = 0;
	plan_list(&p, &t);
	text_printf(&number,
		    "host  mount.open         source=/a -> source0\n"
		    "host  mount.open         source=/a -> slot%d\n",
		    SLOT_SOURCE);
	assert_string_equal(text_get(&t), text_get(&number));
}

/* Every kind has a name of its own and a reason, and the object is what messages speak of. */
static void kinds_have_names_and_objects(void **state)
{
	static const char *const objects[_STEP_KIND_N] = {
		[STEP_CGROUP_MAKE] = "cpu", [STEP_CGROUP_WRITE] = "devices.allow",
		[STEP_MOUNT_OPEN] = "/srv", [STEP_MOUNT_ATTACH] = "/my data",
		[STEP_NS_OPEN] = "net",	    [STEP_SYSCTL_WRITE] = "net/ipv4/ip_local_port_range",
		[STEP_EXEC] = "honu-init",  [STEP_ROOT_PIVOT] = "",
	};

	(void)state;
	for (enum step_kind kind = 0; kind < _STEP_KIND_N; kind++) {
		const struct step s = test_step(kind);
		const struct plan p = test_plan(&s, 1);

		assert_true(*step_why(kind));
		assert_non_null(step_object(&p, &s));
		if (objects[kind])
			assert_string_equal(step_object(&p, &s), objects[kind]);
		for (enum step_kind other = 0; other < kind; other++)
			assert_string_not_equal(step_name(kind), step_name(other));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_has_its_line),
		cmocka_unit_test(a_step_is_one_line),
		cmocka_unit_test(slots_have_a_name_or_a_number),
		cmocka_unit_test(kinds_have_names_and_objects),
	};

	return cmocka_run_group_tests_name("plan/list", tests, NULL, NULL);
}
