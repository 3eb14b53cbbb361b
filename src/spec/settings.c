/* spec/settings.c - the table of settings. */
#include "spec/settings.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "spec/limits.h"
#include "spec/parse.h"
#include "spec/spec.h"

/* Fixed arity: a row that lacks a field does not compile. */
#define VALUE(name_, alias_, letter_, argument_, repeatable_, parse_, which_, group_, key_,   \
	      completion_, preset_, example_, summary_, text_)                                \
	{                                                                                     \
		.name = name_, .alias = alias_, .letter = letter_, .argument = argument_,     \
		.repeatable = repeatable_, .parse = parse_, .which = which_, .group = group_, \
		.unit_key = key_, .completion = completion_, .preset = preset_,               \
		.example = example_, .summary = summary_, .text = text_,                      \
	}
#define SWITCH(name_, letter_, parse_, which_, group_, key_, preset_, example_, summary_, text_) \
	VALUE(name_, NULL, letter_, NULL, false, parse_, which_, group_, key_, COMPLETE_SWITCH,  \
	      preset_, example_, summary_, text_)
#define FIELD(member) offsetof(struct spec, member)

#define ONCE false
#define MANY true
#define NS_ARGUMENT "private|host|path:FILE|container:NAME"

static const struct setting settings[] = {
	/* ---- general ---- */
	VALUE("name", NULL, 0, "NAME", ONCE, parse_name, 0, GROUP_GENERAL, "ContainerName",
	      COMPLETE_NOTHING, "none; a turtle's where it is detached or created", "--name web",
	      "a name to find the container by",
	      "Names the container; its host name follows unless --hostname gives another. Letters, "
	      "digits, dots, dashes and underscores are allowed, 63 at most, and the first is a letter "
	      "or a digit. A container with a name stays when it ends, so that one can ask how it ended "
	      "and start it again; --rm says otherwise, and 'honu rm' removes it."),
	SWITCH("replace", 0, parse_switch, FIELD(replace), GROUP_GENERAL, NULL, "false",
	       "--replace --name web", "remove the container that has the name first",
	       "Where a container of that name is there, it is ended as 'honu rm --force' does and "
	       "removed, and the new one takes its place."),
	SWITCH("detach", 'd', parse_switch, FIELD(detach), GROUP_GENERAL, NULL, "false", "-d",
	       "run in the background and print the id",
	       "honu ends as soon as the program runs. A supervisor stays beside the container, "
	       "keeps its output for 'honu logs' and does what --restart says. Standard input is "
	       "empty, unless --interactive keeps it for 'honu attach'."),
	SWITCH("rm", 0, parse_switch, FIELD(remove), GROUP_GENERAL, NULL,
	       "false; true without a name in the foreground", "--rm",
	       "leave nothing behind when it ends",
	       "Removes the container as soon as it ends, or fails to start. One in the foreground "
	       "that has no name goes in any case. Does not go with --restart."),
	VALUE("label", NULL, 'l', "KEY[=VALUE]", MANY, parse_label, 0, GROUP_GENERAL, "Label",
	      COMPLETE_NOTHING, "none", "--label role=web", "a note to find the container by",
	      "Any text under a key of its own, without line breaks. honu only shows it and finds "
	      "containers by it. Without a value it is empty; of one key the last counts."),
	VALUE("label-file", NULL, 0, "FILE", MANY, parse_label_file, 0, GROUP_GENERAL, NULL,
	      COMPLETE_FILE, "none", "--label-file ./web.labels",
	      "read labels from a file, one a line",
	      "Reads lines of the form KEY=VALUE, or KEY. Empty lines and those that start with # are "
	      "skipped. What --label says wins, in whatever order they are written."),
	VALUE("cidfile", NULL, 0, "FILE", ONCE, parse_cidfile, 0, GROUP_GENERAL, NULL,
	      COMPLETE_FILE, "none", "--cidfile ./web.id", "write the container's id to a file",
	      "The file must not be there yet, so that two starts are not taken for one."),
	VALUE("pidfile", NULL, 0, "FILE", ONCE, parse_pidfile, 0, GROUP_GENERAL, NULL,
	      COMPLETE_FILE, "none", "--pidfile /run/web.pid",
	      "write the pid of its first process to a file",
	      "The pid as the host sees it. A file that is there is overwritten."),
	SWITCH("timing", 0, parse_switch, FIELD(timing), GROUP_GENERAL, NULL, "false", "--timing",
	       "show how long each step of the start took",
	       "Prints every step of the start with the microseconds that it took."),

	/* ---- process ---- */
	SWITCH("interactive", 'i', parse_switch, FIELD(interactive), GROUP_PROCESS, NULL, "false",
	       "-i", "keep standard input open for a detached container",
	       "In the foreground standard input is always connected, with this option or without. "
	       "Detached, it is what those who attach type; without this option there is nothing to "
	       "read."),
	SWITCH("tty", 't', parse_tty, 0, GROUP_PROCESS, NULL,
	       "true where standard input and output are terminals; false detached", "--tty=false",
	       "give the program a terminal of its own",
	       "The program gets a terminal of the container's own, connected to the one that honu "
	       "runs on. Written as --tty=false it gets the streams of honu as they are."),
	VALUE("env", NULL, 'e', "NAME[=VALUE]", MANY, parse_env, 0, GROUP_PROCESS, "Environment",
	      COMPLETE_VARIABLE, "PATH, HOME, HOSTNAME, container, and TERM with a terminal",
	      "--env LANG=C.UTF-8", "set a variable; without a value, pass on honu's own",
	      "Sets an environment variable. With a name alone the value is taken from the "
	      "environment of honu; a variable that is not set there is not set inside either."),
	VALUE("env-file", NULL, 0, "FILE", MANY, parse_env_file, 0, GROUP_PROCESS,
	      "EnvironmentFile", COMPLETE_FILE, "none", "--env-file ./web.env",
	      "read variables from a file, one a line",
	      "Reads lines of the form NAME=VALUE, or NAME to pass on the own value. Empty lines and "
	      "those that start with # are skipped, and quotes are not special. What --env says "
	      "wins, in whatever order they are written."),
	VALUE("workdir", NULL, 'w', "DIRECTORY", ONCE, parse_workdir, 0, GROUP_PROCESS,
	      "WorkingDir", COMPLETE_NOTHING, "/", "--workdir /srv", "where the program starts",
	      "The working directory of the program, as an absolute path inside the container. It has "
	      "to be there."),
	VALUE("user", NULL, 'u', "USER[:GROUP]", ONCE, parse_user, 0, GROUP_PROCESS, "User",
	      COMPLETE_USER, "root, or the caller's own ids with --userns keep-id",
	      "--user www-data", "who the program runs as: names or ids",
	      "Names are looked up in /etc/passwd and /etc/group of the container's tree, not of the "
	      "host. Ids need no entry there."),
	VALUE("group-add", NULL, 0, "GROUP", MANY, parse_group_add, 0, GROUP_PROCESS, "GroupAdd",
	      COMPLETE_USER, "the groups that the tree gives to the user", "--group-add audio",
	      "one more group for the program: a name or an id",
	      "Adds a supplementary group, by its name in the tree or by its id."),
	VALUE("umask", NULL, 0, "MASK", ONCE, parse_umask, 0, GROUP_PROCESS, "UMask",
	      COMPLETE_NOTHING, "022", "--umask 027", "mode bits that new files lack, in octal",
	      "The mode bits that files made by the program lack, as an octal number up to 777."),
	SWITCH("init", 0, parse_switch, FIELD(init), GROUP_PROCESS, "RunInit", "false", "--init",
	       "put a small init first, to reap zombies and pass signals on",
	       "honu-init becomes the first process, starts the program, passes signals on to it, "
	       "reaps what the program leaves and ends with its status."),
	VALUE("preserve-fds", NULL, 0, "COUNT", ONCE, parse_preserve_fds, 0, GROUP_PROCESS, NULL,
	      COMPLETE_NOTHING, "0", "--preserve-fds 2", "pass on descriptors 3 to 2+COUNT",
	      "Passes on that many open descriptors from 3 on, after those that socket activation "
	      "handed in (LISTEN_FDS). All others are closed."),

	/* ---- life ---- */
	VALUE("restart", NULL, 0, "no|on-failure[:MAX]|always|unless-stopped", ONCE, parse_restart,
	      0, GROUP_LIFE, "Restart", COMPLETE_WORD, "no", "--restart on-failure:3",
	      "start it again when it has ended",
	      "on-failure starts it again when it ended with another status than 0, at most MAX times; "
	      "always does so in any case. unless-stopped differs when the machine boots: what a "
	      "person had stopped stays so. The pause before each start doubles from 100 ms to a "
	      "minute until it has run for 10 s. What 'honu stop' ends stays ended. The container has "
	      "to be detached."),
	VALUE("stop-signal", NULL, 0, "SIGNAL", ONCE, parse_stop_signal, 0, GROUP_LIFE,
	      "StopSignal", COMPLETE_WORD, "SIGTERM", "--stop-signal SIGINT",
	      "what asks the program to end",
	      "The signal that 'honu stop' sends first, by its name or number."),
	VALUE("stop-timeout", NULL, 0, "SECONDS|infinity", ONCE, parse_stop_timeout, 0, GROUP_LIFE,
	      "StopTimeout", COMPLETE_NOTHING, "10", "--stop-timeout 1m30s",
	      "how long it may take to end",
	      "When that time has passed, SIGKILL follows. A number is in seconds, and d, h, m, s and "
	      "ms are understood; infinity or -1 waits for ever, 0 does not wait at all."),
	VALUE("detach-keys", NULL, 0, "KEYS", ONCE, parse_detach_keys, 0, GROUP_LIFE, NULL,
	      COMPLETE_NOTHING, "ctrl-p,ctrl-q", "--detach-keys ctrl-a,d",
	      "what to type to leave a terminal and let it run",
	      "Keys with commas between them, each a single character or ctrl- and one of a to z, @, "
	      "[, \\, ], ^, _. With an empty text there is no way to leave but to close the "
	      "terminal."),
	VALUE("log-driver", NULL, 0, "file|journald|none", ONCE, parse_log_driver, 0, GROUP_LIFE,
	      "LogDriver", COMPLETE_WORD, "file", "--log-driver journald",
	      "where the output of a detached container goes",
	      "file keeps it beside the container, within the bounds of --log-opt; journald hands it "
	      "to the journal of the host; none throws it away."),
	VALUE("log-opt", NULL, 0, "KEY=VALUE", MANY, parse_log_opt, 0, GROUP_LIFE, "LogOpt",
	      COMPLETE_NOTHING, "max-size=10m max-file=3 mode=blocking", "--log-opt max-size=50m",
	      "how much output is kept",
	      "max-size=SIZE is how large a file grows before the next one is begun, max-file=COUNT "
	      "how many are kept altogether. With mode=non-blocking a program never waits for its "
	      "output: what cannot be written is dropped, and counted."),
	VALUE("health-cmd", NULL, 0, "COMMAND|none", ONCE, parse_health_cmd, 0, GROUP_LIFE,
	      "HealthCmd", COMPLETE_NOTHING, "none", "--health-cmd 'test -e /run/ready'",
	      "a command inside that succeeds while all is well",
	      "A line for /bin/sh of the container, or a program and its arguments as a JSON array of "
	      "texts. It is run as the program is, as one more process of the container. Needs "
	      "--detach, as every check does."),
	VALUE("health-tcp", NULL, 0, "PORT", ONCE, parse_health_tcp, 0, GROUP_LIFE, NULL,
	      COMPLETE_NOTHING, "none", "--health-tcp 5432", "or: a port that takes a connection",
	      "Connects to the port on the loopback address of the container's network. Nothing has to "
	      "be installed inside, and no process is started."),
	VALUE("health-http", NULL, 0, "PORT[/PATH]", ONCE, parse_health_http, 0, GROUP_LIFE, NULL,
	      COMPLETE_NOTHING, "none", "--health-http 8080/healthz",
	      "or: a page that answers with a status from 200 to 399",
	      "Asks for the page on the loopback address of the container's network. Nothing has to be "
	      "installed inside, and no process is started."),
	VALUE("health-interval", NULL, 0, "TIME", ONCE, parse_health_interval, 0, GROUP_LIFE,
	      "HealthInterval", COMPLETE_NOTHING, "30s", "--health-interval 10s --health-tcp 80",
	      "how long from one check to the next",
	      "A number is in seconds, and d, h, m, s and ms are understood."),
	VALUE("health-timeout", NULL, 0, "TIME", ONCE, parse_health_timeout, 0, GROUP_LIFE,
	      "HealthTimeout", COMPLETE_NOTHING, "30s", "--health-timeout 3s --health-tcp 80",
	      "how long a check may take", "One that takes longer has failed."),
	VALUE("health-start-period", NULL, 0, "TIME", ONCE, parse_health_start, 0, GROUP_LIFE,
	      "HealthStartPeriod", COMPLETE_NOTHING, "0s",
	      "--health-start-period 1m --health-tcp 80", "how long it may take to come up",
	      "In that time a check that fails does not count; the first that succeeds ends it."),
	VALUE("health-retries", NULL, 0, "COUNT", ONCE, parse_health_retries, 0, GROUP_LIFE,
	      "HealthRetries", COMPLETE_NOTHING, "3", "--health-retries 5 --health-tcp 80",
	      "how many failures in a row make it unhealthy",
	      "From that many failures in a row on the container is unhealthy, until a check "
	      "succeeds."),
	VALUE("health-on-failure", NULL, 0, "none|kill|restart|stop", ONCE, parse_health_action, 0,
	      GROUP_LIFE, "HealthOnFailure", COMPLETE_WORD, "none",
	      "--health-on-failure restart --health-tcp 80",
	      "what happens when it becomes unhealthy",
	      "none leaves it to others. kill sends SIGKILL, and --restart decides what follows; stop "
	      "ends it as 'honu stop' does; restart does that and starts it again."),
	SWITCH("no-healthcheck", 0, parse_no_healthcheck, 0, GROUP_LIFE, NULL, "false",
	       "--no-healthcheck", "no check, whatever the image says",
	       "The same as --health-cmd none."),
	VALUE("sdnotify", NULL, 0, "container|ignore", ONCE, parse_sdnotify, 0, GROUP_LIFE,
	      "Notify", COMPLETE_WORD, "ignore", "--sdnotify container",
	      "let the program say when it is ready",
	      "With container the program finds a socket in NOTIFY_SOCKET and tells what sd_notify(3) "
	      "describes; honu waits for READY=1 and passes on what it says to whoever asked for honu "
	      "in the same way."),

	/* ---- files ---- */
	VALUE("volume", NULL, 'v', "SOURCE:TARGET[:OPTIONS]", MANY, parse_volume, 0, GROUP_FILES,
	      "Volume", COMPLETE_FILE, "none", "--volume /srv/data:/data:ro",
	      "show a file or directory of the host inside",
	      "SOURCE is absolute or starts with a dot, TARGET is absolute. OPTIONS, with commas: ro, "
	      "rw, rro (read-only with what is mounted below it); bind or rbind; private, rprivate, "
	      "shared, rshared, slave, rslave, unbindable or runbindable; exec, noexec, suid, nosuid, "
	      "dev, nodev, atime, noatime; O (changes go to an overlay that is thrown away); idmap, "
	      "noidmap. By default a bind is recursive, private, nosuid, nodev, and id-mapped: owners "
	      "inside are owners on disk, and nothing is ever chowned. z and Z are accepted, and do "
	      "nothing."),
	VALUE("mount", NULL, 0, "type=TYPE,KEY=VALUE,...", MANY, parse_mount, 0, GROUP_FILES,
	      "Mount", COMPLETE_NOTHING, "none", "--mount type=bind,src=/srv/data,dst=/data,ro",
	      "the same at length, and other kinds of mount",
	      "TYPE is bind, tmpfs or overlay. Keys: source (src), target (dst, destination), "
	      "readonly (ro), bind-propagation, bind-recursive (enabled, disabled, writable, "
	      "readonly), tmpfs-size, tmpfs-mode, tmpcopyup; for an overlay lower, upper and work, "
	      "where without upper and work the changes are thrown away. The flags of --volume are "
	      "understood as well."),
	VALUE("tmpfs", NULL, 0, "TARGET[:OPTIONS]", MANY, parse_tmpfs, 0, GROUP_FILES, "Tmpfs",
	      COMPLETE_NOTHING, "none", "--tmpfs /scratch:size=64m,mode=1777",
	      "an empty file system in memory",
	      "OPTIONS: size, mode, ro, rw, exec, noexec, suid, nosuid, dev, nodev, atime, noatime, "
	      "tmpcopyup (it starts with what the directory held), notmpcopyup. By default it is "
	      "noexec, nosuid, nodev and of mode 1777, and may fill half of the memory."),
	SWITCH("read-only", 0, parse_switch, FIELD(root_readonly), GROUP_FILES, "ReadOnly",
	       "false; the host's own /usr always is", "--read-only", "make the root read-only",
	       "Nothing can be written below / but in mounts that are writable on their own, such as "
	       "/dev/shm, --tmpfs and --volume."),
	SWITCH("ephemeral", 0, parse_switch, FIELD(root_ephemeral), GROUP_FILES, NULL, "false",
	       "--ephemeral", "throw changes to ROOT away at the end",
	       "What is written to the root goes to an overlay in memory that is thrown away, so the "
	       "directory stays as it is, and several containers can use it at once."),
	VALUE("rootfs-propagation", NULL, 0, "PROPAGATION", ONCE, parse_rootfs_propagation, 0,
	      GROUP_FILES, NULL, COMPLETE_WORD, "rprivate", "--rootfs-propagation rslave",
	      "how mounts travel between host and container",
	      "private, rprivate, shared, rshared, slave, rslave, unbindable or runbindable. With "
	      "slave, later mounts of the host below ROOT appear inside. With shared, mounts made "
	      "inside travel between the mount namespaces that are made inside; the host never sees "
	      "them, but below a --volume that is shared."),
	VALUE("shm-size", NULL, 0, "SIZE", ONCE, parse_shm_size, 0, GROUP_FILES, "ShmSize",
	      COMPLETE_NOTHING, "64m", "--shm-size 256m", "room in /dev/shm",
	      "The size of /dev/shm in bytes, or with k, m, g, t."),
	VALUE("device", NULL, 0, "HOST[:INSIDE][:rwm]", MANY, parse_device, 0, GROUP_FILES,
	      "AddDevice", COMPLETE_FILE, "null zero full random urandom tty only",
	      "--device /dev/fuse", "let the container use a device of the host",
	      "Puts the device node inside, under the same or another path, and allows the control "
	      "group to read (r), write (w) and make (m) it."),
	VALUE("secret", "credential", 0, "NAME=FILE", MANY, parse_secret, 0, GROUP_FILES,
	      "LoadCredential", COMPLETE_FILE, "none", "--secret token=/etc/web/token",
	      "hand a file in as /run/secrets/NAME, in memory",
	      "The content of FILE appears as /run/secrets/NAME, readable for the user of the "
	      "container only and kept in memory, from Linux 6.4 on never swapped. The program finds "
	      "the directory in CREDENTIALS_DIRECTORY."),

	/* ---- names ---- */
	VALUE("hostname", NULL, 'h', "NAME", ONCE, parse_hostname, 0, GROUP_NAMES, "HostName",
	      COMPLETE_NOTHING, "the name of the container, or its id", "--hostname web",
	      "the host name inside",
	      "The host name inside, at most 64 letters, digits, dots, dashes and underscores."),
	VALUE("add-host", NULL, 0, "NAME:ADDRESS", MANY, parse_add_host, 0, GROUP_NAMES, "AddHost",
	      COMPLETE_NOTHING, "none", "--add-host db:10.0.0.7", "one more line for /etc/hosts",
	      "Adds a name to /etc/hosts inside. ADDRESS is IPv4 or IPv6."),
	VALUE("dns", NULL, 0, "ADDRESS|none", MANY, parse_dns, 0, GROUP_NAMES, "DNS",
	      COMPLETE_NOTHING, "those of the host; with a private network the file is left alone",
	      "--dns 9.9.9.9", "a name server; none leaves /etc/resolv.conf alone",
	      "A name server for /etc/resolv.conf inside. With none the file stays what the tree has."),
	VALUE("dns-search", NULL, 0, "DOMAIN", MANY, parse_dns_search, 0, GROUP_NAMES, "DNSSearch",
	      COMPLETE_NOTHING, "the domains of the host", "--dns-search example.org",
	      "a domain to look short names up in",
	      "A search domain for /etc/resolv.conf inside; a single dot stands for none at all."),
	VALUE("dns-option", NULL, 0, "OPTION", MANY, parse_dns_option, 0, GROUP_NAMES, "DNSOption",
	      COMPLETE_NOTHING, "the options of the host", "--dns-option ndots:2",
	      "an option of the resolver",
	      "An option for /etc/resolv.conf inside; see resolv.conf(5)."),
	SWITCH("no-hosts", 0, parse_no_hosts, 0, GROUP_NAMES, NULL, "false", "--no-hosts",
	       "leave /etc/hosts and /etc/hostname as the tree has them",
	       "Neither /etc/hosts nor /etc/hostname is written; the tree's own are seen."),

	/* ---- security ---- */
	VALUE("cap-add", NULL, 0, "CAPABILITY|ALL", MANY, parse_cap_add, 0, GROUP_SECURITY,
	      "AddCapability", COMPLETE_CAPABILITY,
	      "CHOWN DAC_OVERRIDE FSETID FOWNER SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE "
	      "SYS_CHROOT KILL",
	      "--cap-add NET_ADMIN", "let root inside do one thing more",
	      "Adds a capability (see capabilities(7)), written with or without CAP_ and in any case; "
	      "commas separate several. In a user namespace of its own a capability reaches only "
	      "what belongs to that namespace."),
	VALUE("cap-drop", NULL, 0, "CAPABILITY|ALL", MANY, parse_cap_drop, 0, GROUP_SECURITY,
	      "DropCapability", COMPLETE_CAPABILITY, "none", "--cap-drop ALL",
	      "take one thing from root inside",
	      "Takes a capability away. ALL takes all of them but those that --cap-add names, in "
	      "whatever order they are written."),
	VALUE("security-opt", NULL, 0, "OPTION[=VALUE]", MANY, parse_security_opt, 0,
	      GROUP_SECURITY, NULL, COMPLETE_WORD,
	      "no-new-privileges=true, the default seccomp filter, the default masked paths",
	      "--security-opt unmask=/proc/sys", "change one of the other protections",
	      "no-new-privileges[=false] lets set-user-id programs work or not; seccomp=unconfined "
	      "leaves out the system call filter; mask=PATH hides one more path; unmask=PATH or "
	      "unmask=ALL shows what is hidden, or read-only, by default. Colons separate paths. "
	      "label=disable and apparmor=unconfined are accepted: honu sets neither."),
	SWITCH("privileged", 0, parse_switch, FIELD(privileged), GROUP_SECURITY, NULL, "false",
	       "--privileged", "all capabilities, no filter, nothing masked",
	       "Gives every capability, no system call filter, and no masked or read-only paths. The "
	       "user namespace stays, so root inside is still nobody outside; with --userns host it "
	       "is root on the host."),

	/* ---- namespaces ---- */
	VALUE("userns", NULL, 0, "MODE", ONCE, parse_userns, NS_USER, GROUP_NAMESPACES, "UserNS",
	      COMPLETE_NAMESPACE, "auto", "--userns keep-id",
	      "whose users: auto[:SIZE], keep-id, map:..., host, and so on",
	      "auto (or private) takes a range of ids that nobody else has, 65536 unless auto:SIZE "
	      "says otherwise. keep-id[:uid=UID,gid=GID] does so as well, but whoever calls honu stays "
	      "themselves inside, under the same or the given ids. map:INSIDE:OUTSIDE:COUNT, with "
	      "commas between several, is a map of one's own for users and groups. host, path:FILE "
	      "and container:NAME share a namespace; host means that root inside is root on the "
	      "host."),
	VALUE("uidmap", NULL, 0, "INSIDE:OUTSIDE:COUNT", MANY, parse_uidmap, NS_USER,
	      GROUP_NAMESPACES, "UIDMap", COMPLETE_NOTHING, "see --userns",
	      "--uidmap 0:100000:65536", "which users of the host the ones inside are",
	      "A line of the user id map. Groups follow where --gidmap is not given. Id 0 has to be "
	      "mapped, and no id may be twice on either side."),
	VALUE("gidmap", NULL, 0, "INSIDE:OUTSIDE:COUNT", MANY, parse_gidmap, NS_USER,
	      GROUP_NAMESPACES, "GIDMap", COMPLETE_NOTHING, "see --userns",
	      "--gidmap 0:100000:65536", "the same for groups",
	      "A line of the group id map. Users follow where --uidmap is not given."),
	VALUE("network", "net", 0, "none|" NS_ARGUMENT, ONCE, parse_namespace, NS_NET,
	      GROUP_NAMESPACES, "Network", COMPLETE_NAMESPACE, "private", "--network host",
	      "whose network; none and private have only lo",
	      "none and private are a network of its own with the loopback interface only. host is "
	      "the one of the host, container:NAME that of a running container, path:FILE (or "
	      "ns:FILE) one that has a name in the file system."),
	VALUE("pid", NULL, 0, NS_ARGUMENT, ONCE, parse_namespace, NS_PID, GROUP_NAMESPACES, NULL,
	      COMPLETE_NAMESPACE, "private", "--pid host", "whose processes can be seen",
	      "With private the program is process 1 and sees itself only. A shared one has to belong "
	      "to the user namespace of the container, see --userns container:NAME."),
	VALUE("ipc", NULL, 0, NS_ARGUMENT, ONCE, parse_namespace, NS_IPC, GROUP_NAMESPACES, NULL,
	      COMPLETE_NAMESPACE, "private", "--ipc container:web",
	      "whose System V objects and message queues",
	      "System V shared memory, semaphores and message queues, and POSIX message queues. "
	      "docker's word shareable is accepted: every container can be joined."),
	VALUE("uts", NULL, 0, NS_ARGUMENT, ONCE, parse_namespace, NS_UTS, GROUP_NAMESPACES, NULL,
	      COMPLETE_NAMESPACE, "private", "--uts host", "whose host name",
	      "Whose host and domain name. --hostname needs private."),
	VALUE("cgroupns", NULL, 0, NS_ARGUMENT, ONCE, parse_namespace, NS_CGROUP, GROUP_NAMESPACES,
	      NULL, COMPLETE_NAMESPACE, "private", "--cgroupns host",
	      "whose view of control groups",
	      "With private the control group of the container looks like the root of the hierarchy."),
	VALUE("mountns", NULL, 0, NS_ARGUMENT, ONCE, parse_namespace, NS_MOUNT, GROUP_NAMESPACES,
	      NULL, COMPLETE_NAMESPACE, "private", "--mountns container:web", "whose mounts",
	      "With anything but private the program sees the files of somebody else, and nothing can "
	      "be mounted: neither ROOT nor --volume and its like go with it."),
	VALUE("timens", NULL, 0, NS_ARGUMENT, ONCE, parse_namespace, NS_TIME, GROUP_NAMESPACES,
	      NULL, COMPLETE_NAMESPACE, "host, or private with --time-offset", "--timens private",
	      "whose monotonic clock",
	      "A time namespace of its own lets --time-offset shift the monotonic and boot time "
	      "clocks; the wall clock is everybody's."),
	VALUE("time-offset", NULL, 0, "CLOCK=SECONDS", MANY, parse_time_offset, NS_TIME,
	      GROUP_NAMESPACES, NULL, COMPLETE_WORD, "0", "--time-offset boottime=86400",
	      "shift a clock of an own time namespace",
	      "CLOCK is monotonic, or boottime, which also counts while the machine sleeps. SECONDS is a "
	      "whole number and may be negative. It implies --timens private."),

	/* ---- limits ---- */
	VALUE("ulimit", NULL, 0, "NAME=SOFT[:HARD]", MANY, parse_ulimit, 0, GROUP_LIMITS, "Ulimit",
	      COMPLETE_WORD, "nofile=1024:524288", "--ulimit nofile=4096:8192",
	      "a resource limit of the process",
	      "NAME is one of as, core, cpu, data, fsize, locks, memlock, msgqueue, nice, nofile, "
	      "nproc, rss, rtprio, rttime, sigpending, stack; unlimited and -1 mean no limit. The "
	      "hard limit is the soft one where it is not given."),
	VALUE("sysctl", NULL, 0, "KEY=VALUE", MANY, parse_sysctl, 0, GROUP_LIMITS, "Sysctl",
	      COMPLETE_NOTHING, "none", "--sysctl net.ipv4.ip_forward=1",
	      "a kernel setting of the container's own namespaces",
	      "net.* needs a network of its own; fs.mqueue.*, kernel.shm*, kernel.msg* and kernel.sem "
	      "need an IPC namespace of its own. Everything else belongs to the host, and is "
	      "refused."),
	VALUE("oom-score-adj", NULL, 0, "NUMBER", ONCE, parse_oom_score_adj, 0, GROUP_LIMITS,
	      "OOMScoreAdjust", COMPLETE_NOTHING, "that of honu", "--oom-score-adj 500",
	      "how likely it is killed when memory runs out",
	      "From -1000 (never) to 1000 (first). To go below what honu has needs privilege."),
	VALUE("cgroup-parent", NULL, 0, "PATH", ONCE, parse_cgroup_parent, 0, GROUP_LIMITS, NULL,
	      COMPLETE_NOTHING, "none: at the top of each hierarchy", "--cgroup-parent batch/night",
	      "the control group to be made in",
	      "The control group of the container, honu- and its id, is made in this one, which is made "
	      "where it is missing."),
#include "spec/settings_limits.h"
};

const struct setting *settings_all(size_t *ret_n)
{
	*ret_n = ELEMENTS(settings);
	return settings;
}
