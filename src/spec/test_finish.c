/* spec/test_finish.c - what depends on several settings or on the host. */
#include <errno.h>

#include "spec/test_rows.h"

/* Defaults of the environment, and what the user says instead. */
static void environment_and_names(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "env",
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= "
		  "HOSTNAME=0123456789ab container=honu" },
		{ "./t", "env",
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= "
		  "HOSTNAME=0123456789ab container=honu" },
		{ "-it -- true", "env",
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= "
		  "HOSTNAME=0123456789ab container=honu TERM=screen" },
		{ "-e HOME=/x -e PATH=/bin -- true", "env",
		  "PATH=/bin HOME=/x HOSTNAME=0123456789ab container=honu" },
		{ "-e A=1 -e A=2 -- true", "env",
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= "
		  "HOSTNAME=0123456789ab container=honu A=2" },
		{ "--secret a=/a -e CREDENTIALS_DIRECTORY=/x -- true", "env",
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= "
		  "HOSTNAME=0123456789ab container=honu CREDENTIALS_DIRECTORY=/run/secrets" },
		{ "--uts host -- true", "env",
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= "
		  "HOSTNAME=tortuga container=honu" },
		{ "--uts path:/x -- true", "env",
		  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= container=honu" },
		{ "-- true", "hostname", "0123456789ab" },
		{ "--name web -- true", "hostname", "web" },
		{ "--hostname x --name web -- true", "hostname", "x" },
		{ "--uts host -- true", "hostname", "tortuga" },
		{ "--hostname x --uts host -- true", "error",
		  "--hostname x: --uts host shares the name of the host | "
		  "leave --uts or --hostname out" },
		{ "--hostname x --uts path:/x -- true", "error",
		  "--hostname x: --uts path:/x shares the name of others | "
		  "leave --uts or --hostname out" },
		{ "-- true", "tty", "2" },
		{ "--init -- true", "init", "1" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), &row_facts);
}

/* Capabilities and paths after all that was added and taken. */
static void protection(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "caps",
		  "CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE SYS_CHROOT "
		  "SETFCAP" },
		{ "--cap-add NET_ADMIN,cap_sys_time --cap-drop chown -- true", "caps",
		  "DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_ADMIN "
		  "SYS_CHROOT SYS_TIME SETFCAP" },
		{ "--cap-drop ALL -- true", "caps", "" },
		{ "--cap-drop ALL --cap-add chown -- true", "caps", "CHOWN" },
		{ "--cap-add chown --cap-drop all -- true", "caps", "CHOWN" },
		{ "--cap-add ALL --cap-drop SYS_ADMIN -- true", "can-mount", "0" },
		{ "--cap-add SYS_ADMIN -- true", "can-mount", "1" },
		{ "--privileged -- true", "can-mount", "1" },
		{ "--privileged -- true", "seccomp", "0" },
		{ "--privileged -- true", "masked", "" },
		{ "--privileged -- true", "user-ns", "private" },
		{ "--privileged --cap-drop ALL -- true", "error",
		  "--cap-drop ALL contradicts --privileged | "
		  "leave one of them out, or name single capabilities" },
		{ "--cap-add ALL --cap-drop ALL -- true", "error",
		  "--cap-drop ALL contradicts --cap-add ALL | "
		  "leave one of them out, or name single capabilities" },
		{ "-- true", "masked",
		  "/proc/acpi /proc/asound /proc/interrupts /proc/kcore /proc/keys /proc/latency_stats "
		  "/proc/sched_debug /proc/scsi /proc/timer_list /proc/timer_stats /sys/firmware "
		  "/sys/devices/virtual/powercap" },
		{ "-- true", "readonly",
		  "/proc/bus /proc/fs /proc/irq /proc/sys /proc/sysrq-trigger" },
		{ "--security-opt unmask=/proc/sys:/proc/kcore -- true", "readonly",
		  "/proc/bus /proc/fs /proc/irq /proc/sysrq-trigger" },
		{ "--security-opt "
		  "unmask=/proc/sys:/proc/acpi:/proc/asound:/proc/interrupts:/proc/kcore:/proc/keys:/proc/l"
		  "atency_stats --security-opt mask=/proc/kcore -- true",
		  "masked",
		  "/proc/kcore /proc/sched_debug /proc/scsi /proc/timer_list /proc/timer_stats "
		  "/sys/firmware /sys/devices/virtual/powercap" },
		{ "--security-opt unmask=ALL -- true", "masked", "" },
		{ "--security-opt unmask=ALL --security-opt mask=/proc/kcore -- true", "masked",
		  "/proc/kcore" },
		{ "--mountns host -- true", "masked", "" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), &row_facts);
}

/* Namespaces and id maps: what cannot work is refused with the reason. */
static void namespaces_that_go_together(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "range", "65536" },
		{ "--userns auto:1000 -- true", "range", "1000" },
		{ "--userns keep-id -- true", "range", "65536" },
		{ "--userns map:0:1:2 -- true", "range", "0" },
		{ "--userns host -- true", "range", "0" },
		{ "--userns keep-id -- true", "userns", "keep-id 1000 1001" },
		{ "--userns keep-id -- true", "user", "1000:1001" },
		{ "--userns keep-id:uid=5 -- true", "user", "5:1001" },
		{ "--userns keep-id -u 0 -- true", "user", "0" },
		{ "--uidmap 0:100000:65536 -- true", "userns",
		  "map 0:100000:65536 0:100000:65536" },
		{ "--gidmap 0:100000:65536 -- true", "userns",
		  "map 0:100000:65536 0:100000:65536" },
		{ "--uidmap 1:100000:65536 -- true", "error",
		  "user id map: id 0 is not mapped | "
		  "the container is set up as its own root, so map it, for example 0:100000:65536" },
		{ "--uidmap 0:1:10 --uidmap 9:100:5 -- true", "error",
		  "user id map: '0:1:10' and '9:100:5' map the same ids inside | "
		  "lines are INSIDE:OUTSIDE:COUNT, for example 0:100000:65536" },
		{ "--uidmap 0:1:10 --uidmap 10:10:5 -- true", "error",
		  "user id map: '0:1:10' and '10:10:5' map to the same ids outside | "
		  "lines are INSIDE:OUTSIDE:COUNT, for example 0:100000:65536" },
		{ "--uidmap 0:2:4294967294 -- true", "error",
		  "user id map '0:2:4294967294': ends beyond the last id | "
		  "lines are INSIDE:OUTSIDE:COUNT, for example 0:100000:65536" },
		{ "--uidmap 0:0:4294967294 -- true", "userns",
		  "map 0:0:4294967294 0:0:4294967294" },
		{ "--uidmap 0:1:10 --gidmap 1:1:1 -- true", "error",
		  "group id map: id 0 is not mapped | "
		  "the container is set up as its own root, so map it, for example 0:100000:65536" },
		{ "--uidmap 0:1:10 --userns host -- true", "error",
		  "--userns host: an id map goes with an own user namespace only | "
		  "leave one of them out" },
		{ "--uidmap 0:1:10 --pid path:/x -- true", "error",
		  "--pid path:/x: with a user namespace of its own the container cannot mount /proc for "
		  "those processes | "
		  "share the user namespace as well: --userns container:NAME (or path:FILE), or --userns "
		  "host" },
		{ "--pid path:/proc/1/ns/pid -- true", "error",
		  "--pid path:/proc/1/ns/pid: with a user namespace of its own the container cannot mount "
		  "/proc for those processes | "
		  "share the user namespace as well: --userns container:NAME (or path:FILE), or --userns "
		  "host" },
		{ "--pid path:/proc/1/ns/pid --userns host -- true", "pid", "path /proc/1/ns/pid" },
		{ "--pid path:/proc/1/ns/pid --userns path:/proc/1/ns/user -- true", "pid",
		  "path /proc/1/ns/pid" },
		{ "--time-offset monotonic=1 --timens host -- true", "error",
		  "--time-offset: the clocks of --timens host belong to others | "
		  "leave --timens out, or say --timens private" },
		{ "--timens host --time-offset monotonic=1 -- true", "error",
		  "--time-offset: the clocks of --timens host belong to others | "
		  "leave --timens out, or say --timens private" },
		{ "--timens path:/x --time-offset boottime=1 -- true", "error",
		  "--time-offset: the clocks of --timens path:/x belong to others | "
		  "leave --timens out, or say --timens private" },
		{ "--time-offset monotonic=1 -- true", "time", "private" },
		{ "--pid container:a --network container:b -- true", "error",
		  "--pid container:a and --network container:b: a process has one user namespace, and "
		  "these containers have two | "
		  "say which with --userns container:NAME, or --userns host where neither has its own" },
		{ "--pid container:a --network container:a -- true", "error",
		  "--network container:a: the container was not looked up | " },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), &row_facts);
}

/* Limits and kernel settings: what is not of the container is refused. */
static void limits(void **state)
{
	static const struct row rows[] = {
		{ "-- true", "limits", "7=1024:524288" },
		{ "--ulimit nofile=5:6 -- true", "limits", "7=5:6" },
		{ "--ulimit nofile=5:2000000 -- true", "limits", "7=5:2000000" },
		{ "--sysctl net.core.somaxconn=1 -- true", "sysctls", "net.core.somaxconn=1" },
		{ "--sysctl net.core.somaxconn=1 --network host -- true", "error",
		  "--sysctl net.core.somaxconn=1: with --network host it would change others as well | "
		  "it needs --network private" },
		{ "--sysctl net.core.somaxconn=1 --network path:/x -- true", "error",
		  "--sysctl net.core.somaxconn=1: with --network path:/x it would change others as well | "
		  "it needs --network private" },
		{ "--sysctl kernel.shmmax=1 --sysctl fs.mqueue.msg_max=5 --sysctl kernel.sem=1 -- true",
		  "sysctls", "kernel.shmmax=1 fs.mqueue.msg_max=5 kernel.sem=1" },
		{ "--sysctl kernel.shmmax=1 --ipc host -- true", "error",
		  "--sysctl kernel.shmmax=1: with --ipc host it would change others as well | "
		  "it needs --ipc private" },
		{ "--sysctl kernel.domainname=x -- true", "sysctls", "kernel.domainname=x" },
		{ "--sysctl kernel.hostname=x -- true", "error",
		  "--sysctl kernel.hostname=x: this is the host name | "
		  "say --hostname x" },
		{ "--sysctl vm.swappiness=1 -- true", "error",
		  "--sysctl vm.swappiness=1: this setting is the host's, of no namespace | "
		  "net.*, fs.mqueue.* and the System V limits of kernel.* can be set for a container" },
		{ "--sysctl kernel.shmmaxx=1 -- true", "error",
		  "--sysctl kernel.shmmaxx=1: this setting is the host's, of no namespace | "
		  "net.*, fs.mqueue.* and the System V limits of kernel.* can be set for a container" },
		{ "--sysctl network.x=1 -- true", "error",
		  "--sysctl network.x=1: this setting is the host's, of no namespace | "
		  "net.*, fs.mqueue.* and the System V limits of kernel.* can be set for a container" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), &row_facts);
}

/* Targets, and what cannot be mounted where. */
static void mounts_that_go_together(void **state)
{
	static const struct row rows[] = {
		{ "--mountns host -- true", "root", "shared" },
		{ "--mountns host -- true", "manage-dns", "0" },
		{ "--mountns host ./t", "error",
		  "--mountns host and the root './t': nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns host -v /a:/b -- true", "error",
		  "--mountns host and --volume /a:/b: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns host --tmpfs /b -- true", "error",
		  "--mountns host and --tmpfs /b: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns path:/x --read-only -- true", "error",
		  "--mountns path:/x and --read-only: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns path:/x --ephemeral -- true", "error",
		  "--mountns path:/x and --ephemeral: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns path:/x --device /dev/fuse -- true", "error",
		  "--mountns path:/x and --device /dev/fuse: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns path:/x --secret a=/b -- true", "error",
		  "--mountns path:/x and --secret a=/b: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns path:/x --add-host a:1.2.3.4 -- true", "error",
		  "--mountns path:/x and --add-host a:1.2.3.4: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns path:/x --dns 1.2.3.4 -- true", "error",
		  "--mountns path:/x and --dns 1.2.3.4: nothing can be mounted where others live | "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--mountns path:/x --security-opt mask=/x -- true", "error",
		  "--mountns path:/x and --security-opt mask=/x: nothing can be mounted where others live "
		  "| "
		  "leave --mountns out, so that the container has mounts of its own" },
		{ "--ephemeral -- true", "error",
		  "--ephemeral: without ROOT there is nothing to protect | "
		  "the host's /usr is read-only and the rest is thrown away at the end: leave --ephemeral "
		  "out" },
		{ "--ephemeral ./t", "root", "directory /home/me/t ephemeral" },
		{ "-v /a:/b -v /c:/b/ -- true", "error",
		  "--volume /a:/b and --volume /c:/b/: both are to be /b | "
		  "give each a target of its own" },
		{ "-v /a:/b --tmpfs //b -- true", "error",
		  "--volume /a:/b and --tmpfs //b: both are to be /b | "
		  "give each a target of its own" },
		{ "--device /dev/a:/b --tmpfs /b -- true", "error",
		  "--tmpfs /b and --device /dev/a:/b: both are to be /b | "
		  "give each a target of its own" },
		{ "--secret a=/x --secret a=/y -- true", "error",
		  "--secret a=/x and --secret a=/y: both are to be /run/secrets/a | "
		  "give each a target of its own" },
		{ "--secret a=/x -v /y:/run/secrets/a -- true", "error",
		  "--volume /y:/run/secrets/a and --secret a=/x: both are to be /run/secrets/a | "
		  "give each a target of its own" },
		{ "-v /a:/x/y -v /b:/x -v /c:/w/z -- true", "mounts",
		  "bind /b /x rec nosuid nodev; bind /a /x/y rec nosuid nodev; bind /c /w/z rec nosuid "
		  "nodev" },
		{ "--add-host a:1.2.3.4 --no-hosts -- true", "error",
		  "--add-host a:1.2.3.4: --no-hosts leaves /etc/hosts alone | "
		  "leave one of them out" },
		{ "--dns none --dns 1.2.3.4 -- true", "error",
		  "--dns none: other settings of the resolver are given as well | "
		  "leave --dns none out, or the others" },
		{ "--dns none --dns-option x -- true", "error",
		  "--dns none: other settings of the resolver are given as well | "
		  "leave --dns none out, or the others" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), &row_facts);
}

/* The same words on other hosts. */
static void hosts_that_lack_something(void **state)
{
	struct facts no_init = row_facts, root = row_facts, plain = row_facts, old = row_facts,
		     terminal = row_facts;
	const struct {
		const struct facts *facts;
		struct row row;
	} rows[] = {
		{ &no_init,
		  { "--init -- true", "error",
		    "--init: honu-init is not installed | install it beside honu, or leave --init out" } },
		{ &root,
		  { "--userns keep-id -- true", "error",
		    "--userns keep-id: the caller is root, and root outside would be kept inside | "
		    "run honu through sudo, which tells who asked, or use --userns auto" } },
		{ &plain, { "--userns host -- true", "caps", "" } },
		{ &plain, { "--cap-add SYS_ADMIN -- true", "can-mount", "1" } },
		{ &plain, { "--userns host --cap-add ALL -- true", "caps", "" } },
		{ &plain,
		  { "--userns host --cap-add SYS_ADMIN -- true", "error",
		    "--cap-add SYS_ADMIN: honu does not have it itself | run honu as root, or leave "
		    "the container a user namespace of its own, in which it can have it" } },
		{ &plain, { "-- true", "limits", "7=512:512" } },
		{ &plain,
		  { "--ulimit nofile=1:513 -- true", "error",
		    "--ulimit nofile=1:513: above honu's own hard limit of 512 | ask for less, raise "
		    "the limit of honu (ulimit -Hn), or give it CAP_SYS_RESOURCE" } },
		{ &old,
		  { "--cap-add BPF -- true", "error",
		    "--cap-add BPF: this kernel (5.4.0) does not know it | leave it out, or use a "
		    "newer kernel" } },
		{ &terminal, { "-- true", "tty", "1" } },
		{ &terminal, { "--tty=false -- true", "tty", "2" } },
		{ &terminal,
		  { "-- true", "env",
		    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME= "
		    "HOSTNAME=0123456789ab container=honu TERM=screen TZ=Europe/Paris" } },
	};
	int wrong = 0;

	(void)state;
	no_init.init_path = NULL;
	root.caller_uid = root.caller_gid = 0;
	plain.capabilities = 0;
	plain.nofile_hard = 512;
	old.last_capability = 37;
	old.release = "5.4.0";
	terminal.stdin_tty = terminal.stdout_tty = true;
	terminal.timezone = "Europe/Paris";
	for (size_t i = 0; i < ELEMENTS(rows); i++)
		wrong += row_check(&rows[i].row, rows[i].facts);
	assert_int_equal(wrong, 0);
}

/* A container that is joined brings its user namespace along, unless the user said otherwise. */
static void joined_containers_bring_their_user_namespace(void **state)
{
	static const struct {
		const char *words;
		int result;
		const char *expected;
	} rows[] = {
		{ "--pid container:a -- true", 0, "container a" },
		{ "--net container:a --ipc container:a -- true", 0, "container a" },
		{ "--mountns container:a -- true", 0, "container a" },
		{ "--uts container:a -- true", 0, "private" },
		{ "--pid container:a --userns host -- true", 0, "host" },
		{ "--pid container:a --net container:b --userns host -- true", 0, "host" },
		{ "--net container:a --uidmap 0:1:2 -- true", 0, "private" },
		{ "--pid container:a --net container:b -- true", -EINVAL, "private" },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text got = { 0 };
		struct spec *s = spec_new(&a);
		struct err e = { 0 };
		char *argv[ROW_WORDS];
		int argc = row_split(&a, rows[i].words, argv);

		assert_int_equal(options_run(s, &row_from, argc, argv, &e), 0);
		assert_int_equal(spec_bring_userns(s, &e), rows[i].result);
		row_show(&got, s, "user-ns");
		assert_string_equal(text_get(&got), rows[i].expected);
	}
}

/* The leased range becomes the map; with keep-id the caller stands in the place of one id. */
static void ranges_become_maps(void **state)
{
	static const struct {
		const char *words;
		uint32_t base;
		int result;
		const char *expected; /* as row_userns shows it */
		uint32_t inside, outside;
	} rows[] = {
		{ "-- true", 524288, 0, "auto 65536 0:524288:65536 0:524288:65536", 65535, 589823 },
		{ "-- true", 524288, 0, "auto 65536 0:524288:65536 0:524288:65536", 65536,
		  UINT32_MAX },
		{ "--userns auto:10 -- true", 1000, 0, "auto 10 0:1000:10 0:1000:10", 9, 1009 },
		{ "--userns keep-id -- true", 524288, 0,
		  "keep-id -1 -1 0:524288:1000,1000:1000:1,1001:525289:64535 "
		  "0:524288:1001,1001:1001:1,1002:525290:64534",
		  1000, 1000 },
		{ "--userns keep-id:uid=0,gid=65535 -- true", 524288, 0,
		  "keep-id 0 65535 0:1000:1,1:524289:65535 0:524288:65535,65535:1001:1", 0, 1000 },
		{ "--userns keep-id:uid=70000,gid=65536 -- true", 524288, 0,
		  "keep-id 70000 65536 0:524288:65536,70000:1000:1 0:524288:65536,65536:1001:1",
		  70000, 1000 },
		{ "--userns keep-id -- true", 900, -ERANGE, "keep-id -1 -1", 0, UINT32_MAX },
		{ "-- true", UINT32_MAX - 10, -ERANGE, "auto 65536", 0, UINT32_MAX },
		{ "--userns host -- true", 524288, 0, "auto 65536", 7, 7 },
		{ "--userns map:0:5:2 -- true", 524288, 0, "map 0:5:2 0:5:2", 1, 6 },
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		_cleanup_(arena_done) struct arena a = { 0 };
		_cleanup_text_ struct text got = { 0 };
		struct spec *s = spec_new(&a);
		struct err e = { 0 };
		char *argv[ROW_WORDS];
		int argc = row_split(&a, rows[i].words, argv);

		assert_int_equal(options_run(s, &row_from, argc, argv, &e), 0);
		assert_int_equal(spec_set_range(s, rows[i].base, 1000, 1001, &e), rows[i].result);
		row_show(&got, s, "userns");
		assert_string_equal(text_get(&got), rows[i].expected);
		assert_int_equal(spec_uid_outside(s, rows[i].inside), rows[i].outside);
	}
}

/* A reference that nobody resolved is a mistake of the caller's, never silently private. */
static void unresolved_containers_are_refused(void **state)
{
	static const struct row row = { "--uts container:web -- true", "error",
					"--uts container:web: the container was not looked up | " };

	(void)state;
	assert_int_equal(row_check(&row, &row_facts), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(environment_and_names),
		cmocka_unit_test(protection),
		cmocka_unit_test(namespaces_that_go_together),
		cmocka_unit_test(limits),
		cmocka_unit_test(mounts_that_go_together),
		cmocka_unit_test(hosts_that_lack_something),
		cmocka_unit_test(joined_containers_bring_their_user_namespace),
		cmocka_unit_test(ranges_become_maps),
		cmocka_unit_test(unresolved_containers_are_refused),
	};

	return cmocka_run_group_tests_name("spec/finish", tests, NULL, NULL);
}
