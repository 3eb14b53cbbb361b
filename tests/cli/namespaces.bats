#!/usr/bin/env bats
# Each namespace private, the host's, of a file and of another container, alone and in any
# combination; that it shows in /proc/PID/ns and that it has its effect.

load setup

KINDS='pid net ipc uts cgroup time'

# "kind:[number]" of a process, or of whoever asks, for each kind that is named (all: none named).
LOOK='for n in mnt user pid net ipc uts cgroup time; do readlink /proc/self/ns/$n; done'
links() { # PID
	local n
	for n in mnt user $KINDS; do readlink "/proc/$1/ns/$n"; done
}

option_of() {
	case $1 in
	net) echo --network ;;
	cgroup) echo --cgroupns ;;
	time) echo --timens ;;
	*) echo "--$1" ;;
	esac
}

# Which of our own links ($1, by `links`) are also among those in $2.
shared() {
	comm -12 <(sort <<<"$1") <(sort <<<"$2") | cut -d: -f1 | sort | tr '\n' ' '
}

sorted() {
	printf '%s\n' "$@" | sort | tr '\n' ' '
}

# ---- what is shared ----

@test "namespaces: by default all are private but the clock's" {
	same 'shared with the host' 'time ' "$(shared "$(links self)" "$(honu -- sh -c "$LOOK")")"
	same 'with everything private' '' \
		"$(shared "$(links self)" "$(honu --timens private -- sh -c "$LOOK")")"
}

# Every subset of six kinds shared with the host, the others private: 64 containers.
each_subset() { # OPTIONS...
	local host n kind wanted options got
	host=$(links self)
	for ((n = 0; n < 64; n++)); do
		options=() wanted=()
		for kind in $KINDS; do
			if ((n >> ${#options[@]} / 2 & 1)); then
				wanted+=("$kind")
				options+=("$(option_of "$kind")" host)
			else
				options+=("$(option_of "$kind")" private)
			fi
		done
		[[ $* != *'--userns host'* ]] || wanted+=(user)
		got=$(honu "$@" "${options[@]}" -- sh -c "$LOOK" 2>"$WORK/err") ||
			same "status of $* ${options[*]}" 0 "$? $(cat "$WORK/err")"
		same "shared with the host: $* ${options[*]}" "$(sorted ${wanted[@]+"${wanted[@]}"} | sed 's/^ $//')" \
			"$(shared "$host" "$got")"
	done
}

@test "MISSION System designs/Hybrids: any subset shared with the host, with an own user namespace" {
	each_subset
}

@test "MISSION System designs/Hybrids: any subset shared with the host, with the host's user namespace" {
	each_subset --userns host
}

# What comes along when one kind is shared with a container that has a user namespace of its own:
# procfs and sysfs are mounted by the owner of the pid and network namespace.
@test "MISSION System designs/Hybrids: each single namespace of a second container" {
	local theirs kind wanted
	start other --timens private
	theirs=$(links "$(pid_of other)")
	for kind in $KINDS; do
		wanted="$kind "
		case $kind in pid | net | ipc) wanted=$(sorted "$kind" user) ;; esac
		same "shared by $(option_of "$kind") container:other" "$wanted" \
			"$(shared "$theirs" "$(honu "$(option_of "$kind")" container:other -- sh -c "$LOOK")")"
	done
	same 'shared by --userns container:other' 'user ' \
		"$(shared "$theirs" "$(honu --userns container:other --timens private -- sh -c "$LOOK")")"
	# With its mounts comes its /proc, which shows its processes.
	same 'shared by --mountns container:other' 'mnt pid user ' "$(shared "$theirs" "$(honu \
		--mountns container:other --pid container:other --timens private -- sh -c "$LOOK")")"
	same 'by its id instead of its name' 'uts ' \
		"$(shared "$theirs" "$(honu --uts "container:$(id_of other)" -- sh -c "$LOOK")")"
	stop other
}

@test "MISSION System designs/Hybrids: several namespaces of a second container" {
	local theirs set options kind
	for set in 'pid net' 'ipc uts' 'net uts time' 'pid ipc uts cgroup' "$KINDS"; do
		for userns in auto host; do
			start other --timens private --userns "$userns"
			theirs=$(links "$(pid_of other)")
			options=()
			for kind in $set; do
				options+=("$(option_of "$kind")" container:other)
			done
			[[ $set == *time* ]] || options+=(--timens private)
			# One user namespace, theirs, in both cases.
			same "shared with a container of --userns $userns: ${options[*]}" \
				"$(sorted user $set)" \
				"$(shared "$theirs" "$(honu "${options[@]}" -- sh -c "$LOOK")")"
			stop other
			rm -r "$WORK/other"
		done
	done
}

@test "namespaces: everything of a second container, its files included" {
	local got
	start other --hostname reef
	inside other 'echo coral >/tmp/file'
	got=$(honu --pid container:other --network container:other --ipc container:other \
		--uts container:other --cgroupns container:other --mountns container:other -- \
		sh -c "$LOOK; cat /tmp/file; hostname; cat /proc/1/comm")
	same 'files, name and process 1' $'coral\nreef\nsh' "$(tail -n 3 <<<"$got")"
	same 'shared' "$(sorted mnt user $KINDS)" "$(shared "$(links "$(pid_of other)")" "$got")"
	stop other
}

@test "namespaces: path:FILE for each kind" {
	local pid theirs kind
	start other --timens private --userns host
	pid=$(pid_of other)
	theirs=$(links "$pid")
	for kind in $KINDS; do
		same "shared by $(option_of "$kind") path:" "$(sorted "$kind" user)" \
			"$(shared "$theirs" "$(honu --userns host "$(option_of "$kind")" \
				"path:/proc/$pid/ns/$kind" -- sh -c "$LOOK")" | sort)"
	done
	same 'shared by --mountns path:' 'mnt pid user ' "$(shared "$theirs" "$(honu --userns host \
		--timens private --mountns "path:/proc/$pid/ns/mnt" --pid "path:/proc/$pid/ns/pid" -- \
		sh -c "$LOOK")")"
	stop other
}

@test "namespaces: path:FILE of a user namespace, and what it owns" {
	local pid theirs kind options=()
	start other --timens private
	pid=$(pid_of other)
	theirs=$(links "$pid")
	for kind in user $KINDS; do
		[ "$kind" = user ] && options+=(--userns) || options+=("$(option_of "$kind")")
		options+=("path:/proc/$pid/ns/$kind")
	done
	same 'shared' "$(sorted user $KINDS)" "$(shared "$theirs" "$(honu "${options[@]}" -- sh -c "$LOOK")")"
	same 'alone' 'user ' "$(shared "$theirs" "$(honu --timens private \
		--userns "path:/proc/$pid/ns/user" -- sh -c "$LOOK")")"
	stop other
}

@test "namespaces: a network namespace that has a name in the file system" {
	named_network() {
		mount --bind "$WORK" "$WORK"
		: >"$WORK/net"
		unshare --net sh -c 'ip link set lo up && mount --bind /proc/self/ns/net "$WORK/net"'
		stat -L -c 'net:[%i]' "$WORK/net"
		honu --network "ns:$WORK/net" -- readlink /proc/self/ns/net
	}
	got=$(in_mount_namespace named_network)
	same 'network namespace' "$(sed -n 1p <<<"$got")" "$(sed -n 2p <<<"$got")"
}

# ---- the effects ----

@test "MISSION Process/Process namespace: pid 1 inside is another one outside" {
	start main
	local pid
	pid=$(pid_of main)
	same 'inside' 1 "$(inside main 'echo $$')"
	differ 'outside' 1 "$pid"
	same 'both numbers' "$pid 1" "$(awk '/^NSpid/ { print $2, $3 }' "/proc/$pid/status")"
	same 'all that it sees' '1 sh' "$(inside main 'for p in /proc/[0-9]*; do
		[ $p = /proc/$$ ] && echo ${p#/proc/} $(cat $p/comm); done')"
	same 'processes of the host inside' 0 "$(inside main 'n=0; for p in /proc/[0-9]*; do
		[ ${p#/proc/} -gt 20 ] && n=$((n + 1)); done; echo $n')"
	stop main
}

@test "MISSION Process/Process namespace: zombies are reaped by --init" {
	local states='sleep 0.3; for p in /proc/[0-9]*/stat; do read -r _ c s _ <$p; echo $c $s; done | sort'
	start with --init
	inside with '(sleep 0.1 &) ; (true &); (sh -c "exit 3" &)'
	lacks 'with --init' ' Z' "$(inside with "$states")"
	contains 'first process' 'honu-init) S' "$(inside with "$states")"
	stop with
}

@test "MISSION Process/Process namespace: all of it ends with process 1" {
	start main
	inside main 'sleep 1000 & setsid sleep 1000 & :'
	same 'processes' 3 "$(processes_of main | sort -u | wc -l)"
	stop main
	same 'groups that are left' '' "$(groups_left)"
}

@test "MISSION Process/UTS: a name of its own" {
	local before
	before=$(hostname)
	same 'given' 'reef reef' "$(honu --hostname reef -- sh -c 'echo $(hostname) $HOSTNAME')"
	same 'that of the container' 'named' "$(honu --name named -- hostname)"
	matches 'else its id' '[0-9a-f]????????????*' "$(honu -- hostname)x"
	same 'set inside' 'other' "$(honu --cap-add SYS_ADMIN -- sh -c 'hostname other; hostname')"
	same 'the host has kept its own' "$before" "$(hostname)"
	same '--uts host' "$before" "$(honu --uts host -- hostname)"
	start main --cap-add SYS_ADMIN --hostname reef
	inside main 'hostname lagoon'
	same '--uts container:' 'lagoon' "$(honu --uts container:main -- hostname)"
	stop main
}

@test "MISSION Process/IPC: System V objects and message queues of its own" {
	local got
	start main
	start second
	inside main 'ipcmk -M 4096 >/dev/null && ipcmk -Q >/dev/null && ipcmk -S 1 >/dev/null'
	count='ipcs -m -q -s | grep -c ^0x'
	same 'objects where they were made' 3 "$(inside main "$count")"
	same 'in another container' 0 "$(inside second "$count" || :)"
	same '--ipc container:main' 3 "$(honu --ipc container:main -- sh -c "$count")"
	inside main ': >/dev/mqueue/queue'
	same 'message queues' 'queue' "$(inside main 'ls /dev/mqueue')"
	same 'message queues of another' '' "$(inside second 'ls /dev/mqueue')"
	same 'of the same namespace' 'queue' "$(honu --ipc container:main -- ls /dev/mqueue)"
	stop main
	stop second
	# A namespace of the test's own stands for the host.
	for got in auto host; do
		same "--ipc host with --userns $got" 3 "$(unshare --ipc bash <(
			declare -f honu
			echo 'ipcmk -M 4096 >/dev/null; ipcmk -Q >/dev/null; ipcmk -S 1 >/dev/null'
			printf '%q ' honu --userns "$got" --ipc host -- sh -c "$count"
		))"
	done
}

@test "MISSION Process/user: root inside is nobody outside" {
	local pid
	sleep 100 3>&- &
	matches 'ending a process of root on the host' '*not permitted*' \
		"$(honu --pid host -- sh -c "kill $!" 2>&1 || :)"
	kill $!
	start main
	pid=$(pid_of main)
	same 'inside' '0 0' "$(inside main 'echo $(id -u) $(id -g)')"
	[ "$(awk '/^Uid/ { print $2 }' "/proc/$pid/status")" -ge 524288 ]
	[ "$(awk '/^Gid/ { print $2 }' "/proc/$pid/status")" -ge 524288 ]
	stop main
}

@test "MISSION Process/cgroup: its own group is the root that it sees" {
	local got dir
	same 'inside' / "$(honu -- cat /proc/self/cgroup | cut -d: -f3 | sort -u)"
	matches '--cgroupns host' "*/$GROUP/honu-????????????*" \
		"$(honu --cgroupns host -- cat /proc/self/cgroup | cut -d: -f3 | sort -u)"
	start main
	matches 'the same, from outside' "*/$GROUP/honu-$(id_of main)*" \
		"$(cut -d: -f3 "/proc/$(pid_of main)/cgroup" | sort -u)"
	for dir in $(groups_of main); do
		[ ! -d "$dir/payload" ] || dir=$dir/payload
		# On a host with one hierarchy it is mounted at the top.
		got=/sys/fs/cgroup
		[ ! -e /sys/fs/cgroup/unified ] || got=/sys/fs/cgroup/$(cut -d/ -f5 <<<"$dir")
		same "the group that is seen at $got" "$(stat -c %i "$dir")" "$(inside main "stat -c %i $got")"
	done
	stop main
}

@test "MISSION Process/time: offsets of the monotonic and boot time clocks" {
	local outside boottime got
	outside=$("$PROBE" clocks | cut -d' ' -f2)
	got=$(honu --time-offset boottime=864000 -- cat /proc/uptime | cut -d. -f1)
	[ "$got" -ge $((outside + 864000)) ] && [ "$got" -le $((outside + 864030)) ]
	got=$(honu --time-offset monotonic=-20 --time-offset boottime=-10 -v "$PROBE:/probe:ro" -- /probe clocks)
	read -r outside boottime <<<"$("$PROBE" clocks)"
	echo "outside $outside $boottime, inside $got"
	[ $((outside - 20 - ${got% *})) -le 2 ] && [ $((boottime - 10 - ${got#* })) -le 2 ]
	[ $((outside - 20 - ${got% *})) -ge 0 ] && [ $((boottime - 10 - ${got#* })) -ge 0 ]
	got=$(honu --timens private -- cut -d. -f1 /proc/uptime)
	[ $(($(cut -d. -f1 /proc/uptime) - got)) -le 2 ]
	start main --time-offset boottime=864000
	got=$(honu --timens container:main -- cut -d. -f1 /proc/uptime)
	[ "$got" -ge $((boottime + 864000)) ]
	stop main
}

@test "namespaces: an own network has lo, which is up, and nothing else" {
	start main --network none
	same 'interfaces' 'lo' "$(inside main 'ls /sys/class/net')"
	same 'addresses' '127.0.0.1/8 ::1/128' \
		"$(inside main "ip -o addr show dev lo | awk '{ print \$4 }' | tr '\n' ' ' | sed 's/ \$//'")"
	inside main 'python3 -c "
import socket
s = socket.create_server((\"127.0.0.1\", 80))
socket.create_connection((\"127.0.0.1\", 80))"'
	# The same port, in a container that shares nothing with it.
	honu -- python3 -c 'import socket; socket.create_server(("::1", 80), family=socket.AF_INET6)'
	stop main
}

@test "namespaces: --pid host shows the host's processes, and its /proc where it must" {
	local userns
	for userns in auto host; do
		same "process of the test with --userns $userns" "$(cat /proc/$$/comm)" \
			"$(honu --pid host --userns "$userns" -- cat "/proc/$$/comm" 2>/dev/null)"
		differ 'its number' 1 "$(honu --pid host --userns "$userns" -- sh -c 'echo $$' 2>/dev/null)"
	done
}

# ---- what cannot be ----

@test "namespaces: what does not go together is refused, with the reason, before anything starts" {
	local kind
	start main
	refused 'with a user namespace of its own the container cannot mount /proc' \
		--userns auto --pid container:main -- true
	refused '--uts host shares the name of the host' --uts host --hostname reef -- true
	refused 'the clocks of --timens host belong to others' \
		--timens host --time-offset boottime=1 -- true
	refused 'nothing can be mounted where others live' --mountns container:main -v /srv:/srv -- true
	refused 'nothing can be mounted where others live' --mountns host "$SCRATCH" true
	refused 'nothing can be mounted where others live' --mountns host --tmpfs /scratch -- true
	refused "an id map goes with an own user namespace only" \
		--userns host --uidmap 0:100000:65536 -- true
	for kind in $KINDS; do
		refused 'no-such' "$(option_of "$kind")" container:no-such -- true
	done
	refused 'with --network host it would change others as well' \
		--network host --sysctl net.ipv4.ip_forward=1 -- true
	start second
	refused 'a process has one user namespace, and these containers have two' \
		--pid container:main --network container:second -- true
	stop second
	stop main
	refused 'main' --pid container:main -- true
}

@test "namespaces: a file that is none, or of another kind, is named" {
	fails 'not a namespace of that kind' 125 --userns host --network path:/proc/self/ns/uts -- true
	fails 'not a namespace of that kind' 125 --userns host --uts path:/etc/hosts -- true
	fails '/proc/self/ns/no-such' 125 --userns host --ipc path:/proc/self/ns/no-such -- true
}
