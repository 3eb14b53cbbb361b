/* spec/test_parse.c - settings other than files: what each value becomes, or why it is refused. */
#include "spec/test_rows.h"

/* The program: who, where, with what. */
static void process(void **state)
{
	static const struct row rows[] = {
		{ "--name web-1.x_y -- true", "name", "web-1.x_y" },
		{ "--name -x -- true", "error",
		  "--name '-x': expected at most 63 letters, digits, _ . or -, of which the first is a "
		  "letter or digit | "
		  "for example: --name web" },
		{ "--name 'a b' -- true", "error",
		  "--name 'a b': expected at most 63 letters, digits, _ . or -, of which the first is a "
		  "letter or digit | "
		  "for example: --name web" },
		{ "--name= -- true", "error",
		  "--name '': expected at most 63 letters, digits, _ . or -, of which the first is a "
		  "letter or digit | "
		  "for example: --name web" },
		{ "-- true", "name", "(none)" },
		{ "-e A=1 -e B= -- true", "env", "A=1 B=" },
		{ "-e LANG -- true", "env", "LANG=fr_FR.UTF-8" },
		{ "-e NOWHERE -- true", "env", "" },
		{ "-e EMPTY -- true", "env", "EMPTY=" },
		{ "-e A=b=c -- true", "env", "A=b=c" },
		{ "-e =1 -- true", "error",
		  "--env '=1': expected NAME=VALUE, or NAME to pass it on | "
		  "for example: --env LANG=C.UTF-8" },
		{ "-e '' -- true", "error",
		  "--env '': expected NAME=VALUE, or NAME to pass it on | "
		  "for example: --env LANG=C.UTF-8" },
		{ "-e 'A B=1' -- true", "error",
		  "--env 'A B=1': expected NAME=VALUE, or NAME to pass it on | "
		  "for example: --env LANG=C.UTF-8" },
		{ "--env-file /nonexistent/env -- true", "error",
		  "--env-file '/nonexistent/env': No such file or directory | "
		  "/nonexistent/env has to be a text file that honu may read" },
		{ "-w /srv -- true", "cwd", "/srv" },
		{ "-w srv -- true", "error",
		  "--workdir 'srv': expected an absolute path inside the container | "
		  "for example: --workdir /srv" },
		{ "-u www-data -- true", "user", "www-data" },
		{ "-u 1000:1000 -- true", "user", "1000:1000" },
		{ "-u 4294967295 -- true", "error",
		  "--user '4294967295': expected USER or USER:GROUP, names or ids | "
		  "for example: --user www-data" },
		{ "-u a:b:c -- true", "error",
		  "--user 'a:b:c': expected USER or USER:GROUP, names or ids | "
		  "for example: --user www-data" },
		{ "-u '' -- true", "error",
		  "--user '': expected USER or USER:GROUP, names or ids | "
		  "for example: --user www-data" },
		{ "-u : -- true", "error",
		  "--user ':': expected USER or USER:GROUP, names or ids | "
		  "for example: --user www-data" },
		{ "--group-add audio --group-add 27 -- true", "groups", "audio 27" },
		{ "--group-add a,b -- true", "error",
		  "--group-add 'a,b': expected the name or id of a group | "
		  "for example: --group-add audio" },
		{ "--umask 027 -- true", "umask", "23" },
		{ "-- true", "umask", "-1" },
		{ "--umask 1000 -- true", "error",
		  "--umask '1000': expected an octal number from 0 to 777 | "
		  "for example: --umask 027" },
		{ "--umask 89 -- true", "error",
		  "--umask '89': expected an octal number from 0 to 777 | "
		  "for example: --umask 027" },
		{ "--preserve-fds 2 -- true", "preserve-fds", "2" },
		{ "--preserve-fds 513 -- true", "error",
		  "--preserve-fds '513': expected a number from 0 to 512 | "
		  "for example: --preserve-fds 2" },
		{ "--preserve-fds -1 -- true", "error",
		  "--preserve-fds '-1': expected a number from 0 to 512 | "
		  "for example: --preserve-fds 2" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Host names and resolvers. */
static void names(void **state)
{
	static const struct row rows[] = {
		{ "--hostname 'a b' -- true", "error",
		  "--hostname 'a b': expected at most 64 letters, digits, dots, dashes and underscores, "
		  "and no dot or dash first | "
		  "for example: --hostname web" },
		{ "--hostname -x -- true", "error",
		  "--hostname '-x': expected at most 64 letters, digits, dots, dashes and underscores, and "
		  "no dot or dash first | "
		  "for example: --hostname web" },
		{ "--hostname 01234567890123456789012345678901234567890123456789012345678901234 -- true",
		  "error",
		  "--hostname '01234567890123456789012345678901234567890123456789012345678901234': "
		  "expected at most 64 letters, digits, dots, dashes and underscores, and no dot or dash "
		  "first | "
		  "for example: --hostname web" },
		{ "--add-host db:10.0.0.7 --add-host six:::1 --add-host b=[fe80::1] -- true",
		  "hosts", "db=10.0.0.7 six=::1 b=fe80::1" },
		{ "--add-host db -- true", "error",
		  "--add-host 'db': expected NAME:ADDRESS | "
		  "for example: --add-host db:10.0.0.7" },
		{ "--add-host db:10.0.0 -- true", "error",
		  "--add-host 'db:10.0.0': '10.0.0' is not an IPv4 or IPv6 address | "
		  "for example: --add-host db:10.0.0.7" },
		{ "--add-host db:host-gateway -- true", "error",
		  "--add-host 'db:host-gateway': 'host-gateway' is not an IPv4 or IPv6 address | "
		  "for example: --add-host db:10.0.0.7" },
		{ "--add-host 'a b:1.2.3.4' -- true", "error",
		  "--add-host 'a b:1.2.3.4': 'a b' is not a host name | "
		  "for example: --add-host db:10.0.0.7" },
		{ "--dns 9.9.9.9 --dns 2620:fe::fe -- true", "dns", "9.9.9.9 2620:fe::fe" },
		{ "--dns none -- true", "manage-dns", "0" },
		{ "--dns dns.example -- true", "error",
		  "--dns 'dns.example': expected an IPv4 or IPv6 address, or none | "
		  "for example: --dns 9.9.9.9" },
		{ "--dns-search example.org --dns-search . -- true", "dns-search",
		  "example.org ." },
		{ "--dns-search 'a b' -- true", "error",
		  "--dns-search 'a b': expected a domain, or a dot for none | "
		  "for example: --dns-search example.org" },
		{ "--dns-option ndots:2 -- true", "dns-option", "ndots:2" },
		{ "--dns-option 'a b' -- true", "error",
		  "--dns-option 'a b': expected an option as resolv.conf(5) lists them | "
		  "for example: --dns-option ndots:2" },
		{ "--no-hosts -- true", "manage-hosts", "0" },
		{ "--no-hosts=false -- true", "manage-hosts", "1" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Capabilities, filter, masked paths. */
static void security(void **state)
{
	static const struct row rows[] = {
		{ "--cap-add NET_AMDIN -- true", "error",
		  "--cap-add 'NET_AMDIN': no capability has the name 'NET_AMDIN' | "
		  "did you mean 'NET_ADMIN'?" },
		{ "--cap-add cap_net_rw -- true", "error",
		  "--cap-add 'cap_net_rw': no capability has the name 'cap_net_rw' | "
		  "did you mean 'NET_RAW'?" },
		{ "--cap-drop EVERYTHING -- true", "error",
		  "--cap-drop 'EVERYTHING': no capability has the name 'EVERYTHING' | "
		  "for example: --cap-drop ALL" },
		{ "--cap-drop '' -- true", "error",
		  "--cap-drop '': no capability has the name '' | "
		  "for example: --cap-drop ALL" },
		{ "--security-opt no-new-privileges -- true", "nnp", "1" },
		{ "--security-opt no-new-privileges=false -- true", "nnp", "0" },
		{ "--security-opt no-new-privileges:false -- true", "nnp", "0" },
		{ "--security-opt no-new-privileges=x -- true", "error",
		  "--security-opt 'no-new-privileges=x': no-new-privileges is true or false, not 'x' | "
		  "for example: --security-opt unmask=/proc/sys" },
		{ "--security-opt seccomp=unconfined -- true", "seccomp", "0" },
		{ "--security-opt seccomp=default -- true", "seccomp", "1" },
		{ "--security-opt seccomp=./p.json -- true", "error",
		  "--security-opt 'seccomp=./p.json': profiles from files are not supported yet | "
		  "seccomp=default is the filter of honu, seccomp=unconfined is none" },
		{ "--security-opt mask=/proc/cpuinfo:/sys/x/ -- true", "masked",
		  "/proc/cpuinfo /sys/x" },
		{ "--security-opt mask=proc -- true", "error",
		  "--security-opt 'mask=proc': 'proc' is not an absolute path below / | "
		  "for example: --security-opt unmask=/proc/sys" },
		{ "--security-opt unmask=/proc/sys -- true", "unmasked", "/proc/sys" },
		{ "--security-opt unmask=ALL -- true", "default-paths", "0" },
		{ "--security-opt unmask=all -- true", "default-paths", "0" },
		{ "--security-opt systempaths=unconfined -- true", "default-paths", "0" },
		{ "--security-opt label=disable -- true", "nnp", "1" },
		{ "--security-opt apparmor=profile -- true", "error",
		  "--security-opt 'apparmor=profile': expected no-new-privileges[=false], "
		  "seccomp=unconfined, mask=PATH, unmask=PATH or unmask=ALL | "
		  "for example: --security-opt unmask=/proc/sys" },
		{ "--privileged -- true", "privileged", "1" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Whose namespaces, and shifted clocks. */
static void namespaces(void **state)
{
	static const struct row rows[] = {
		{ "--network none -- true", "net", "private" },
		{ "--network private -- true", "net", "private" },
		{ "--network path:/run/netns/x -- true", "net", "path /run/netns/x" },
		{ "--network ns:/run/netns/x -- true", "net", "path /run/netns/x" },
		{ "--network ns:./x -- true", "net", "path /home/me/x" },
		{ "--network container:web -- true", "net", "container web" },
		{ "--network bridge -- true", "error",
		  "network 'bridge' is not supported yet | "
		  "there are private (only lo), host, path:FILE and container:NAME" },
		{ "--network mynet -- true", "error",
		  "network 'mynet' is not supported yet | "
		  "there are private (only lo), host, path:FILE and container:NAME" },
		{ "--network container: -- true", "error",
		  "--network 'container:': expected the name or id of a container after container: | "
		  "for example: --network host" },
		{ "--network path: -- true", "error",
		  "--network 'path:': expected a file, such as path:/proc/1234/ns/net | "
		  "for example: --network host" },
		{ "--network '' -- true", "error",
		  "--network '': expected private, host, path:FILE or container:NAME | "
		  "for example: --network host" },
		{ "--pid host -- true", "pid", "host" },
		{ "--pid container:web -- true", "pid", "container web" },
		{ "--pid none -- true", "error",
		  "--pid 'none': expected private, host, path:FILE or container:NAME | "
		  "for example: --pid host" },
		{ "--ipc shareable -- true", "ipc", "private" },
		{ "--ipc host -- true", "ipc", "host" },
		{ "--uts host -- true", "uts", "host" },
		{ "--cgroupns host -- true", "cgroup", "host" },
		{ "--mountns container:web -- true", "mount", "container web" },
		{ "--timens private -- true", "time", "private" },
		{ "-- true", "time", "host" },
		{ "--time-offset monotonic=10 -- true", "time", "private" },
		{ "--time-offset monotonic=10 --time-offset boottime=-5 -- true", "monotonic",
		  "10000000000" },
		{ "--time-offset boottime=-5 -- true", "boottime", "-5000000000" },
		{ "--time-offset realtime=5 -- true", "error",
		  "--time-offset 'realtime=5': expected monotonic=SECONDS or boottime=SECONDS, at most 4611686018 either way | "
		  "for example: --time-offset boottime=86400" },
		{ "--time-offset monotonic=1.5 -- true", "error",
		  "--time-offset 'monotonic=1.5': expected monotonic=SECONDS or boottime=SECONDS, at most 4611686018 either way | "
		  "for example: --time-offset boottime=86400" },
		{ "--time-offset monotonic=9999999999 -- true", "error",
		  "--time-offset 'monotonic=9999999999': expected monotonic=SECONDS or boottime=SECONDS, at most 4611686018 either way | "
		  "for example: --time-offset boottime=86400" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* User namespaces and id maps as written. */
static void id_maps(void **state)
{
	static const struct row rows[] = {
		{ "--userns host -- true", "user-ns", "host" },
		{ "--userns private -- true", "userns", "auto 65536" },
		{ "--userns auto -- true", "userns", "auto 65536" },
		{ "--userns auto:size=1000 -- true", "userns", "auto 1000" },
		{ "--userns auto:1000 -- true", "userns", "auto 1000" },
		{ "--userns auto:0 -- true", "error",
		  "--userns 'auto:0': expected auto, or auto:SIZE with a number of ids | "
		  "for example: --userns keep-id" },
		{ "--userns auto:size=x -- true", "error",
		  "--userns 'auto:size=x': expected auto, or auto:SIZE with a number of ids | "
		  "for example: --userns keep-id" },
		{ "--userns autos -- true", "error",
		  "--userns 'autos': expected auto[:SIZE], keep-id, map:INSIDE:OUTSIDE:COUNT, host, "
		  "path:FILE or container:NAME | "
		  "for example: --userns keep-id" },
		{ "--userns keep-id -- true", "userns", "keep-id -1 -1" },
		{ "--userns keep-id:uid=5,gid=6 -- true", "userns", "keep-id 5 6" },
		{ "--userns keep-id:uid=5 -- true", "userns", "keep-id 5 -1" },
		{ "--userns keep-id:x=5 -- true", "error",
		  "--userns 'keep-id:x=5': expected keep-id, or keep-id:uid=UID,gid=GID | "
		  "for example: --userns keep-id" },
		{ "--userns map:0:1000:1,1:2000:10 -- true", "userns",
		  "map 0:1000:1,1:2000:10 0:1000:1,1:2000:10" },
		{ "--userns map:0:1000 -- true", "error",
		  "--userns 'map:0:1000': expected INSIDE:OUTSIDE:COUNT, three numbers up to 4294967294 | "
		  "for example 0:100000:65536" },
		{ "--userns map:0:1000:0 -- true", "error",
		  "--userns 'map:0:1000:0': the count is 0: that maps nothing | "
		  "for example 0:100000:65536" },
		{ "--userns map:0:-1:1 -- true", "error",
		  "--userns 'map:0:-1:1': expected INSIDE:OUTSIDE:COUNT, three numbers up to 4294967294 | "
		  "for example 0:100000:65536" },
		{ "--userns map: -- true", "error",
		  "--userns 'map:': expected INSIDE:OUTSIDE:COUNT, three numbers up to 4294967294 | "
		  "for example 0:100000:65536" },
		{ "--userns container:web -- true", "user-ns", "container web" },
		{ "--userns path:/proc/1/ns/user -- true", "user-ns", "path /proc/1/ns/user" },
		{ "--userns '' -- true", "error",
		  "--userns '': expected auto[:SIZE], keep-id, map:INSIDE:OUTSIDE:COUNT, host, path:FILE "
		  "or container:NAME | "
		  "for example: --userns keep-id" },
		{ "--uidmap 0:100000:65536 -- true", "userns", "map 0:100000:65536 " },
		{ "--uidmap 0:1:2 --uidmap 2:10:5 --gidmap 0:9:9 -- true", "userns",
		  "map 0:1:2,2:10:5 0:9:9" },
		{ "--uidmap 0:1:2 --userns auto -- true", "userns", "map 0:1:2 " },
		{ "--uidmap 0:1 -- true", "error",
		  "--uidmap '0:1': expected INSIDE:OUTSIDE:COUNT, three numbers up to 4294967294 | "
		  "for example 0:100000:65536" },
		{ "--gidmap a:b:c -- true", "error",
		  "--gidmap 'a:b:c': expected INSIDE:OUTSIDE:COUNT, three numbers up to 4294967294 | "
		  "for example 0:100000:65536" },
		{ "--userns keep-id --uidmap 0:1:2 -- true", "error",
		  "--uidmap '0:1:2': contradicts '--userns keep-id' | "
		  "leave one of them out" },
		{ "--uidmap 0:1:2 --userns keep-id -- true", "error",
		  "--userns 'keep-id': contradicts the id map that is given as well | "
		  "leave one of them out" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

/* Resource limits, kernel settings, control group. */
static void limits(void **state)
{
	static const struct row rows[] = {
		{ "--ulimit nofile=10:20 --ulimit core=0 -- true", "limits", "7=10:20 4=0:0" },
		{ "--ulimit memlock=unlimited --ulimit nproc=5:-1 -- true", "limits",
		  "8=-1:-1 6=5:-1" },
		{ "--ulimit nofile=1:2 --ulimit nofile=3:4 -- true", "limits", "7=3:4" },
		{ "--ulimit nofiles=3 -- true", "error",
		  "--ulimit 'nofiles=3': no resource limit has the name 'nofiles' | "
		  "did you mean 'nofile'?" },
		{ "--ulimit nofile -- true", "error",
		  "--ulimit 'nofile': expected NAME=SOFT[:HARD] | "
		  "for example: --ulimit nofile=4096:8192" },
		{ "--ulimit nofile=9:5 -- true", "error",
		  "--ulimit 'nofile=9:5': the soft limit is above the hard one | "
		  "for example: --ulimit nofile=4096:8192" },
		{ "--ulimit nofile=1:2:3 -- true", "error",
		  "--ulimit 'nofile=1:2:3': expected NAME=SOFT[:HARD] with numbers or unlimited | "
		  "for example: --ulimit nofile=4096:8192" },
		{ "--ulimit nofile=many -- true", "error",
		  "--ulimit 'nofile=many': expected NAME=SOFT[:HARD] with numbers or unlimited | "
		  "for example: --ulimit nofile=4096:8192" },
		{ "--ulimit nofile=-1:5 -- true", "error",
		  "--ulimit 'nofile=-1:5': the soft limit is above the hard one | "
		  "for example: --ulimit nofile=4096:8192" },
		{ "--sysctl net.ipv4.ip_forward=1 -- true", "sysctls", "net.ipv4.ip_forward=1" },
		{ "--sysctl net/ipv4/conf/eth0.1/forwarding=1 -- true", "sysctls",
		  "net.ipv4.conf.eth0/1.forwarding=1" },
		{ "--sysctl net.core.somaxconn=1 --sysctl net.core.somaxconn=2 -- true", "sysctls",
		  "net.core.somaxconn=2" },
		{ "--sysctl 'net.ipv4.ping_group_range=0 0' -- true", "sysctls",
		  "net.ipv4.ping_group_range=0 0" },
		{ "--sysctl net.ipv4.ip_forward -- true", "error",
		  "--sysctl 'net.ipv4.ip_forward': expected KEY=VALUE | "
		  "for example: --sysctl net.ipv4.ip_forward=1" },
		{ "--sysctl net.ipv4.ip_forward= -- true", "error",
		  "--sysctl 'net.ipv4.ip_forward=': expected KEY=VALUE | "
		  "for example: --sysctl net.ipv4.ip_forward=1" },
		{ "--sysctl net..x=1 -- true", "error",
		  "--sysctl 'net..x=1': 'net..x' is not a key such as net.ipv4.ip_forward | "
		  "for example: --sysctl net.ipv4.ip_forward=1" },
		{ "--sysctl ../x=1 -- true", "error",
		  "--sysctl '../x=1': '../x' is not a key such as net.ipv4.ip_forward | "
		  "for example: --sysctl net.ipv4.ip_forward=1" },
		{ "--sysctl x=1 -- true", "error",
		  "--sysctl 'x=1': 'x' is not a key such as net.ipv4.ip_forward | "
		  "for example: --sysctl net.ipv4.ip_forward=1" },
		{ "--oom-score-adj 500 -- true", "oom", "500" },
		{ "--oom-score-adj -1000 -- true", "oom", "-1000" },
		{ "--oom-score-adj 1001 -- true", "error",
		  "--oom-score-adj '1001': expected a number from -1000 to 1000 | "
		  "for example: --oom-score-adj 500" },
		{ "--oom-score-adj x -- true", "error",
		  "--oom-score-adj 'x': expected a number from -1000 to 1000 | "
		  "for example: --oom-score-adj 500" },
		{ "--cgroup-parent /batch//night/ -- true", "cgroup-parent", "batch/night" },
		{ "--cgroup-parent ../x -- true", "error",
		  "--cgroup-parent '../x': expected the path of a control group without '..' | "
		  "for example: --cgroup-parent batch/night" },
		{ "--cgroup-parent / -- true", "error",
		  "--cgroup-parent '/': expected the path of a control group without '..' | "
		  "for example: --cgroup-parent batch/night" },
		{ "-- true", "cgroup-parent", "(none)" },
	};

	(void)state;
	rows_check(rows, ELEMENTS(rows), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(process),    cmocka_unit_test(names),	 cmocka_unit_test(security),
		cmocka_unit_test(namespaces), cmocka_unit_test(id_maps), cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests_name("spec/parse", tests, NULL, NULL);
}
